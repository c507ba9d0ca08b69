"""Another address: confirmed before it replaces the old one, and the old one is told."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from hdr_site.foundation.models import Mail

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

PAGE = "/accounts/email/"
WAITING = "/accounts/confirm-email/"
OLD, NEW = "alice@example.org", "alice@elsewhere.example"


@pytest.fixture
def browser(alice: User, password: str) -> Client:
    """Alice's, in which she has just signed in through the page."""
    client = Client()
    client.post("/accounts/login/", {"login": OLD, "password": password})
    return client


def ask_for(client: Client, email: str) -> str:
    """Ask for the address to become `email`; where the page leads."""
    answer = client.post(PAGE, {"email": email, "action_add": ""})
    return str(answer["Location"]) if answer.status_code == 302 else f"{answer.status_code}"


def newest_mail(to: str) -> str:
    return str(Mail.objects.filter(to=to).latest("pk").content["body"])


def code_for(email: str) -> str:
    found = re.search(r"\b\d{4}-\d{4}\b", newest_mail(email))
    assert found is not None
    return found[0]


def link_for(email: str) -> str:
    found = re.search(r"https?://[^/\s]+(/accounts/confirm-email/\S+)", newest_mail(email))
    assert found is not None
    return found[1]


def addresses(person: User) -> list[tuple[str, bool, bool]]:
    return list(EmailAddress.objects.filter(user=person).values_list("email", "verified", "primary"))


def email_of(person: User) -> str:
    person.refresh_from_db()
    return person.email


def test_until_it_is_confirmed_the_old_address_stays(alice: User, browser: Client, password: str) -> None:
    assert ask_for(browser, NEW) == WAITING
    assert email_of(alice) == OLD
    assert browser.get(PAGE).context["current_emailaddress"].email == OLD
    assert NEW in browser.get(PAGE).content.decode()
    stranger = Client()
    stranger.post("/accounts/login/", {"login": NEW, "password": password})
    assert "_auth_user_id" not in stranger.session


def test_the_code_makes_it_the_only_address(alice: User, browser: Client) -> None:
    ask_for(browser, NEW)
    browser.post(WAITING, {"code": code_for(NEW), "action": "verify"})
    assert email_of(alice) == NEW
    assert addresses(alice) == [(NEW, True, True)]


def test_so_does_the_link(alice: User, browser: Client) -> None:
    ask_for(browser, NEW)
    browser.post(link_for(NEW))
    assert email_of(alice) == NEW
    assert addresses(alice) == [(NEW, True, True)]


def test_the_old_address_is_told(alice: User, browser: Client) -> None:
    ask_for(browser, NEW)
    browser.post(WAITING, {"code": code_for(NEW), "action": "verify"})
    assert NEW in newest_mail(OLD)


def test_from_then_on_the_new_address_signs_in_and_the_old_one_does_not(
    alice: User, browser: Client, password: str
) -> None:
    ask_for(browser, NEW)
    browser.post(WAITING, {"code": code_for(NEW), "action": "verify"})
    for address, gets_in in ((NEW, True), (OLD, False)):
        client = Client()
        client.post("/accounts/login/", {"login": address, "password": password})
        assert ("_auth_user_id" in client.session) == gets_in


def test_a_link_that_a_stranger_opens_changes_nothing(alice: User, bob_client: Client, browser: Client) -> None:
    ask_for(browser, NEW)
    for stranger in (Client(), bob_client):
        stranger.post(link_for(NEW))
    assert email_of(alice) == OLD


def test_a_change_that_was_called_off_stays_off(alice: User, browser: Client) -> None:
    ask_for(browser, NEW)
    code = code_for(NEW)
    browser.post(WAITING, {"action": "cancel"})
    browser.post(WAITING, {"code": code, "action": "verify"})
    assert email_of(alice) == OLD
    assert browser.get(PAGE).context["waiting"] is None


def test_whoever_signed_in_long_ago_proves_first_who_they_are(alice: User, alice_client: Client, password: str) -> None:
    where = ask_for(alice_client, NEW)
    assert where.startswith("/accounts/reauthenticate/")
    assert not Mail.objects.filter(to=NEW).exists()
    alice_client.post(where, {"password": password})
    assert Mail.objects.filter(to=NEW).exists()


def test_somebody_elses_address_looks_the_same_and_is_never_taken(
    alice: User, bob: User, browser: Client, bob_client: Client
) -> None:
    assert ask_for(browser, bob.email) == ask_for(browser, NEW) == WAITING
    ask_for(browser, bob.email)
    answer = browser.post(WAITING, {"code": code_for(bob.email), "action": "verify"})
    assert answer.context["form"].errors["code"]
    assert (email_of(alice), email_of(bob)) == (OLD, "bob@example.org")


@pytest.mark.parametrize("way", ["code", "link"])
def test_somebody_who_signed_up_with_it_and_never_confirmed_is_no_obstacle(
    alice: User, browser: Client, way: str
) -> None:
    squatter = {"email": NEW, "password1": "seven blue lamps", "password2": "seven blue lamps"}
    Client().post("/accounts/signup/", squatter)
    assert User.objects.filter(email=NEW).exists()
    ask_for(browser, NEW)
    if way == "code":
        browser.post(WAITING, {"code": code_for(NEW), "action": "verify"})
    else:
        browser.post(link_for(NEW))
    assert email_of(alice) == NEW
    assert User.objects.count() == 1


def test_the_address_one_has_already_is_refused(browser: Client) -> None:
    answer = browser.post(PAGE, {"email": OLD.upper(), "action_add": ""})
    assert answer.context["form"].errors


def test_where_sign_up_is_limited_to_domains_so_is_the_change(browser: Client, settings: Settings) -> None:
    settings.SIGN_UP_DOMAINS = ["example.org"]
    answer = browser.post(PAGE, {"email": NEW, "action_add": ""})
    assert "Only addresses of example.org" in answer.content.decode()
    assert ask_for(browser, "alice.liddell@example.org") == WAITING


def test_a_mail_is_in_the_language_of_its_reader_not_of_the_page(alice: User, bob: User, settings: Settings) -> None:
    settings.LANGUAGES = [("en", "English"), ("de", "Deutsch")]
    User.objects.filter(pk=alice.pk).update(language="de")
    for person, language in ((alice, "de"), (bob, "en")):
        Client().post("/accounts/password/reset/", {"email": person.email}, headers={"Accept-Language": "en"})
        [(page, _)] = Mail.objects.get(to=person.email).content["alternatives"]
        assert f'<html lang="{language}"' in page


def test_a_code_to_log_in_that_went_to_the_old_address_is_dead_once_it_was_replaced(
    alice: User, browser: Client
) -> None:
    reader_of_old_mails = Client()
    reader_of_old_mails.post("/accounts/login/code/", {"email": OLD})
    code = code_for(OLD)
    ask_for(browser, NEW)
    browser.post(WAITING, {"code": code_for(NEW), "action": "verify"})
    mails = Mail.objects.count()
    for form in ({"code": code}, {"action": "resend"}):
        reader_of_old_mails.post("/accounts/login/code/confirm/", form)
        assert "_auth_user_id" not in reader_of_old_mails.session
    assert Mail.objects.count() == mails


def test_a_new_code_is_not_sent_to_an_address_that_was_replaced(alice: User, browser: Client) -> None:
    reader_of_old_mails = Client()
    reader_of_old_mails.post("/accounts/login/code/", {"email": OLD})
    ask_for(browser, NEW)
    browser.post(WAITING, {"code": code_for(NEW), "action": "verify"})
    mails = Mail.objects.count()
    reader_of_old_mails.post("/accounts/login/code/confirm/", {"action": "resend"})
    assert Mail.objects.count() == mails
