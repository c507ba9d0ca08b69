"""Answers as a PDF: beside each number the piece of the picture that it was read from, so that it can be checked."""

import io
import logging
from collections.abc import Iterable
from typing import IO, Any

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from fpdf import FPDF
from PIL import Image

from recognition import answer_pictures, pdf_fonts
from recognition.answer_rows import AnswerRow
from recognition.models import SURE

MOST_NUMBERS = 10_000
"""More are not written: each has its piece of picture, and the whole document is in memory until it is complete."""
MARGIN, WIDTH = 15, 180  # millimetres of an A4 page
PICTURE = (62, 14)
"""Millimetres that a piece of picture takes at most."""
ROW = 17
GREY, BLACK = 90, 0
LONGEST_NAME = 60

logging.getLogger("fontTools").setLevel(logging.WARNING)  # it tells each table that it makes smaller


class TooManyNumbers(Exception):
    """The pictures have more numbers than a PDF takes."""


class _Document(FPDF):
    """A4 pages with their number at the foot."""

    def footer(self) -> None:
        """`3 / 12`, which every language reads."""
        self.set_y(-MARGIN)
        self.set_text_color(GREY)
        self.set_font(pdf_fonts.LATIN, size=8)
        self.cell(0, 8, f"{self.page_no()} / {{nb}}", align="C")


def write(answers: Iterable[AnswerRow], file: IO[bytes]) -> None:
    """Write them in the language and the zone that are active. Raises TooManyNumbers and answer_pictures.StoreDown."""
    with translation.override(_language()):
        document = _begun()
        count = 0
        for answer in answers:
            count += max(1, len(answer.numbers))
            if count > MOST_NUMBERS:
                raise TooManyNumbers
            _add(document, answer)
        document.output(file)  # type: ignore[call-overload] # any file that is written to


def _language() -> str:
    active = translation.get_language() or "en"
    return "en" if active.partition("-")[0] in pdf_fonts.WITHOUT else active


def _begun() -> _Document:
    document = _Document(format="A4")
    document.set_margin(MARGIN)
    document.set_auto_page_break(auto=True, margin=MARGIN + 5)
    pdf_fonts.add_to(document)
    document.set_title(_("Numbers from your pictures"))
    document.set_lang(translation.get_language() or "en")
    document.add_page()
    _line(document, _("Numbers from your pictures"), size=18, height=12)
    made = _("Made on %(moment)s (%(zone)s).")
    zone = timezone.get_current_timezone_name()
    _line(document, made % {"moment": _moment(timezone.now()), "zone": zone}, size=9, colour=GREY)
    document.ln(3)
    return document


def _add(document: _Document, answer: AnswerRow) -> None:
    """One picture: what it is, then its numbers."""
    if document.will_page_break(12 + ROW):  # the heading stays with the first number
        document.add_page()
    document.set_draw_color(200)
    document.line(MARGIN, document.get_y(), MARGIN + WIDTH, document.get_y())
    _line(document, _heading(answer), size=9)
    _line(document, _facts(answer), size=8, colour=GREY)
    boxes = [number["box"] for number in answer.numbers]
    pictures = answer_pictures.pieces(answer.recognition, boxes)
    for number, picture in zip(answer.numbers, pictures, strict=True):
        _number(document, picture, _written(number), _sureness(number, answer))
    if not answer.numbers:
        _number(document, answer_pictures.whole(answer.recognition), "–", _why_none(answer))


def _heading(answer: AnswerRow) -> str:
    row = answer.recognition
    return f"{row.name[:LONGEST_NAME]} · {_moment(row.created_at)}"


def _facts(answer: AnswerRow) -> str:
    row, facts = answer.recognition, []
    if row.model_version:
        facts.append(_("Read by model %(version)s.") % {"version": row.model_version})
    if answer.correction is not None:
        said = {"who": answer.confirmed_by, "moment": _moment(answer.correction.created_at)}
        facts.append(_("Corrected by %(who)s, %(moment)s.") % said)
    if row.pictures_erased_at:
        facts.append(_("The picture was erased."))
    return " ".join(facts)


def _number(document: _Document, picture: bytes | None, text: str, remark: str) -> None:
    if document.will_page_break(ROW):
        document.add_page()
    top = document.get_y()
    if picture is not None:
        wide, high = _millimetres(picture)
        document.image(picture, MARGIN, top + 1.5, wide, high, alt_text=text)
    left = MARGIN + PICTURE[0] + 6
    _place(document, left, top + 2, text, 15)
    _place(document, left, top + 9, remark, 8, GREY)
    document.set_xy(MARGIN, top + ROW)


def _millimetres(picture: bytes) -> tuple[float, float]:
    """Its width and height on the page: as large as `PICTURE` allows."""
    with Image.open(io.BytesIO(picture)) as opened:
        scale = min(PICTURE[0] / opened.width, PICTURE[1] / opened.height)
        return opened.width * scale, opened.height * scale


def _place(document: _Document, x: float, y: float, text: str, size: int, colour: int = BLACK) -> None:
    document.set_xy(x, y)
    document.set_text_color(colour)
    pdf_fonts.write(document, text, size, WIDTH + MARGIN - x, size / 2)


def _line(document: _Document, text: str, size: int, height: float = 5, colour: int = BLACK) -> None:
    document.set_text_color(colour)
    pdf_fonts.write(document, text, size, WIDTH, height)
    document.set_xy(MARGIN, document.get_y() + height)


def _written(number: dict[str, Any]) -> str:
    """By its format, with its marks, or its digits alone."""
    said = number.get("format")
    return str(said["text"] if said and said["legal"] else number["marked_text"] or number["text"])


def _sureness(number: dict[str, Any], answer: AnswerRow) -> str:
    """In percent, rounded down: nothing is shown as surer than it is."""
    chance = number.get("confidence")
    if answer.correction is not None or chance is None:
        return _("Confirmed by a person.")
    percent = {"percent": int(min(chance, 0.999) * 100)}
    if chance >= SURE:
        return _("Sure, %(percent)s %%.") % percent
    return _("Check this: sure by %(percent)s %% only.") % percent


def _why_none(answer: AnswerRow) -> str:
    if answer.recognition.error_message:
        return answer.recognition.error_message
    return _("Still to be read.") if answer.recognition.is_waiting else _("No digit found.")


def _moment(moment: Any) -> str:
    return date_format(timezone.localtime(moment), "DATETIME_FORMAT")
