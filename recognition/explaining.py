"""What a worker does when somebody asks why: claim explanations, make them, write them.

Pictures come first: after the explanations of one picture a worker looks whether pictures wait, and goes to read them.
"""

import io
import logging
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from hdr_site.foundation import bells, jobs
from hdr_site.foundation.deadline import killed_after
from recognition import engine, processing, quotas, storage
from recognition.engine import PictureRejected
from recognition.models import Digit, Explanation, Reading, Recognition, Status
from recognition.uploads import UploadRejected

if TYPE_CHECKING:
    from recognition.engine import Explanation as Finding

logger = logging.getLogger(__name__)

SHIFT_SECONDS = 2.0
"""So long a worker goes on with explanations before it looks whether other work waits."""


def work_off() -> None:
    """Explain what is due, until pictures wait or the shift is over; rings again if more may wait then."""
    end = time.monotonic() + SHIFT_SECONDS
    bells.heard(Explanation)
    while claimed := jobs.claim(Explanation):
        _explain(_of_one_picture(claimed))
        if time.monotonic() > end or _pictures_wait():
            bells.ring(Explanation)
            return


def _pictures_wait() -> bool:
    return Recognition.objects.filter(status=Status.QUEUED, due_at__lte=Now()).exists()


def _of_one_picture(claimed: Sequence[Explanation]) -> list[Explanation]:
    """Those of the first's reading, since its digits are found but once for all of them; the others are given back."""
    readings = dict(Digit.objects.filter(explanation__in=claimed).values_list("pk", "reading"))  # not of deleted ones
    first = next(iter(readings.values()), None)
    mine = [job for job in claimed if job.digit_id in readings and readings[job.digit_id] == first]
    jobs.release([job for job in claimed if job not in mine])
    return mine


def _explain(waiting: Sequence[Explanation]) -> None:
    """All of one reading."""
    if not waiting:
        return
    reading = Reading.objects.select_related("recognition").filter(digits=waiting[0].digit_id).first()
    if reading is None:  # deleted meanwhile, and the jobs with it
        return
    if reading.model_version != engine.reader().model_version:
        _fail(waiting, "model_changed", "An earlier model read this digit. Have the picture read again, then ask why.")
        return
    stored = processing.fetched(reading.recognition, waiting)
    if stored is None:
        return
    with killed_after(settings.READING_SECONDS):
        found = _found(waiting, reading, stored)
    for job, finding in found:
        _keep(job, reading.recognition_id, finding)


def _found(waiting: Sequence[Explanation], reading: Reading, stored: bytes) -> "list[tuple[Explanation, Finding]]":
    """Each job with what was found out; without those for which that did not work, and why is noted in their rows."""
    digits = list(Digit.objects.filter(reading=reading).order_by("position"))
    boxes = [((digit.x, digit.y, digit.width, digit.height), digit.value) for digit in digits]
    places = {digit.pk: place for place, digit in enumerate(digits)}
    try:
        found = engine.explain(io.BytesIO(stored), boxes, [places[job.digit_id] for job in waiting])
    except PictureRejected as refusal:
        _fail(waiting, refusal.code, refusal.sentence)
        return []
    except Exception:
        logger.exception("Explaining reading %s failed", reading.pk)
        _fail(waiting, "explaining_failed", "This digit could not be explained.")
        return []
    lost = [job for job, finding in zip(waiting, found, strict=True) if finding is None]
    _fail(lost, "digit_not_found", "This digit was not found a second time. Have the picture read again, then ask why.")
    return [(job, finding) for job, finding in zip(waiting, found, strict=True) if finding is not None]


def _fail(waiting: Sequence[Explanation], code: str, sentence: str) -> None:
    for job in waiting:
        jobs.fail(job, code, sentence)


def _keep(job: Explanation, picture: int, finding: "Finding") -> None:
    """Store the pictures, then write the findings; the pictures go again when there is no row to write them to."""
    pictures = engine.pictures(finding)
    try:
        name = storage.put_explanation(pictures)
    except Exception as problem:
        logger.warning("Store of pictures not reachable, trying again: %s", type(problem).__name__)
        jobs.postpone(job, processing.STORE_DOWN_DELAY, "store_down", "The pictures could not be stored; trying again.")
        return
    try:
        kept = _write(job, picture, finding.as_dict(), name, sum(map(len, pictures.values())))
    except UploadRejected as refusal:
        jobs.fail(job, refusal.code, refusal.sentence)
        kept = False
    if not kept:
        storage.remove([name])


@transaction.atomic
def _write(job: Explanation, picture: int, findings: dict[str, Any], name: str, size: int) -> bool:
    """False if the job is no longer ours, or was deleted. Locks in the order in which deleting a picture does."""
    row = Recognition.objects.select_for_update(no_key=True).filter(pk=picture).first()
    if row is None or not jobs.lock_mine([job]):
        return False
    quotas.reserve(row.owner, size)
    Recognition.objects.filter(pk=picture).update(stored_bytes=F("stored_bytes") + size)
    return jobs.settle(job, findings=findings, pictures=name)
