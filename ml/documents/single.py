"""One picture, opened as carefully as many: what lies at a web address may be one."""

from __future__ import annotations

from typing import BinaryIO

from ml.documents.document import Bounds, Page
from ml.images import open_picture, probe
from ml.reencoding import check_sides, encoded


class SingleDocument:
    """See `Document`."""

    def __init__(self, stream: BinaryIO, bounds: Bounds) -> None:
        self._content, self._limits = stream.read(bounds.picture.max_bytes + 1), bounds.picture

    def __len__(self) -> int:
        return 1

    def name(self, place: int) -> str:
        """It has none of its own."""
        return ""

    def page(self, place: int) -> Page:
        """The picture, through the decoder of all pictures."""
        found = probe(self._content, self._limits)
        check_sides(found.width, found.height)
        picture = encoded(open_picture(self._content, self._limits), found.format, len(self._content))
        return Page.of(picture, self._content)
