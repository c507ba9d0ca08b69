"""The pages of a PDF as pictures, drawn by pdfium."""

from __future__ import annotations

import math
from typing import BinaryIO

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from ml.documents.document import Bounds, Page
from ml.reencoding import LONGEST_SIDE, encoded
from ml.rejections import PictureRejected

POINTS_PER_INCH = 72
DOTS_PER_INCH = 200
"""A digit written 4 mm high is 31 pixels high then; archives scan handwriting at 200 to 300."""


class PdfDocument:
    """See `Document`."""

    def __init__(self, stream: BinaryIO, bounds: Bounds) -> None:
        self._bounds = bounds
        try:
            self._pdf = pdfium.PdfDocument(stream)
        except pdfium.PdfiumError as problem:
            raise _not_opened(problem) from None
        pages = len(self._pdf)
        if pages > bounds.pages:
            raise PictureRejected(
                "too_many_pages", f"This PDF has {pages} pages; send at most {bounds.pages} at a time."
            )
        if pages == 0:
            raise PictureRejected("no_pictures_inside", "This PDF has no page; send one that has.")
        self._pdf.init_forms()  # so that what was typed into fields is drawn, too

    def __len__(self) -> int:
        return len(self._pdf)

    def name(self, place: int) -> str:
        """Pages have none."""
        return ""

    def page(self, place: int) -> Page:
        """The page, drawn at 200 dots per inch; a huge one at fewer."""
        try:
            page = self._pdf[place]
            bitmap = page.render(scale=self._scale(*page.get_size()), rev_byteorder=True)
        except pdfium.PdfiumError:
            sentence = "This page of the PDF is damaged and cannot be drawn; save the PDF again, or send a picture."
            raise PictureRejected("truncated_picture", sentence) from None
        picture = bitmap.to_pil().convert("RGB")
        bitmap.close()
        page.close()
        return Page.of(encoded(picture, "PDF", 0))

    def _scale(self, width: float, height: float) -> float:
        """Pixels per point for a page of so many points."""
        limits = self._bounds.picture
        if not min(width, height) > 0:
            raise PictureRejected("too_small", "This page of the PDF has no size; save the PDF again.")
        fitting = min(math.sqrt(limits.target_pixels / (width * height)), LONGEST_SIDE / max(width, height))
        scale = min(DOTS_PER_INCH / POINTS_PER_INCH, fitting)
        if min(width, height) * scale < limits.min_side:
            told = f"This page of the PDF is {width:.0f}×{height:.0f} points large"
            raise PictureRejected("too_small", f"{told}; send a page on which digits have room.")
        return scale


def _not_opened(problem: pdfium.PdfiumError) -> PictureRejected:
    if getattr(problem, "err_code", None) == pdfium_c.FPDF_ERR_PASSWORD:
        return PictureRejected("encrypted", "This PDF asks for a password; save it without one, then send it again.")
    return PictureRejected("broken_document", "This PDF is damaged or not complete; save or send it again.")
