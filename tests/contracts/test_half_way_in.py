"""Whoever has given a password but not yet the second factor, or has signed up but not confirmed, is nobody yet."""

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from recognition.models import Recognition
from tests import people
from tests.contracts.test_urls_and_roles import EXPECTED, OK, asked, picture  # noqa: F401 - a fixture

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

CLOSED_TO_STRANGERS = sorted(name for name, answers in EXPECTED.items() if answers.ann != OK)
THE_NEXT_STEP = {
    "factor": {"mfa_authenticate", "mfa_login_webauthn"},
    "confirmation": {"account_email_verification_sent", "mfa_login_webauthn"},
}
"""Pages that lead on: the step that is asked for, and the log-in by passkey, which sends everybody to their step."""


@pytest.fixture(autouse=True)
def nobody_tried_before() -> None:
    """Rate limits count anew in every test."""
    cache.clear()


@pytest.fixture
def before_the_factor(alice: User, password: str) -> Client:
    """Alice's browser: the right password was given, and the code of her app is asked for."""
    people.with_an_app(alice)
    browser = Client()
    answer = browser.post("/accounts/login/", {"login": alice.email, "password": password})
    assert answer["Location"] == "/accounts/2fa/authenticate/"
    return browser


@pytest.fixture
def before_the_confirmation() -> Client:
    """The browser of somebody who has signed up, and waits for the mail."""
    browser = Client()
    form = {"email": "ann@example.org", "password1": "seven blue lamps", "password2": "seven blue lamps"}
    assert browser.post("/accounts/signup/", form)["Location"] == "/accounts/confirm-email/"
    return browser


@pytest.mark.parametrize("name", CLOSED_TO_STRANGERS)
def test_before_the_factor_every_address_answers_as_to_a_stranger(
    name: str,
    picture: Recognition,  # noqa: F811
    before_the_factor: Client,
    ann_client: Client,
) -> None:
    same = asked(before_the_factor, name, picture) == asked(ann_client, name, picture)
    assert same != (name in THE_NEXT_STEP["factor"])


@pytest.mark.parametrize("name", CLOSED_TO_STRANGERS)
def test_before_the_confirmation_every_address_answers_as_to_a_stranger(
    name: str,
    picture: Recognition,  # noqa: F811
    before_the_confirmation: Client,
    ann_client: Client,
) -> None:
    same = asked(before_the_confirmation, name, picture) == asked(ann_client, name, picture)
    assert same != (name in THE_NEXT_STEP["confirmation"])


@pytest.mark.parametrize("path", ["/admin/", "/admin/accounts/user/", "/admin/jsi18n/"])
def test_before_the_factor_staff_are_led_to_log_in(rita: User, password: str, path: str) -> None:
    people.with_an_app(rita)
    browser = Client()
    browser.post("/accounts/login/", {"login": rita.email, "password": password})
    assert browser.get(path)["Location"].startswith(("/accounts/login/", "/admin/login/"))
