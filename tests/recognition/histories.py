"""Rows of histories, written without pictures."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from accounts.models import User
from recognition.models import Correction, Reading, Recognition, Source

PLACED = {"box": [0, 0, 1, 1], "confidence": 0.9, "line": 0, "digits": []}
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def read(owner: User, *texts: str, **columns: Any) -> list[Recognition]:
    """Pictures that were read as these texts, the first one the newest, a minute apart."""
    rows = []
    for place, text in enumerate(texts):
        given: dict[str, Any] = {
            "owner": owner,
            "source": Source.PAGE,
            "name": f"{place}.png",
            "image": f"pictures/{uuid.uuid4()}",
            "width": 1,
            "height": 1,
            "stored_bytes": 1,
            "upload_digest": "0" * 64,
            "created_at": NOON - timedelta(minutes=place),
            "confidence": 0.9,
        } | columns
        row = Recognition.objects.create(**given)
        numbers = [{"text": word, "marked_text": None, "value": word, "format": None} | PLACED for word in text.split()]
        row.reading = Reading.objects.create(
            recognition=row, attempt=1, model_version="m", text=text, lines=[text], numbers=numbers, milliseconds=1
        )
        row.text, row.status, row.finished_at, row.model_version = text, "done", NOON, "m"
        row.save(update_fields=["reading", "text", "status", "finished_at", "model_version"])
        rows.append(row)
    return rows


def corrected(row: Recognition, text: str, by: User | None = None, role: str = "owner") -> Recognition:
    """The same after somebody has said what it is."""
    assert row.reading is not None
    lines = [[{"text": word, "marked_text": None, "value": word} | PLACED for word in text.split()]]
    said = {"digits": [], "lines": lines, "text": text}
    Correction.objects.create(recognition=row, reading=row.reading, author=by, role=role, **said)
    Recognition.objects.filter(pk=row.pk).update(corrected_text=text)
    row.refresh_from_db()
    return row
