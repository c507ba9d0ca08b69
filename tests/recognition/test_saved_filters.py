"""Searches with a name."""

import pytest
from django.test import Client

from accounts.models import User
from recognition import saved_filters
from recognition.models import SavedFilter

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

SAVE, API = "/recognitions/searches/", "/api/v1/searches/"


def test_a_search_is_saved_listed_and_replaced_by_its_name(alice: User, alice_client: Client) -> None:
    alice_client.post(SAVE, {"name": "Marks", "back": "number=12*45&cursor=x&bogus=1"})
    response = alice_client.post(SAVE, {"name": "Marks", "back": "number=7&order=oldest"}, follow=True)
    assert SavedFilter.objects.get().query == "number=7&order=oldest"
    assert '?number=7&amp;order=oldest">Marks</a>' in response.content.decode()


@pytest.mark.parametrize(
    "form", [{"name": "", "back": "number=1"}, {"name": "x", "back": ""}, {"name": "x", "back": "number=z"}]
)
def test_what_is_no_search_is_not_saved(alice_client: Client, form: dict[str, str]) -> None:
    assert "Search for something" in alice_client.post(SAVE, form, follow=True).content.decode()
    assert not SavedFilter.objects.exists()


def test_nobody_sees_or_forgets_a_search_of_somebody_else(alice: User, bob_client: Client) -> None:
    saved = saved_filters.save(alice, "Mine", {"number": "1"})
    assert "Mine" not in bob_client.get("/recognitions/").content.decode()
    bob_client.post(f"{SAVE}{saved.pk}/forget/")
    assert bob_client.delete(f"{API}{saved.pk}/").status_code == 404
    assert bob_client.get(API).json() == {"results": []}
    assert SavedFilter.objects.count() == 1


def test_a_search_is_forgotten(alice: User, alice_client: Client) -> None:
    saved = saved_filters.save(alice, "Mine", {"number": "1"})
    alice_client.post(f"{SAVE}{saved.pk}/forget/")
    assert not SavedFilter.objects.exists()


def test_no_more_than_fifty_are_kept(alice: User, alice_client: Client) -> None:
    for place in range(saved_filters.MOST):
        saved_filters.save(alice, str(place), {"number": "1"})
    refused = alice_client.post(API, {"name": "more", "query": "number=1"}, content_type="application/json")
    assert refused.json()["error"]["code"] == "too_many_searches"
    again = alice_client.post(API, {"name": "7", "query": "number=2"}, content_type="application/json")
    assert (again.status_code, again.json()["query"]) == (201, "number=2")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "invalid_search"),
        ({"name": "x", "query": "number=z"}, "invalid_filter"),
        ({"name": "x", "query": "a=b"}, "invalid_filter"),
    ],
)
def test_a_program_is_told_what_is_no_search(alice_client: Client, body: dict[str, str], code: str) -> None:
    assert alice_client.post(API, body, content_type="application/json").json()["error"]["code"] == code
