"""Celery's entry points of the foundation; each body is one call."""

from celery import shared_task

from hdr_site.foundation import outbox, sweeping


@shared_task(name="hdr_site.foundation.tasks.send_mail")
def send_mail() -> None:
    """Rung when a mail was written."""
    outbox.deliver_due()


@shared_task(name="hdr_site.foundation.tasks.sweep")
def sweep() -> None:
    """Rung by beat every few seconds."""
    sweeping.sweep_everything()
