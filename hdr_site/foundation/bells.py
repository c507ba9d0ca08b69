"""Ringing workers. A bell says "something is due"; it carries nothing, and losing one costs seconds, not a job.

One bell on its way is enough, however many rows it is for: whoever rings leaves a note that a bell is on its way, and
the worker takes the note off before it looks for rows. So a row that was written while the note hung is seen.
"""

import logging
import time

import redis
from celery import current_app
from django.conf import settings
from django.core.cache import cache
from django.db import transaction

from hdr_site.foundation.jobs import Job

logger = logging.getLogger(__name__)

SILENCE_SECONDS = 5.0
"""After a bell that did not ring, this process does not wait for Redis again for so long; the sweep rings instead."""

MOST_BELLS = 4
"""A worker drains what is due, so a backlog of thousands needs a few bells, not thousands."""

NOTE_SECONDS = 2
"""So long a note may hang whose bell was lost on the way."""

_silent_until = 0.0


def ring(kind: type[Job], times: int = 1) -> None:
    """Wake a worker for `kind`. Never raises: when Redis is away, the sweep rings as soon as it is back."""
    global _silent_until
    if time.monotonic() < _silent_until:
        return
    try:
        for _ in range(times):
            current_app.send_task(kind.bell, queue=kind.queue, retry=False, ignore_result=True)
    except Exception as problem:
        _silent_until = time.monotonic() + SILENCE_SECONDS
        logger.warning("No bell for %s, the sweep will ring: %s", kind.__name__, type(problem).__name__)


def ring_for_overdue(kind: type[Job], overdue: int) -> None:
    """The sweep's bells: a few at the most, and none beside those that hang unheard, however long nobody listens."""
    if overdue:
        ring(kind, times=max(0, min(overdue, MOST_BELLS) - _unheard(kind)))


def ring_once(kind: type[Job]) -> None:
    """Wake a worker for `kind`, unless a bell is on its way that no worker has heard yet. Never raises."""
    if time.monotonic() >= _silent_until and cache.add(_note(kind), 1, NOTE_SECONDS):
        ring(kind)


def heard(kind: type[Job]) -> None:
    """A worker is about to look for rows of `kind`: whoever writes one from now on has to ring again."""
    cache.delete(_note(kind))


def hush(kind: type[Job]) -> None:
    """A worker looks again by itself in a moment, and calls `heard` before it does: until then nobody needs to ring."""
    cache.set(_note(kind), 1, NOTE_SECONDS)


def ring_on_commit(kind: type[Job]) -> None:
    """Wake a worker once the row that is being written can be seen."""
    transaction.on_commit(lambda: ring_once(kind))


def _unheard(kind: type[Job]) -> int:
    """Bells of `kind` that hang in Redis; 0 when it is away. Celery's transport keeps a queue as a list of its name."""
    try:
        with redis.Redis.from_url(settings.REDIS_URL, **settings.REDIS_ONCE) as client:
            return int(client.llen(kind.queue))
    except (redis.RedisError, OSError):
        return 0


def _note(kind: type[Job]) -> str:
    return f"bell-on-its-way:{kind.bell}"
