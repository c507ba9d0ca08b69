"""Erasing what is over the time that its owner keeps pictures.

Some dozens at a time: rows first, in one transaction with the owner's room and the audit log; files once that is
certain. Whatever dies half-way leaves a whole number of pictures erased and the rest as it was; files that it left
without a row are removed by the hourly clean-up.
"""

import logging
import time
from collections import deque
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Now

from hdr_site.foundation import audit
from hdr_site.foundation.actions import Action
from recognition import keeping, quotas, storage
from recognition.models import Explanation, OwnerChoices, Recognition, Status

logger = logging.getLogger(__name__)

TOGETHER = 50
"""So few that an owner who chooses otherwise meanwhile does not wait long, with hundreds of digits a page either."""
SHIFT_SECONDS = 30.0
"""Half of the time between two runs, so that a long erasure takes half of one of the courier's threads at most."""


def work_off() -> int:
    """Erase what is over its time for one shift, owners in turns; returns how many recognitions that touched."""
    end = time.monotonic() + SHIFT_SECONDS
    erased = 0
    line = deque(keeping.owners_with_something_over().values_list("owner_id", flat=True))
    while line and time.monotonic() < end:
        owner_id = line.popleft()
        if count := _erase_of(owner_id):
            erased += count
            line.append(owner_id)
    return erased


def _erase_of(owner_id: int) -> int:
    """One chunk of one owner's; what goes wrong there is written down, and keeps no other owner's pictures alive."""
    try:
        return _erase_some(owner_id)
    except Exception:
        logger.exception("Erasing pictures of owner %s failed", owner_id)
        if not connection.is_usable():
            raise
        return 0


@transaction.atomic
def _erase_some(owner_id: int) -> int:
    """Erase one chunk; 0 when nothing is left, when another process is at it, or when the owner chose otherwise.

    The owner's choice stays locked meanwhile. Rows that somebody holds (to read them again, to delete them) are left
    out; so is what came to wait since.
    """
    chosen = OwnerChoices.objects.select_for_update(skip_locked=True).filter(owner_id=owner_id).first()
    if chosen is None or chosen.erase_pictures_after_days is None:
        return 0
    rows = _locked(chosen)
    if not rows:
        return 0
    numbers = [row.pk for row in rows]
    names = storage.names_of(numbers)
    if chosen.erase_texts_too:
        Recognition.objects.filter(pk__in=numbers).delete()
    else:
        _erase_pictures(numbers)
    quotas.give_back(owner_id, sum(row.stored_bytes for row in rows))
    _note(chosen, len(rows))
    transaction.on_commit(lambda: storage.remove(names))
    return len(rows)


def _locked(chosen: OwnerChoices) -> list[Recognition]:
    """One chunk of rows whose time is over, those with pictures first. For texts too, also what has lost its picture.

    Two looks: whether an explanation waits is known for certain only once its picture's row is locked, which whoever
    asks for one locks, too.
    """
    for erased in (False, True) if chosen.erase_texts_too else (False,):
        rows = keeping.over(chosen.owner_id, chosen.erase_pictures_after_days or 0, erased=erased)
        first = _unasked(rows).order_by("finished_at").select_for_update(skip_locked=True)[:TOGETHER]
        locked = [row.pk for row in first]
        if found := list(_unasked(Recognition.objects.filter(pk__in=locked))):
            return found
    return []


def _unasked(rows: QuerySet[Recognition]) -> QuerySet[Recognition]:
    """Without those of which a digit is still to be explained: somebody has just asked."""
    waiting = Explanation.objects.filter(
        digit__reading__recognition=OuterRef("pk"), status__in=[Status.QUEUED, Status.RUNNING]
    )
    return rows.filter(~Exists(waiting))


def _erase_pictures(numbers: list[int]) -> None:
    """The rows without picture and explanations: a map of what an answer rests on shows the stroke as well."""
    Explanation.objects.filter(digit__reading__recognition__in=numbers).delete()
    Recognition.objects.filter(pk__in=numbers).update(image=None, pictures_erased_at=Now(), stored_bytes=0)


def _note(chosen: OwnerChoices, count: int) -> None:
    details: dict[str, Any] = {"recognitions" if chosen.erase_texts_too else "pictures": count}
    days = chosen.erase_pictures_after_days or 0
    audit.record(None, Action.PICTURES_ERASED, person=chosen.owner, after_days=days, **details)
