"""Whoever has neither a password nor a factor shows with a mailed code that it is them, before what matters."""

import re
import time
from urllib.parse import unquote

import pytest
from django.test import Client

from accounts.models import User
from hdr_site.foundation.models import Mail
from tests import people

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

PAGE, SET_UP = "/accounts/2fa/mail/", "/accounts/2fa/totp/activate/"


@pytest.fixture
def carols_browser(alice: User) -> Client:
    """Alice logs in elsewhere only, and did so long ago."""
    alice.set_unusable_password()
    alice.save()
    return people.signed_in(alice)


def mailed_code() -> str:
    found = re.search(r"\d{4}-\d{4}", Mail.objects.latest("pk").content["body"])
    assert found is not None
    return found[0]


@pytest.mark.parametrize("address", [SET_UP, "/accounts/2fa/webauthn/add/", "/accounts/password/set/"])
def test_a_change_that_matters_asks_for_a_code(address: str, carols_browser: Client) -> None:
    assert unquote(carols_browser.get(address)["Location"]) == f"{PAGE}?next={address}"


def test_the_mailed_code_leads_on(carols_browser: Client) -> None:
    carols_browser.post(PAGE, {"action": "resend", "next": SET_UP})
    assert carols_browser.post(PAGE, {"code": mailed_code(), "next": SET_UP})["Location"] == SET_UP
    assert carols_browser.get(SET_UP).status_code == 200


def test_looking_at_the_page_sends_no_mail(carols_browser: Client) -> None:
    assert carols_browser.get(PAGE).status_code == 200
    assert not Mail.objects.exists()


@pytest.mark.parametrize("wrong", ["", "0000-0000", "x" * 400])
def test_a_wrong_code_leads_nowhere(wrong: str, carols_browser: Client) -> None:
    carols_browser.post(PAGE, {"action": "resend"})
    assert carols_browser.post(PAGE, {"code": wrong, "next": SET_UP}).status_code == 200
    assert carols_browser.get(SET_UP).status_code == 302


def test_a_code_counts_once(carols_browser: Client) -> None:
    carols_browser.post(PAGE, {"action": "resend"})
    code = mailed_code()
    carols_browser.post(PAGE, {"code": code})
    assert carols_browser.post(PAGE, {"code": code}).status_code == 200


def test_a_code_is_void_after_five_wrong_ones(carols_browser: Client) -> None:
    carols_browser.post(PAGE, {"action": "resend"})
    for _ in range(5):
        carols_browser.post(PAGE, {"code": "0000-0000"})
    assert carols_browser.post(PAGE, {"code": mailed_code()}).status_code == 200
    assert carols_browser.get(SET_UP).status_code == 302


def test_a_code_is_void_after_a_quarter_of_an_hour(carols_browser: Client) -> None:
    carols_browser.post(PAGE, {"action": "resend"})
    session = carols_browser.session
    session["mailed_proof"] |= {"at": time.time() - 901}
    session.save()
    carols_browser.post(PAGE, {"code": mailed_code()})
    assert carols_browser.get(SET_UP).status_code == 302


def test_a_new_code_voids_the_one_before(carols_browser: Client) -> None:
    carols_browser.post(PAGE, {"action": "resend"})
    old = mailed_code()
    carols_browser.post(PAGE, {"action": "resend"})
    carols_browser.post(PAGE, {"code": old})
    assert carols_browser.get(SET_UP).status_code == 302


def test_the_session_does_not_keep_the_code_itself(carols_browser: Client) -> None:
    carols_browser.post(PAGE, {"action": "resend"})
    assert mailed_code().replace("-", "") not in str(dict(carols_browser.session)).replace("-", "")


def test_whoever_has_a_password_is_asked_for_that(alice_client: Client) -> None:
    assert alice_client.get(PAGE)["Location"].startswith("/accounts/reauthenticate/")
    alice_client.post(PAGE, {"action": "resend"})
    assert not Mail.objects.exists()
