"""The line that says how far training is."""

import io
import time

import pytest

from ml import progress
from ml.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_log_gets_a_whole_line_at_the_end() -> None:
    log = io.StringIO()
    told = Progress(3, stream=log)
    for at in range(3):
        told.step(f"epoch 1/1, batch {at + 1}/3", 0.5)
    told.close()
    assert log.getvalue() == "[########################] 100% epoch 1/1, batch 3/3, loss 0.5000, 0 s left\n"


def test_a_terminal_gets_one_line_that_renews_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_SECONDS", 0.0)
    screen = Terminal()
    told = Progress(2, stream=screen)
    told.step("a", 1.0)
    told.step("b", 1.0)
    told.close()
    assert screen.getvalue().count("\r") == 2
    assert screen.getvalue().count("\n") == 1


def test_the_time_left_goes_by_the_steps_of_this_run(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0.0, 100.0, 110.0, 120.0])
    monkeypatch.setattr(time, "monotonic", lambda: next(clock))
    monkeypatch.setattr(progress, "_LOG_SECONDS", 0.0)
    log = io.StringIO()
    told = Progress(100, done=90, stream=log)
    for _ in range(3):
        told.step("now", 1.0)
    assert "93% now, loss 1.0000, 47 s left" in log.getvalue()
