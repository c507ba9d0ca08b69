"""Letters in PDF files: Noto Sans (SIL Open Font License), as far as Python packages carry it.

There is none for Kannada and Gujarati: files for people who chose these have English words.
"""

from collections.abc import Iterable
from importlib.resources import files

from fpdf import FPDF
from fpdf.fonts import TTFFont

LATIN = "latin"
FONTS = {
    LATIN: ("justmytype_western_core", "notosans/NotoSans"),
    "devanagari": ("justmytype_intl_south_asia", "notosansdevanagari/NotoSansDevanagari"),
    "bengali": ("justmytype_intl_south_asia", "notosansbengali/NotoSansBengali"),
    "tamil": ("justmytype_intl_south_asia", "notosanstamil/NotoSansTamil"),
    "telugu": ("justmytype_intl_south_asia", "notosanstelugu/NotoSansTelugu"),
    "arabic": ("justmytype_intl_rtl", "notosansarabic/NotoSansArabic"),
}
WITHOUT = frozenset({"kn", "gu"})
"""Languages whose letters none of them has."""
UNKNOWN = "\N{REPLACEMENT CHARACTER}"
LAST_ALONE = "\u02ff"
"""Letters behind it may join with their neighbours, which takes HarfBuzz and ten times as long."""


def add_to(document: FPDF) -> None:
    """Let a document write all of these scripts."""
    for name, (package, font) in FONTS.items():
        document.add_font(name, fname=str(files(package) / "fonts" / "ofl" / f"{font}[wdth,wght].ttf"))
    document.set_fallback_fonts([name for name in FONTS if name != LATIN], exact_match=False)


def write(document: FPDF, text: str, size: float, width: float, height: float) -> None:
    """One line where the document stands, in points and millimetres; smaller letters where it is too long.

    What no font has, as in the name of a file, is written as `UNKNOWN`.
    """
    letters = set(text)
    known = _known(document, letters)
    text = "".join(letter if letter in known else UNKNOWN for letter in text)
    document.set_text_shaping(use_shaping_engine=max(letters, default="") > LAST_ALONE)
    document.set_font(LATIN, size=size)
    if (needed := document.get_string_width(text)) > width:
        document.set_font_size(size * width / needed)
    document.cell(width, height, text)


def _known(document: FPDF, letters: Iterable[str]) -> set[str]:
    fonts = [document.fonts[name] for name in FONTS]
    return {letter for letter in letters for font in fonts if isinstance(font, TTFFont) and ord(letter) in font.cmap}
