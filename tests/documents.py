"""Files with several pictures for tests, made by code: sound ones, and the awkward ones that people send."""

import io
import zipfile
from collections.abc import Mapping, Sequence

from PIL import Image

from tests.drawing import encoded, page


def pages(count: int) -> list[Image.Image]:
    """So many pages, with 2, 3, 4, … written on them."""
    return [page(str(number)) for number in range(2, count + 2)]


def pdf(pictures: Sequence[Image.Image]) -> bytes:
    """A PDF with these on its pages."""
    return encoded(pictures[0].copy(), "PDF", save_all=True, append_images=[picture.copy() for picture in pictures[1:]])


def drawn_pdf(width: float, height: float, content: str = "", pages: int = 1) -> bytes:
    """A PDF whose pages are so many points large, drawn by the operators of `content` (ISO 32000-1, 8.2)."""
    kids = " ".join(f"{4 + number} 0 R" for number in range(pages))
    return _pdf(
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>",
        _stream("", content),
        *[f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width} {height}] /Contents 3 0 R >>"] * pages,
    )


def laughing_pdf(levels: int = 12) -> bytes:
    """A PDF of three pages; the second draws a form ten times, each of which draws another ten times, and so on."""
    ten = "/F Do " * 10
    page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200]"
    forms = [
        _stream(
            f"/Type /XObject /Subtype /Form /BBox [0 0 200 200] /Resources << /XObject << /F {8 + level} 0 R >> >>", ten
        )
        for level in range(levels)
    ]
    return _pdf(
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R 4 0 R 5 0 R] /Count 3 >>",
        f"{page} >>",
        f"{page} /Contents 6 0 R /Resources << /XObject << /F 7 0 R >> >> >>",
        f"{page} >>",
        _stream("", ten),
        *forms,
        _stream("/Type /XObject /Subtype /Form /BBox [0 0 200 200]", "0 0 m 200 200 l S"),
    )


def _stream(about: str, content: str) -> str:
    return f"<< {about} /Length {len(content)} >>\nstream\n{content}\nendstream"


def _pdf(*objects: str) -> bytes:
    out, places = b"%PDF-1.4\n", []
    for number, text in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{text}\nendobj\n".encode()
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    tail = (
        f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n{table}trailer\n<< /Size {len(places) + 1} /Root 1 0 R >>\n"
    )
    return out + f"{tail}startxref\n{len(out)}\n%%EOF\n".encode()


def tiff(pictures: Sequence[Image.Image]) -> bytes:
    """A TIFF with these as its pages."""
    rest = [picture.copy() for picture in pictures[1:]]
    return encoded(pictures[0].copy(), "TIFF", save_all=True, append_images=rest, compression="tiff_lzw")


def zipped(entries: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP with these files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def encrypted(archive: bytes) -> bytes:
    """The same ZIP with the flag of encryption on every entry (APPNOTE 4.4.4)."""
    changed = bytearray(archive)
    for mark, flag in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = changed.find(mark)
        while place >= 0:
            changed[place + flag] |= 1
            place = changed.find(mark, place + 4)
    return bytes(changed)
