"""What people do with big files of answers: have one made in the background, look how far it is, fetch it for a day."""

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import translation

from hdr_site.foundation import bells, jobs
from recognition import filter_records, history, storage
from recognition.answer_files import Kind
from recognition.history import HistoryFilter
from recognition.models import Export, Recognition, Status
from recognition.uploads import UploadRejected

LIVES = timedelta(days=1)
"""So long a file is kept."""
MOST_KEPT = 5
MOST_ROWS = {Kind.CSV: 100_000, Kind.JSON: 100_000, Kind.XLSX: 100_000, Kind.PDF: 2_000}
"""Pictures in one file. A PDF has pieces of them, and is in the worker's memory until it is complete."""
WAITING = [Status.QUEUED, Status.RUNNING]


def ask(
    owner: Any,
    kind: Kind,
    wanted: HistoryFilter | None = None,
    chosen: Sequence[uuid.UUID] = (),
    query: str = "",
) -> Export:
    """Have a file made of all that fits, or of chosen pictures; `query` leads back to the search.

    Raises UploadRejected for too many pictures or none, and for too many files at once.
    """
    rows = history.matching(owner, wanted) if wanted else history.chosen(owner, chosen)
    total = _counted(rows, kind)
    with transaction.atomic():
        _admit(owner)
        export = Export.objects.create(
            owner=owner,
            kind=kind,
            query=query[:1000],
            wanted=filter_records.as_record(wanted) if wanted else None,
            chosen=[str(one) for one in chosen],
            language=translation.get_language() or "en",
            total=total,
            turn=jobs.next_turn(Export, owner.pk),
        )
        bells.ring_on_commit(Export)
    return export


def of(owner: Any) -> QuerySet[Export]:
    """All of the owner's, newest first."""
    return Export.objects.filter(owner=owner).order_by("-created_at", "-pk")


def one(owner: Any, public_id: uuid.UUID) -> Export | None:
    """One of the owner's."""
    return of(owner).filter(public_id=public_id).first()


def wanted_rows(export: Export) -> QuerySet[Recognition]:
    """What belongs into it, in its order: as the history is when it is made."""
    if export.wanted is None:
        return history.chosen(export.owner, [uuid.UUID(one) for one in export.chosen])
    return history.sorted_rows(export.owner, filter_records.from_record(export.wanted))


@transaction.atomic
def remove(rows: QuerySet[Export]) -> int:
    """Remove them with their files, once that is certain; returns how many. What is being made ends unfinished."""
    found = list(rows.select_for_update().order_by("pk"))
    names = [str(row.file) for row in found if row.file]
    Export.objects.filter(pk__in=[row.pk for row in found]).delete()
    transaction.on_commit(lambda: storage.remove(names))
    return len(found)


def tidy() -> int:
    """Remove what ended a day ago; returns how many."""
    return remove(Export.objects.filter(finished_at__lt=Now() - LIVES))


def _counted(rows: QuerySet[Recognition], kind: Kind) -> int:
    most = MOST_ROWS[kind]
    total = history.count_up_to(rows, most)
    if total > most:
        told = (
            f"More than {most:,} pictures fit, which is the most for one file. Search for fewer, by days for example."
        )
        raise UploadRejected("too_many_at_once", told, 400)
    if not total:
        raise UploadRejected("nothing_to_export", "No picture fits, so the file would be empty. Search wider.", 400)
    return total


def _admit(owner: Any) -> None:
    """Two requests at once may pass together; that is one more file for a day."""
    if of(owner).count() >= MOST_KEPT:
        told = f"You have {MOST_KEPT} files already, which is the most. Delete one, or wait until one is a day old."
        raise UploadRejected("too_many_exports", told, 429, 3600)
