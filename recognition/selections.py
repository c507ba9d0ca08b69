"""What people do with many of their pictures at once: delete, read again, add up, take along."""

import tempfile
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import IO, Any, cast

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from hdr_site.foundation.archive_files import scratch_folder
from recognition import answer_files, history, submissions
from recognition.answer_files import Kind
from recognition.history import MOST_COUNTED
from recognition.models import Recognition
from recognition.uploads import UploadRejected

MOST_CHOSEN = 100
"""So many are deleted or read again by one request."""
IN_MEMORY = 4_000_000


@dataclass(frozen=True, slots=True)
class Totals:
    """What the numbers of some pictures add up to; None where there is no number.

    `others`: numbers without a decimal value, such as dates. A corrected picture counts as a person read it.
    """

    pictures: int
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
        numbers, others, total, mean, least, most = cursor.fetchone()
    return Totals(len(keys), numbers, others, total, None if mean is None else round(mean, 4), least, most)


def few(rows: QuerySet[Recognition]) -> list[int]:
    """The keys of rows, in their order. Raises UploadRejected for more than 10,000."""
    keys = list(history.keys_of(rows)[: MOST_COUNTED + 1])
    if len(keys) > MOST_COUNTED:
        sentence = _("More than %(most)s pictures fit. Search for fewer, by days for example.")
        raise UploadRejected("too_many_at_once", sentence % {"most": f"{MOST_COUNTED:,}"}, 400)
    return keys


def as_file(rows: QuerySet[Recognition], kind: Kind) -> IO[bytes]:
    """The answers of rows as a file that is open at its beginning. Raises UploadRejected for more than 10,000."""
    keys = few(rows)
    scratch = tempfile.SpooledTemporaryFile(IN_MEMORY, dir=scratch_folder())  # noqa: SIM115 - whoever sends it closes it
    file = cast("IO[bytes]", scratch)
    answer_files.write(kind, keys, file)
    file.seek(0)
    return file


def delete(owner: Any, public_ids: Sequence[uuid.UUID]) -> int:
    """Delete these of the owner's, each for itself: what breaks off half-way has deleted whole ones."""
    rows = list(history.chosen(owner, public_ids))
    for row in rows:
        submissions.delete(row, owner)
    return len(rows)


def read_again(owner: Any, public_ids: Sequence[uuid.UUID]) -> Outcome:
    """Read these of the owner's again; ends where the owner's rate does. What waits or was erased is left."""
    rows = list(history.chosen(owner, public_ids))
    done, refusal = 0, None
    for row in rows:
        try:
            done += submissions.retry(row)
        except UploadRejected as problem:
            refusal = problem
            if problem.status != GONE:
                break
    return Outcome(done, len(rows) - done, refusal)


GONE = 410
ADDED_UP = r"""
    WITH picked AS (SELECT id, corrected_text, reading_id FROM recognition_recognition WHERE id = ANY(%s)),
    said AS (
        SELECT number->>'value' AS value
        FROM picked JOIN recognition_reading AS reading ON reading.id = picked.reading_id,
             jsonb_array_elements(reading.numbers) AS number
        WHERE corrected_text IS NULL
        UNION ALL
        SELECT number->>'value'
        FROM picked CROSS JOIN LATERAL (
            SELECT lines FROM recognition_correction AS correction
            WHERE correction.recognition_id = picked.id AND role = 'owner' ORDER BY correction.id DESC LIMIT 1
        ) AS newest, jsonb_array_elements(newest.lines) AS line, jsonb_array_elements(line) AS number
        WHERE corrected_text IS NOT NULL
    ), decimals AS (SELECT CASE WHEN value ~ '^-?[0-9]+(\.[0-9]+)?$' THEN value::numeric END AS value FROM said)
    SELECT count(value), count(*) - count(value), sum(value), avg(value), min(value), max(value) FROM decimals"""
