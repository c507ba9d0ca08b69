"""Answers as a file for people and programs: CSV, JSON, XLSX, PDF. Written row by row."""

import io
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import IO, Any

import xlsxwriter
from django.db.models import TextChoices

from hdr_site.foundation.archive_files import JsonList, Table
from recognition import answer_pdf, answer_rows
from recognition.answer_rows import COLUMNS, AnswerRow


class Kind(TextChoices):
    """What a file of answers is written as."""

    CSV = "csv", "CSV"
    JSON = "json", "JSON"
    XLSX = "xlsx", "Excel (XLSX)"
    PDF = "pdf", "PDF"

    @property
    def content_type(self) -> str:
        """For the header of an answer."""
        return {
            Kind.CSV: "text/csv; charset=utf-8",
            Kind.JSON: "application/json",
            Kind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Kind.PDF: "application/pdf",
        }[self]


def rows(kind: Kind, keys: Iterable[int]) -> Iterator[AnswerRow]:
    """What such a file needs of these recognitions, by primary key, in their order."""
    return answer_rows.rows(keys, with_numbers=kind is Kind.PDF)


def write(kind: Kind, answers: Iterable[AnswerRow], file: IO[bytes]) -> None:
    """Write the answers in their order. Raises answer_pdf.TooManyNumbers, and answer_pictures.StoreDown for a PDF."""
    if kind is Kind.PDF:
        answer_pdf.write(answers, file)
    else:
        {Kind.CSV: _write_csv, Kind.JSON: _write_json, Kind.XLSX: _write_xlsx}[kind](_cells(answers), file)


def _cells(answers: Iterable[AnswerRow]) -> Iterator[dict[str, Any]]:
    return (answer.cells() for answer in answers)


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
