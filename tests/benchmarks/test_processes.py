"""CPU time and memory of trees of processes, as they really run."""

import os
import subprocess
import sys

from benchmarks import processes

BUSY = "x = 0\nwhile True: x += 1"


def test_a_tree_holds_the_children_of_children() -> None:
    inner = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {BUSY!r}])"
    with subprocess.Popen([sys.executable, "-c", inner], start_new_session=True) as child:
        try:
            while len(processes.tree(child.pid)) < 2:
                assert child.poll() is None
            assert processes.tree(child.pid)[0] == child.pid
            assert set(processes.tree(child.pid)) <= set(processes.tree(os.getpid()))
        finally:
            os.killpg(child.pid, 9)


def test_cpu_time_of_children_that_have_ended_stays_counted() -> None:
    before = processes.cpu_seconds(os.getpid())
    subprocess.run([sys.executable, "-c", "import time\nwhile time.process_time() < 0.3: pass"], check=True)
    assert processes.cpu_seconds(os.getpid()) - before >= 0.29


def test_the_memory_of_a_process_is_told_with_its_peak() -> None:
    [own, *_] = processes.memory(os.getpid())
    assert own.peak >= own.share > 1
    assert own.name == "main"
