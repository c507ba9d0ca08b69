"""Celery's entry points; each body is one call."""

from celery import shared_task

from recognition import (
    erasing,
    explaining,
    export_making,
    exports,
    intaking,
    noticing,
    processing,
    progress,
    storage,
    temporary,
)


@shared_task(name="recognition.tasks.recognise")
def recognise() -> None:
    """Rung when a picture was sent: read what is due."""
    processing.work_off()


@shared_task(name="recognition.tasks.explain")
def explain() -> None:
    """Rung when somebody asked why: explain what is due."""
    explaining.work_off()


@shared_task(name="recognition.tasks.take_in")
def take_in() -> None:
    """Rung when a file with several pictures was sent, or an address: take apart what is due."""
    intaking.work_off()


@shared_task(name="recognition.tasks.give_notice")
def give_notice() -> None:
    """Rung when a batch is finished for which its owner named an address: make the calls that are due."""
    noticing.work_off()


@shared_task(name="recognition.tasks.tidy_intakes")
def tidy_intakes() -> None:
    """Rung by beat every minute; sees to calls as well, which end in the same ways."""
    intaking.tidy()
    noticing.tidy()


@shared_task(name="recognition.tasks.erase_what_is_over")
def erase_what_is_over() -> None:
    """Rung by beat every minute."""
    erasing.work_off()


@shared_task(name="recognition.tasks.erase_what_was_looked_at")
def erase_what_was_looked_at() -> None:
    """Rung by beat every minute."""
    temporary.work_off()


@shared_task(name="recognition.tasks.finish_batches")
def finish_batches() -> None:
    """Rung by beat every ten seconds, for batches whose last picture ended without an answer."""
    progress.finish_ended()


@shared_task(name="recognition.tasks.remove_orphaned_files")
def remove_orphaned_files() -> None:
    """Rung by beat every hour."""
    storage.remove_orphans()


@shared_task(name="recognition.tasks.export")
def export() -> None:
    """Rung when somebody asked for a file of answers: make what is due."""
    export_making.work_off()


@shared_task(name="recognition.tasks.tidy_exports")
def tidy_exports() -> None:
    """Rung by beat every minute."""
    exports.tidy()
