"""What the page of an answer shows."""

from typing import Any

from django.db.models import Q
from django.urls import reverse

from recognition import answers, correcting, selectors
from recognition.engine import Box
from recognition.forms import format_form
from recognition.models import Correction, Recognition

LAST_CORRECTIONS = 20


def context(recognition: Recognition) -> dict[str, Any]:
    """All that its templates need."""
    answer = answers.of(recognition)
    corrections = _last_corrections(recognition) if answer else []
    return {
        "recognition": recognition,
        "reading": recognition.reading,
        "answer": answer,
        "digits": answer.digits if answer else [],
        "corrections": corrections,
        "can_undo": bool(corrections) and correcting.can_undo(recognition),
        "missed": _likely_box(answer, recognition),
        "image_url": reverse("recognition:image", args=[recognition.public_id]),
        "seconds": _seconds_to_answer(recognition),
        "format_form": format_form(recognition.format),
    }


def _last_corrections(recognition: Recognition) -> list[Correction]:
    """When, and the numbers alone: all digits of twenty answers would be a lot to fetch for one page."""
    found = selectors.corrections_of(recognition).select_related(None).only("created_at", "text")
    return list(found.annotate(is_machines=Q(digits__isnull=True))[:LAST_CORRECTIONS])


def _likely_box(answer: answers.Answer | None, recognition: Recognition) -> Box:
    """Where a missed digit may be, to begin with: behind the last one, or in the middle."""
    if answer is None or not answer.digits:
        return recognition.width // 3, recognition.height // 3, recognition.width // 3 + 1, recognition.height // 3 + 1
    x, y, wide, high = answer.digits[-1].box
    return max(0, min(x + wide + wide // 4, recognition.width - wide)), y, wide, high


def _seconds_to_answer(recognition: Recognition) -> float | None:
    """From sending to the answer on show; None for a picture that was read again, whose sending is long ago."""
    reading = recognition.reading
    if reading is None or reading.attempt != 1:
        return None
    return (reading.created_at - recognition.created_at).total_seconds()
