"""One child process: started, stopped, never left behind."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hdr_site.launcher import processes
from hdr_site.launcher.processes import Process, Program, wait_for

READY = "print('ready', flush=True); "
SLEEPER = READY + "import time; time.sleep(600)"
DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + SLEEPER


def python(log: Path, code: str, grace_seconds: float = 30) -> Process:
    """A Python program as a child."""
    command = [sys.executable, "-c", code]
    return Process(Program("trial", command, dict(os.environ), log, grace_seconds=grace_seconds))


def started(process: Process) -> Process:
    """Start it and wait for its word that it is ready."""
    process.start()
    assert wait_for(lambda: "ready" in process.last_words(), 60)
    return process


def is_alive(pid: int) -> bool:
    """Whether a process runs (a dead one that nobody has fetched yet does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "trial.log"


@pytest.fixture
def sleeper(log: Path) -> Iterator[Process]:
    process = started(python(log, SLEEPER))
    yield process
    process.kill()


def test_a_started_program_runs_until_it_is_stopped(sleeper: Process) -> None:
    assert sleeper.running
    sleeper.stop()
    assert not sleeper.running


def test_a_program_that_ends_by_itself_runs_no_longer(log: Path) -> None:
    process = python(log, "")
    process.start()
    assert process.wait(60)
    assert not process.running


def test_a_program_that_does_not_listen_is_killed_after_its_grace(log: Path) -> None:
    process = started(python(log, DEAF, grace_seconds=0.1))
    process.stop()
    assert not process.running


def test_killing_takes_along_what_the_program_had_started(log: Path) -> None:
    code = f"import subprocess, sys; print(subprocess.Popen([sys.executable, '-c', {SLEEPER!r}]).pid); {SLEEPER}"
    process = started(python(log, code))
    grandchild = int(next(line for line in process.last_words().splitlines() if line.isdigit()))
    process.kill()
    assert wait_for(lambda: not is_alive(grandchild), 30)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of their parent's death")
def test_a_child_does_not_outlive_a_launcher_that_was_killed(log: Path) -> None:
    code = (
        "import os, time; from pathlib import Path; from hdr_site.launcher.processes import Process, Program\n"
        f"child = Process(Program('c', ['/bin/sleep', '600'], {{}}, Path({str(log)!r})))\n"
        "child.start(); print(child.pid, flush=True); time.sleep(600)"
    )
    launcher = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert launcher.stdout is not None
    child = int(launcher.stdout.readline())
    assert is_alive(child)
    launcher.kill()
    launcher.wait()
    launcher.stdout.close()
    assert wait_for(lambda: not is_alive(child), 30)


def test_a_ctrl_c_at_the_console_reaches_no_child(sleeper: Process) -> None:
    assert os.getpgid(sleeper.pid) != os.getpgid(0)
    assert os.getpgid(sleeper.pid) == sleeper.pid


def test_the_last_words_are_the_end_of_the_log(log: Path) -> None:
    process = python(log, "print('\\n'.join(map(str, range(100))))")
    process.start()
    process.wait(60)
    assert process.last_words(lines=2) == "98\n99"


def test_a_log_that_grew_long_is_put_aside(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "LOG_KEPT_BYTES", 10)
    log.write_text("from an earlier time")
    process = python(log, "print('now')")
    process.start()
    process.wait(60)
    assert log.read_text() == "now\n"
    assert log.with_suffix(".log.1").read_text() == "from an earlier time"


def test_waiting_ends_when_the_time_is_up() -> None:
    assert not wait_for(lambda: False, 0.01)


def test_the_stop_signal_is_the_programs_own(log: Path) -> None:
    code = "import signal; signal.signal(signal.SIGINT, lambda *_: print('polite', flush=True) or exit()); " + SLEEPER
    program = Program("trial", [sys.executable, "-c", code], dict(os.environ), log, stop_signal=signal.SIGINT)
    process = started(Process(program))
    process.stop()
    assert "polite" in process.last_words()
