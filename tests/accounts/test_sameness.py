"""Who does not own an address learns nothing about it: the same answer, one mail, as many password hashes."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import ClassVar

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from accounts.models import User
from hdr_site.foundation.actions import Action
from hdr_site.foundation.models import AuditEntry
from tests.accounts import mailbox
from tests.accounts.visitor import ASK_FOR_CODE, LOG_IN, PASSWORD, RESET, SIGN_UP, TYPE_CODE, WAITING, sign_up

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

UNKNOWN = "nobody@example.org"
OF_THE_MOMENT = {"Expires", "Content-Length"}  # the clock, and how long the address is that the page repeats
KINDS = ("confirmed", "unconfirmed", "inactive", "passwordless")


WRITES = re.compile(r"^(INSERT INTO|UPDATE|DELETE FROM) \"(\w+)\"")


class CountingHasher(MD5PasswordHasher):
    """Counts how many hashes are computed: each costs a tenth of a second with the product's own hasher."""

    computed: ClassVar[int] = 0

    def encode(self, password: str, salt: str) -> str:
        """Every hash is made here; checking one makes one."""
        type(self).computed += 1
        return super().encode(password, salt)


@pytest.fixture(autouse=True)
def counted(settings: Settings) -> Iterator[None]:
    """Every password hash of a test is counted."""
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    yield
    CountingHasher.computed = 0


@dataclass(frozen=True)
class Seen:
    """What a visitor can see of the answers to what they did."""

    statuses: tuple[int, ...]
    headers: tuple[frozenset[tuple[str, str]], ...]
    cookies: tuple[frozenset[tuple[str, str]], ...]
    pages: tuple[str, ...]
    mails: int
    hashes: int


def account(kind: str) -> str:
    """The address of an account of that kind."""
    email = f"{kind}@example.org"
    password = None if kind == "passwordless" else "a password of theirs"
    person = User.objects.create_user(email, password, name="Kim", is_active=kind != "inactive")
    EmailAddress.objects.create(user=person, email=email, primary=True, verified=kind != "unconfirmed")
    return email


def seen(address: str, *steps: Callable[[Client, str], HttpResponse]) -> Seen:
    """What somebody sees who takes these steps with an address."""
    browser, before, hashes = Client(), mailbox.how_many(address), CountingHasher.computed
    answers = [step(browser, address) for step in steps]
    return Seen(
        tuple(answer.status_code for answer in answers),
        tuple(frozenset(item for item in answer.items() if item[0] not in OF_THE_MOMENT) for answer in answers),
        tuple(frozenset((name, str(found["max-age"])) for name, found in answer.cookies.items()) for answer in answers),
        tuple(_words(answer.content.decode(), address) for answer in answers),
        mailbox.how_many(address) - before,
        CountingHasher.computed - hashes,
    )


def _words(page: str, address: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page).replace(address, "ADDRESS")


def _post(path: str, **form: str) -> Callable[[Client, str], HttpResponse]:
    def step(browser: Client, address: str) -> HttpResponse:
        response = browser.post(path, {name: value.format(address) for name, value in form.items()})
        assert isinstance(response, HttpResponse)
        return response

    return step


def _get(path: str) -> Callable[[Client, str], HttpResponse]:
    def step(browser: Client, address: str) -> HttpResponse:
        response = browser.get(path)
        assert isinstance(response, HttpResponse)
        return response

    return step


SIGNS_UP = _post(SIGN_UP, email="{}", password1=PASSWORD, password2=PASSWORD, name="Kim")
LOGS_IN = _post(LOG_IN, login="{}", password=PASSWORD)
ASKS_FOR_CODE, ASKS_FOR_RESET = _post(ASK_FOR_CODE, email="{}"), _post(RESET, email="{}")
GUESSES = _post(WAITING, action="verify", code="1234-5678")
GUESSES_TO_SIGN_IN = _post(TYPE_CODE, action="verify", code="1234-5678")

WAYS: dict[str, tuple[tuple[Callable[[Client, str], HttpResponse], ...], int, int]] = {
    "signing up": ((SIGNS_UP, _get(WAITING), _get(LOG_IN)), 1, 1),
    "signing up and guessing": ((SIGNS_UP, *[GUESSES] * 6), 1, 1),
    "signing up, having the mail sent again": ((SIGNS_UP, _post(WAITING, action="resend"), _get(WAITING)), 2, 1),
    "logging in": ((LOGS_IN, LOGS_IN, _get(LOG_IN)), 0, 2),
    "asking for a code": ((ASKS_FOR_CODE, _get(TYPE_CODE), _get(LOG_IN)), 1, 0),
    "asking for a code and guessing": ((ASKS_FOR_CODE, *[GUESSES_TO_SIGN_IN] * 6, _get(LOG_IN)), 1, 0),
    "asking for a code again": ((ASKS_FOR_CODE, _post(TYPE_CODE, action="resend"), _get(TYPE_CODE)), 2, 0),
    "asking for a new password": ((ASKS_FOR_RESET, _get(f"{RESET}done/")), 1, 0),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("way", WAYS)
def test_a_stranger_sees_the_same_whatever_account_there_is(way: str, kind: str) -> None:
    steps, mails, hashes = WAYS[way]
    there = seen(account(kind), *steps)
    assert there == seen(UNKNOWN, *steps)
    assert (there.mails, there.hashes) == (mails, hashes)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("first", ["an unknown address", "a known one"])
def test_giving_another_address_before_confirming_tells_nothing_about_it(first: str, kind: str) -> None:
    def given(other: str) -> Seen:
        start = "first@example.org" if first == "an unknown address" else account("confirmed")
        User.objects.filter(email="first@example.org").delete()
        signs_up = _post(SIGN_UP, email=start, password1=PASSWORD, password2=PASSWORD)
        try:
            return seen(other, signs_up, _post(WAITING, action="change", email="{}"), _get(WAITING), GUESSES)
        finally:
            User.objects.filter(email=start).delete()

    there = given(account(kind) if kind != "confirmed" else _other_confirmed())
    assert there == given(UNKNOWN)
    assert (there.mails, there.hashes) == (1, 1)


def _other_confirmed() -> str:
    email = "other@example.org"
    person = User.objects.create_user(email, "a password of theirs")
    EmailAddress.objects.create(user=person, email=email, primary=True, verified=True)
    return email


def test_who_signed_up_with_a_known_address_may_correct_it_and_gets_in(client: Client) -> None:
    sign_up(client, account("confirmed"), name="Ann")
    client.post(WAITING, {"action": "change", "email": UNKNOWN})
    client.post(WAITING, {"action": "verify", "code": mailbox.code(UNKNOWN)})
    assert client.get("/recognitions/").status_code == 200
    assert User.objects.get(email=UNKNOWN).name == "Ann"
    assert User.objects.get(email=UNKNOWN).check_password(PASSWORD)


def test_signing_up_and_then_logging_in_does_not_tell_whether_there_was_an_account() -> None:
    def logged_in_after_sign_up(address: str) -> Seen:
        sign_up(Client(), address)
        return seen(address, LOGS_IN)

    there, unknown = logged_in_after_sign_up(account("confirmed")), logged_in_after_sign_up(UNKNOWN)
    assert there.pages == unknown.pages
    assert (there.statuses, there.headers, there.cookies) == (unknown.statuses, unknown.headers, unknown.cookies)
    assert there.hashes == unknown.hashes == 1


MAILS = {
    "signing up": (SIGNS_UP, "You have an account already", "Confirm your address"),
    "asking for a code": (ASKS_FOR_CODE, "Your code to log in", "There is no account with this address"),
    "asking for a new password": (ASKS_FOR_RESET, "Choose a new password", "There is no account with this address"),
}


@pytest.mark.parametrize("way", MAILS)
def test_the_owner_of_the_address_is_told_what_is_the_case(way: str) -> None:
    step, known, unknown = MAILS[way]
    address = account("confirmed")
    seen(address, step)
    seen(UNKNOWN, step)
    assert (mailbox.newest(address).subject, mailbox.newest(UNKNOWN).subject) == (known, unknown)


@pytest.mark.parametrize("kind", KINDS)
def test_signing_up_writes_as_much_whether_there_is_an_account_or_not(kind: str) -> None:
    assert set(written_by(account(kind), SIGNS_UP)) >= set(written_by(UNKNOWN, SIGNS_UP))


def written_by(address: str, step: Callable[[Client, str], HttpResponse]) -> list[str]:
    """Which tables are written to, and how."""
    with CaptureQueriesContext(connection) as queries:
        step(Client(), address)
    return [found[0] for query in queries if (found := WRITES.match(query["sql"]))]


def test_what_is_written_for_that_is_undone() -> None:
    account("confirmed")
    seen("confirmed@example.org", SIGNS_UP)
    assert list(User.objects.values_list("email", flat=True)) == ["confirmed@example.org"]
    assert not AuditEntry.objects.filter(action=Action.ACCOUNT_CREATED).exists()
