"""How far a batch is, and noting once that all of it has ended.

A batch is finished when nothing more is sent to it, and every picture and everything taken apart for it has ended. That
is noted by one guarded UPDATE, so that it happens once, whoever looks: the worker that wrote the last answer, or beat.
Pictures that were deleted count nowhere here from that moment on, though they are erased some minutes later.
"""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Aggregate, Count, Exists, Max, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from hdr_site.foundation import bells, jobs
from recognition.models import LISTED, SURE, Batch, Intake, Notice, Recognition, Status
from recognition.models.batches import NOT_YET
from recognition.uploads import UploadRejected

PAGE_SIZE = 50
ABANDONED_AFTER = timedelta(hours=1)
"""Whoever has sent nothing to an open batch for so long has gone away; it is closed then."""
SEEN_LATE = timedelta(seconds=5)
WAITING = [Status.QUEUED, Status.RUNNING]


@dataclass(frozen=True, slots=True)
class Progress:
    """How many pictures a batch has, by what became of them. `unsure` of those that were read want a look."""

    total: int
    waiting: int
    read: int
    failed: int
    unsure: int
    without_digits: int
    last_ended_at: datetime | None
    is_open: bool
    is_taken_apart: bool

    @property
    def ended(self) -> int:
        """Pictures that wait for nothing more."""
        return self.total - self.waiting

    @property
    def sure(self) -> int:
        """Pictures whose numbers need no look."""
        return self.read - self.unsure - self.without_digits

    @property
    def since(self) -> str:
        """When the last picture ended, for whoever asks what ended after it; empty if none has."""
        return self.last_ended_at.isoformat() if self.last_ended_at else ""

    @property
    def is_finished(self) -> bool:
        """Whether nothing more is to come."""
        return self.is_taken_apart and not (self.waiting or self.is_open)


def visible_to(user: Any) -> QuerySet[Batch]:
    """The batches that `user` may see: their own."""
    return Batch.objects.filter(owner=user)


def one(user: Any, public_id: uuid.UUID) -> Batch | None:
    """One batch; None if there is none such that `user` may see."""
    return visible_to(user).select_related("notice").filter(public_id=public_id).first()


def of(batch: Batch, intakes: Collection[Intake] | None = None) -> Progress:
    """How far the batch is; `intakes`: what is taken apart for it, where the caller has fetched that already."""
    counts = Recognition.objects.filter(LISTED, batch=batch).aggregate(**_counted())
    if intakes is None:
        unopened = Intake.objects.filter(batch=batch, status__in=WAITING).exists()
    else:
        unopened = any(intake.status in WAITING for intake in intakes)
    return Progress(is_open=batch.is_open, is_taken_apart=not unopened, **counts)


def of_each(batches: Collection[Batch]) -> dict[int, Progress]:
    """How far these batches are, by their primary keys, in two queries."""
    keys = [batch.pk for batch in batches]
    names = list(_counted())
    rows = Recognition.objects.filter(LISTED, batch__in=keys).values("batch").annotate(**_counted())
    counts = {key: dict(zip(names, found, strict=True)) for key, *found in rows.values_list("batch", *names)}
    unopened = set(Intake.objects.filter(batch__in=keys, status__in=WAITING).values_list("batch", flat=True))
    none = dict.fromkeys(names, 0) | {"last_ended_at": None}
    return {
        batch.pk: Progress(is_open=batch.is_open, is_taken_apart=batch.pk not in unopened, **counts.get(batch.pk, none))
        for batch in batches
    }


def _counted() -> dict[str, Aggregate]:
    has_digits = ~Q(text="")
    return {
        "total": Count("pk"),
        "waiting": Count("pk", filter=Q(status__in=WAITING)),
        "read": Count("pk", filter=Q(status=Status.DONE)),
        "failed": Count("pk", filter=Q(status=Status.FAILED)),
        "unsure": Count("pk", filter=has_digits & Q(status=Status.DONE, confidence__lt=SURE)),
        "without_digits": Count("pk", filter=~has_digits & Q(status=Status.DONE)),
        "last_ended_at": Max("finished_at"),
    }


def pictures(batch: Batch) -> QuerySet[Recognition]:
    """Its pictures with their readings, in the order in which they were sent."""
    return Recognition.objects.filter(LISTED, batch=batch).select_related("reading").order_by("place", "pk")


def page(batch: Batch, after: uuid.UUID | None = None, size: int = PAGE_SIZE) -> tuple[list[Recognition], bool]:
    """So many of its pictures, from the one behind `after` on; and whether there are more."""
    rows = pictures(batch)
    last = rows.filter(public_id=after).first() if after else None
    if last is not None:
        rows = rows.filter(Q(place__gt=last.place) | Q(place=last.place, pk__gt=last.pk))
    found = list(rows[: size + 1])
    return found[:size], len(found) > size


def ended_since(batch: Batch, moment: datetime) -> list[Recognition]:
    """Its pictures that ended at `moment` or later, or shortly before: their rows may be seen late."""
    return list(pictures(batch).filter(finished_at__gt=moment - SEEN_LATE)[:PAGE_SIZE])


def closed() -> UploadRejected:
    """Why a batch that was closed takes nothing."""
    return UploadRejected("batch_closed", "This batch takes no more pictures. Make a new one.", 409)


def hold(batch: Batch) -> None:
    """Inside a transaction: lock the batch, so that it is neither closed nor deleted before what comes is in it.

    Raises UploadRejected if it was deleted, or closed since `batch` was fetched: nothing comes to a batch that its call
    says is finished. A batch that was closed when it was fetched passes, for the rest of a request that comes again.
    """
    locked = Batch.objects.select_for_update(no_key=True).filter(pk=batch.pk).first()
    if locked is None:
        raise UploadRejected("batch_gone", "This batch was deleted. Send its pictures anew.", 410)
    if batch.is_open and not locked.is_open:
        raise closed()


def place_in(batch: Batch) -> int:
    """Inside a transaction: the place of the next picture. The batch stays locked, so places are given one by one.

    Raises UploadRejected if the batch takes no more pictures.
    """
    hold(batch)
    last = Recognition.objects.filter(batch=batch, intake=None).aggregate(last=Max("place"))["last"]
    return 0 if last is None else last + 1


def finish(batches: Collection[int]) -> int:
    """Of these batches, note which have ended; returns how many. Each is noted once."""
    return _finish(Batch.objects.filter(pk__in=batches)) if batches else 0


def finish_ended() -> int:
    """The same for all, after closing those that were abandoned half-way; for beat."""
    _close_abandoned()
    ended = _finish(Batch.objects.all())
    _call_whom_it_concerns()
    return ended


def _finish(batches: QuerySet[Batch]) -> int:
    waiting = Recognition.objects.filter(LISTED, batch=OuterRef("pk"), status__in=WAITING)
    unopened = Intake.objects.filter(batch=OuterRef("pk"), status__in=WAITING)
    due = batches.filter(finished_at__isnull=True, is_open=False)
    ended = due.filter(~Exists(waiting), ~Exists(unopened)).update(finished_at=Now())
    if ended:
        _call_whom_it_concerns()
    return ended


def _call_whom_it_concerns() -> None:
    """Calls for finished batches become due, owners in turn. Whoever dies before this is made up for by beat."""
    waiting = Notice.objects.filter(status=Status.QUEUED, due_at=NOT_YET, batch__finished_at__isnull=False)
    rows = list(waiting.values_list("pk", "owner_id"))
    for number, owner in rows:
        waiting.filter(pk=number).update(due_at=Now(), turn=jobs.next_turn(Notice, owner))
    if rows:
        bells.ring_once(Notice)


def _close_abandoned() -> None:
    of_it_lately = {"batch": OuterRef("pk"), "created_at__gt": Now() - ABANDONED_AFTER}
    lately = Exists(Recognition.objects.filter(**of_it_lately)) | Exists(Intake.objects.filter(**of_it_lately))
    idle = Batch.objects.filter(is_open=True, finished_at__isnull=True, created_at__lt=Now() - ABANDONED_AFTER)
    idle.filter(~lately).update(is_open=False)
