"""Authenticator apps and recovery codes, as a browser without JavaScript uses them."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import unquote

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client

from accounts import one_time_codes
from accounts.models import User
from hdr_site.foundation.models import AuditEntry, Mail
from tests import people

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]

TWO_FACTORS, SET_UP, CODES = "/accounts/2fa/", "/accounts/2fa/totp/activate/", "/accounts/2fa/recovery-codes/"


def log_in(person: User, password: str, address: str = "/accounts/login/", **options: Any) -> tuple[Client, str]:
    """A browser in which the password was given, and where it is led."""
    browser = Client(**options)
    return browser, browser.post(address, {"login": person.email, "password": password})["Location"]


def is_in(browser: Client) -> bool:
    return "_auth_user_id" in browser.session


def set_up_an_app(browser: Client) -> str:
    """Through the page, with the secret that it shows; returns the secret."""
    secret = re.search(r'id="secret">([A-Z2-7]+)<', browser.get(SET_UP).content.decode())
    assert secret is not None
    browser.post(SET_UP, {"code": people.code_of(secret[1])})
    return secret[1]


def unused_codes(browser: Client) -> list[str]:
    return re.findall(r"<li><code>(\d+)</code>", browser.get(CODES).content.decode())


@pytest.fixture
def alices_browser(alice: User, password: str) -> Client:
    """Alice has just logged in, and has no factor."""
    return log_in(alice, password)[0]


@pytest.fixture
def alices_codes(alices_browser: Client) -> list[str]:
    """Alice has set up an app and written down her recovery codes."""
    set_up_an_app(alices_browser)
    return unused_codes(alices_browser)


# --- Setting up -------------------------------------------------------------------------------------------------------


def test_the_page_shows_the_secret_as_a_picture_and_as_text(alices_browser: Client) -> None:
    shown = alices_browser.get(SET_UP).content.decode()
    assert 'src="data:image/svg+xml;base64,' in shown
    assert re.search(r'id="secret">[A-Z2-7]{32}<', shown)
    assert "issuer=Handwritten%20digits" in shown


def test_an_app_is_set_up_with_the_code_that_it_shows(alices_browser: Client, alice: User) -> None:
    secret = set_up_an_app(alices_browser)
    assert Authenticator.objects.get(user=alice, type="totp").data["secret"] == secret
    assert Mail.objects.get(to=alice.email).subject == "Your second factor was set up"


def test_a_wrong_code_sets_nothing_up(alices_browser: Client) -> None:
    alices_browser.get(SET_UP)
    assert "This is not the code that the app shows" in alices_browser.post(SET_UP, {"code": "000000"}).content.decode()
    assert not Authenticator.objects.exists()


def test_an_app_that_is_set_up_comes_with_ten_recovery_codes(alices_codes: list[str]) -> None:
    assert len(set(alices_codes)) == 10


def test_recovery_codes_are_downloaded_as_text(alices_browser: Client, alices_codes: list[str]) -> None:
    answer = alices_browser.get(f"{CODES}download/")
    assert answer["Content-Type"].startswith("text/plain")
    assert answer["Content-Disposition"] == 'attachment; filename="recovery-codes.txt"'
    assert re.findall(r"^\d{8}$", answer.content.decode(), re.MULTILINE) == alices_codes


def test_who_signed_in_long_ago_is_asked_again_before_a_change(alices_browser: Client) -> None:
    session = alices_browser.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time() - 301}]
    session.save()
    assert unquote(alices_browser.get(SET_UP)["Location"]) == f"/accounts/reauthenticate/?next={SET_UP}"


def test_who_has_a_factor_is_asked_for_that_and_not_for_the_password(
    alices_browser: Client, alice: User, password: str
) -> None:
    people.with_an_app(alice)
    led = alices_browser.get(f"{CODES}generate/")["Location"]
    assert led.startswith("/accounts/2fa/reauthenticate/")
    refused = alices_browser.post("/accounts/reauthenticate/?next=/", {"password": password})
    assert refused["Location"].startswith("/accounts/2fa/reauthenticate/")
    assert alices_browser.get(f"{CODES}generate/").status_code == 302


# --- Signing in -------------------------------------------------------------------------------------------------------


def test_signing_in_asks_for_a_code_and_leads_on_from_there(alice: User, password: str) -> None:
    people.with_an_app(alice)
    browser, led = log_in(alice, password, "/accounts/login/?next=/accounts/tokens/")
    assert led.startswith("/accounts/2fa/authenticate/")
    assert not is_in(browser)
    assert browser.post(led, {"code": people.code_of()})["Location"] == "/accounts/tokens/"
    assert is_in(browser)


@pytest.mark.parametrize("steps", [-1, 1])
def test_a_clock_may_be_half_a_minute_off(steps: int, alice: User, password: str) -> None:
    people.with_an_app(alice)
    browser, led = log_in(alice, password)
    browser.post(led, {"code": people.code_of(steps_from_now=steps)})
    assert is_in(browser)


@pytest.mark.parametrize("steps", [-3, 3])
def test_a_code_of_another_time_opens_nothing(steps: int, alice: User, password: str) -> None:
    people.with_an_app(alice)
    browser, led = log_in(alice, password)
    browser.post(led, {"code": people.code_of(steps_from_now=steps)})
    assert not is_in(browser)


@pytest.mark.parametrize("wrong", ["000000", "", "abc", "１２３４５６", "0" * 400])
def test_a_wrong_code_opens_nothing(wrong: str, alice: User, password: str) -> None:
    people.with_an_app(alice)
    browser, led = log_in(alice, password)
    assert browser.post(led, {"code": wrong}).status_code == 200
    assert not is_in(browser)


def test_a_wrong_code_of_an_app_is_not_looked_for_in_mails(alice: User, password: str) -> None:
    people.with_an_app(alice)
    browser, asked = log_in(alice, password)
    page = browser.post(asked, {"code": "000000"}).content.decode()
    assert "This code is wrong, or was used already" in page
    assert "mail" not in page.partition("<main")[2].partition("</main>")[0]


def test_a_wrong_code_is_noted_for_its_owner(alice: User, password: str) -> None:
    people.with_an_app(alice)
    browser, led = log_in(alice, password)
    browser.post(led, {"code": "000000"})
    assert AuditEntry.objects.get(action="factor.refused").person_id == alice.pk


def test_a_code_opens_the_account_once(alice: User, password: str) -> None:
    people.with_an_app(alice)
    code = people.code_of()
    first, led = log_in(alice, password)
    first.post(led, {"code": code})
    second, led = log_in(alice, password)
    second.post(led, {"code": code})
    assert (is_in(first), is_in(second)) == (True, False)


def test_the_code_that_set_up_the_app_does_not_open_the_account(
    alices_browser: Client, alice: User, password: str
) -> None:
    secret = set_up_an_app(alices_browser)
    browser, led = log_in(alice, password)
    browser.post(led, {"code": people.code_of(secret)})
    assert not is_in(browser)


def test_no_code_is_accepted_that_is_older_than_one_accepted_before(alice: User) -> None:
    app = people.with_an_app(alice)
    assert one_time_codes.use_up(app, people.code_of(steps_from_now=1))
    assert not one_time_codes.use_up(app, people.code_of())


def test_a_code_sent_twice_at_the_same_moment_counts_once(alice: User) -> None:
    app, code = people.with_an_app(alice), people.code_of()

    def use() -> bool:
        try:
            return one_time_codes.use_up(app, code)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as browsers:
        assert sorted(use.result() for use in [browsers.submit(use) for _ in range(4)]) == [False, False, False, True]


def test_a_recovery_code_opens_the_account_once(alice: User, password: str, alices_codes: list[str]) -> None:
    first, led = log_in(alice, password)
    first.post(led, {"code": alices_codes[4]})
    second, led = log_in(alice, password)
    second.post(led, {"code": alices_codes[4]})
    assert (is_in(first), is_in(second)) == (True, False)
    assert unused_codes(first) == [code for code in alices_codes if code != alices_codes[4]]


def test_who_runs_out_of_recovery_codes_is_told(alice: User, password: str, alices_codes: list[str]) -> None:
    codes = Authenticator.objects.get(type="recovery_codes")
    codes.data["used_mask"] = 0b0001111111  # the first seven
    codes.save()
    browser, led = log_in(alice, password)
    answer = browser.post(led, {"code": alices_codes[9]})
    assert "You have 2 recovery codes left" in " ".join(map(str, get_messages(answer.wsgi_request)))


def test_new_recovery_codes_void_the_old_ones(
    alices_browser: Client, alice: User, password: str, alices_codes: list[str]
) -> None:
    alices_browser.post(f"{CODES}generate/")
    assert not set(unused_codes(alices_browser)) & set(alices_codes)
    browser, led = log_in(alice, password)
    browser.post(led, {"code": alices_codes[0]})
    assert not is_in(browser)


def test_who_knows_the_password_does_not_use_up_the_owners_tries(alice: User, password: str) -> None:
    people.with_an_app(alice)
    thief, led = log_in(alice, password, REMOTE_ADDR="203.0.113.9")
    tried = [thief.post(led, {"code": "000000"}).status_code for _ in range(8)]
    assert 429 in tried
    owner, led = log_in(alice, password, REMOTE_ADDR="198.51.100.9")
    owner.post(led, {"code": people.code_of()})
    assert is_in(owner)


# --- Removing ---------------------------------------------------------------------------------------------------------


def test_the_app_is_removed_with_the_codes_that_stood_in_for_it(alices_browser: Client, alice: User) -> None:
    set_up_an_app(alices_browser)
    alices_browser.post("/accounts/2fa/totp/deactivate/")
    assert not Authenticator.objects.filter(user=alice).exists()
    assert Mail.objects.filter(to=alice.email, subject="A second factor was removed").exists()


def test_bob_does_not_touch_alices_passkey(alice: User, bob: User, password: str) -> None:
    key = Authenticator.objects.create(user=alice, type="webauthn", data={"name": "key", "credential": {}})
    browser = log_in(bob, password)[0]
    for what in ("remove", "edit"):
        assert browser.post(f"/accounts/2fa/webauthn/keys/{key.pk}/{what}/", {"name": "mine"}).status_code == 404
    assert Authenticator.objects.get().data["name"] == "key"


# --- Staff ------------------------------------------------------------------------------------------------------------


def test_staff_set_up_a_factor_and_are_where_they_were_going(rita: User, password: str) -> None:
    wanted = "/admin/password_change/done/"
    browser, led = log_in(rita, password, f"/accounts/login/?next={wanted}")
    grace = browser.get(led, follow=True)
    assert "One more step" in grace.content.decode()
    assert SET_UP in grace.content.decode()
    set_up_an_app(browser)
    assert f'href="{wanted}"' in browser.get(CODES).content.decode()
    assert browser.get(wanted).status_code == 200


def test_staff_who_remove_their_last_factor_are_out_at_once(rita: User, password: str) -> None:
    browser, _ = log_in(rita, password)
    set_up_an_app(browser)
    assert browser.get("/admin/").status_code == 200
    browser.post("/accounts/2fa/totp/deactivate/")
    assert browser.get("/admin/").status_code == 302


def test_staff_whose_session_has_not_passed_the_factor_are_asked_for_it(rita: User, password: str) -> None:
    browser, _ = log_in(rita, password)
    people.with_an_app(rita)
    asked = browser.get("/admin/password_change/done/", follow=True).redirect_chain[-1][0]
    browser.post(asked, {"code": people.code_of(), "next": "/admin/password_change/done/"})
    assert browser.get("/admin/").status_code == 200
