"""The pages of a TIFF as pictures."""

from __future__ import annotations

import io
from typing import BinaryIO

from PIL import TiffImagePlugin

from ml.documents.document import Bounds, Page
from ml.images import open_picture, probe
from ml.reencoding import check_sides, encoded
from ml.rejections import PictureRejected

NEW_SUBFILE_TYPE = 254
A_SMALLER_COPY = 1  # bit 0 of that tag: the page is another one in a reduced size (TIFF 6.0, section 8)


class TiffDocument:
    """See `Document`."""

    def __init__(self, stream: BinaryIO, bounds: Bounds) -> None:
        self._stream, self._limits = stream, bounds.picture
        try:
            self._pages = _pages(stream, bounds.pages)
        except PictureRejected:
            raise
        except Exception:  # Pillow's decoder of TIFF raises what it meets: struct.error, KeyError, SyntaxError, …
            raise PictureRejected("broken_document", "This TIFF file is damaged; save or send it again.") from None
        self._share = stream.seek(0, io.SEEK_END) // len(self._pages)

    def __len__(self) -> int:
        return len(self._pages)

    def name(self, place: int) -> str:
        """Pages have none."""
        return ""

    def page(self, place: int) -> Page:
        """The page, through the decoder of all pictures."""
        number = self._pages[place]
        self._stream.seek(0)
        found = probe(self._stream, self._limits, page=number)
        check_sides(found.width, found.height)
        picture = open_picture(self._stream, self._limits, page=number)
        return Page.of(encoded(picture, found.format, self._share))


def _pages(stream: BinaryIO, most: int) -> list[int]:
    """The numbers of its pages, from 0, without smaller copies of them."""
    pages = []
    tiff = TiffImagePlugin.TiffImageFile(stream, "")
    for number in range(tiff.n_frames):
        tiff.seek(number)
        if not int(tiff.tag_v2.get(NEW_SUBFILE_TYPE, 0)) & A_SMALLER_COPY or number == 0:
            pages.append(number)
    if len(pages) > most:
        raise PictureRejected(
            "too_many_pages", f"This TIFF file has {len(pages)} pages; send at most {most} at a time."
        )
    return pages
