"""Keys for programs."""

import pytest
from django.test import Client

from accounts import tokens
from accounts.models import ApiToken, User

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

PAGE = "/accounts/tokens/"


def test_a_key_is_shown_once_and_only_its_hash_is_kept(alice_client: Client) -> None:
    made = alice_client.post(PAGE, {"name": "scanner"})
    key = made.context["new_key"]
    assert made.status_code == 201
    assert key in made.content.decode()
    assert key not in alice_client.get(PAGE).content.decode()
    assert key not in str(ApiToken.objects.values().get())


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
    key = alice_client.post(PAGE, {"name": "scanner"}).context["new_key"]
    alice_client.post(f"{PAGE}{ApiToken.objects.get().pk}/revoke/")
    assert tokens.find(key) is None


def test_bob_cannot_revoke_alices_token(alice: User, bob_client: Client) -> None:
    token, _ = tokens.create(alice, "scanner")
    assert bob_client.post(f"{PAGE}{token.pk}/revoke/").status_code == 404
    assert ApiToken.objects.exists()


def test_a_token_needs_a_name(alice_client: Client) -> None:
    assert alice_client.post(PAGE, {"name": " "}).status_code == 400
    assert not ApiToken.objects.exists()


def test_one_may_not_have_tokens_without_end(
    alice: User, alice_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "MOST_TOKENS", 1)
    tokens.create(alice, "first")
    refused = alice_client.post(PAGE, {"name": "second"})
    assert refused.status_code == 400
    assert "revoke one first" in refused.content.decode()
