"""Requests that meet each other: the same key twice, retry and delete of one picture."""

import threading
from collections.abc import Callable, Sequence
from functools import partial

from hdr_site.launcher.processes import wait_for
from hdr_site.launcher.trial import TrialProduct
from tests.e2e import house, pictures
from tests.e2e.house import Person
from tests.e2e.http import Answer, Program

ROUNDS = 8


def test_one_idempotency_key_sent_by_many_at_once_is_one_picture(impatient: TrialProduct, alice: Person) -> None:
    for number in range(ROUNDS):
        files = house.stored_files(impatient)
        said = _together(alice, [partial(Program.send, content=pictures.small(), key=f"k{number}")] * 6)
        assert [answer.status for answer in said] == [202] * 6, [answer.text for answer in said]
        assert len({answer.json["id"] for answer in said}) == 1
        assert len(house.stored_files(impatient) - files) == 2
    assert house.pictures_of(impatient, alice) == ROUNDS


def test_retry_and_delete_at_once_never_fail_and_leave_nothing(impatient: TrialProduct, alice: Person) -> None:
    files = house.stored_files(impatient)
    for _ in range(ROUNDS):
        public_id = alice.api.submit(pictures.small())
        house.read_within(impatient, public_id, 60)
        where = f"/api/v1/recognitions/{public_id}/"
        retry = partial(Program.ask, method="POST", path=f"{where}retry/")
        delete = partial(Program.ask, method="DELETE", path=where)
        said = _together(alice, [retry, delete] * 3)
        assert {answer.status for answer in said} <= {202, 204, 404}, [answer.text for answer in said]
        assert alice.api.get(where).status == 404
    assert house.pictures_of(impatient, alice) == 0
    assert wait_for(lambda: house.stored_files(impatient) == files, 10)
    usage = "SELECT stored_bytes FROM recognition_ownerusage WHERE owner_id = %s"
    assert house.rows(impatient, usage, alice.id) == [(0,)]


def test_many_retries_at_once_are_one_reading(impatient: TrialProduct, alice: Person) -> None:
    public_id = alice.api.submit(pictures.small())
    house.read_within(impatient, public_id, 60)
    with house.frozen(house.readers(impatient)):
        retry = partial(Program.ask, method="POST", path=f"/api/v1/recognitions/{public_id}/retry/")
        said = _together(alice, [retry] * 6)
    assert [answer.status for answer in said] == [202] * 6
    house.read_within(impatient, public_id, 60)
    assert [attempt for attempt, _ in house.readings(impatient, public_id)] == [1, 2]


def _together(person: Person, asks: Sequence[Callable[[Program], Answer]]) -> list[Answer]:
    """All at the same moment, each by a program on a connection of its own."""
    said: list[Answer] = []
    barrier = threading.Barrier(len(asks))

    def run(ask: Callable[[Program], Answer]) -> None:
        program = Program(person.url, person.api.token)
        barrier.wait()
        said.append(ask(program))

    threads = [threading.Thread(target=run, args=(ask,)) for ask in asks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said
