"""One child process: started so that it cannot outlive us, watched, and stopped politely before forcibly."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from hdr_site.launcher.accounts import Account, credentials

PR_SET_PDEATHSIG = 1  # linux/prctl.h
LOG_KEPT_BYTES = 10_000_000
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def dies_with_parent(sign: signal.Signals) -> Callable[[], None] | None:
    """What a new child calls before its program starts: the kernel sends it `sign` when the parent is gone.

    The kernel means the parent *thread*, so children are started from the main thread.
    """
    if _LIBC is None:
        return None
    libc, parent = _LIBC, os.getpid()

    def in_child() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(sign))
        if os.getppid() != parent:  # it died in between
            os._exit(1)

    return in_child


@dataclass(frozen=True)
class Program:
    """What to start and how to stop it."""

    name: str
    arguments: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    folder: Path = Path("/")
    stop_signal: signal.Signals = signal.SIGTERM
    orphan_signal: signal.Signals = signal.SIGTERM
    grace_seconds: float = 15
    account: Account | None = None


@dataclass
class Process:
    """A program that runs, or does not; in a session of its own, so that Ctrl-C reaches only the launcher."""

    program: Program
    _popen: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def pid(self) -> int:
        """The process id; 0 before the first start."""
        return self._popen.pid if self._popen else 0

    @property
    def running(self) -> bool:
        """Whether it was started and has not ended."""
        return self._popen is not None and self._popen.poll() is None

    def start(self) -> None:
        """Start the program; its output goes to the end of its log."""
        program = self.program
        _shorten(program.log)
        with program.log.open("ab") as log:
            self._popen = subprocess.Popen(
                program.arguments,
                env=dict(program.environment),
                cwd=program.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=dies_with_parent(program.orphan_signal),
                **credentials(program.account),
            )

    def ask_to_stop(self) -> None:
        """Send the stop signal and return at once."""
        if self.running and self._popen:
            self._popen.send_signal(self.program.stop_signal)

    def stop(self) -> None:
        """Ask it to stop, wait, and kill what is left of it after its grace."""
        self.ask_to_stop()
        self.wait(self.program.grace_seconds)
        self.kill()

    def wait(self, seconds: float) -> bool:
        """Wait until it has ended; False when it still runs after that many seconds."""
        if self._popen:
            with suppress(subprocess.TimeoutExpired):
                self._popen.wait(seconds)
        return not self.running

    def kill(self) -> None:
        """SIGKILL to it and to all that it started."""
        if self._popen:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._popen.pid, signal.SIGKILL)
            self._popen.wait()

    def last_words(self, lines: int = 6) -> str:
        """The end of its log, for a person who has to find out why it ended."""
        try:
            with self.program.log.open("rb") as log:
                log.seek(max(0, self.program.log.stat().st_size - 4000))
                return "\n".join(log.read().decode(errors="replace").splitlines()[-lines:])
        except FileNotFoundError:
            return ""


def _shorten(log: Path) -> None:
    """Put a log that grew long aside, one generation."""
    if log.exists() and log.stat().st_size > LOG_KEPT_BYTES:
        log.replace(log.with_suffix(".log.1"))


def wait_for(condition: Callable[[], bool], seconds: float, every: float = 0.05) -> bool:
    """Ask again and again until the condition holds; False when the time is up."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(every)
    return True
