"""How passwords are hashed: Argon2id, at a cost that a small server bears, and only a few at once.

The cost is one of those that OWASP's Password Storage Cheat Sheet holds to be equally good: 46 MiB, one pass, one lane
(RFC 9106 names the parameters). Django's own, 100 MiB, two passes, eight lanes, took 183 ms of a core for each log-in,
this one 49 ms; docs/performance.md has the figures. Hashes of another cost are made anew when their owner logs in.

A web process has 32 threads. If all of them hashed at once, that were 1.5 GB; so two do, some wait for their turn,
and who comes when that many wait already is asked to come again, so that threads are left for everything else.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from django.contrib.auth.hashers import Argon2PasswordHasher

AT_ONCE = 2
"""Hashes that a process computes at the same time."""

WAITING = 24
"""Threads of a process that hash or wait for it: three of four, so the others go on showing pages."""


class TooManyAtOnce(Exception):
    """As many as may wait for a hash are waiting."""


_admitted = BoundedSemaphore(WAITING)
_computing = BoundedSemaphore(AT_ONCE)


@contextmanager
def _in_turn() -> Iterator[None]:
    if not _admitted.acquire(blocking=False):
        raise TooManyAtOnce
    try:
        with _computing:
            yield
    finally:
        _admitted.release()


class Argon2Hasher(Argon2PasswordHasher):
    """Django's Argon2id hasher, with our cost and a few at once."""

    time_cost = 1
    memory_cost = 47_104  # KiB
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        """As Django's. Raises TooManyAtOnce."""
        with _in_turn():
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        """As Django's. Raises TooManyAtOnce."""
        with _in_turn():
            return super().verify(password, encoded)
