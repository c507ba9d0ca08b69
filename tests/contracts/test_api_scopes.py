"""What a token must allow at every operation of the API. The list is generated: one that names no scope fails."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from drf_spectacular.generators import SchemaGenerator

from accounts import tokens
from accounts.models import User
from hdr_site.foundation.scopes import Scope

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
PUBLIC = {"openapi", "api-docs"}
MADE_UP: dict[str, Any] = {"public_id": uuid.UUID(int=1), "position": 0, "what": "heat"}


def views(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, Any, dict[str, Any]]]:
    """Every view of the API: its name, its class, and made-up values for its address."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from views(entry, f"{entry.namespace}:" if entry.namespace else prefix)
        elif isinstance(entry, URLPattern) and hasattr(entry.callback, "cls"):
            names = entry.pattern.regex.groupindex
            yield f"{prefix}{entry.name}", entry.callback.cls, {name: MADE_UP.get(name, 1) for name in names}


OPERATIONS = [
    (name, method, getattr(view, "scopes", {}).get(method), values)
    for name, view, values in views()
    for method in METHODS
    if name not in PUBLIC and hasattr(view, method.lower())
]
IDS = [f"{method} {name}" for name, method, _, _ in OPERATIONS]


def program(owner: User, *scopes: str) -> Client:
    _, key = tokens.create(owner, "scanner", scopes)
    return Client(headers={"Authorization": f"Token {key}"})


def code(response: Any) -> str:
    body = response.json() if response["Content-Type"].startswith("application/json") and response.content else {}
    return str(body.get("error", {}).get("code", "")) if isinstance(body, dict) else ""


def test_the_list_holds_operations_of_all_scopes() -> None:
    assert {scope for _, _, scope, _ in OPERATIONS} == set(Scope)


@pytest.mark.parametrize(("name", "method", "scope", "values"), OPERATIONS, ids=IDS)
def test_every_operation_names_its_scope(name: str, method: str, scope: Any, values: dict[str, Any]) -> None:
    assert scope in set(Scope), f"{name} must name a scope for {method}: see hdr_site/api_scopes.py"


@pytest.mark.parametrize(("name", "method", "scope", "values"), OPERATIONS, ids=IDS)
def test_a_token_without_the_scope_is_refused_and_told_which(
    name: str, method: str, scope: str, values: dict[str, Any], alice: User
) -> None:
    others = [other for other in Scope if other != scope]
    refused = program(alice, *others).generic(method, reverse(name, kwargs=values))
    assert (refused.status_code, code(refused)) == (403, "missing_scope")
    assert f"“{scope}”" in refused.json()["error"]["message"]


@pytest.mark.parametrize(("name", "method", "scope", "values"), OPERATIONS, ids=IDS)
def test_a_token_with_nothing_but_the_scope_gets_through(
    name: str, method: str, scope: str, values: dict[str, Any], alice: User
) -> None:
    answer = program(alice, scope).generic(method, reverse(name, kwargs=values))
    assert answer.status_code not in {401, 403}


def test_a_method_that_is_not_there_is_405_for_any_token(alice: User) -> None:
    assert program(alice, Scope.READ).patch(reverse("api:list")).status_code == 405


def test_head_goes_with_get(alice: User) -> None:
    assert program(alice, Scope.READ).head(reverse("api:list")).status_code == 200
    assert program(alice, Scope.WRITE).head(reverse("api:list")).status_code == 403


def test_a_browser_in_which_somebody_signed_in_has_all_scopes(alice_client: Client) -> None:
    assert alice_client.get(reverse("api:list")).status_code == 200
    assert alice_client.delete(reverse("api:detail", args=[uuid.uuid4()])).status_code == 404


def test_the_openapi_document_names_the_scope_of_each_operation() -> None:
    document = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    for operation in operations:
        [token] = [way["token"] for way in operation["security"] if "token" in way]
        assert set(token) <= set(Scope.values)
        assert len(token) == 1
        assert f"`{token[0]}`" in operation["description"]
        assert "403" in operation["responses"]
    assert len(operations) > 5
