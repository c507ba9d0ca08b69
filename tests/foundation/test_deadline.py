"""The time limit that nothing can ignore."""

import signal
import subprocess
import sys

STUCK = """
import re
from hdr_site.foundation.deadline import killed_after
with killed_after(0.2):
    re.match(r"(a+)+$", "a" * 40 + "b")  # native code that raises nothing and looks at no flag
"""
QUICK = """
import time
from hdr_site.foundation.deadline import killed_after
with killed_after(0.2):
    pass
time.sleep(0.4)
print("alive")
"""


def run(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)


def test_a_process_stuck_in_native_code_is_ended() -> None:
    assert run(STUCK).returncode == -signal.SIGALRM


def test_a_process_that_is_in_time_goes_on() -> None:
    assert run(QUICK).stdout == "alive\n"
