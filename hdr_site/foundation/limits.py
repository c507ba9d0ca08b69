"""How often something may be tried: counted in Redis for all processes together, and more strictly inside each
process while Redis is away.

A limit counts in fixed windows of time: all tries of a window share one counter, which Redis raises atomically, so
there is no lock to wait for, and the end of the window is when somebody may try again. Where windows meet, up to
twice the amount can pass within one length of the window; the amounts are chosen with that in mind. Each counter's
windows begin at a time of its own, so that not everybody tries again in the same second.
"""

import hashlib
import math
from collections.abc import Iterable
from dataclasses import dataclass
from time import time
from typing import TYPE_CHECKING

from django.core.cache import cache
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise

WITHOUT_REDIS = 4
"""The part of an amount that each process allows by itself while Redis is away: one in four. Up to four processes are
so together no looser than with Redis."""

MINUTE, HOUR = 60, 3600


@dataclass(frozen=True)
class Limit:
    """At most `amount` of `what` (a plural, for people) in `seconds`, for each subject that is given when counted."""

    name: str
    what: "StrOrPromise"
    amount: int
    seconds: int

    def now(self) -> int:
        """The amount that holds at this moment."""
        return self.amount if cache_is_shared() else math.ceil(self.amount / WITHOUT_REDIS)


@dataclass(frozen=True)
class Refusal:
    """What was reached, and in how many seconds it may be tried again."""

    limit: Limit
    wait: int

    def sentence(self) -> str:
        """What, the limit, and the remedy."""
        return _("Too many %(what)s: at most %(amount)d in %(period)s. Try again in %(wait)s.") % {
            "what": self.limit.what,
            "amount": self.limit.now(),
            "period": in_words(self.limit.seconds),
            "wait": in_words(self.wait),
        }


@dataclass(frozen=True)
class Try:
    """One try that was counted, so that it can be taken back."""

    key: str


def cache_is_shared() -> bool:
    """Whether all processes count together just now."""
    return bool(getattr(cache, "is_shared", lambda: True)())


def count(limit: Limit, subject: str) -> tuple[Try, Refusal | None]:
    """Count one try of `subject` (a network, an address): a refusal if it is one too many."""
    now = time()
    offset = int.from_bytes(_digest(limit, subject)[:4], "big") % limit.seconds
    window, into = divmod(now + offset, limit.seconds)
    key = f"limit:{_digest(limit, subject).hex()}:{int(window)}"
    if _raise(key, limit.seconds) <= limit.now():
        return Try(key), None
    return Try(key), Refusal(limit, math.ceil(limit.seconds - into))


def take_back(tries: Iterable[Try]) -> None:
    """Do as if these had not been tried: they succeeded, and only failures count."""
    for a_try in tries:
        _change(a_try.key, -1)


def in_words(seconds: int) -> str:
    """`90` → "2 minutes": never less than it takes."""
    if seconds <= MINUTE:
        return ngettext("%d second", "%d seconds", seconds) % seconds
    if seconds <= HOUR:
        minutes = math.ceil(seconds / MINUTE)
        return ngettext("%d minute", "%d minutes", minutes) % minutes
    hours = math.ceil(seconds / HOUR)
    return ngettext("%d hour", "%d hours", hours) % hours


def _digest(limit: Limit, subject: str) -> bytes:
    """Names the counter. Addresses are hashed: none stands in Redis."""
    text = f"{limit.name}:{limit.amount}:{limit.seconds}:{subject}"
    return hashlib.sha256(text.encode()).digest()[:16]


def _raise(key: str, seconds: int) -> int:
    # Kept for longer than the window, so that no counter ends between being found and being raised.
    if cache.add(key, 1, timeout=2 * seconds + MINUTE):
        return 1
    raised = _change(key, 1)
    return 1 if raised is None else raised


def _change(key: str, by: int) -> int | None:
    """None when the counter is gone: Redis was emptied, or has come or gone between two questions."""
    try:
        return int(cache.incr(key, by))
    except ValueError:
        return None
