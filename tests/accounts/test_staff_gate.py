"""The one way into the admin site: our sign-in, and a second factor in this session. Over every address of it."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from accounts import tokens
from accounts.models import User
from tests import people
from tests.contracts.test_urls_and_roles import admin_addresses

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

EVERY_ADDRESS = [*admin_addresses(), "/admin/jsi18n/", "/admin/accounts/", "/admin/no/such/page/"]
SIGN_IN, GRACE = "/accounts/login/", "/accounts/2fa/needed/"
CODE, PASSKEY = "/accounts/2fa/reauthenticate/", "/accounts/2fa/webauthn/reauthenticate/"
OTHER_SITES = ["https://evil.example/", "//evil.example", "/\\evil.example", "https:evil.example"]


@pytest.fixture
def boss(db: None) -> User:
    """Somebody whom nothing but the second factor keeps out."""
    return User.objects.create_superuser("boss@example.org", "long enough for now")


def led_to(client: Client, address: str) -> str:
    """Where somebody ends who asks for a page of the admin site."""
    asked = client.get(address)
    assert asked.status_code == 302
    assert asked["Location"].startswith("/admin/login/")
    return str(client.get(asked["Location"])["Location"])


@pytest.mark.parametrize("address", EVERY_ADDRESS)
def test_nothing_answers_staff_who_have_no_factor(address: str, boss: User) -> None:
    assert led_to(people.signed_in(boss), address) == f"{GRACE}?next={address}"


@pytest.mark.parametrize("address", EVERY_ADDRESS)
def test_nothing_answers_a_session_that_has_not_passed_the_factor(address: str, boss: User) -> None:
    people.with_an_app(boss)
    assert led_to(people.signed_in(boss), address) == f"{CODE}?next={address}"


@pytest.mark.parametrize("address", EVERY_ADDRESS)
def test_nothing_answers_a_session_whose_factor_was_removed(address: str, boss: User) -> None:
    browser = people.at_the_desk(boss)
    Authenticator.objects.all().delete()
    assert led_to(browser, address) == f"{GRACE}?next={address}"


@pytest.mark.parametrize("address", EVERY_ADDRESS)
def test_nothing_answers_a_token(address: str, boss: User) -> None:
    people.with_an_app(boss)
    _, key = tokens.create(boss, "scanner")
    answer = Client(headers={"Authorization": f"Token {key}"}).get(address)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/admin/login/")


@pytest.mark.parametrize("address", admin_addresses())
def test_no_other_method_gets_further(address: str, boss: User) -> None:
    people.with_an_app(boss)
    browser = people.signed_in(boss)
    for method in ("post", "put", "patch", "delete"):
        assert getattr(browser, method)(address).status_code == 302


@pytest.mark.parametrize("address", ["/admin/", "/admin/accounts/user/", "/admin/jsi18n/"])
def test_who_has_passed_the_factor_is_in(address: str, boss: User) -> None:
    assert people.at_the_desk(boss).get(address).status_code == 200


def test_a_factor_that_another_person_passed_counts_for_nothing(boss: User, rita: User) -> None:
    browser = people.at_the_desk(boss)
    session = browser.session
    session["account_authentication_methods"][0]["id"] = people.with_an_app(rita).pk
    session.save()
    assert browser.get("/admin/").status_code == 302


def test_strangers_are_led_to_our_sign_in_and_on_from_there() -> None:
    assert led_to(Client(), "/admin/accounts/user/?q=a").startswith(f"{SIGN_IN}?next=/admin/accounts/user/%3Fq%3Da")


def test_members_are_refused(alice_client: Client) -> None:
    assert alice_client.get("/admin/login/?next=/admin/").status_code == 403


def test_somebody_who_is_in_already_is_led_on(rita_client: Client) -> None:
    assert rita_client.get("/admin/login/?next=/admin/accounts/")["Location"] == "/admin/accounts/"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "https:evil.example"]
)
def test_nobody_is_led_to_another_site(
    elsewhere: str, rita_client: Client, rita_without_a_factor: Client, rita: User
) -> None:
    assert rita_client.get("/admin/login/", {"next": elsewhere})["Location"] == "/admin/"
    Authenticator.objects.all().delete()
    rita_without_a_factor.get(reverse("second_factor_needed"), {"next": elsewhere})
    assert rita_without_a_factor.session["staff_next"] == "/admin/"


def test_the_password_is_changed_on_the_one_page_for_it(rita_client: Client) -> None:
    assert rita_client.get("/admin/password_change/")["Location"] == "/accounts/password/change/"


def test_who_has_only_a_passkey_is_asked_for_that(boss: User) -> None:
    Authenticator.objects.create(user=boss, type="webauthn", data={"name": "key", "credential": {}})
    assert led_to(people.signed_in(boss), "/admin/") == f"{PASSKEY}?next=/admin/"
