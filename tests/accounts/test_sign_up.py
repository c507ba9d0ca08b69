"""Sign up, confirm, sign in and out, reset a password: as a browser without JavaScript does it."""

import re

import pytest
from django.db import IntegrityError, connection
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from hdr_site import settings as product_settings
from hdr_site.foundation.models import Mail

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

PASSWORD = "seven blue lamps"
ANN = "ann@example.org"


def sign_up(browser: Client, email: str = ANN, password: str = PASSWORD, again: str = PASSWORD) -> int:
    form = {"email": email, "password1": password, "password2": again}
    return browser.post("/accounts/signup/", form).status_code


def link_in_last_mail() -> str:
    found = re.search(r"https?://[^/\s]+(/\S+)", Mail.objects.latest("pk").content["body"])
    assert found is not None
    return found[1]


def sign_in(browser: Client, password: str = PASSWORD, email: str = ANN) -> bool:
    browser.post("/accounts/login/", {"login": email, "password": password})
    return "_auth_user_id" in browser.session


def test_signing_up_writes_a_mail_with_a_link_that_confirms(client: Client) -> None:
    assert sign_up(client) == 302
    assert not sign_in(Client())
    client.post(link_in_last_mail())
    assert sign_in(Client())


def test_nobody_unconfirmed_gets_in(client: Client) -> None:
    sign_up(client)
    assert not sign_in(client)


@pytest.mark.parametrize(
    ("password", "again"),
    [(PASSWORD, PASSWORD + "s"), ("short", "short"), ("password123", "password123"), ("1234567890", "1234567890")],
    ids=["different", "short", "common", "only digits"],
)
def test_a_bad_password_is_refused_on_the_page(client: Client, password: str, again: str) -> None:
    assert sign_up(client, password=password, again=again) == 200
    assert not User.objects.exists()


def test_an_address_is_one_account_whatever_its_case(client: Client, alice: User) -> None:
    sign_up(client, email=alice.email.upper())
    assert User.objects.count() == 1


def test_signing_up_with_a_known_address_looks_the_same_to_a_stranger(client: Client, alice: User) -> None:
    known = client.post("/accounts/signup/", {"email": alice.email, "password1": PASSWORD, "password2": PASSWORD})
    unknown = Client().post("/accounts/signup/", {"email": ANN, "password1": PASSWORD, "password2": PASSWORD})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])


def test_passwords_are_hashed_with_argon2(client: Client, settings: Settings) -> None:
    settings.PASSWORD_HASHERS = product_settings.PASSWORD_HASHERS  # tests otherwise use a quick one
    sign_up(client)
    assert User.objects.get().password.startswith("argon2$argon2id$")


def test_signing_in_does_not_ask_for_the_case_of_the_address(client: Client) -> None:
    sign_up(client)
    client.post(link_in_last_mail())
    assert sign_in(Client(), email="Ann@Example.org")


def test_signing_out_ends_the_session(alice_client: Client) -> None:
    alice_client.post("/accounts/logout/")
    assert alice_client.get("/recognitions/").status_code == 302


def test_a_forgotten_password_is_replaced_through_the_mailed_link(client: Client) -> None:
    sign_up(client)
    client.post(link_in_last_mail())
    client.post("/accounts/logout/")
    client.post("/accounts/password/reset/", {"email": ANN})
    form_page = client.get(link_in_last_mail(), follow=True)
    new = "eight red chairs"
    client.post(form_page.redirect_chain[-1][0], {"password1": new, "password2": new})
    assert sign_in(Client(), password=new)
    assert not sign_in(Client(), password=PASSWORD)


def test_a_reset_for_an_unknown_address_tells_a_stranger_nothing(client: Client, alice: User) -> None:
    known = client.post("/accounts/password/reset/", {"email": alice.email})
    unknown = client.post("/accounts/password/reset/", {"email": ANN})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])


def test_there_is_no_open_redirect_after_signing_in(client: Client) -> None:
    sign_up(client)
    client.post(link_in_last_mail())
    form = {"login": ANN, "password": PASSWORD}
    response = Client().post("/accounts/login/?next=https://evil.example/", form)
    assert response["Location"] == "/recognitions/"


def test_a_changed_password_is_told_to_whoever_owns_the_account(alice_client: Client, password: str) -> None:
    new = "eight red chairs"
    form = {"oldpassword": password, "password1": new, "password2": new}
    alice_client.post("/accounts/password/change/", form)
    assert "password" in Mail.objects.get(to="alice@example.org").subject.lower()


def test_a_mail_that_cannot_be_written_undoes_the_change_it_tells_of(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE foundation_mail ADD CONSTRAINT no_mail CHECK (false) NOT VALID")
    with pytest.raises(IntegrityError):
        sign_up(client)
    assert not User.objects.exists()
