"""What people do with many of their pictures at once: delete, read again, add up, take along."""

import tempfile
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import IO, Any, cast

from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from hdr_site.foundation import audit, bells, jobs
from hdr_site.foundation.actions import Action
from hdr_site.foundation.archive_files import scratch_folder
from recognition import answer_files, history, submissions, uploads
from recognition.answer_files import Kind
from recognition.history import MOST_COUNTED
from recognition.models import LISTED, Priority, Recognition, Status
from recognition.uploads import UploadRejected

MOST_CHOSEN = 100
"""So many are deleted or read again by one request."""
IN_MEMORY = 4_000_000


@dataclass(frozen=True, slots=True)
class Totals:
    """What the numbers of some pictures add up to; None where there is no number.

    `others`: numbers without a decimal value, such as dates. `without`: pictures without any number, as they have no
    digit, could not be read or still wait. A corrected picture counts as a person read it.
    """

    pictures: int
    without: int
    numbers: int
    others: int
    sum: Decimal | None
    mean: Decimal | None
    least: Decimal | None
    most: Decimal | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a wish about many pictures; `refusal` says why some were left as they are."""

    done: int
    left: int
    refusal: UploadRejected | None = None


def totals(rows: QuerySet[Recognition]) -> Totals:
    """Sum, mean, least and most of all numbers in these pictures. Raises UploadRejected for more than 10,000."""
    keys = few(rows)
    with connection.cursor() as cursor:
        cursor.execute(ADDED_UP, [keys])
        pictures, numbers, others, total, mean, least, most = cursor.fetchone()
    return Totals(len(keys), len(keys) - pictures, numbers, others, total, mean, least, most)


def few(rows: QuerySet[Recognition]) -> list[int]:
    """The keys of rows, in their order. Raises UploadRejected for more than 10,000."""
    keys = list(history.keys_of(rows)[: MOST_COUNTED + 1])
    if len(keys) > MOST_COUNTED:
        sentence = f"More than {MOST_COUNTED:,} pictures fit. Search for fewer, by days for example."
        raise UploadRejected("too_many_at_once", sentence, 400)
    return keys


def as_file(rows: QuerySet[Recognition], kind: Kind) -> IO[bytes]:
    """The answers of rows as a file that is open at its beginning. Raises UploadRejected for more than 10,000."""
    keys = few(rows)
    scratch = tempfile.SpooledTemporaryFile(IN_MEMORY, dir=scratch_folder())  # noqa: SIM115 - whoever sends it closes it
    file = cast("IO[bytes]", scratch)
    answer_files.write(kind, answer_files.rows(kind, keys), file)
    file.seek(0)
    return file


def delete(owner: Any, public_ids: Sequence[uuid.UUID]) -> int:
    """Delete these of the owner's, each for itself: what breaks off half-way has deleted whole ones."""
    rows = list(history.chosen(owner, public_ids))
    for row in rows:
        submissions.delete(row, owner)
    return len(rows)


@transaction.atomic
def delete_all(owner: Any, rows: QuerySet[Recognition]) -> int:
    """Delete all of the owner's rows that fit: gone from every list at once, erased with their files within minutes.

    They become what is only kept for some minutes, which a worker erases (temporary.py): ten thousand with all their
    files would take longer than anybody waits for a page. Raises UploadRejected for more than 10,000.
    """
    gone = Recognition.objects.filter(LISTED, owner=owner, pk__in=few(rows))
    count = gone.update(temporary_until=Now(), idempotency_key=None)
    audit.record(owner, Action.PICTURES_DELETED, pictures=count)
    return count


def read_again(owner: Any, public_ids: Sequence[uuid.UUID], number_format: str | None = None) -> Outcome:
    """Read these of the owner's again, as numbers of another format if one is given ("" for none).

    Ends where the owner's rate does. What waits or was erased is left. Raises UploadRejected for an unknown format.
    """
    wanted = None if number_format is None else uploads.wanted_format(number_format)
    rows = list(history.chosen(owner, public_ids))
    done, refusal = 0, None
    for row in rows:
        try:
            done += submissions.retry(row, wanted)
        except UploadRejected as problem:
            refusal = problem
            if problem.status != GONE:
                break
    return Outcome(done, len(rows) - done, refusal)


@transaction.atomic
def read_all_again(owner: Any, rows: QuerySet[Recognition], number_format: str | None = None) -> Outcome:
    """The same for all that fits, behind everything that a person waits for; not while an earlier lot is still to do.

    Raises UploadRejected for more than 10,000 too.
    """
    wanted = None if number_format is None else uploads.wanted_format(number_format)
    _refuse_while_reading(owner)
    keys = few(rows)
    ended = Recognition.objects.filter(
        LISTED, owner=owner, pk__in=keys, pictures_erased_at__isnull=True, status__in=[Status.DONE, Status.FAILED]
    )
    found = list(ended.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
    if wanted is not None:
        Recognition.objects.filter(pk__in=found).update(format=wanted)
    done = jobs.ask_again_in_bulk(Recognition, found)
    bells.ring_on_commit(Recognition)
    return Outcome(done, len(keys) - done)


def _refuse_while_reading(owner: Any) -> None:
    waiting = Recognition.objects.filter(owner=owner, status=Status.QUEUED, priority=Priority.BULK)
    if waiting.exists():
        told = "Many of your pictures are still to be read. Wait until these are done, then ask for more."
        raise UploadRejected("still_reading", told, 429, 60)


GONE = 410
# Postgres rounds the mean: Python's decimals have 28 digits, and whoever writes down more would be answered an error.
ADDED_UP = r"""
    WITH picked AS (SELECT id, corrected_text, reading_id FROM recognition_recognition WHERE id = ANY(%s)),
    said AS (
        SELECT picked.id, number->>'value' AS value
        FROM picked JOIN recognition_reading AS reading ON reading.id = picked.reading_id,
             jsonb_array_elements(reading.numbers) AS number
        WHERE corrected_text IS NULL
        UNION ALL
        SELECT picked.id, number->>'value'
        FROM picked CROSS JOIN LATERAL (
            SELECT lines FROM recognition_correction AS correction
            WHERE correction.recognition_id = picked.id AND role = 'owner' ORDER BY correction.id DESC LIMIT 1
        ) AS newest, jsonb_array_elements(newest.lines) AS line, jsonb_array_elements(line) AS number
        WHERE corrected_text IS NOT NULL
    ), decimals AS (SELECT id, CASE WHEN value ~ '^-?[0-9]+(\.[0-9]+)?$' THEN value::numeric END AS value FROM said)
    SELECT count(DISTINCT id), count(value), count(*) - count(value),
           sum(value), round(avg(value), 4), min(value), max(value)
    FROM decimals"""
