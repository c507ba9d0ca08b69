"""Stopped while pictures wait, or a part killed: everything goes on afterwards, and nothing is left running."""

import os
import signal

import pytest

from hdr_site.launcher import commands
from hdr_site.launcher.processes import wait_for
from hdr_site.launcher.trial import TrialProduct
from tests.e2e import house, pictures
from tests.e2e.house import Person


@pytest.mark.slow
def test_pictures_that_wait_at_sigterm_are_read_after_the_next_start(impatient: TrialProduct, alice: Person) -> None:
    with house.frozen(house.readers(impatient)):
        waiting = [alice.api.submit(pictures.full_page()) for _ in range(12)]
    pids = [pid for part in commands.LASTING for pid in house.family(impatient.pid(part))]
    assert impatient.stop() == 0
    assert not [pid for pid in pids if house.is_alive(pid)]
    impatient.start()
    for public_id in waiting:
        house.read_within(impatient, public_id, 60)
        assert len(house.readings(impatient, public_id)) == 1


@pytest.mark.slow
@pytest.mark.parametrize("part", ["beat", "courier", "web"])
def test_a_killed_part_is_started_again(impatient: TrialProduct, alice: Person, part: str) -> None:
    before = impatient.pid(part)
    impatient.kill(part)
    assert wait_for(lambda: impatient.pid(part) != before, 30)
    house.becomes_ready(impatient)
    house.read_within(impatient, alice.api.submit(pictures.small()), 60)


def test_a_killed_web_process_is_replaced(impatient: TrialProduct, alice: Person) -> None:
    parent = impatient.pid("web")
    before = house.children(parent)
    os.kill(before[0], signal.SIGKILL)
    assert wait_for(lambda: len(house.children(parent)) == len(before) and before[0] not in house.children(parent), 30)
    house.becomes_ready(impatient)
    house.read_within(impatient, alice.api.submit(pictures.small()), 60)
