"""A time limit that nothing can ignore, for work inside native code that looks at no flag and raises nothing."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def killed_after(seconds: float) -> Iterator[None]:
    """Let the kernel end this process if the block takes longer: its jobs' leases run out, and others take over.

    Only in a process's main thread, as in a worker of Celery's prefork pool, which replaces the process.
    """
    before = signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
