"""What a worker does with files of several pictures, and addresses: claim one, take it apart, queue its pictures.

The file is opened in a child process (ml.documents). Each picture is stored and queued by itself as soon as it is out,
fenced by the intake's attempt and unique by its place: a worker that takes over goes on where the other one died.
"""

import errno
import logging
import tempfile
from dataclasses import replace
from datetime import timedelta
from threading import BoundedSemaphore
from typing import IO

from django.db import IntegrityError, transaction

from hdr_site.foundation import bells, jobs, leases
from hdr_site.foundation.archive_files import scratch_folder
from ml.documents import parent
from ml.documents.document import Bounds
from ml.documents.kinds import Opened
from ml.documents.parent import Refused, Taken
from ml.rejections import PictureRejected
from recognition import arrivals, intakes, progress, quotas, storage, uploads
from recognition.arrivals import StoreDown, TakenAway
from recognition.models import Intake, Priority, Recognition, Source, Status
from recognition.uploads import UploadRejected

logger = logging.getLogger(__name__)

AT_ONCE = 2
"""In one process; the courier's other threads have the sweep and the mails to see to."""
SEEN_FIRST = 10
"""So many pictures of a file are read as if they had been sent one by one; the others wait behind everybody's."""
STORE_DOWN_DELAY = timedelta(seconds=15)
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_places = BoundedSemaphore(AT_ONCE)


def work_off() -> None:
    """Take apart what is due, one after the other; as many at once as `AT_ONCE` says, and a bell beyond is ignored."""
    if not _places.acquire(blocking=False):
        return
    try:
        bells.heard(Intake)
        while claimed := jobs.claim(Intake, at_most=1):
            _take_in(claimed[0])
    finally:
        _places.release()


def tidy() -> None:
    """See to what was given up by the sweep, because workers died over it: its file and its address's query go."""
    ended = Intake.objects.filter(status__in=[Status.DONE, Status.FAILED])
    intakes.release_files(ended)
    intakes.forget_queries(ended)


def _take_in(intake: Intake) -> None:
    try:
        with leases.held(intake), tempfile.TemporaryFile(dir=scratch_folder()) as file:
            kind = arrivals.bring(intake, file)
            refused, fault = _pictures(intake, file, kind)
            _end(intake, refused, fault)
    except TakenAway:
        return
    except UploadRejected as refusal:
        _end(intake, [], refusal)
    except FileNotFoundError:
        jobs.fail(intake, "picture_missing", "The stored file is gone. Send it again.")
    except StoreDown as problem:
        logger.warning("Intake %s: store not reachable, trying again: %s", intake.pk, type(problem.__cause__).__name__)
        jobs.postpone(intake, STORE_DOWN_DELAY, "store_down", "The file could not be fetched; trying again.")
    except Exception:
        logger.exception("Intake %s could not be taken apart", intake.pk)
        _end(intake, [], UploadRejected("taking_failed", "This file could not be taken apart. Send it in parts."))


def _pictures(intake: Intake, file: IO[bytes], kind: Opened) -> tuple[list[Refused], UploadRejected | None]:
    """Queue every picture; returns those that are not taken, and why no more were, if that is so."""
    refused: list[Refused] = []
    done = set(Recognition.objects.filter(intake=intake).values_list("place", flat=True))
    try:
        for found in parent.take_apart(file, kind, Bounds(picture=uploads.limits()), done):
            named = replace(found, name=intake.name) if kind == "picture" else found
            if isinstance(named, Refused):
                refused.append(named)
            else:
                _keep(intake, named)
    except PictureRejected as refusal:
        return refused, UploadRejected(refusal.code, refusal.sentence)
    except UploadRejected as refusal:
        return refused, refusal
    return refused, None


def _keep(intake: Intake, found: Taken) -> None:
    """Store one picture and queue it. Raises UploadRejected over the owner's quota, TakenAway and StoreDown."""
    try:
        stored_as = storage.put(found.picture.content, found.picture.thumbnail)
    except Exception as problem:
        raise StoreDown from problem
    try:
        _queue(intake, found, stored_as)
    except IntegrityError:  # another worker was here, before it lost the job
        storage.remove([stored_as])
    except (UploadRejected, TakenAway):
        storage.remove([stored_as])
        raise


@transaction.atomic
def _queue(intake: Intake, found: Taken, stored_as: str) -> None:
    if not jobs.lock_mine([intake]):
        raise TakenAway
    picture = found.picture
    size = len(picture.content) + len(picture.thumbnail)
    quotas.reserve(intake.owner, size)
    priority = Priority.PERSON if found.place < SEEN_FIRST else Priority.BULK
    Recognition.objects.create(
        owner_id=intake.owner_id,
        batch_id=intake.batch_id,
        intake=intake,
        place=found.place,
        source=Source(intake.kind),
        name=_name(intake, found.name, found.place),
        image=stored_as,
        content_type=picture.content_type,
        width=picture.width,
        height=picture.height,
        stored_bytes=size,
        upload_digest=found.digest,
        content_digest=found.digest,
        format=intake.batch.format,
        priority=priority,
        turn=jobs.next_turn(Recognition, intake.owner_id, priority),
    )
    bells.ring_on_commit(Recognition)


def _name(intake: Intake, name: str, place: int) -> str:
    """A page has no name of its own: it is called by its document's and its number, which needs no language."""
    return uploads.clean_name(name) if name else f"{intake.name[:110]} · {place + 1}"


@transaction.atomic
def _end(intake: Intake, refused: list[Refused], fault: UploadRejected | None) -> None:
    """Done if there is any picture of it, failed if there is none; its file goes either way."""
    if not jobs.lock_mine([intake]):
        return
    taken = Recognition.objects.filter(intake=intake).count()
    listed = [_as_listed(_name(intake, bad.name, bad.place), bad.code, bad.sentence) for bad in refused]
    if fault and (taken or listed):
        listed.append(_as_listed(intake.name, fault.code, fault.sentence))
    facts = {"refused": listed, "address": intake.shown_address}
    if taken:
        jobs.settle(intake, taken=taken, **facts)
    elif fault:
        jobs.fail(intake, fault.code, fault.sentence, **facts)
    else:
        sentence = "There is no picture in it that we read. The list says why for each file."
        jobs.fail(intake, "no_pictures_inside", sentence, **facts)
    intakes.release_files(Intake.objects.filter(pk=intake.pk))
    progress.finish([intake.batch_id])


def _as_listed(name: str, code: str, sentence: str) -> dict[str, str]:
    return {"name": name, "code": code, "sentence": sentence}
