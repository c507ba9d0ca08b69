"""A worker dies while it reads, or seems to: the picture is read once more by another, and answered exactly once."""

import signal
import time

import pytest

from hdr_site.launcher.processes import wait_for
from hdr_site.launcher.trial import TrialProduct
from tests.e2e import house, pictures
from tests.e2e.house import Person


@pytest.mark.slow
def test_with_the_usual_settings_a_killed_worker_costs_less_than_a_minute(own_product: TrialProduct) -> None:
    alice = house.arrive(own_product, "Alice")
    public_id, _ = house.freeze_while_reading(own_product, lambda: alice.api.submit(pictures.full_page()))
    own_product.kill_worker()
    house.read_within(own_product, public_id, 60)
    assert [attempt for attempt, _ in house.readings(own_product, public_id)] == [2]


def test_a_killed_reading_process_is_replaced_and_its_picture_read(impatient: TrialProduct, alice: Person) -> None:
    parent = impatient.pid("worker")
    public_id, stopped = house.freeze_while_reading(impatient, lambda: alice.api.submit(pictures.full_page()))
    house.send_signal(stopped, signal.SIGKILL)
    house.read_within(impatient, public_id, 60)
    assert house.state(impatient, public_id) == ("done", 2, 1)
    assert len(house.readings(impatient, public_id)) == 1
    assert impatient.pid("worker") == parent


def test_a_killed_worker_is_started_again_and_loses_no_picture(impatient: TrialProduct, alice: Person) -> None:
    with house.frozen(house.readers(impatient)):
        waiting = [alice.api.submit(pictures.full_page()) for _ in range(5)]
    last, _ = house.freeze_while_reading(impatient, lambda: alice.api.submit(pictures.full_page()))
    impatient.kill_worker()
    for public_id in (*waiting, last):
        house.read_within(impatient, public_id, 60)
        assert len(house.readings(impatient, public_id)) == 1


def test_a_worker_presumed_dead_that_comes_back_writes_nothing(impatient: TrialProduct, alice: Person) -> None:
    before = {pid: house.cpu_ticks(pid) for pid in house.readers(impatient)}
    public_id, stopped = house.freeze_while_reading(impatient, lambda: alice.api.submit(pictures.full_page()))
    ghost = max(stopped, key=lambda pid: house.cpu_ticks(pid) - before[pid])
    house.send_signal([pid for pid in stopped if pid != ghost], signal.SIGCONT)
    house.read_within(impatient, public_id, 60)
    house.send_signal([ghost], signal.SIGCONT)
    _wait_until_idle(ghost)
    assert house.state(impatient, public_id) == ("done", 2, 1)
    assert [attempt for attempt, _ in house.readings(impatient, public_id)] == [2]


def test_two_bells_for_one_picture_give_one_result(impatient: TrialProduct, alice: Person) -> None:
    with house.frozen(house.readers(impatient)):
        public_id = alice.api.submit(pictures.full_page())
        time.sleep(2.5)  # two more bells from the sweep
    house.read_within(impatient, public_id, 30)
    assert house.state(impatient, public_id) == ("done", 1, 0)
    assert len(house.readings(impatient, public_id)) == 1


def test_a_picture_deleted_while_it_is_read_is_gone_for_good(impatient: TrialProduct, alice: Person) -> None:
    files = house.stored_files(impatient)
    public_id, stopped = house.freeze_while_reading(impatient, lambda: alice.api.submit(pictures.full_page()))
    deleted = alice.api.ask("DELETE", f"/api/v1/recognitions/{public_id}/")
    house.send_signal(stopped, signal.SIGCONT)
    for pid in stopped:
        _wait_until_idle(pid)
    assert deleted.status == 204
    assert alice.api.get(f"/api/v1/recognitions/{public_id}/").status == 404
    assert house.pictures_of(impatient, alice) == 0
    assert house.stored_files(impatient) == files


def test_a_picture_that_kills_every_reader_fails_for_good_and_takes_no_neighbour_with_it(
    impatient: TrialProduct, alice: Person, bob: Person
) -> None:
    poison, stopped = house.freeze_while_reading(impatient, lambda: alice.api.submit(pictures.full_page()))
    for attempt in (2, 3):
        house.send_signal(stopped, signal.SIGKILL)
        _, stopped = house.freeze_while_reading(impatient, lambda: poison, attempt)
    house.send_signal(stopped, signal.SIGKILL)
    neighbour = bob.api.submit(pictures.small())
    house.read_within(impatient, neighbour, 60)
    assert wait_for(lambda: house.state(impatient, poison)[0] == "failed", 60)
    error = alice.api.recognition(poison)["error"]
    assert error["code"] == "lost_too_often"
    assert "Try again" in error["message"]


def _wait_until_idle(pid: int) -> None:
    """Until a process that may have died meanwhile has used no processor time for half a second."""

    def is_idle() -> bool:
        if not house.is_alive(pid):
            return True
        ticks = house.cpu_ticks(pid)
        time.sleep(0.5)
        return not house.is_alive(pid) or house.cpu_ticks(pid) == ticks

    assert wait_for(is_idle, 60)
