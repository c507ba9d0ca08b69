"""The pictures in a ZIP. Nothing is ever unpacked to a disk: an entry's name is shown, and names no file of ours."""

from __future__ import annotations

import io
import re
import zipfile
from typing import BinaryIO

from ml.documents.document import Bounds, Page
from ml.documents.kinds import kind_of
from ml.images import open_picture, probe
from ml.reencoding import check_sides, encoded
from ml.rejections import PictureRejected

ENCRYPTED = 0x1  # bit 0 of the general purpose flags (APPNOTE 4.4.4)
LEADS_OUT = re.compile(r"^/|^[A-Za-z]:|(^|/)\.\.(/|$)")
LEFT_BY_SYSTEMS = re.compile(r"(^|/)(__MACOSX/|\.[^/]*$|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)
"""What file managers put into folders and archives by themselves; nobody means to send it."""
OF_OFFICE = "[Content_Types].xml"  # Office Open XML (ECMA-376, part 2): the documents of offices are ZIP files
OFFICE_DOCUMENT = "This is an office document; save it as a PDF and send that."
WHOLE = {"pdf": "a PDF", "tiff": "a TIFF of several pages"}


class ZipDocument:
    """See `Document`."""

    def __init__(self, stream: BinaryIO, bounds: Bounds) -> None:
        self._limits = bounds.picture
        try:
            self._zip = zipfile.ZipFile(stream)
        except Exception:  # struct.error, UnicodeDecodeError, NotImplementedError and more, by what is broken
            raise PictureRejected("broken_document", "This ZIP file is damaged; make or send it again.") from None
        found = self._zip.infolist()
        if any(entry.filename == OF_OFFICE for entry in found):
            raise PictureRejected("unsupported_format", OFFICE_DOCUMENT)
        self._entries = [e for e in found if not e.is_dir() and not LEFT_BY_SYSTEMS.search(e.filename)]
        self._check(bounds)

    def __len__(self) -> int:
        return len(self._entries)

    def name(self, place: int) -> str:
        """As the archive has it, without its folders."""
        return _path(self._entries[place]).rpartition("/")[2]

    def page(self, place: int) -> Page:
        """The entry, through the decoder of all pictures."""
        entry = self._entries[place]
        self._refuse(entry)
        try:
            stream = self._zip.open(entry)
            content = stream.read(self._limits.max_bytes + 1)  # zipfile stops at the length that was announced
        except Exception:
            sentence = "This entry of the ZIP is damaged, or packed in a way that is not read; make the ZIP again."
            raise PictureRejected("truncated_picture", sentence) from None
        return self._page(content)

    def _page(self, content: bytes) -> Page:
        kind = kind_of(io.BytesIO(content))
        if kind == "zip":
            raise PictureRejected("nested", "This is a ZIP inside the ZIP, which is not opened; send it by itself.")
        if kind:
            raise PictureRejected("nested", f"This is {WHOLE[kind]} inside the ZIP; send it by itself.")
        found = probe(content, self._limits)
        check_sides(found.width, found.height)
        picture = encoded(open_picture(content, self._limits), found.format, len(content))
        return Page.of(picture, content)

    def _refuse(self, entry: zipfile.ZipInfo) -> None:
        if LEADS_OUT.search(_path(entry)):
            raise PictureRejected("bad_entry_name", "The name of this entry leads out of the ZIP; make the ZIP again.")
        if entry.flag_bits & ENCRYPTED:
            raise PictureRejected("encrypted", "This entry asks for a password; make the ZIP without one.")
        if entry.file_size > self._limits.max_bytes:
            told = f"This entry has {entry.file_size / 1e6:.1f} MB"
            raise PictureRejected("too_many_bytes", f"{told}; a picture may have {self._limits.max_bytes / 1e6:g} MB.")

    def _check(self, bounds: Bounds) -> None:
        count, size = len(self), sum(entry.file_size for entry in self._entries)
        if count == 0:
            raise PictureRejected("no_pictures_inside", "This ZIP file has nothing in it; put your pictures into it.")
        if count > bounds.entries:
            raise PictureRejected(
                "too_many_entries", f"This ZIP has {count} files; send at most {bounds.entries} at a time."
            )
        if size > bounds.unpacked_bytes:
            told = f"This ZIP has {size / 1e6:,.0f} MB when unpacked"
            raise PictureRejected(
                "too_large_unpacked", f"{told}; send at most {bounds.unpacked_bytes / 1e6:,.0f} MB at a time."
            )


def _path(entry: zipfile.ZipInfo) -> str:
    return entry.filename.replace("\\", "/")
