"""Keeping the loan of a job whose work takes minutes in one call, such as copying gigabytes into an object store."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread

from django.conf import settings
from django.db import DatabaseError, connection

from hdr_site.foundation import jobs
from hdr_site.foundation.jobs import Job

logger = logging.getLogger(__name__)

LONGEST = timedelta(hours=6)
"""Work that takes longer hangs: its loan runs out then, and others take over."""


@contextmanager
def held(job: Job) -> Iterator[None]:
    """Inside the block the loan is renewed three times in its length, by a thread that dies with the process."""
    done = Event()
    keeper = Thread(target=_extend_until, args=(job, done), name="lease", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        done.set()
        keeper.join()


def _extend_until(job: Job, done: Event) -> None:
    end = time.monotonic() + LONGEST.total_seconds()
    try:
        while not done.wait(settings.JOB_LEASE.total_seconds() / 3) and time.monotonic() < end:
            _extend(job)
    finally:
        connection.close()  # this thread's own


def _extend(job: Job) -> None:
    try:
        jobs.extend([job])
    except DatabaseError as problem:  # the next time may go well; if not, another worker takes over
        logger.warning("The loan of %s %s was not renewed: %s", type(job).__name__, job.pk, type(problem).__name__)
        connection.close()
