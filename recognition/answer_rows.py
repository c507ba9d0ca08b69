"""Answers as rows, for whatever file they are written to: fetched some hundreds at a time."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db.models import QuerySet

from recognition.models import LISTED, Correction, Recognition, Role

TOGETHER = 500
COLUMNS = (
    "id", "sent", "name", "source", "status", "answer", "corrected", "read", "confidence", "model_version", "format",
    "confirmed_by", "confirmed", "error",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """A picture with what is said of it; `correction` is its owner's last word, None where nobody corrected it."""

    recognition: Recognition
    correction: Correction | None

    @property
    def numbers(self) -> list[dict[str, Any]]:
        """The numbers that count, in the JSON of `Reading.numbers`."""
        if self.correction is not None:
            return self.correction.numbers
        return self.recognition.reading.numbers if self.recognition.reading else []

    @property
    def confirmed_by(self) -> str:
        """The owner by address; others by what they are, since who they are is not the owner's to know."""
        said = self.correction
        if said is None:
            return ""
        return str(said.author.get_username() if said.role == Role.OWNER and said.author else said.role)

    def cells(self) -> dict[str, Any]:
        """One cell for each of `COLUMNS`."""
        row = self.recognition
        return {
            "id": str(row.public_id),
            "sent": row.created_at,
            "name": row.name,
            "source": row.source,
            "status": row.status,
            "answer": row.answer,
            "corrected": row.is_corrected,
            "read": row.text,
            "confidence": row.confidence,
            "model_version": row.model_version,
            "format": row.format,
            "confirmed_by": self.confirmed_by,
            "confirmed": self.correction.created_at if self.correction else None,
            "error": row.error_message,
        }


def rows(keys: Iterable[int], *, with_numbers: bool = False) -> Iterator[AnswerRow]:
    """The answers of these recognitions, in this order; what is gone meanwhile is passed over.

    `with_numbers`: for those who look at single numbers, which tables do not.
    """
    listed = Recognition.objects.filter(LISTED)
    pictures = listed.select_related("reading") if with_numbers else listed
    left = iter(keys)
    while some := list(islice(left, TOGETHER)):
        found = pictures.in_bulk(some)
        said = _last_corrections(Recognition.objects.filter(pk__in=some, is_corrected=True))
        yield from (AnswerRow(found[key], said.get(key)) for key in some if key in found)


def _last_corrections(corrected: QuerySet[Recognition]) -> dict[int, Correction]:
    newest = Correction.objects.filter(recognition__in=corrected).order_by("recognition", "-pk").distinct("recognition")
    return {correction.recognition_id: correction for correction in newest.select_related("author")}
