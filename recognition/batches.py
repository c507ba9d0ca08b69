"""What people ask for with several pictures: read them together, add one more, that was all, delete them."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction

from hdr_site.foundation import audit
from hdr_site.foundation.actions import Action
from recognition import intakes, notices, progress, quotas, storage, submissions, uploads
from recognition.models import Batch, Intake, Recognition, Source
from recognition.submissions import Submission
from recognition.uploads import UploadRejected

MOST_ADDRESSES = 20
"""In one request; so many intakes of one owner may wait, too."""
TOGETHER = 50
"""Pictures deleted at once, with all their digits: a page may have hundreds."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that was not taken: its name as people see it, and why."""

    name: str
    reason: UploadRejected


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of several files; `created` is False when the same request came before."""

    batch: Batch
    created: bool
    pictures: list[Recognition] = field(default_factory=list)
    intakes: list[Intake] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)


def take_together(
    owner: Any,
    files: Sequence[UploadedFile[Any]],
    source: Source,
    *,
    addresses: Sequence[str] = (),
    notify: str = "",
    idempotency_key: str | None = None,
    number_format: str = "",
    name: str = "",
    stays_open: bool = False,
) -> Taken:
    """Make a batch of several pictures, of files with several pictures (PDF, TIFF, ZIP), and of what lies at web
    addresses. A bad one is listed with its reason, and the rest goes on.

    `notify`: an https address that is called when all of it has ended (notices.py).

    The same `idempotency_key` gives the same batch, and takes what did not arrive the first time. Raises
    UploadRejected if none was taken, with the reason of the first; no batch is kept then.
    """
    wanted = uploads.wanted_format(number_format)
    label = _label(name, files, stays_open=stays_open)
    if len(addresses) > MOST_ADDRESSES:
        told = f"These are {len(addresses)} addresses; send at most {MOST_ADDRESSES} at a time."
        raise UploadRejected("too_many_addresses", told)
    called = notices.checked(notify) if notify else ""
    digest = _digest(files, [*addresses, called], wanted, label, stays_open=stays_open)
    batch, created = _made(owner, source, idempotency_key, digest, called, name=label, format=wanted)
    taken = Taken(batch, created)
    for index, file in enumerate(files):
        _take(taken, file, f"{batch.public_id}:{index}")
    for index, address in enumerate(addresses):
        _take_address(taken, address, f"{batch.public_id}:address:{index}")
    if (files or addresses) and not (taken.pictures or taken.intakes) and created:
        batch.delete()
        raise taken.refused[0].reason
    if not stays_open:
        close(batch)
    return taken


def add(
    batch: Batch, file: UploadedFile[Any], source: Source | None = None, idempotency_key: str | None = None
) -> Submission | Intake:
    """Take one more picture into an open batch, read as the batch says, or a file with several. Raises UploadRejected.

    What arrived before under this key is returned also when the batch was closed meanwhile.
    """
    how = (Source(source or batch.source), idempotency_key, batch.format)
    kind = intakes.kind_of(file)
    if not batch.is_open and not _arrived(Intake if kind else Recognition, batch, idempotency_key):
        raise progress.closed()
    if kind:
        return intakes.send_file(batch, file, kind, idempotency_key)
    return submissions.submit(batch.owner, file, *how, batch=batch)


def add_address(batch: Batch, address: str, idempotency_key: str | None = None) -> Intake:
    """The same for what lies at a web address."""
    if not batch.is_open and not _arrived(Intake, batch, idempotency_key):
        raise progress.closed()
    return intakes.send_address(batch, address, idempotency_key)


def close(batch: Batch) -> None:
    """No more pictures come to it."""
    Batch.objects.filter(pk=batch.pk).update(is_open=False)
    batch.is_open = False
    progress.finish([batch.pk])


def delete(batch: Batch, actor: Any) -> int:
    """Remove the batch with all its pictures, some dozens at a time; returns how many. May break off and be asked for
    again: the batch itself goes last.
    """
    Batch.objects.filter(pk=batch.pk).update(is_open=False)
    intakes.remove(batch)  # before its pictures, so that no more of these come
    deleted = 0
    while count := _delete_some(batch):
        deleted += count
    with transaction.atomic():
        if Batch.objects.filter(pk=batch.pk).delete()[0]:
            audit.record(actor, Action.BATCH_DELETED, str(batch.public_id), pictures=deleted)
    return deleted


def _made(owner: Any, source: Source, key: str | None, digest: str, called: str, **columns: str) -> tuple[Batch, bool]:
    if key and (earlier := _earlier(owner, key, digest)):
        return earlier, False
    try:
        with transaction.atomic():
            made = Batch.objects.create(
                owner=owner, source=source, idempotency_key=key, request_digest=digest, is_open=True, **columns
            )
            if called:
                notices.ask(made, called)
        return made, True
    except IntegrityError:
        if key and (earlier := _earlier(owner, key, digest)):
            return earlier, False
        raise


def _earlier(owner: Any, key: str, digest: str) -> Batch | None:
    found = progress.visible_to(owner).filter(idempotency_key=key).first()
    if found and found.request_digest != digest:
        raise UploadRejected(
            "idempotency_conflict", "This Idempotency-Key came with other pictures before. Use a new key.", 409
        )
    return found


def _label(name: str, files: Sequence[UploadedFile[Any]], *, stays_open: bool) -> str:
    """What the batch is called: as was asked, else as the one file is that it is taken from."""
    if not name.strip() and len(files) == 1 and not stays_open and intakes.kind_of(files[0]):
        name = files[0].name or ""
    return uploads.clean_name(name)[:120] if name.strip() else ""


def _digest(
    files: Sequence[UploadedFile[Any]], addresses: Sequence[str], wanted: str, name: str, *, stays_open: bool
) -> str:
    asked = [wanted, name, str(stays_open), *(uploads.digest(file) for file in files), *addresses]
    return hashlib.sha256("\n".join(asked).encode()).hexdigest()


def _take(taken: Taken, file: UploadedFile[Any], key: str) -> None:
    try:
        if kind := intakes.kind_of(file):
            taken.intakes.append(intakes.send_file(taken.batch, file, kind, key))
            return
        how = (Source(taken.batch.source), key, taken.batch.format)
        taken.pictures.append(submissions.submit(taken.batch.owner, file, *how, batch=taken.batch).recognition)
    except UploadRejected as reason:
        taken.refused.append(Refused(uploads.clean_name(file.name or ""), reason))


def _take_address(taken: Taken, address: str, key: str) -> None:
    try:
        taken.intakes.append(intakes.send_address(taken.batch, address, key))
    except UploadRejected as reason:
        taken.refused.append(Refused(address.partition("?")[0][:120], reason))


def _arrived(kind: type[Recognition] | type[Intake], batch: Batch, key: str | None) -> bool:
    return bool(key) and kind.objects.filter(batch=batch, idempotency_key=key).exists()


@transaction.atomic
def _delete_some(batch: Batch) -> int:
    """Rows first, locked because a worker may be about to write an answer; files once the rows are gone for certain."""
    rows = list(Recognition.objects.select_for_update().filter(batch=batch).order_by("pk")[:TOGETHER])
    numbers = [row.pk for row in rows]
    names = storage.names_of(numbers)
    Recognition.objects.filter(pk__in=numbers).delete()
    quotas.give_back(batch.owner_id, sum(row.stored_bytes for row in rows))
    transaction.on_commit(lambda: storage.remove(names))
    return len(rows)
