"""Redis is only the doorbell: emptied, stopped or hanging, it costs seconds and no picture."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from hdr_site.launcher import commands
from hdr_site.launcher.processes import wait_for
from hdr_site.launcher.trial import TrialProduct
from tests.e2e import house, pictures
from tests.e2e.house import Person
from tests.e2e.http import Browser

LONGEST_SECONDS = 5.0
"""Nobody waits longer for the answer to an upload."""


def test_a_picture_is_read_although_redis_was_emptied(impatient: TrialProduct, alice: Person) -> None:
    public_id = _sent_with_a_bell_that_nobody_hears(impatient, alice)
    assert _redis(impatient, b"FLUSHALL\r\n") == b"+OK\r\n"
    house.read_within(impatient, public_id, 60)


def _sent_with_a_bell_that_nobody_hears(product: TrialProduct, person: Person) -> str:
    """A picture whose bell hangs in Redis, because the worker was killed; once more where the next one was quicker.

    Where the web process could not ring in time, the sweep does it a second later.
    """
    for _ in range(3):
        product.kill_worker()
        assert _redis(product, b"FLUSHALL\r\n") == b"+OK\r\n"  # earlier bells, and a note that one is on its way
        public_id = person.api.submit(pictures.small())
        if wait_for(lambda: int(_redis(product, b"LLEN recognition\r\n").strip(b":\r\n")) >= 1, 2):
            return public_id
    raise AssertionError("no bell was left hanging in three tries")


@pytest.mark.slow
def test_while_redis_is_stopped_uploads_are_taken_and_read_after_it_is_back(
    impatient: TrialProduct, alice: Person
) -> None:
    browser = alice.browser()
    impatient.redis.stop()
    try:
        public_id = alice.api.submit(pictures.small(), seconds=LONGEST_SECONDS)
        assert browser.send_form("/recognitions/new/", PICTURE, seconds=LONGEST_SECONDS).status == 302
    finally:
        impatient.redis.start()
    house.read_within(impatient, public_id, 60)
    assert wait_for(lambda: house.unfinished_of(impatient, alice) == 0, 30)


@pytest.mark.slow
def test_while_redis_hangs_every_upload_is_answered_in_time(impatient: TrialProduct, alice: Person) -> None:
    browser = alice.browser()
    with house.frozen([impatient.redis.process.pid]):
        sent = [alice.api.submit(pictures.small(), seconds=LONGEST_SECONDS) for _ in range(6)]
        assert browser.send_form("/recognitions/new/", PICTURE, seconds=LONGEST_SECONDS).status == 302
    for public_id in sent:
        house.read_within(impatient, public_id, 60)


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["stopped", "hanging"])
def test_while_redis_is_away_people_sign_in_and_see_their_history(
    impatient: TrialProduct, alice: Person, fault: str
) -> None:
    browser = Browser(impatient.url)
    with _away(impatient, fault):
        began = time.monotonic()
        assert browser.sign_in(alice.email, house.PASSWORD)
        assert time.monotonic() - began < 3 * LONGEST_SECONDS  # the form, the sign-in and the history
        assert browser.get("/recognitions/", seconds=LONGEST_SECONDS).status == 200
        assert alice.api.get("/api/v1/recognitions/", seconds=LONGEST_SECONDS).status == 200


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["stopped", "hanging"])
def test_while_redis_is_away_wrong_passwords_are_refused_sooner_and_nobody_is_signed_out(
    impatient: TrialProduct, alice: Person, fault: str
) -> None:
    signed_in, attacker = alice.browser(), Browser(impatient.url)
    wrong = {"login": alice.email, "password": "not the password"}
    with _away(impatient, fault):
        answers = [
            attacker.send_form("/accounts/login/", wrong, seconds=LONGEST_SECONDS).status
            for _ in range(4 * commands.web_processes())
        ]
        assert signed_in.get("/recognitions/", seconds=LONGEST_SECONDS).status == 200
    assert answers[0] == 200
    assert answers[-1] == 429
    assert answers.count(200) <= 2 * commands.web_processes()  # a quarter of five, rounded up, in each process


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["stopped", "hanging"])
def test_while_redis_is_away_nobody_waits_long_for_a_mail_or_a_new_account(impatient: TrialProduct, fault: str) -> None:
    stranger = Browser(impatient.url)
    stranger.get("/accounts/signup/")
    form = {"email": f"ann-{fault}@example.org", "password1": house.PASSWORD, "password2": house.PASSWORD}
    with _away(impatient, fault):
        signed_up = stranger.send_form("/accounts/signup/", form, seconds=LONGEST_SECONDS)
        reset = Browser(impatient.url).send_form(
            "/accounts/password/reset/", {"email": form["email"]}, seconds=LONGEST_SECONDS
        )
    assert (signed_up.status, reset.status) == (302, 302)


def test_limits_count_for_all_processes_together(product: TrialProduct) -> None:
    def answers() -> list[int]:
        wrong = {"login": house.arrive(product, "Alice").email, "password": "not the password"}
        return [Browser(product.url).send_form("/accounts/login/", wrong).status for _ in range(12)]

    # Once more if a window of the limit ended just in the middle.
    assert any(answers() == [200] * 5 + [429] * 7 for _ in range(2))


def test_redis_restarted_while_workers_wait_for_bells_is_noticed_by_them(
    impatient: TrialProduct, alice: Person
) -> None:
    impatient.redis.restart()
    assert house.read_within(impatient, alice.api.submit(pictures.small()), 60) < 60


def test_readyz_names_redis_while_it_is_away_and_healthz_stays_green(impatient: TrialProduct) -> None:
    browser = Browser(impatient.url)
    impatient.redis.stop()
    try:
        ready = browser.get("/readyz")
        assert (ready.status, ready.json["parts"]["redis"]["ok"]) == (503, False)
        assert browser.get("/healthz").status == 200
    finally:
        impatient.redis.start()


PICTURE = {"image": ("number.png", pictures.small())}


@contextmanager
def _away(product: TrialProduct, fault: str) -> Iterator[None]:
    """Redis ends and comes back after the block, or stands still inside it."""
    if fault == "hanging":
        with house.frozen([product.redis.process.pid]):
            yield
        return
    product.redis.stop()
    try:
        yield
    finally:
        product.redis.start()


def _redis(product: TrialProduct, command: bytes) -> bytes:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(product.redis.socket))
        connection.sendall(command)
        return connection.recv(64)
