"""Recognitions that are only looked at: in no list, and erased with their file within five minutes."""

from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Now

from recognition import quotas, storage
from recognition.models import Recognition

LIFETIME = timedelta(minutes=3, seconds=30)
"""With a minute until beat rings next, and half of one for the erasure, five minutes are kept."""
TOGETHER = 100


def work_off() -> int:
    """Erase all whose time is over, read or not; returns how many."""
    erased = 0
    while count := _erase_some():
        erased += count
    return erased


@transaction.atomic
def _erase_some() -> int:
    """Rows first, locked because a worker may be about to write an answer; files once the rows are gone for certain.

    Rows that somebody holds are left for the next turn.
    """
    over = Recognition.objects.filter(temporary_until__lte=Now()).order_by("temporary_until")
    rows = list(over.select_for_update(skip_locked=True)[:TOGETHER])
    numbers = [row.pk for row in rows]
    names = storage.names_of(numbers)
    Recognition.objects.filter(pk__in=numbers).delete()
    for row in rows:
        quotas.give_back(row.owner_id, row.stored_bytes)
    transaction.on_commit(lambda: storage.remove(names))
    return len(rows)
