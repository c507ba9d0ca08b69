"""Files that hold several pictures: what people ask for, and what is kept of it.

They are opened by a worker (intaking.py) and never here: this takes the bytes as they came, under a random name.
"""

from typing import Any, BinaryIO, cast

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet

from hdr_site.foundation import bells, jobs
from ml.documents.kinds import kind_of as kind_of_stream
from recognition import quotas, storage, uploads
from recognition.models import Batch, Intake
from recognition.uploads import UploadRejected


def kind_of(upload: UploadedFile[Any]) -> Intake.Kind | None:
    """What an upload is taken apart as, by its content; None: it is one picture, or nothing that we know."""
    kind = kind_of_stream(cast("BinaryIO", upload.file))
    return None if kind is None else Intake.Kind(kind)


def send_file(owner: Any, batch: Batch, upload: UploadedFile[Any], kind: Intake.Kind) -> Intake:
    """Have a file taken apart into pictures of `batch`. Raises UploadRejected; nothing is stored then."""
    size = upload.size or 0
    if size > (most := uploads.limits().max_bytes):
        told = f"This file has {size / 1e6:.1f} MB; send at most {most / 1e6:g} MB."
        raise UploadRejected("too_many_bytes", told, 413)
    quotas.admit(owner)
    quotas.admit_intake(owner)
    stored_as = storage.put_intake(upload)
    name = uploads.clean_name(upload.name or "")
    try:
        return _queued(owner, batch, size, kind=kind, name=name, file=stored_as)
    except UploadRejected:
        storage.remove([stored_as])
        raise


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


@transaction.atomic
def _queued(owner: Any, batch: Batch, size: int, **columns: Any) -> Intake:
    if size:
        quotas.reserve(owner, size)
    turn = jobs.next_turn(Intake, owner.pk)
    intake = Intake.objects.create(owner=owner, batch=batch, stored_bytes=size, turn=turn, **columns)
    bells.ring_on_commit(Intake)
    return intake
