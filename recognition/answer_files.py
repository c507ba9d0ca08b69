"""Answers as a file for people and programs: CSV, JSON, XLSX. Written row by row."""

import io
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import IO, Any

import xlsxwriter
from django.db.models import QuerySet, TextChoices

from hdr_site.foundation.archive_files import JsonList, Table
from recognition.models import Correction, Recognition, Role

TOGETHER = 500
COLUMNS = (
    "id", "sent", "name", "source", "status", "answer", "corrected", "read", "confidence", "model_version", "format",
    "confirmed_by", "confirmed", "error",
)  # fmt: skip


class Kind(TextChoices):
    """What a file of answers is written as."""

    CSV = "csv", "CSV"
    JSON = "json", "JSON"
    XLSX = "xlsx", "Excel (XLSX)"

    @property
    def content_type(self) -> str:
        """For the header of an answer."""
        return {
            Kind.CSV: "text/csv; charset=utf-8",
            Kind.JSON: "application/json",
            Kind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }[self]


def write(kind: Kind, keys: Iterable[int], file: IO[bytes]) -> None:
    """Write the answers of these recognitions, in this order; rows that are gone meanwhile are passed over."""
    {Kind.CSV: _write_csv, Kind.JSON: _write_json, Kind.XLSX: _write_xlsx}[kind](_rows(keys), file)


def _rows(keys: Iterable[int]) -> Iterator[dict[str, Any]]:
    left = iter(keys)
    while some := list(islice(left, TOGETHER)):
        found = Recognition.objects.in_bulk(some)
        corrections = _last_corrections(Recognition.objects.filter(pk__in=some, is_corrected=True))
        yield from (_row(found[key], corrections.get(key)) for key in some if key in found)


def _last_corrections(rows: QuerySet[Recognition]) -> dict[int, Correction]:
    newest = Correction.objects.filter(recognition__in=rows).order_by("recognition", "-pk").distinct("recognition")
    return {correction.recognition_id: correction for correction in newest.select_related("author")}


def _row(recognition: Recognition, correction: Correction | None) -> dict[str, Any]:
    return {
        "id": str(recognition.public_id),
        "sent": recognition.created_at,
        "name": recognition.name,
        "source": recognition.source,
        "status": recognition.status,
        "answer": recognition.answer,
        "corrected": recognition.is_corrected,
        "read": recognition.text,
        "confidence": recognition.confidence,
        "model_version": recognition.model_version,
        "format": recognition.format,
        "confirmed_by": _who(correction),
        "confirmed": correction.created_at if correction else None,
        "error": recognition.error_message,
    }


def _who(correction: Correction | None) -> str:
    """The owner by address; others by what they are, since who they are is not the owner's to know."""
    if correction is None:
        return ""
    if correction.role == Role.OWNER and correction.author:
        return str(correction.author.get_username())
    return str(correction.role)


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    """For tables: moments in UTC as ISO 8601 writes them, yes and no in words."""
    shown = {True: "yes", False: "no"}
    return {
        column: value.isoformat(" ", "seconds")
        if isinstance(value, datetime)
        else shown.get(value, value)
        if isinstance(value, bool)
        else value
        for column, value in row.items()
    }


def _write_csv(rows: Iterable[dict[str, Any]], file: IO[bytes]) -> None:
    """With a byte order mark, without which Excel takes it for another encoding; no cell is a formula."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    table = Table(text, COLUMNS)
    for row in rows:
        table.add(_flat(row))
    text.detach()


def _write_json(rows: Iterable[dict[str, Any]], file: IO[bytes]) -> None:
    text = io.TextIOWrapper(file, encoding="utf-8", newline="")
    array = JsonList(text)
    for row in rows:
        array.add(row)
    array.end()
    text.detach()


def _write_xlsx(rows: Iterable[dict[str, Any]], file: IO[bytes]) -> None:
    """Answers are texts, so that zeros at their beginning stay; nothing is written as a formula or a link."""
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.freeze_panes(1, 0)
        heading = book.add_format({"bold": True})
        for column, name in enumerate(COLUMNS):
            sheet.write_string(0, column, name, heading)
        for place, row in enumerate(rows, start=1):
            for column, value in enumerate(_flat(row).values()):
                if isinstance(value, float):
                    sheet.write_number(place, column, value)
                elif value not in (None, ""):
                    sheet.write_string(place, column, str(value))
