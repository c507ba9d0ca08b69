"""Several processes minded together. Time is the test's own; the processes are real."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from hdr_site.launcher.errors import LauncherError
from hdr_site.launcher.processes import Process, Program
from hdr_site.launcher.supervisor import DEATHS_TOO_MANY, LONGEST_PAUSE_SECONDS, Supervisor


@dataclass
class Clock:
    """A clock that moves when it is told to."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass
class House:
    """A supervisor with its clock and what it said."""

    supervisor: Supervisor
    clock: Clock
    said: list[str]
    folder: Path

    def mind(self, name: str, *command: str) -> Process:
        """Mind a program of the machine."""
        process = Process(Program(name, command, {}, self.folder / f"{name}.log", grace_seconds=30))
        self.supervisor.mind(process)
        return process

    def look_after(self, seconds: float) -> bool:
        """Let time pass, then look."""
        self.clock.now += seconds
        return self.supervisor.look()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    clock, said = Clock(), list[str]()
    supervisor = Supervisor(said.append, clock)
    yield House(supervisor, clock, said, tmp_path)
    supervisor.stop()


def test_what_runs_is_left_alone(house: House) -> None:
    process = house.mind("steady", "/bin/sleep", "600")
    pid = process.pid
    assert not house.look_after(10)
    assert process.pid == pid


def test_what_died_is_started_again_after_a_pause(house: House) -> None:
    process = house.mind("steady", "/bin/sleep", "600")
    process.kill()
    assert not house.look_after(0)
    assert not process.running
    assert house.look_after(0.25)
    assert process.running


def test_the_console_hears_of_a_death_once(house: House) -> None:
    house.mind("steady", "/bin/sleep", "600").kill()
    house.look_after(0)
    house.look_after(0.1)
    assert len(house.said) == 1
    assert house.said[0].startswith("steady has ended; starting it again in 0.25 s")


def test_the_pause_grows_with_every_death(house: House) -> None:
    process = house.mind("steady", "/bin/sleep", "600")
    for _ in range(3):
        process.kill()
        house.look_after(0)
        house.look_after(LONGEST_PAUSE_SECONDS)
    assert [sentence.split(" in ")[1].split(" s ")[0] for sentence in house.said] == ["0.25", "0.5", "1"]


def test_what_dies_again_and_again_stops_everything_with_a_sentence(house: House) -> None:
    process = house.mind("hasty", "/bin/sh", "-c", "echo no room; exit 1")
    for _ in range(DEATHS_TOO_MANY - 1):
        process.wait(30)
        house.look_after(0)
        house.look_after(LONGEST_PAUSE_SECONDS)
    process.wait(30)
    with pytest.raises(LauncherError, match=r"hasty died 6 times within a minute.*\n(no room\n?)+"):
        house.look_after(0)


def test_deaths_long_ago_are_forgotten(house: House) -> None:
    process = house.mind("steady", "/bin/sleep", "600")
    for _ in range(DEATHS_TOO_MANY + 2):
        process.kill()
        house.look_after(61)
        house.look_after(LONGEST_PAUSE_SECONDS)
    assert process.running


def test_groups_are_stopped_one_after_the_other(house: House) -> None:
    code = 'trap "echo $0; exit" TERM; echo ready; while :; do sleep 0.05; done'
    log = house.folder / "order.log"
    for name in ("engine", "web"):
        process = Process(
            Program(name, ["/bin/sh", "-c", code, name], {"PATH": "/bin:/usr/bin"}, log, grace_seconds=30)
        )
        house.supervisor.mind(process)
    while log.read_text().count("ready") < 2:
        pass
    house.supervisor.stop({"web"}, {"engine"})
    assert log.read_text().split()[-2:] == ["web", "engine"]


def test_one_can_be_restarted_by_name(house: House) -> None:
    process = house.mind("steady", "/bin/sleep", "600")
    pid = process.pid
    house.supervisor.restart("steady")
    assert process.running
    assert process.pid != pid


def test_a_death_after_a_restart_by_name_is_counted_too(house: House) -> None:
    process = house.mind("steady", "/bin/sleep", "600")
    process.kill()
    house.look_after(0)  # noticed; it would be started again after a pause
    house.supervisor.restart("steady")
    process.kill()
    house.look_after(10)
    assert len(house.said) == 2
