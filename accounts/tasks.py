"""Celery's entry points; each body is one call."""

from celery import shared_task

from accounts import archiving, leaving, upkeep


@shared_task(name="accounts.tasks.archive")
def archive() -> None:
    """Rung when somebody asked for an archive: make what is due."""
    archiving.work_off()


@shared_task(name="accounts.tasks.erase")
def erase() -> None:
    """Rung when the days of somebody who leaves are over: erase who is due."""
    leaving.work_off()


@shared_task(name="accounts.tasks.tidy")
def tidy() -> None:
    """Rung by beat."""
    upkeep.tidy()
