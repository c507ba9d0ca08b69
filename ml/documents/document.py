"""What all files with several pictures have in common."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Protocol

from ml.images import Limits
from ml.reencoding import CleanPicture

MOST_PAGES = 50
MOST_ENTRIES = 500
MOST_UNPACKED_BYTES = 200_000_000


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much of a document is taken: pages of a PDF or TIFF, entries of a ZIP and their bytes, and each picture."""

    picture: Limits = field(default_factory=Limits)
    pages: int = MOST_PAGES
    entries: int = MOST_ENTRIES
    unpacked_bytes: int = MOST_UNPACKED_BYTES


@dataclass(frozen=True, slots=True)
class Page:
    """One picture as it is kept, and the SHA-256 of its file (of what is kept, where it had none of its own)."""

    picture: CleanPicture
    digest: str

    @classmethod
    def of(cls, picture: CleanPicture, content: bytes | None = None) -> Page:
        """`content`: the bytes of its file."""
        return cls(picture, hashlib.sha256(picture.content if content is None else content).hexdigest())


class Document(Protocol):
    """An opened file with several pictures. Opening raises PictureRejected when none of it can be taken."""

    def __len__(self) -> int:
        """How many pictures it has, bad ones included."""
        ...

    def name(self, place: int) -> str:
        """The name of the file at `place` (from 0), cleaned by nobody yet; "" for a page, which has none."""
        ...

    def page(self, place: int) -> Page:
        """The picture there.  Raises PictureRejected."""
        ...
