"""The ZIP file in which a person takes along what is kept of them; it is written piece by piece, never held in memory.

What grows with the number of files in it is the ZIP's own table of contents, some hundred bytes a file.
"""

import csv
import io
import json
import re
import shutil
import tempfile
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from django.core.files.storage import default_storage
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone
from django.utils.translation import gettext as _

from hdr_site.foundation import stored_files

A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
A_NUMBER = re.compile(r"[-+]?\d+([.,]\d+)*")
CHANGED_NUMBER = re.compile(r"0\d+|\d{16,}")
"""Spreadsheets drop a leading zero, as of a postal code, and all digits after the fifteenth (Microsoft, "Excel
specifications and limits": number precision), as of a card number."""
FORBIDDEN_IN_NAMES = re.compile(r'[<>:"/\\|?*]')  # by Windows, which is the strictest of those that unpack ZIP files
ENDING = re.compile(r"\.\w{1,5}$")
LONGEST_NAME = 60


class StoreDown(Exception):
    """A stored file could not be fetched; it may be there another time."""


def scratch_folder() -> str | None:
    """Where unfinished archives lie: beside the pictures, since a folder for temporary files may be in memory.

    None (the system's folder for temporary files) where the pictures are in an object store.
    """
    try:
        folder = Path(default_storage.path(""))
    except NotImplementedError:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    return str(folder)


def readable_name(number: int, name: str, ending: str) -> str:
    """A file name that is unique by its number, and that every system can unpack: `000012 mark sheet.png`."""
    visible = "".join(c for c in unicodedata.normalize("NFC", name) if unicodedata.category(c)[0] != "C")
    stem = FORBIDDEN_IN_NAMES.sub("-", ENDING.sub("", visible))[:LONGEST_NAME].strip(" .")
    return f"{number:06d} {stem}{ending}"


def harmless(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula (OWASP, CSV Injection), or for a number whose digits it changes.

    Other numbers stay numbers, with their sign.
    """
    if not isinstance(value, str):
        return value
    is_formula = value.startswith(A_FORMULA) and not A_NUMBER.fullmatch(value)
    return f"'{value}" if is_formula or CHANGED_NUMBER.fullmatch(value) else value


class JsonList:
    """A JSON array that is written as it comes."""

    def __init__(self, file: IO[str]) -> None:
        self._file, self._before = file, "[\n"

    def add(self, value: Any) -> None:
        """One element more, on a line of its own."""
        self._file.write(self._before + json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False))
        self._before = ",\n"

    def end(self) -> None:
        """No more."""
        self._file.write(self._before if self._before == "[\n" else "\n")
        self._file.write("]\n")


class Table:
    """A CSV table as RFC 4180 has it."""

    def __init__(self, file: IO[str], columns: Sequence[str]) -> None:
        self._writer = csv.writer(file)
        self._columns = columns
        self._writer.writerow(columns)

    def add(self, row: Mapping[str, Any]) -> None:
        """One row more; what is missing is left empty."""
        self._writer.writerow([harmless(row.get(column)) for column in self._columns])


class ArchiveFile:
    """A ZIP file that is being written to `file`; a README at its end says what each part of it is."""

    def __init__(self, file: IO[bytes]) -> None:
        self._zip = zipfile.ZipFile(file, "w")
        self._about: list[tuple[str, str]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Write the README and the table of contents; after a fault nobody will open the file."""
        if kind is None:
            self._write_readme()
            self._zip.close()
            return
        with suppress(OSError, ValueError):
            self._zip.close()

    def add_json(self, name: str, value: Any, about: str) -> None:
        """Something small."""
        text = json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
        self._add(name, [text.encode(), b"\n"], packed=True)
        self.describe(name, about)

    def add_stored(self, name: str, stored: str) -> bool:
        """A stored file as it is; False if it is gone. Raises StoreDown, and OSError when the disk is full."""
        try:
            pieces = stored_files.pieces(stored)
        except FileNotFoundError:
            return False
        except Exception as problem:
            raise StoreDown(stored) from problem
        self._add(name, _fetched(pieces, stored), packed=False)
        return True

    @contextmanager
    def listing(self, name: str, about: str) -> Iterator[JsonList]:
        """A JSON array of any length."""
        with self._text(name, about, encoding="utf-8") as file:
            array = JsonList(file)
            yield array
            array.end()

    @contextmanager
    def table(self, name: str, columns: Sequence[str], about: str) -> Iterator[Table]:
        """A CSV table of any length, in UTF-8 with a byte order mark: Excel takes it for another encoding without."""
        with self._text(name, about, encoding="utf-8-sig") as file:
            yield Table(file, columns)

    def describe(self, name: str, about: str) -> None:
        """One line of the README."""
        self._about.append((name, about))

    @contextmanager
    def _text(self, name: str, about: str, encoding: str) -> Iterator[IO[str]]:
        """A text that grows beside the ZIP file, since one can be written into that at a time."""
        with tempfile.TemporaryFile(dir=scratch_folder()) as scratch:
            text = io.TextIOWrapper(scratch, encoding=encoding, newline="")
            yield text
            text.flush()
            scratch.seek(0)
            with self._zip.open(_entry(name, packed=True), "w", force_zip64=True) as part:
                shutil.copyfileobj(scratch, part, stored_files.PIECE)
        self.describe(name, about)

    def _add(self, name: str, pieces: Iterable[bytes], *, packed: bool) -> None:
        with self._zip.open(_entry(name, packed=packed), "w") as part:
            for piece in pieces:
                part.write(piece)

    def _write_readme(self) -> None:
        widest = max([len(name) for name, _about in self._about], default=0)
        lines = [
            _("Everything that we keep of you, as it was on %(day)s (UTC).")
            % {"day": f"{timezone.now():%Y-%m-%d %H:%M}"},
            "",
            *(f"{name:<{widest}}  {about}" for name, about in self._about),
            "",
            _("Times are in UTC. JSON files are for programs, CSV files for spreadsheets; both are UTF-8."),
            _("A cell begins with an apostrophe where a spreadsheet would take it for a formula or change its digits:"),
            _("those that begin with 0, and those longer than 15 digits."),
            "",
        ]
        self._add("README.txt", ["\r\n".join(lines).encode()], packed=True)


def _entry(name: str, *, packed: bool) -> zipfile.ZipInfo:
    """The head of a part; pictures are small already, so packing them again would only cost time."""
    entry = zipfile.ZipInfo(name, timezone.now().timetuple()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    entry.external_attr = 0o600 << 16
    return entry


def _fetched(pieces: Iterator[bytes], stored: str) -> Iterator[bytes]:
    """The pieces; a store that goes away meanwhile is told from a disk that is full."""
    while True:
        try:
            piece = next(pieces, None)
        except Exception as problem:
            raise StoreDown(stored) from problem
        if piece is None:
            return
        yield piece
