"""Keys for programs."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts import tokens
from accounts.models import ApiToken, User
from hdr_site.foundation.models import AuditEntry
from tests import people

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

PAGE = "/accounts/tokens/"
SCANNER: dict[str, Any] = {"name": "scanner", "scopes": ["read", "write"], "days": "90"}


@pytest.fixture
def alice_client(alice: User) -> Client:
    """Alice's browser, in which she has just logged in."""
    return people.just_signed_in(alice)


def program(key: str) -> Client:
    return Client(headers={"Authorization": f"Token {key}"})


def test_a_key_is_shown_once_and_only_its_hash_is_kept(alice_client: Client) -> None:
    made = alice_client.post(PAGE, SCANNER)
    key = made.context["new_key"]
    assert made.status_code == 201
    assert key in made.content.decode()
    assert key not in alice_client.get(PAGE).content.decode()
    assert key not in str(ApiToken.objects.values().get())


def test_who_finds_a_browser_open_makes_no_key_with_it(alice: User, password: str) -> None:
    browser = people.signed_in(alice)
    asked = browser.post(PAGE, SCANNER)
    assert asked["Location"].startswith("/accounts/reauthenticate/")
    assert not ApiToken.objects.exists()
    made = browser.post(asked["Location"], {"password": password})
    assert made.context["new_key"]
    assert ApiToken.objects.get().owner == alice


def test_a_key_opens_its_owners_account_and_notes_its_use(alice: User) -> None:
    _, key = tokens.create(alice, "scanner")
    found = tokens.find(key)
    assert found is not None
    assert found.owner == alice
    assert ApiToken.objects.get().last_used_at is not None


def test_a_wrong_key_opens_nothing(alice: User) -> None:
    tokens.create(alice, "scanner")
    assert tokens.find("hdr_wrong") is None


def test_a_revoked_key_opens_nothing(alice_client: Client) -> None:
    key = alice_client.post(PAGE, SCANNER).context["new_key"]
    alice_client.post(f"{PAGE}{ApiToken.objects.get().pk}/revoke/")
    assert tokens.find(key) is None


def test_bob_cannot_revoke_alices_token(alice: User, bob_client: Client) -> None:
    token, _ = tokens.create(alice, "scanner")
    assert bob_client.post(f"{PAGE}{token.pk}/revoke/").status_code == 404
    assert ApiToken.objects.exists()


def test_a_token_needs_a_name(alice_client: Client) -> None:
    assert alice_client.post(PAGE, SCANNER | {"name": " "}).status_code == 400
    assert not ApiToken.objects.exists()


def test_one_may_not_have_tokens_without_end(
    alice: User, alice_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "MOST_TOKENS", 1)
    tokens.create(alice, "first")
    refused = alice_client.post(PAGE, SCANNER | {"name": "second"})
    assert refused.status_code == 400
    assert "revoke one first" in refused.content.decode()


def test_the_form_offers_reading_and_writing_for_90_days(alice_client: Client) -> None:
    form = alice_client.get(PAGE).context["form"]
    assert (form["scopes"].value(), form["days"].value()) == (["read", "write"], "90")


def test_a_token_has_the_scopes_and_the_time_that_were_chosen(alice_client: Client) -> None:
    alice_client.post(PAGE, SCANNER | {"scopes": ["delete", "read"], "days": "30"})
    token = ApiToken.objects.get()
    assert token.scopes == ["read", "delete"]
    assert token.expires_at is not None
    assert timedelta(days=29, hours=23) < token.expires_at - timezone.now() <= timedelta(days=30)


def test_a_token_may_be_good_for_ever(alice_client: Client) -> None:
    alice_client.post(PAGE, SCANNER | {"days": "never"})
    assert ApiToken.objects.get().expires_at is None


@pytest.mark.parametrize("change", [{"scopes": []}, {"scopes": ["own"]}, {"days": "4000"}, {"days": ""}], ids=str)
def test_a_token_for_nothing_or_with_made_up_values_is_refused(alice_client: Client, change: dict[str, Any]) -> None:
    assert alice_client.post(PAGE, SCANNER | change).status_code == 400
    assert not ApiToken.objects.exists()


def test_an_expired_token_is_refused_with_a_code_of_its_own_and_stays_in_the_list(
    alice: User, alice_client: Client
) -> None:
    _, key = tokens.create(alice, "scanner", lifetime=timedelta(days=1))
    assert program(key).get("/api/v1/").status_code == 200
    ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    refused = program(key).get("/api/v1/")
    assert (refused.status_code, refused.json()["error"]["code"]) == (401, "token_expired")
    assert "Remove scanner" in alice_client.get(PAGE).content.decode()


def test_a_tokens_use_is_in_the_log_once_a_day(alice: User) -> None:
    token, key = tokens.create(alice, "scanner")
    for _ in range(3):
        program(key).get("/api/v1/")
    used = AuditEntry.objects.filter(action="token.used", person=alice, subject=token.hint)
    assert used.count() == 1


def test_a_use_on_the_same_day_costs_no_write(alice: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    _, key = tokens.create(alice, "scanner")
    tokens.find(key)
    with django_assert_num_queries(1):  # the token with its owner
        tokens.find(key)


@pytest.mark.django_db(transaction=True)
def test_several_at_once_make_no_more_than_one_may_have(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "MOST_TOKENS", 3)

    def make(name: str) -> None:
        try:
            with suppress(tokens.TooManyTokens):
                tokens.create(alice, name)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as together:
        list(together.map(make, "abcdefgh"))
    assert ApiToken.objects.count() == 3
