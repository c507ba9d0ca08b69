"""Sessions, their cookies, and where people are led after an account page."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import urlencode, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from hdr_site.foundation.models import Mail
from tests import people
from tests.contracts.test_urls_and_roles import ALL

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

NEW = "eight red chairs"
PRODUCTION = {
    "SECRET_KEY": "for-the-checks-that-open-no-connection-Zq81xW6vTg40pLr9sKd2",
    "SITE_URL": "https://digits.example.org",
    "DATABASE_URL": "postgresql://nobody@localhost/none",
    "REDIS_URL": "redis://localhost",
    "EMAIL_URL": "smtp+tls://localhost",
    "STORAGE_URL": "file:///nonexistent",
    "TRUSTED_PROXIES": "1",
    "DEBUG": "false",
}


def log_in(browser: Client, person: User, password: str, **more: str) -> str:
    answer = browser.post("/accounts/login/", {"login": person.email, "password": password, **more})
    return str(answer.headers.get("Location", ""))


# --- Sessions ---------------------------------------------------------------------------------------------------------


def test_the_key_of_a_session_changes_when_somebody_logs_in(alice: User, password: str) -> None:
    browser = Client()
    session = browser.session
    session["planted"] = True
    session.save()
    before = browser.cookies["sessionid"].value
    log_in(browser, alice, password)
    assert browser.cookies["sessionid"].value != before
    assert not Client().session.exists(before)


def test_a_changed_password_ends_the_sessions_of_all_other_browsers(alice: User, password: str) -> None:
    here, elsewhere = Client(), Client()
    log_in(here, alice, password)
    log_in(elsewhere, alice, password)
    key = here.cookies["sessionid"].value
    here.post("/accounts/password/change/", {"oldpassword": password, "password1": NEW, "password2": NEW})
    assert elsewhere.get("/recognitions/").status_code == 302
    assert here.get("/recognitions/").status_code == 200
    assert here.cookies["sessionid"].value != key


def test_a_password_that_was_reset_ends_all_sessions(alice: User, password: str) -> None:
    elsewhere, browser = Client(), Client()
    log_in(elsewhere, alice, password)
    browser.post("/accounts/password/reset/", {"email": alice.email})
    link = re.search(r"https?://[^/\s]+(/accounts/password/reset/key/\S+)", Mail.objects.latest("pk").content["body"])
    assert link is not None
    page = browser.get(link[1], follow=True)
    browser.post(page.redirect_chain[-1][0], {"password1": NEW, "password2": NEW})
    assert elsewhere.get("/recognitions/").status_code == 302
    assert log_in(Client(), alice, NEW) == "/dashboard/"


@pytest.mark.parametrize("change", ["a new password", "switched off"])
def test_who_was_half_way_in_does_not_come_in_after_a_change(alice: User, password: str, change: str) -> None:
    people.with_an_app(alice)
    thief = Client()
    assert log_in(thief, alice, password) == "/accounts/2fa/authenticate/"
    if change == "a new password":
        alice.set_password(NEW)
        alice.save()
    else:
        User.objects.update(is_active=False)
    thief.post("/accounts/2fa/authenticate/", {"code": people.code_of()})
    assert "_auth_user_id" not in thief.session


def test_the_cookie_of_a_session_is_kept_from_scripts_and_from_other_sites(alice: User, password: str) -> None:
    browser = Client()
    log_in(browser, alice, password)
    assert {name: (cookie["httponly"], cookie["samesite"]) for name, cookie in browser.cookies.items()} == {
        "sessionid": (True, "Lax"),
        "csrftoken": (True, "Lax"),
        "known": (True, "Lax"),
    } | ({"messages": (True, "Lax")} if "messages" in browser.cookies else {})


def production_settings(*names: str) -> dict[str, object]:
    """Settings as a production installation has them, read by a process of its own."""
    code = (
        f"import json; from hdr_site import settings as s; print(json.dumps({{n: getattr(s, n) for n in {names!r}}}))"
    )
    clean = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    said = subprocess.run(
        [sys.executable, "-c", code], env=clean | PRODUCTION, capture_output=True, text=True, check=True
    ).stdout
    found: dict[str, object] = json.loads(said)
    return found


def test_over_https_cookies_are_bound_to_this_host() -> None:
    secure = ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY", "CSRF_COOKIE_HTTPONLY")
    found = production_settings("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", *secure)
    assert found == {
        "SESSION_COOKIE_NAME": "__Host-session",
        "CSRF_COOKIE_NAME": "__Host-csrf",
    } | dict.fromkeys(secure, True)


def test_djangos_checks_for_production_find_nothing() -> None:
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    clean = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    checked = subprocess.run(command, env=clean | PRODUCTION, capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")


# --- No open redirect -------------------------------------------------------------------------------------------------

EVIL = [
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example/",
    "\\\\evil.example/",
    "https:evil.example",
    "https:///evil.example",
    "http://testserver@evil.example/",
    "//testserver@evil.example/",
    "javascript:alert(1)",
    "data:text/html,x",
    " https://evil.example/",
    "\thttps://evil.example/",
    "/\t/evil.example/",
    "/%09/evil.example",
]


def leads_away(location: str) -> bool:
    """Whether a browser would leave the site for it: it reads a backslash as a slash and drops tabs and line ends."""
    read = "".join(letter for letter in location.strip() if letter not in "\t\r\n").replace("\\", "/")
    parts = urlsplit(read)
    return bool(parts.scheme or read.startswith("//")) and parts.netloc != "testserver"


@pytest.mark.parametrize("location", [evil for evil in EVIL if "%09" not in evil])
def test_the_yardstick_of_these_tests_knows_what_leads_away(location: str) -> None:
    assert leads_away(location)


def test_the_yardstick_knows_what_stays() -> None:
    stays = ("/recognitions/", "/accounts/login/?next=//evil.example", "http://testserver/x", "", "?next=x")
    assert not any(leads_away(location) for location in stays)


@pytest.mark.parametrize("evil", EVIL)
def test_nobody_is_led_away_after_logging_in(alice: User, password: str, evil: str) -> None:
    for browser, path, more in (
        (Client(), "/accounts/login/", {"next": evil}),
        (Client(), f"/accounts/login/?{_query(evil)}", {}),
    ):
        answer = browser.post(path, {"login": alice.email, "password": password, **more})
        assert answer.status_code == 302
        assert not leads_away(answer["Location"])


@pytest.mark.parametrize("evil", EVIL)
def test_nobody_is_led_away_after_a_second_factor(alice: User, password: str, evil: str) -> None:
    people.with_an_app(alice)
    browser = Client()
    log_in(browser, alice, password, next=evil)
    answer = browser.post(f"/accounts/2fa/authenticate/?{_query(evil)}", {"code": people.code_of(), "next": evil})
    assert answer.status_code == 302
    assert not leads_away(answer["Location"])


@pytest.mark.parametrize("evil", EVIL)
def test_nobody_is_led_away_after_proving_who_they_are(alice_client: Client, password: str, evil: str) -> None:
    answer = alice_client.post(f"/accounts/reauthenticate/?{_query(evil)}", {"password": password, "next": evil})
    assert answer.status_code == 302
    assert not leads_away(answer["Location"])


@pytest.mark.parametrize("evil", EVIL[:3])
def test_nobody_is_led_away_by_any_account_page(
    alice_client: Client, ann_client: Client, rita_client: Client, evil: str
) -> None:
    for path in _account_pages():
        for browser in (ann_client, alice_client, rita_client):
            for answer in (browser.get(f"{path}?{_query(evil)}"), browser.post(path, {"next": evil})):
                assert not leads_away(answer.headers.get("Location", "")), path


def _query(evil: str) -> str:
    return urlencode({"next": evil})


def _account_pages() -> Iterator[str]:
    """Every address below /accounts/ that needs no values, logging out last."""
    paths = {reverse(name) for name, needed in ALL.items() if not needed}
    yield from sorted(path for path in paths if path.startswith(("/accounts/", "/admin/")) and "logout" not in path)
    yield reverse("account_logout")


SECRETS = (
    "email/",
    "password/change/",
    "2fa/",
    "2fa/totp/activate/",
    "2fa/webauthn/add/",
    "3rdparty/",
    "tokens/",
    "data/",
)


@pytest.mark.parametrize("page", SECRETS)
def test_no_browser_keeps_an_account_page(alice: User, page: str) -> None:
    answer = people.just_signed_in(alice).get(f"/accounts/{page}")
    assert answer.status_code == 200
    assert "no-store" in answer.headers.get("Cache-Control", "")


def test_no_browser_keeps_recovery_codes(alice: User) -> None:
    browser = people.at_the_desk(alice)
    answer = browser.post("/accounts/2fa/recovery-codes/generate/", follow=True)
    assert re.search(r"\b\d{8}\b", answer.content.decode())
    assert "no-store" in answer.headers.get("Cache-Control", "")
