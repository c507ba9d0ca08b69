"""Passwords are hashed at our cost, a few at once."""

import threading
from collections.abc import Iterator

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher, check_password, make_password
from django.test import Client
from pytest_django import Settings

from accounts import hashers
from accounts.models import User
from hdr_site import settings as product_settings

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def as_in_the_product(settings: Settings) -> None:
    """Tests otherwise use a quick hasher."""
    settings.PASSWORD_HASHERS = product_settings.PASSWORD_HASHERS


def test_a_hash_says_that_it_was_made_at_our_cost() -> None:
    assert make_password("secret").startswith("argon2$argon2id$v=19$m=47104,t=1,p=1$")


def test_a_hash_is_checked() -> None:
    encoded = make_password("secret")
    assert check_password("secret", encoded)
    assert not check_password("wrong", encoded)


def test_a_hash_of_djangos_cost_is_made_anew_when_its_owner_logs_in(alice: User, password: str) -> None:
    User.objects.filter(pk=alice.pk).update(password=make_password(password, hasher=Argon2PasswordHasher()))
    assert Client().post("/accounts/login/", {"login": alice.email, "password": password}).status_code == 302
    alice.refresh_from_db()
    assert "$m=47104,t=1,p=1$" in alice.password
    assert alice.check_password(password)


def test_no_more_than_a_few_are_computed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    together, most, lock = 0, 0, threading.Lock()
    both_in = threading.Barrier(hashers.AT_ONCE)

    def encode(*_given: str) -> str:
        nonlocal together, most
        with lock:
            together += 1
            most = max(most, together)
        both_in.wait(10)  # nobody goes on before as many as may are here
        with lock:
            together -= 1
        return "hash"

    monkeypatch.setattr(Argon2PasswordHasher, "encode", encode)
    threads = [threading.Thread(target=make_password, args=("secret",)) for _ in range(4 * hashers.AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == hashers.AT_ONCE


@pytest.fixture
def everybody_waits() -> Iterator[None]:
    """As many as may wait for a hash do."""
    for _ in range(hashers.WAITING):
        assert hashers._admitted.acquire(blocking=False)
    yield
    for _ in range(hashers.WAITING):
        hashers._admitted.release()


@pytest.mark.usefixtures("everybody_waits")
def test_who_comes_when_many_wait_is_asked_to_come_again() -> None:
    answer = Client().post("/accounts/login/", {"login": "ann@example.org", "password": "secret"})
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "Try again in a few seconds" in answer.content.decode()


@pytest.mark.usefixtures("everybody_waits")
def test_a_password_that_nobody_looked_at_is_not_a_wrong_one() -> None:
    form = {"login": "ann@example.org", "password": "secret"}
    assert {Client().post("/accounts/login/", form).status_code for _ in range(8)} == {503}


def test_after_many_waited_there_is_room_again(everybody_waits: None) -> None:
    with pytest.raises(hashers.TooManyAtOnce):
        make_password("secret")
    hashers._admitted.release()
    assert make_password("secret")
    assert hashers._admitted.acquire(blocking=False)
