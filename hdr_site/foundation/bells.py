"""Ringing workers. A bell says "something is due"; it carries nothing, and losing one costs seconds, not a job."""

import logging
import time

from celery import current_app
from django.db import transaction

from hdr_site.foundation.jobs import Job

logger = logging.getLogger(__name__)

SILENCE_SECONDS = 5.0
"""After a bell that did not ring, this process does not wait for Redis again for so long; the sweep rings instead."""

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


def ring_on_commit(kind: type[Job]) -> None:
    """Wake a worker once the row that is being written can be seen."""
    transaction.on_commit(lambda: ring(kind))
