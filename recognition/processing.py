"""What a worker does: claim pictures, read them, write the answers.

Reading happens outside any transaction. Answers of pictures that were claimed together are written together, fenced by
each row's attempt, so that a worker presumed dead writes nothing over a newer one.
"""

import io
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction

from hdr_site.foundation import bells, jobs
from hdr_site.foundation.deadline import killed_after
from hdr_site.foundation.jobs import Job
from recognition import engine, progress
from recognition.engine import Page, PictureRejected
from recognition.models import Digit, Reading, Recognition

logger = logging.getLogger(__name__)

SHIFT_SECONDS = 2.0
"""So long a worker goes on with pictures before it looks whether other work (mail, say) waits."""
LINGER_SECONDS = 0.03
WRITE_EVERY_SECONDS = 0.15
"""Nobody's finished answer is held back longer for the sake of writing several at once."""
STORE_DOWN_DELAY = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the reader said to one claimed picture."""

    recognition: Recognition
    page: Page
    milliseconds: int


def work_off() -> None:
    """Read what is due for one shift; rings again if more waits then."""
    end = time.monotonic() + SHIFT_SECONDS
    bells.heard(Recognition)
    claimed = jobs.claim(Recognition)
    while claimed:
        if len(claimed) == jobs.CLAIM_TOGETHER:
            bells.ring_once(Recognition)  # there may be more than this worker takes: wake an idle one
        _read_together(claimed, end)
        if time.monotonic() > end:
            bells.ring(Recognition)
            return
        claimed = jobs.claim(Recognition) or _claim_after_a_moment()


def _claim_after_a_moment() -> list[Recognition]:
    """Rows that came while this worker lingered after its work: to wait costs a fifth of being rung for."""
    bells.hush(Recognition)
    time.sleep(LINGER_SECONDS)
    bells.heard(Recognition)
    return jobs.claim(Recognition)


def _read_together(claimed: list[Recognition], end: float) -> None:
    answers: list[Answer] = []
    written = time.monotonic()
    for index, recognition in enumerate(claimed):
        if time.monotonic() > end and index:
            jobs.release(claimed[index:])  # slow pictures: let an idle worker have the rest
            break
        answers += _read(recognition)
        if time.monotonic() - written > WRITE_EVERY_SECONDS:
            _write(answers)
            jobs.extend(claimed[index + 1 :])
            answers, written = [], time.monotonic()
    _write(answers)


def _read(recognition: Recognition) -> list[Answer]:
    """The answer, as a list of one; an empty one when there is none and why is noted in the row."""
    began = time.perf_counter()
    stored = fetched(
        recognition, [recognition]
    )  # has time limits of its own; a slow store is no fault of the picture's
    if stored is None:
        return []
    with killed_after(settings.READING_SECONDS):
        page = _page(recognition, stored)
    if page is None:
        return []
    return [Answer(recognition, page, round((time.perf_counter() - began) * 1000))]


def fetched(recognition: Recognition, waiting: Sequence[Job]) -> bytes | None:
    """The stored picture, for the jobs that need it; None when it cannot be had, and why is noted in them."""
    try:
        with recognition.image.open("rb") as stored:
            return bytes(stored.read())
    except FileNotFoundError:
        for job in waiting:
            jobs.fail(job, "picture_missing", "The stored picture is gone. Send it again.")
    except Exception as problem:
        logger.warning("Store of pictures not reachable, trying again: %s", type(problem).__name__)
        for job in waiting:
            jobs.postpone(job, STORE_DOWN_DELAY, "store_down", "The picture could not be fetched; trying again.")
    return None


def _page(recognition: Recognition, stored: bytes) -> Page | None:
    try:
        return engine.read(io.BytesIO(stored), recognition.format)
    except PictureRejected as refusal:
        jobs.fail(recognition, refusal.code, refusal.sentence)
    except Exception:
        logger.exception("Reading recognition %s failed", recognition.pk)
        jobs.fail(recognition, "reading_failed", "This picture could not be read. Try another photo of it.")
    return None


@transaction.atomic
def _write(answers: Sequence[Answer]) -> None:
    mine = {job.pk for job in jobs.lock_mine([answer.recognition for answer in answers])}
    kept = [answer for answer in answers if answer.recognition.pk in mine]
    if not kept:
        return
    readings = Reading.objects.bulk_create([_reading(answer) for answer in kept])
    Digit.objects.bulk_create(
        [row for answer, reading in zip(kept, readings, strict=True) for row in _digits(answer.page, reading)]
    )
    _show(readings)
    batches = {answer.recognition.batch_id for answer in kept if answer.recognition.batch_id is not None}
    transaction.on_commit(lambda: progress.finish(batches))


def _reading(answer: Answer) -> Reading:
    page = answer.page
    return Reading(
        recognition=answer.recognition,
        attempt=answer.recognition.attempt,
        model_version=engine.reader().model_version,
        format=answer.recognition.format,
        text=page.text,
        lines=list(page.lines),
        numbers=[number.as_dict() for number in page.numbers],
        confidence=page.confidence,
        milliseconds=answer.milliseconds,
    )


def _digits(page: Page, reading: Reading) -> list[Digit]:
    return [
        Digit(
            reading=reading,
            position=position,
            value=digit.value,
            confidence=digit.confidence,
            x=digit.box[0],
            y=digit.box[1],
            width=digit.box[2],
            height=digit.box[3],
            line=digit.line,
            number=digit.number,
            probabilities=list(digit.probabilities),
            not_a_digit=digit.not_a_digit,
        )
        for position, digit in enumerate(page.digits)
    ]


def _show(readings: Sequence[Reading]) -> None:
    """Make these the readings on show, all in one UPDATE; the rows were locked by `lock_mine`."""
    sql = """
        UPDATE recognition_recognition AS picture
        SET status = 'done', lease_until = NULL, finished_at = statement_timestamp(),
            error_code = '', error_message = '',
            reading_id = reading.id, confidence = reading.confidence, model_version = reading.model_version,
            text = reading.text
        FROM recognition_reading AS reading
        WHERE reading.id = ANY(%s) AND picture.id = reading.recognition_id"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [[reading.pk for reading in readings]])
