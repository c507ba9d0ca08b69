"""The mails that really go out: both parts, the links in them, the language."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from tests.accounts import mailbox
from tests.accounts.visitor import ANN, ASK_FOR_CODE, PASSWORD, RESET, log_in, sign_up, waits

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

ALICE = "alice@example.org"


def _changes_password(browser: Client) -> None:
    new = "eight red chairs"
    form = {"oldpassword": "correct horse battery staple", "password1": new, "password2": new}
    browser.post("/accounts/password/change/", form)


def _signs_up_and_logs_in_at_once(browser: Client) -> None:
    sign_up(Client())
    log_in(Client())


WAYS: dict[str, tuple[Callable[[Client], object], str, str, str]] = {
    "signing up": (sign_up, ANN, "Confirm your address", r"\d{4}-\d{4}"),
    "logging in unconfirmed": (_signs_up_and_logs_in_at_once, ANN, "Confirm your address, then log in", "the right"),
    "signing up again": (lambda browser: sign_up(browser, ALICE), ALICE, "You have an account already", "just log in"),
    "a code": (lambda b: b.post(ASK_FOR_CODE, {"email": ALICE}), ALICE, "Your code to log in", r"\d{4}-\d{4}"),
    "no account": (lambda b: b.post(ASK_FOR_CODE, {"email": ANN}), ANN, "There is no account with this address", ANN),
    "a new password": (lambda b: b.post(RESET, {"email": ALICE}), ALICE, "Choose a new password", "open this link"),
    "a changed password": (_changes_password, ALICE, "Your password was changed", r"127\.0\.0\.0/24"),
}
LINKS = {
    "signing up": r"/accounts/confirm-email/[^/\s]+/",
    "logging in unconfirmed": r"/accounts/confirm-email/[^/\s]+/",
    "signing up again": r"/accounts/password/reset/",
    "no account": r"/accounts/signup/",
    "a new password": r"/accounts/password/reset/key/[^/\s]+/",
}


@pytest.mark.parametrize("way", WAYS)
def test_a_mail_says_the_same_in_both_parts(way: str, alice_client: Client, client: Client) -> None:
    step, to, subject, words = WAYS[way]
    step(alice_client if way == "a changed password" else client)
    assert mailbox.newest(to).subject == subject
    for part in (mailbox.text(to), mailbox.html(to)):
        assert re.search(words, part)


@pytest.mark.parametrize("way", LINKS)
def test_links_lead_to_the_address_that_people_use_whatever_host_was_asked(
    way: str, alice: User, settings: Settings
) -> None:
    settings.SITE_URL, settings.ALLOWED_HOSTS = "https://digits.example.org", ["localhost", "testserver"]
    step, to, _, _ = WAYS[way]
    step(Client(headers={"host": "localhost"}))
    for part in (mailbox.text(to), mailbox.html(to)):
        found = set(re.findall(r"\w+://[^\s\"<>]+", part))
        assert len(found) == 1
        assert re.fullmatch(rf"https://digits\.example\.org{LINKS[way]}", found.pop())


def test_code_and_link_of_a_mail_sent_again_are_new_in_both_parts(client: Client) -> None:
    sign_up(client)
    before = mailbox.code(ANN)
    waits(client, "resend")
    assert mailbox.code(ANN) != before
    assert mailbox.code(ANN) in mailbox.html(ANN)
    assert mailbox.link(ANN) in mailbox.html(ANN)


def test_no_mail_holds_the_password(client: Client) -> None:
    sign_up(client)
    assert PASSWORD not in str(mailbox.newest(ANN).content)


def test_a_notice_names_the_browser_as_people_call_it(alice_client: Client) -> None:
    firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:144.0) Gecko/20100101 Firefox/144.0"
    alice_client.defaults["HTTP_USER_AGENT"] = firefox
    _changes_password(alice_client)
    assert "With: Firefox on Windows" in mailbox.text(ALICE)
    assert "Mozilla" not in mailbox.text(ALICE) + mailbox.html(ALICE)
