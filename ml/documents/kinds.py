"""Which files hold several pictures, by their content; nothing is decoded."""

from __future__ import annotations

import io
from typing import BinaryIO, Literal

from ml import picture_formats
from ml.rejections import PictureRejected

Kind = Literal["zip", "pdf", "tiff"]
Opened = Literal["zip", "pdf", "tiff", "picture"]
"""What the child opens: what lies at an address may be one picture."""
PDF_MARK = b"%PDF-"
PDF_MARK_WITHIN = 1_024
"""Readers take a file for a PDF when the mark stands somewhere in its beginning (ISO 32000-1, annex I, note 13)."""
ZIP_MARKS = (b"PK\x03\x04", b"PK\x05\x06")  # a file inside comes first, or the table of contents of none


def kind_of(stream: BinaryIO) -> Kind | None:
    """What the file at the stream's place is taken apart as; None: one picture, or nothing we know.

    A stream is left where it was.
    """
    start = stream.tell()
    try:
        head = stream.read(picture_formats.HEAD_BYTES)
        return _kind(head, stream, start)
    finally:
        stream.seek(start)


def _kind(head: bytes, stream: BinaryIO, start: int) -> Kind | None:
    if head.startswith(ZIP_MARKS):
        return "zip"
    try:
        picture = picture_formats.recognise(head)
    except PictureRejected:
        return "pdf" if PDF_MARK in head[:PDF_MARK_WITHIN] else None
    return "tiff" if picture == "TIFF" and _has_second_page(stream, start) else None


def _has_second_page(stream: BinaryIO, start: int) -> bool:
    """Whether the first page's directory names a next one (TIFF 6.0, section 2; BigTIFF has wider fields)."""
    stream.seek(start)
    head = stream.read(16)
    order: Literal["little", "big"] = "little" if head[:2] == b"II" else "big"
    big = int.from_bytes(head[2:4], order) == 43
    wide, counted, entry = (8, 8, 20) if big else (4, 2, 12)
    stream.seek(start + int.from_bytes(head[8:16] if big else head[4:8], order))
    entries = int.from_bytes(stream.read(counted), order)
    stream.seek(entries * entry, io.SEEK_CUR)
    return int.from_bytes(stream.read(wide), order) != 0
