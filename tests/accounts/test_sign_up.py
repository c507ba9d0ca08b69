"""Sign up, confirm, sign in and out, reset a password: as a browser without JavaScript does it."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from allauth.account.models import EmailAddress
from django.db import IntegrityError, connection
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from hdr_site import settings as product_settings
from hdr_site.foundation.models import Mail
from tests.accounts import mailbox
from tests.accounts.visitor import ANN, LOG_IN, PASSWORD, RESET, SIGN_UP, is_in, log_in, sign_up, waits

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def confirmed(browser: Client) -> None:
    """Ann has signed up and confirmed her address, in this browser, which is signed in then."""
    sign_up(browser)
    browser.post(mailbox.link(ANN), follow=True)


def signed_in(password: str = PASSWORD, email: str = ANN) -> bool:
    """Whether this password lets a fresh browser in."""
    browser = Client()
    log_in(browser, email, password)
    return is_in(browser)


def test_signing_up_writes_a_mail_with_a_link_that_confirms(client: Client) -> None:
    assert sign_up(client).status_code == 302
    assert not signed_in()
    client.post(mailbox.link(ANN))
    assert signed_in()


@pytest.mark.parametrize(
    ("password", "again"),
    [(PASSWORD, PASSWORD + "s"), ("short", "short"), ("password123", "password123"), ("1234567890", "1234567890")],
    ids=["different", "short", "common", "only digits"],
)
def test_a_bad_password_is_refused_beside_its_field(client: Client, password: str, again: str) -> None:
    page = sign_up(client, password=password, password2=again)
    assert page.status_code == 200
    assert {"password1", "password2"} & set(page.context["form"].errors)
    assert not User.objects.exists()


def test_a_name_is_kept_and_may_be_left_out(client: Client) -> None:
    sign_up(client, name="Ann Other")
    sign_up(Client(), email="ben@example.org", name="")
    assert dict(User.objects.values_list("email", "name")) == {ANN: "Ann Other", "ben@example.org": ""}


def test_an_address_is_one_account_whatever_its_case(client: Client, alice: User) -> None:
    sign_up(client, email=alice.email.upper())
    assert User.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_sign_up_with_one_address_at_the_same_moment_both_get_the_same_page() -> None:
    def signs_up(_: int) -> tuple[int, str]:
        answer = sign_up(Client())
        connection.close()
        return answer.status_code, answer["Location"]

    with ThreadPoolExecutor(4) as visitors:
        answers = list(visitors.map(signs_up, range(4)))
    assert set(answers) == {(302, "/accounts/confirm-email/")}
    assert User.objects.count() == 1
    assert mailbox.how_many(ANN) == 4


def test_passwords_are_hashed_with_argon2(client: Client, settings: Settings) -> None:
    settings.PASSWORD_HASHERS = product_settings.PASSWORD_HASHERS  # tests otherwise use a quick one
    sign_up(client)
    assert User.objects.get().password.startswith("argon2$argon2id$")


def test_signing_in_does_not_ask_for_the_case_of_the_address(client: Client) -> None:
    confirmed(client)
    assert signed_in(email="Ann@Example.org")


def test_signing_out_ends_the_session(alice_client: Client) -> None:
    alice_client.post("/accounts/logout/")
    assert alice_client.get("/recognitions/").status_code == 302


# --- Who may sign up --------------------------------------------------------------------------------------------------


def test_while_sign_up_is_closed_nobody_signs_up_and_the_page_says_whom_to_ask(
    client: Client, settings: Settings
) -> None:
    settings.SIGN_UP = "closed"
    for page in (client.get(SIGN_UP), sign_up(client)):
        assert page.status_code == 403
        assert "ask whoever runs it" in page.content.decode()
    assert not Mail.objects.exists()


def test_while_sign_up_is_closed_who_has_an_account_gets_in(alice: User, settings: Settings, password: str) -> None:
    settings.SIGN_UP = "closed"
    assert signed_in(email=alice.email, password=password)


@pytest.mark.parametrize(
    ("email", "taken"),
    [
        ("ann@school.example", True),
        ("ANN@School.Example", True),
        ("ann@mail.school.example", False),
        ("ann@city.example", True),
        ("ann@pupils.city.example", True),
        ("ann@evilcity.example", False),
        ("ann@example.org", False),
        ("ann@school.example.evil.example", False),
    ],
)
def test_sign_up_may_be_limited_to_domains(client: Client, settings: Settings, email: str, taken: bool) -> None:
    settings.SIGN_UP_DOMAINS = ["school.example", ".city.example"]
    page = sign_up(client, email=email)
    assert User.objects.exists() is taken
    if not taken:
        [error] = page.context["form"].errors["email"]
        assert error.startswith("Only addresses of school.example, ….city.example may sign up here.")


def test_another_address_before_confirming_must_be_of_such_a_domain_too(client: Client, settings: Settings) -> None:
    settings.SIGN_UP_DOMAINS = ["example.org"]
    sign_up(client)
    page = waits(client, "change", email="ann@evil.example")
    assert "Only addresses of example.org" in page.content.decode()
    assert User.objects.get().email == ANN


def test_the_sign_up_page_says_which_domains_may(client: Client, settings: Settings) -> None:
    settings.SIGN_UP_DOMAINS = ["school.example"]
    assert "Only addresses of school.example may sign up here" in client.get(SIGN_UP).content.decode()


def test_an_owner_of_another_domain_still_resets_the_password(alice: User, client: Client, settings: Settings) -> None:
    settings.SIGN_UP_DOMAINS = ["school.example"]
    client.post(RESET, {"email": alice.email})
    assert "/password/reset/key/" in mailbox.link(alice.email)


# --- A forgotten password ---------------------------------------------------------------------------------------------


def reset(browser: Client, email: str, new: str) -> None:
    browser.post(RESET, {"email": email})
    form_page = browser.get(mailbox.link(email), follow=True)
    browser.post(form_page.redirect_chain[-1][0], {"password1": new, "password2": new})


def test_a_forgotten_password_is_replaced_through_the_mailed_link(client: Client) -> None:
    confirmed(client)
    reset(Client(), ANN, "eight red chairs")
    assert signed_in("eight red chairs")
    assert not signed_in(PASSWORD)


def test_a_reset_link_works_once(client: Client) -> None:
    confirmed(client)
    client.post("/accounts/logout/")
    client.post(RESET, {"email": ANN})
    link = mailbox.link(ANN)
    form_page = client.get(link, follow=True)
    client.post(form_page.redirect_chain[-1][0], {"password1": "eight red chairs", "password2": "eight red chairs"})
    assert "no longer good" in Client().get(link, follow=True).content.decode()


def test_who_replaces_the_password_by_mail_has_confirmed_the_address(client: Client) -> None:
    sign_up(client)
    reset(Client(), ANN, "eight red chairs")
    assert EmailAddress.objects.get(email=ANN).verified
    assert signed_in("eight red chairs")


# --- Around it --------------------------------------------------------------------------------------------------------


def test_there_is_no_open_redirect_after_signing_in(client: Client) -> None:
    confirmed(client)
    form = {"login": ANN, "password": PASSWORD}
    response = Client().post(f"{LOG_IN}?next=https://evil.example/", form)
    assert response["Location"] == "/dashboard/"


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


@pytest.mark.parametrize("page", ["/", "/accounts/login/"])
def test_nobody_is_led_to_a_sign_up_that_is_closed(client: Client, settings: Settings, page: str) -> None:
    assert SIGN_UP in client.get(page).content.decode()
    settings.SIGN_UP = "closed"
    assert SIGN_UP not in client.get(page).content.decode()
