"""What a worker does for a file of answers: claim it, write it, store it, say so.

It is written and stored outside any transaction, then noted in one that is fenced by the row's attempt: whatever dies
in between, there is one file in the end; one that was stored for nobody goes with the orphans (storage.py).
"""

import logging
import tempfile
from collections.abc import Iterable, Iterator
from datetime import UTC, timedelta
from threading import Lock
from typing import IO

from django.db import transaction
from django.utils import timezone, translation

from hdr_site.foundation import bells, jobs, leases
from hdr_site.foundation.archive_files import scratch_folder
from hdr_site.preferences import language_of, zone_of
from recognition import answer_files, export_mails, exports, history, storage
from recognition.answer_files import Kind
from recognition.answer_pdf import MOST_NUMBERS, TooManyNumbers
from recognition.answer_pictures import StoreDown
from recognition.answer_rows import AnswerRow
from recognition.models import Export, Status

logger = logging.getLogger(__name__)

NOTED_EVERY = 100
"""So many pictures between two notes of how far it is."""
A_WAIT = timedelta(minutes=1)
"""Whoever waits longer is told by mail."""
STORE_DOWN_DELAY = timedelta(seconds=30)
GIVE_UP_AFTER = timedelta(hours=6)
TOO_MANY_NUMBERS = f"These pictures have more than {MOST_NUMBERS:,} numbers. Choose fewer, or another kind of file."
NOT_MADE = "This file could not be made. Ask for it again."
NOT_FETCHED = "Your pictures could not be fetched for hours. Ask for the file again."
_at_work = Lock()


class TakenAway(Exception):
    """The job is no longer ours: another worker has it, or its owner deleted it."""


def work_off() -> None:
    """Make what is due, one after the other, and one at a time in this process, as archives are made."""
    if not _at_work.acquire(blocking=False):
        return
    try:
        bells.heard(Export)
        while claimed := jobs.claim(Export, at_most=1):
            _make(claimed[0])
    finally:
        _at_work.release()


def _make(export: Export) -> None:
    try:
        with leases.held(export), tempfile.TemporaryFile(dir=scratch_folder()) as file:
            _write(export, file)
            _hand_over(export, _stored(file), file.tell())
    except TakenAway:
        return
    except TooManyNumbers:
        jobs.fail(export, "too_many_numbers", TOO_MANY_NUMBERS)
    except StoreDown as problem:
        _try_later(export, problem)
    except Exception:
        logger.exception("Export %s could not be made", export.pk)
        jobs.fail(export, "export_failed", NOT_MADE)


def _write(export: Export, file: IO[bytes]) -> None:
    """In its owner's language and time zone."""
    language = language_of(export.owner) or export.language
    with translation.override(language), timezone.override(zone_of(export.owner) or UTC):
        kind = Kind(export.kind)
        keys = list(history.keys_of(exports.wanted_rows(export))[: exports.MOST_ROWS[kind]])
        answer_files.write(kind, _noted(export, answer_files.rows(kind, keys)), file)


def _noted(export: Export, answers: Iterable[AnswerRow]) -> Iterator[AnswerRow]:
    """The same, noting every now and then how far it is. Raises TakenAway."""
    for count, answer in enumerate(answers):
        if count % NOTED_EVERY == 0:
            mine = Export.objects.filter(pk=export.pk, attempt=export.attempt, status=Status.RUNNING)
            if not mine.update(rows=count):
                raise TakenAway
        export.rows = count + 1
        yield answer


def _stored(file: IO[bytes]) -> str:
    try:
        return storage.put_export(file)
    except Exception as problem:
        raise StoreDown from problem


def _hand_over(export: Export, name: str, size: int) -> None:
    """Nobody's file, if the job is no longer ours, is removed."""
    if not _announced(export, name, size):
        storage.remove([name])


@transaction.atomic
def _announced(export: Export, name: str, size: int) -> bool:
    if not jobs.lock_mine([export]):
        return False
    if export.created_at < timezone.now() - A_WAIT:
        export_mails.tell(export, size)
    return jobs.settle(export, file=name, stored_bytes=size, rows=export.rows)


def _try_later(export: Export, problem: StoreDown) -> None:
    logger.warning("Export %s: store not reachable, trying again: %s", export.pk, type(problem.__cause__).__name__)
    if export.created_at < timezone.now() - GIVE_UP_AFTER:
        jobs.fail(export, "export_failed", NOT_FETCHED)
    else:
        jobs.postpone(export, STORE_DOWN_DELAY, "store_down", "The pictures could not be fetched; trying again.")
