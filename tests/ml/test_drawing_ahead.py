"""The process that draws an epoch while the network learns."""

import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from ml import drawing_ahead
from ml.corpus import Lessons
from tests.ml.generated import digits

ROOT = Path(__file__).parents[2]

KILLED_WHILE_LEARNING = """
import multiprocessing, os, signal, sys
from concurrent.futures import ProcessPoolExecutor
from ml import drawing_ahead

if __name__ == "__main__":
    spawned = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(1, spawned, initializer=drawing_ahead.prepare, initargs=(None,))
    with open(sys.argv[1], "w") as note:
        note.write(str(pool.submit(os.getpid).result()))
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_an_epoch_is_the_same_whenever_it_is_drawn_and_another_is_different(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    frames, labels = digits(60, seed=1)
    empty = np.zeros((0, 28, 28), np.uint8)
    monkeypatch.setattr(drawing_ahead, "_kept", [Lessons(frames, labels, frames, empty, empty, 12, ())])
    first, again, next_one = (drawing_ahead.draw(5, number, 1.0) for number in (0, 0, 1))
    assert (first[0] == again[0]).all()
    assert (first[1] == again[1]).all()
    assert (first[0] != next_one[0]).any()


def ends_within_seconds(process: Path) -> bool:
    """Whether a process, by its folder below /proc, ends soon; one that waits to be collected has ended."""
    for _ in range(200):
        if not process.exists() or "State:\tZ" in (process / "status").read_text():
            return True
        time.sleep(0.1)
    return False


def test_it_ends_with_the_process_that_learns_where_that_is_killed(tmp_path: Path) -> None:
    script, note = tmp_path / "learns.py", tmp_path / "pid"
    script.write_text(KILLED_WHILE_LEARNING)
    subprocess.run([sys.executable, script, note], cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, stderr=subprocess.DEVNULL)
    assert ends_within_seconds(Path("/proc") / note.read_text())
