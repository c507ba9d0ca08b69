"""Passkeys without a browser that has any: what is asked for, and what is made of answers that are none."""

import json
import re

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from accounts.models import User
from hdr_site.foundation.models import AuditEntry
from tests import people

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

ADD, LOG_IN, SECOND_STEP, AGAIN = (
    "/accounts/2fa/webauthn/add/",
    "/accounts/2fa/webauthn/login/",
    "/accounts/2fa/authenticate/",
    "/accounts/2fa/webauthn/reauthenticate/",
)
NONSENSE = ["", "x", "null", "[]", "7", "{}", '{"id": 1}', '{"response": null}', '{"response": {"userHandle": "////"}}']
MADE_UP = json.dumps(
    {
        "id": "AA", "rawId": "AA", "type": "public-key", "clientExtensionResults": {},
        "response": {"clientDataJSON": "e30", "authenticatorData": "AA", "signature": "AA", "userHandle": "MQ"},
    }
)  # fmt: skip
UNREADABLE = [
    json.dumps({"id": "AA", "rawId": "AA", "response": {"clientDataJSON": client, "attestationObject": made}})
    for client, made in (("e30", "AA"), ("AA", "o2NmbXQ"), ("7", "/"), ("eyJ0eXBlIjogMX0", "oA"))
]


@pytest.fixture
def half_way_in(alice: User, password: str) -> Client:
    """Alice has given her password and is asked for her second factor."""
    people.with_an_app(alice)
    browser = Client()
    browser.post("/accounts/login/", {"login": alice.email, "password": password})
    return browser


def asked(page: str) -> dict[str, object]:
    """What a page asks the browser for."""
    found = re.search(r'<script id="passkey-options" type="application/json">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    options: dict[str, object] = json.loads(found[1])["publicKey"]
    return options


def test_every_question_for_a_passkey_wants_its_person_verified(half_way_in: Client, alice: User) -> None:
    assert asked(half_way_in.get(SECOND_STEP).content.decode())["userVerification"] == "required"
    alone = Client().get(LOG_IN, headers={"Accept": "application/json"}).json()
    assert alone["request_options"]["publicKey"]["userVerification"] == "required"
    made = asked(people.at_the_desk(alice).get(ADD).content.decode())
    assert made["authenticatorSelection"]["userVerification"] == "required"  # type: ignore[index]


@pytest.mark.parametrize("answer", [*NONSENSE, MADE_UP])
def test_an_answer_that_is_none_logs_nobody_in(answer: str) -> None:
    browser = Client()
    browser.get(LOG_IN, headers={"Accept": "application/json"})
    assert browser.post(LOG_IN, {"credential": answer})["Location"] == "/accounts/login/"
    assert "_auth_user_id" not in browser.session


@pytest.mark.parametrize("answer", [*NONSENSE, MADE_UP])
def test_an_answer_that_is_none_is_no_second_step(answer: str, half_way_in: Client) -> None:
    half_way_in.get(SECOND_STEP)
    assert half_way_in.post(SECOND_STEP, {"credential": answer}).status_code == 200
    assert "_auth_user_id" not in half_way_in.session


@pytest.mark.parametrize("answer", [*NONSENSE, MADE_UP, *UNREADABLE])
def test_an_answer_that_is_none_makes_no_passkey(answer: str, alice: User) -> None:
    browser = people.at_the_desk(alice)
    browser.get(ADD)
    assert browser.post(ADD, {"credential": answer, "name": "key"}).status_code == 200
    assert not Authenticator.objects.filter(type="webauthn").exists()


def test_a_passkey_is_renamed_and_that_is_noted_without_its_name(alice: User) -> None:
    key = Authenticator.objects.create(user=alice, type="webauthn", data={"name": "key", "credential": {}})
    browser = people.at_the_desk(alice)
    browser.post(f"/accounts/2fa/webauthn/keys/{key.pk}/edit/", {"name": "Alice's phone"})
    assert Authenticator.objects.get(pk=key.pk).data["name"] == "Alice's phone"
    entry = AuditEntry.objects.get(action="factor.renamed")
    assert (entry.person_id, entry.subject, entry.details) == (alice.pk, "", {})


@pytest.mark.parametrize("name", ["", " ", "x" * 61])
def test_a_name_that_is_none_is_refused(name: str, alice: User) -> None:
    key = Authenticator.objects.create(user=alice, type="webauthn", data={"name": "key", "credential": {}})
    people.at_the_desk(alice).post(f"/accounts/2fa/webauthn/keys/{key.pk}/edit/", {"name": name})
    assert Authenticator.objects.get(pk=key.pk).data["name"] == "key"
