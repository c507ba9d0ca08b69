"""What people ask for: read this picture, read it again, say why, delete it."""

import errno
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from hdr_site.foundation import audit, bells, jobs
from hdr_site.foundation.actions import Action
from recognition import keeping, progress, quotas, selectors, storage, temporary, uploads
from recognition.models import Batch, Digit, Explanation, Recognition, Source, Status
from recognition.uploads import CleanPicture, UploadRejected


@dataclass(frozen=True, slots=True)
class Submission:
    """What became of a request to read a picture; `created` is False when the same request came before."""

    recognition: Recognition
    created: bool


def submit(
    owner: Any,
    upload: UploadedFile[Any],
    source: Source,
    idempotency_key: str | None = None,
    number_format: str = "",
    batch: Batch | None = None,
    *,
    is_temporary: bool = False,
) -> Submission:
    """Take a picture and queue it for reading, its numbers as those of a format, as the next of a batch if one is
    given. Raises UploadRejected; nothing is stored then.

    The same `idempotency_key` of the same owner gives the same recognition, also for two requests at once. What is
    temporary is in no list, no search for what was sent before, and erased with its file within five minutes.
    """
    wanted = uploads.wanted_format(number_format)
    digest = uploads.digest(upload, wanted)
    if idempotency_key and (earlier := _earlier(owner, idempotency_key, digest)):
        return earlier
    quotas.admit(owner)
    picture = uploads.clean(upload)
    stored_as = stored(picture)
    asked: dict[str, Any] = {
        "source": source,
        "upload_digest": digest,
        "content_digest": "" if is_temporary else uploads.digest(upload),
        "temporary_until": Now() + temporary.LIFETIME if is_temporary else None,
        "idempotency_key": idempotency_key,
        "format": wanted,
        "batch": batch,
    }
    try:
        name = uploads.clean_name(upload.name or "")
        return Submission(_queued(owner, picture, image=stored_as, name=name, **asked), created=True)
    except (UploadRejected, IntegrityError):
        storage.remove([stored_as])
        if idempotency_key and (earlier := _earlier(owner, idempotency_key, digest)):
            return earlier
        raise
    # After any other fault the row may have been written, as when the database went away while it committed: the file
    # stays, and the sweep for files without a row decides.


@transaction.atomic
def retry(recognition: Recognition, number_format: str | None = None) -> bool:
    """Read a picture again for its owner, who waits. Its last reading stays on show meanwhile.

    `number_format`: another format for its numbers, "" for none; None leaves it as it was. False if it waits or runs
    already. Raises UploadRejected for an unknown format, if the picture was erased, and over the owner's rate: reading
    again costs as much.
    """
    wanted = None if number_format is None else uploads.wanted_format(number_format)
    turn = jobs.next_turn(Recognition, recognition.owner_id)
    row = Recognition.objects.filter(pk=recognition.pk)
    if not jobs.ask_again(row.filter(pictures_erased_at__isnull=True), turn):
        if erased := row.filter(pictures_erased_at__isnull=False).first():
            raise keeping.erased(erased)
        return False
    if wanted is not None:
        row.update(format=wanted)
    quotas.admit(recognition.owner)  # after the picture's row: `delete` locks in this order, too
    bells.ring_on_commit(Recognition)
    return True


@transaction.atomic
def read_again(recognitions: QuerySet[Recognition], actor: Any) -> int:
    """Read many pictures again, for staff: behind everything that a person waits for. Returns how many.

    What was erased cannot be; the rows are locked first, so that none is erased in between.
    """
    chosen = list(recognitions.order_by().values_list("pk", flat=True))
    there = Recognition.objects.filter(pk__in=chosen, pictures_erased_at__isnull=True).order_by("pk")
    asked = jobs.ask_again_in_bulk(Recognition, there.select_for_update(no_key=True).values_list("pk", flat=True))
    audit.record(actor, Action.PICTURES_READ_AGAIN, pictures=asked)
    bells.ring_on_commit(Recognition)
    return asked


@transaction.atomic
def ask_why(digit: Digit, owner: Any) -> Explanation | None:
    """Have one digit explained, once: what was asked for before is returned as it is, and tried again if it failed.

    None if the recognition is gone. Raises UploadRejected if its picture was erased, and while too many of the owner's
    wait.
    """
    picture = Recognition.objects.select_for_update(no_key=True).filter(pk=digit.reading.recognition_id).first()
    if picture is None:
        return None
    keeping.refuse_erased(picture)
    earlier = Explanation.objects.filter(digit=digit)
    found = earlier.first()
    if found and found.status != Status.FAILED:
        return found
    quotas.admit_explanation(owner)
    turn = jobs.next_turn(Explanation, owner.pk)
    if not jobs.ask_again(earlier, turn):
        Explanation.objects.create(digit=digit, owner=owner, turn=turn)
    bells.ring_on_commit(Explanation)
    return earlier.get()


@transaction.atomic
def delete(recognition: Recognition, actor: Any) -> None:
    """Remove the row with its readings, and its files once that is certain."""
    row = Recognition.objects.select_for_update().filter(pk=recognition.pk).first()
    if row is None:
        return
    names = storage.names_of([row.pk])
    row.delete()
    quotas.give_back(row.owner_id, row.stored_bytes)
    audit.record(actor, Action.PICTURE_DELETED, str(row.public_id))
    transaction.on_commit(lambda: storage.remove(names))


def _earlier(owner: Any, key: str, digest: str) -> Submission | None:
    found = selectors.visible_to(owner).select_related("reading").filter(idempotency_key=key).first()
    if found is None:
        return None
    if found.upload_digest != digest:
        raise UploadRejected(
            "idempotency_conflict",
            "This Idempotency-Key came with another picture or format before. Use a new key.",
            409,
        )
    return Submission(found, created=False)


def stored(picture: CleanPicture) -> str:
    """Store it; returns the name. Raises UploadRejected("storage_full") when there is no room."""
    try:
        return storage.put(picture.content, picture.thumbnail)
    except OSError as problem:
        if problem.errno not in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            raise
        raise UploadRejected(
            "storage_full", "There is no room for more pictures just now. Try again later; nothing was kept.", 507, 300
        ) from problem


@transaction.atomic
def _queued(owner: Any, picture: CleanPicture, batch: Batch | None, **columns: Any) -> Recognition:
    size = len(picture.content) + len(picture.thumbnail)
    place = progress.place_in(batch) if batch else 0
    quotas.reserve(owner, size)
    recognition = Recognition.objects.create(
        owner=owner,
        batch=batch,
        place=place,
        content_type=picture.content_type,
        width=picture.width,
        height=picture.height,
        stored_bytes=size,
        turn=jobs.next_turn(Recognition, owner.pk),
        **columns,
    )
    bells.ring_on_commit(Recognition)
    return recognition
