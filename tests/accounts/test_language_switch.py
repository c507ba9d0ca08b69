"""The language switch at the foot of every page, and whose language wins."""

import pytest
from django.test import Client

from accounts import tokens
from accounts.models import User

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

LOGIN = "/accounts/login/"


def language_of(client: Client, page: str = LOGIN, **headers: str) -> str:
    return client.get(page, headers=headers).headers["Content-Language"]


def test_every_page_offers_every_language_under_its_own_name(client: Client) -> None:
    page = client.get(LOGIN).content.decode()
    assert 'value="hi" lang="hi" dir="auto">हिंदी<' in page
    assert 'value="ar" lang="ar" dir="auto">العربيّة<' in page
    assert 'value="en" lang="en" dir="auto" aria-current="true">English<' in page


def test_the_switch_leads_back_and_holds_from_then_on(client: Client) -> None:
    answer = client.post("/language/", {"language": "es", "next": f"{LOGIN}?next=/x"})
    assert (answer.status_code, answer["Location"]) == (302, f"{LOGIN}?next=/x")
    assert language_of(client) == "es"


def test_the_switch_leads_to_no_other_site(client: Client) -> None:
    answer = client.post("/language/", {"language": "es", "next": "https://elsewhere.example/"})
    assert answer["Location"] == "/"


def test_the_cookie_wins_over_the_browser_and_the_account_over_both(
    alice: User, alice_client: Client, client: Client
) -> None:
    client.post("/language/", {"language": "es", "next": LOGIN})
    assert language_of(client, **{"Accept-Language": "fr"}) == "es"
    alice_client.cookies["language"] = "es"
    User.objects.filter(pk=alice.pk).update(language="ta")
    assert language_of(alice_client, "/accounts/", **{"Accept-Language": "fr"}) == "ta"


def test_the_switch_of_somebody_who_is_logged_in_is_kept_in_the_account(alice: User, alice_client: Client) -> None:
    User.objects.filter(pk=alice.pk).update(language="ta")
    alice_client.post("/language/", {"language": "mr", "next": "/accounts/"})
    alice.refresh_from_db()
    assert alice.language == "mr"
    assert language_of(alice_client, "/accounts/") == "mr"


def test_a_language_that_is_not_here_changes_nothing(alice: User, alice_client: Client) -> None:
    alice_client.post("/language/", {"language": "tlh", "next": "/accounts/"})
    alice.refresh_from_db()
    assert alice.language == ""
    assert language_of(alice_client, "/accounts/") == "en"


def test_caches_are_told_what_the_language_depends_on(client: Client) -> None:
    assert {"Accept-Language", "Cookie"} <= {word.strip() for word in client.get(LOGIN).headers["Vary"].split(",")}


def test_arabic_is_written_from_right_to_left(client: Client) -> None:
    assert '<html lang="ar" dir="rtl"' in client.get(LOGIN, headers={"Accept-Language": "ar"}).content.decode()


def test_the_account_has_the_digits_that_one_chose(alice: User, alice_client: Client) -> None:
    alice_client.post("/accounts/", {"name": "Alice", "numerals": "telu"})
    alice.refresh_from_db()
    assert alice.numerals == "telu"
    tokens.create(alice, "scanner")
    page = alice_client.get("/accounts/").content.decode()
    assert 'data-digits="౦౧౨౩౪౫౬౭౮౯"' in page
    assert "౧ token" in page


def test_an_api_error_is_in_the_language_that_was_asked_for(client: Client) -> None:
    answer = client.get("/api/v1/recognitions/", headers={"Accept-Language": "es"})
    assert answer.headers["Content-Language"] == "es"
