"""What the page "New" knows of files before they are sent: the kinds that the server takes, and its own sentences.

The page reads the beginning of each file and refuses what the server would refuse, in the same words, before a byte of
it has travelled. Both look at the same table: it is handed to the page's script as JSON, bytes as Latin-1 text.
"""

from typing import Any

from django.utils.translation import gettext as _

from ml import picture_formats
from ml.documents.document import Bounds
from ml.documents.kinds import PDF_MARK, PDF_MARK_WITHIN, ZIP_MARKS
from ml.documents.zipped import OF_OFFICE, OFFICE_DOCUMENT
from ml.images import PictureRejected, probe
from recognition import uploads
from recognition.wording import worded

ENDINGS = "image/*,.heic,.heif,.tif,.tiff,.pdf,.zip,application/pdf,application/zip"
"""What the choice of files offers; the kind is found by content all the same."""
_EXAMPLES = {
    "avif": b"\0\0\0\x1cftypavif",
    "video": b"\0\0\0\x18ftypisom",
    "svg": b"<svg",
    "unknown": b"?",
}


def context() -> dict[str, Any]:
    """What the page says about files, for its template."""
    limits, bounds = uploads.limits(), Bounds()
    return {
        "accepted": worded(uploads.ACCEPTED),
        "endings": ENDINGS,
        "rules": rules(),
        "max_megabytes": f"{limits.max_bytes / 1e6:g}",
        "max_megapixels": f"{limits.max_pixels / 1e6:g}",
        "most_pages": bounds.pages,
        "most_entries": bounds.entries,
    }


def rules() -> dict[str, Any]:
    """Limits, the beginnings of files, and each refusal as [code, sentence]; `{megabytes}` stands for a file's size."""
    return {
        "maxBytes": uploads.limits().max_bytes,
        "headBytes": picture_formats.HEAD_BYTES,
        "pictures": [_text(magic) for magic, _kind in picture_formats.MAGIC],
        "heic": [_text(brand) for brand in picture_formats.HEIC_BRANDS],
        "zips": [_text(mark) for mark in ZIP_MARKS],
        "pdf": [_text(PDF_MARK), PDF_MARK_WITHIN],
        "office": OF_OFFICE,
        "others": [[_text(magic), *_refusal(magic)] for magic, _kind in picture_formats.OTHER],
        "refusals": {name: _refusal(head) for name, head in _EXAMPLES.items()} | _refusals_of_size(),
    }


def _refusals_of_size() -> dict[str, list[str]]:
    most = f"{uploads.limits().max_bytes / 1e6:g}"
    sentence = _("This file has %(megabytes)s MB; send at most %(most)s MB.")
    return {
        "empty": _told_by(lambda: probe(b"")),
        "tooLarge": ["too_many_bytes", sentence % {"megabytes": "{megabytes}", "most": most}],
        "office": ["unsupported_format", worded(OFFICE_DOCUMENT)],
    }


def _refusal(head: bytes) -> list[str]:
    return _told_by(lambda: picture_formats.recognise(head))


def _told_by(judge: Any) -> list[str]:
    try:
        judge()
    except PictureRejected as refusal:
        return [refusal.code, worded(refusal.sentence)]
    return []


def _text(content: bytes) -> str:
    return content.decode("latin-1")
