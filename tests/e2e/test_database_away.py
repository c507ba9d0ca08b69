"""PostgreSQL is restarted or away for a while: clean 503 answers meanwhile, then everything goes on by itself."""

import signal
import threading
import time
from collections.abc import Callable

import pytest

from hdr_site.launcher.processes import wait_for
from hdr_site.launcher.trial import TrialProduct
from tests.e2e import house, pictures
from tests.e2e.house import Person
from tests.e2e.http import Answer, Browser

FAR_FROM_HANGING_SECONDS = 15.0
HISTORY = "/api/v1/recognitions/"


def test_a_restart_under_load_gives_clean_answers_and_loses_no_picture(impatient: TrialProduct, alice: Person) -> None:
    said: list[Answer] = []
    browser = alice.browser()
    stop = threading.Event()
    askers = [
        _again_and_again(stop, said, lambda: alice.api.send(pictures.small(), seconds=FAR_FROM_HANGING_SECONDS)),
        _again_and_again(stop, said, lambda: browser.get("/recognitions/", seconds=FAR_FROM_HANGING_SECONDS)),
        _again_and_again(stop, said, lambda: alice.api.get(HISTORY, seconds=FAR_FROM_HANGING_SECONDS)),
    ]
    impatient.postgres.restart()
    time.sleep(1)
    stop.set()
    for asker in askers:
        asker.join()
    assert {answer.status for answer in said} <= {200, 202, 503}, _strange(said)
    accepted = [answer.json["id"] for answer in said if answer.status == 202]
    assert accepted
    for public_id in accepted:
        house.read_within(impatient, public_id, 60)


@pytest.mark.slow
def test_while_it_is_stopped_pages_and_api_say_so_and_afterwards_go_on(impatient: TrialProduct, alice: Person) -> None:
    with house.frozen(house.readers(impatient)):
        waiting = alice.api.submit(pictures.small())
    browser = alice.browser()
    impatient.postgres.stop()
    try:
        page, answer = browser.get("/recognitions/", seconds=10), alice.api.send(pictures.small(), seconds=10)
        health = browser.get("/healthz", seconds=5).status
        sign_in = Browser(impatient.url).get("/accounts/login/", seconds=10)
        ready = browser.get("/readyz", seconds=10)
    finally:
        impatient.postgres.start()
    assert (page.status, answer.status, answer.error_code) == (503, 503, "database_unavailable")
    assert "Our database does not answer" in page.text
    assert "Retry-After" in page.headers
    assert "Retry-After" in answer.headers
    assert health == 200
    assert sign_in.status in {200, 503}
    assert (ready.status, ready.json["parts"]["database"]["ok"]) == (503, False)
    house.read_within(impatient, waiting, 60)
    assert browser.get("/recognitions/").status == 200
    house.read_within(impatient, alice.api.submit(pictures.small()), 60)


def test_a_picture_that_was_being_read_when_the_database_went_is_read(impatient: TrialProduct, alice: Person) -> None:
    public_id, stopped = house.freeze_while_reading(impatient, lambda: alice.api.submit(pictures.full_page()))
    impatient.postgres.restart()
    house.send_signal(stopped, signal.SIGCONT)
    house.read_within(impatient, public_id, 60)
    assert len(house.readings(impatient, public_id)) == 1


def test_a_worker_that_starts_before_the_database_works_once_it_is_there(
    impatient: TrialProduct, alice: Person
) -> None:
    with house.frozen(house.readers(impatient)):
        public_id = alice.api.submit(pictures.small())
        impatient.postgres.stop()
        try:
            before = impatient.pid("worker")
            impatient.kill_worker()
            assert wait_for(lambda: impatient.pid("worker") != before, 30)
            house.readers(impatient)
        finally:
            impatient.postgres.start()
    house.read_within(impatient, public_id, 60)


def _again_and_again(stop: threading.Event, said: list[Answer], ask: Callable[[], Answer]) -> threading.Thread:
    def run() -> None:
        while not stop.is_set():
            said.append(ask())
            time.sleep(0.01)

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def _strange(said: list[Answer]) -> str:
    return "\n".join(f"{answer.status} {answer.text[:300]}" for answer in said if answer.status not in {200, 202, 503})
