"""Files that hold several pictures, and web addresses: what people ask for, and what is kept of it.

They are opened by a worker (intaking.py) and never here: this takes the bytes as they came, under a random name.
"""

from typing import Any, BinaryIO, cast

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from hdr_site.foundation import bells, jobs
from ml.documents.kinds import kind_of as kind_of_stream
from recognition import progress, quotas, storage, uploads
from recognition.fetching import drive
from recognition.fetching import parent as fetching
from recognition.models import Batch, Intake
from recognition.uploads import UploadRejected

MOST_OF_A_BATCH = 200
"""All of them are in each answer about their batch, so an open one does not take them without end."""


def kind_of(upload: UploadedFile[Any]) -> Intake.Kind | None:
    """What an upload is taken apart as, by its content; None: it is one picture, or nothing that we know."""
    kind = kind_of_stream(cast("BinaryIO", upload.file))
    return None if kind is None else Intake.Kind(kind)


def send_file(batch: Batch, upload: UploadedFile[Any], kind: Intake.Kind, idempotency_key: str | None = None) -> Intake:
    """Have a file taken apart into pictures of `batch`. Raises UploadRejected; nothing is stored then.

    The same `idempotency_key` in the same batch gives the same intake.
    """
    owner = batch.owner
    if idempotency_key and (earlier := _earlier(batch, idempotency_key)):
        return earlier
    size = upload.size or 0
    if size > (most := uploads.limits().max_bytes):
        told = f"This file has {size / 1e6:.1f} MB; send at most {most / 1e6:g} MB."
        raise UploadRejected("too_many_bytes", told, 413)
    quotas.admit(owner)
    quotas.admit_intake(owner)
    stored_as = storage.put_intake(upload)
    name = uploads.clean_name(upload.name or "")
    try:
        return _queued(batch, size, kind=kind, name=name, file=stored_as, idempotency_key=idempotency_key)
    except (UploadRejected, IntegrityError):
        storage.remove([stored_as])
        if idempotency_key and (earlier := _earlier(batch, idempotency_key)):
            return earlier
        raise


def send_address(batch: Batch, address: str, idempotency_key: str | None = None) -> Intake:
    """Have what lies at a web address fetched, and taken apart into pictures of `batch`. Raises UploadRejected.

    Nobody is asked here: a worker does that. The same `idempotency_key` in the same batch gives the same intake.
    """
    if idempotency_key and (earlier := _earlier(batch, idempotency_key)):
        return earlier
    place = fetching.checked_file(address)
    quotas.admit(batch.owner)
    quotas.admit_intake(batch.owner)
    name = uploads.clean_name(place.host if drive.is_drive(place) else place.file_name)
    columns = {"kind": Intake.Kind.ADDRESS, "name": name, "address": str(place), "idempotency_key": idempotency_key}
    try:
        return _queued(batch, 0, **columns)
    except (UploadRejected, IntegrityError):
        if idempotency_key and (earlier := _earlier(batch, idempotency_key)):
            return earlier
        raise


def of(batch: Batch) -> list[Intake]:
    """What was or is taken apart for a batch, in the order in which it was sent."""
    return list(Intake.objects.filter(batch=batch).order_by("pk"))


@transaction.atomic
def remove(batch: Batch) -> None:
    """Take nothing more apart for a batch that is deleted; files go once that is certain."""
    rows = list(Intake.objects.filter(batch=batch).select_for_update().order_by("pk"))
    chosen = Intake.objects.filter(pk__in=[row.pk for row in rows])
    names = storage.names_of_intakes(chosen)
    quotas.give_back(batch.owner_id, sum(row.stored_bytes for row in rows))
    chosen.delete()
    transaction.on_commit(lambda: storage.remove(names))


@transaction.atomic
def release_files(ended: QuerySet[Intake]) -> int:
    """Forget the files of intakes that have ended, and give their owners the room back; returns how many."""
    rows = list(ended.filter(file__isnull=False).select_for_update(skip_locked=True))
    for row in rows:
        quotas.give_back(row.owner_id, row.stored_bytes)
    names = [str(row.file) for row in rows]
    Intake.objects.filter(pk__in=[row.pk for row in rows]).update(file=None, stored_bytes=0)
    transaction.on_commit(lambda: storage.remove(names))
    return len(rows)


def forget_queries(ended: QuerySet[Intake]) -> None:
    """Of addresses that were fetched, or given up, what stands behind the question mark goes: it may hold secrets."""
    for row in ended.filter(address__contains="?"):
        Intake.objects.filter(pk=row.pk).update(address=row.shown_address)


def _earlier(batch: Batch, key: str) -> Intake | None:
    return Intake.objects.filter(batch=batch, idempotency_key=key).first()


@transaction.atomic
def _queued(batch: Batch, size: int, **columns: Any) -> Intake:
    progress.hold(batch)
    if Intake.objects.filter(batch=batch).count() >= MOST_OF_A_BATCH:
        raise UploadRejected("batch_full", "This batch takes no more pictures. Make a new one.", 409)
    if size:
        quotas.reserve(batch.owner, size)
    turn = jobs.next_turn(Intake, batch.owner_id)
    intake = Intake.objects.create(owner_id=batch.owner_id, batch=batch, stored_bytes=size, turn=turn, **columns)
    bells.ring_on_commit(Intake)
    return intake
