"""Untrusted bytes → a clean picture, re-encoded by us, or `UploadRejected` with a code and a sentence.

All opening of pictures is `ml.images`, which the command line uses too: one decoder, one list of error codes. Its
limits hold before anything is decoded; here stand the limits of the process: how much may be decoded at once.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from threading import Condition
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from ml import formats, picture_formats
from ml.documents.kinds import kind_of
from ml.images import Limits, PictureRejected, open_picture, probe
from ml.reencoding import CleanPicture as CleanPicture
from ml.reencoding import check_sides, encoded
from recognition.wording import worded

STATUS_OF_CODE = {
    "too_many_bytes": 413,
    "too_many_pixels": 413,
    "too_long": 413,
    "unsupported_format": 415,
    "not_a_picture": 415,
}
ACCEPTED = picture_formats.ACCEPTED
"""The kinds of pictures that are read, as people say them."""
FORMATS = formats.CATALOGUE
"""What numbers may be read as."""
LONGEST_NAME = 120
SEVERAL = {"pdf": "a PDF", "tiff": "a TIFF file of several pages", "zip": "a ZIP archive"}
MOST_DECODED_BYTES = 200_000_000  # by which a web process may grow; few kinds take more for 40 megapixels


class UploadRejected(Exception):
    """Why a picture is not taken: a code for programs, a sentence for people, and the HTTP status that says so.

    `sentence` comes in English, one of sentences.py, and is in the language of whoever is answered.
    """

    def __init__(self, code: str, sentence: str, status: int = 400, retry_after: int | None = None) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = worded(sentence)
        self.status = status
        self.retry_after = retry_after


class DecodeGate:
    """At most two pictures are decoded at once in this process, and a large one alone, so that memory stays bounded."""

    def __init__(self, slots: int, budget_bytes: int, patience_seconds: float) -> None:
        self._changed = Condition()
        self._slots = slots
        self._budget = self._free_budget = budget_bytes
        self._patience = patience_seconds

    @contextmanager
    def room_for(self, decoded_bytes: int) -> Iterator[None]:
        """Wait for a slot and for memory. Raises UploadRejected("busy") when neither comes free in time."""
        wanted = min(decoded_bytes, self._budget)  # what is larger than all may go when it is alone
        with self._changed:
            if not self._changed.wait_for(lambda: self._slots > 0 and self._free_budget >= wanted, self._patience):
                raise UploadRejected("busy", "Too many pictures arrive at once. Send this one again.", 503, 10)
            self._slots -= 1
            self._free_budget -= wanted
        try:
            yield
        finally:
            with self._changed:
                self._slots += 1
                self._free_budget += wanted
                self._changed.notify_all()


_gate = DecodeGate(slots=2, budget_bytes=150_000_000, patience_seconds=30)


def limits() -> Limits:
    """The installation's limits for one picture."""
    return Limits(
        max_bytes=settings.UPLOAD_MAX_BYTES,
        max_pixels=settings.UPLOAD_MAX_PIXELS,
        max_decoded_bytes=MOST_DECODED_BYTES,
    )


def clean(upload: UploadedFile[Any]) -> CleanPicture:
    """Decode and re-encode what was sent. Raises UploadRejected."""
    stream = cast("BinaryIO", upload.file)
    if kind := kind_of(stream):
        told = f"This is {SEVERAL[kind]}, which may hold many pictures; send it as a batch: POST /api/v1/batches/."
        raise UploadRejected("unsupported_format", told, 415)
    try:
        found = probe(stream, limits())
        check_sides(found.width, found.height)
        with _gate.room_for(found.decoded_bytes), open_picture(stream, limits()) as picture:
            return encoded(picture, found.format, upload.size or 0)
    except PictureRejected as refusal:
        raise UploadRejected(refusal.code, refusal.sentence, STATUS_OF_CODE.get(refusal.code, 400)) from None


def wanted_format(code: str) -> str:
    """The one spelling of the format that somebody asks for; "" for none. Raises UploadRejected."""
    try:
        return formats.parse(code).code if code.strip() else ""
    except formats.FormatRejected as refusal:
        raise UploadRejected(refusal.code, refusal.sentence) from None


def format_title(code: str) -> str:
    """What people call a format of ours."""
    return worded(formats.entry_of(code).title)


def digest(upload: UploadedFile[Any], number_format: str = "") -> str:
    """SHA-256 of what was sent, in hexadecimal: the file, and the format that was asked for."""
    sha = hashlib.sha256(number_format.encode())
    for chunk in upload.chunks():
        sha.update(chunk)
    upload.seek(0)
    return sha.hexdigest()


def clean_name(name: str) -> str:
    """The file's name for display: no folders, no control or invisible characters, at most 120 long."""
    base = PurePosixPath(name.replace("\\", "/")).name
    visible = "".join(c for c in unicodedata.normalize("NFC", base) if unicodedata.category(c)[0] != "C")
    tidy = re.sub(r"\s+", " ", visible).strip(" .")
    stem, dot, extension = tidy.rpartition(".")
    if len(tidy) > LONGEST_NAME and dot and len(extension) <= 5:
        return f"{stem[: LONGEST_NAME - len(extension) - 2]}….{extension}"
    return tidy[:LONGEST_NAME] or "picture"
