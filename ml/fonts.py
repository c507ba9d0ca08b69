"""Signs in many faces: what is printed, and what an unsteady hand could have written after it.

Faces come from packages that training installs (requirements/train.in); where one is missing its faces are left out,
and the one that Pillow carries is always there.  Whole families validate and are held out.
"""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from ml.preprocessing import Grey

Part = Literal["train", "validation", "held_out"]
LATIN = "acdefhkmnprtuvwxACEFHKLMNPRTUVWX&#%@?!*+=<>^~{}"  # without the look-alikes of digits
# Greek, Cyrillic, Hebrew and Arabic letters and signs that nobody takes for a Latin digit
GREEK = "ΑΓΔΕΗΚΛΜΝΞΠΡΣΤΥΦΧΨΩαδηκλμνπψωχ"
CYRILLIC = "АГДЕЖИКЛМНПРСТУФХЦШЩЫЮЯажийкмнптфхцшщыюя"
HEBREW = "אבהחטלמעפצקש"
ARABIC = "بتثجحخسشصضطظكي"
SIGNS = "∀∂∃∆∈∏∑√∞∫≈≠≤≥⊂⊕⊥←↑→↓↔⇒⇔€£¥§¶©®™æÆñäéèçâþ☆★♠♣♥♦♪♫✓✗✂☎"

_PACKAGES: dict[Part, tuple[str, ...]] = {
    "train": ("matplotlib", "font_amatic_sc", "font_caladea", "font_fredoka_one", "font_source_sans_pro"),
    "validation": ("font_hanken_grotesk",),
    "held_out": ("font_intuitive", "font_roboto", "font_source_serif_pro"),
}
_TEXT_FACES = ("DejaVuSans", "DejaVuSerif", "STIXGeneral", "cmr10", "cmss10", "cmti10", "cmb10", "cmtt10")
_SIDE = 84


@lru_cache(maxsize=8)
def faces(part: Part) -> tuple[Path, ...]:
    """The font files of one part, in a fixed order; of matplotlib's only those for text."""
    files = [file for package in _PACKAGES[part] for file in _files(package)]
    return tuple(file for file in files if _is_text(file))


def typeset(text: str, rng: Generator, part: Part = "train") -> Grey:
    """`text` in a face of this part that has it, (84, 84) uint8, light on dark; wider where it is several signs."""
    face = _face(text, rng, part)
    font = _font(face, int(rng.integers(44, 60)))
    left, top, right, bottom = font.getbbox(text)
    wide, high = int(right - left) + 24, int(bottom - top) + 24
    picture = Image.new("L", (max(_SIDE, wide), max(_SIDE, high)))
    ImageDraw.Draw(picture).text((12 - left, 12 - top), text, fill=255, font=font)
    return np.asarray(picture, np.uint8)


def handwritten(glyph: Grey, rng: Generator) -> Grey:
    """A printed sign as if drawn by hand: bent, slanted, its strokes thinned or thickened, of the same size."""
    height, width = glyph.shape
    reach = rng.uniform(1.0, 4.5)
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    slant = np.float32(np.clip(rng.normal(0, 0.18), -0.4, 0.4))
    bent_x = x + slant * (y - height / 2) + _wave(rng, reach, glyph.shape)
    bent = cv2.remap(glyph, bent_x, y + _wave(rng, reach, glyph.shape), cv2.INTER_LINEAR)
    size = int(rng.integers(1, 5))
    change = cv2.erode if rng.random() < 0.5 else cv2.dilate
    changed = np.asarray(change(bent, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))), np.uint8)
    return changed if cv2.countNonZero(cv2.inRange(changed, 128, 255)) > 60 else np.asarray(bent, np.uint8)


def not_a_digit(rng: Generator, part: Part = "train") -> Grey:
    """A letter or sign of any alphabet, now and then two that touch, printed or as by hand."""
    alphabet = LATIN if rng.random() < 0.6 else _OTHERS[rng.integers(len(_OTHERS))]
    letters = [alphabet[rng.integers(len(alphabet))] for _ in range(2 if rng.random() < 0.12 else 1)]
    glyph = typeset("".join(letters), rng, part)
    return handwritten(glyph, rng) if rng.random() < 0.7 else glyph


def _wave(rng: Generator, reach: float, shape: tuple[int, ...]) -> NDArray[np.float32]:
    coarse = rng.normal(0, reach, (4, 4)).astype(np.float32)
    return np.asarray(cv2.resize(coarse, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC), np.float32)


def _face(text: str, rng: Generator, part: Part) -> Path | None:
    """A face that has these signs; None for Pillow's own, which has the Latin ones."""
    chosen = [face for face in faces(part) if _has(face, text)] or [face for face in faces("train") if _has(face, text)]
    return chosen[rng.integers(len(chosen))] if chosen else None


@cache
def _has(face: Path, text: str) -> bool:
    """Whether a face can write this: plain Latin all of them, the rest as it is known of matplotlib's."""
    if all(sign in LATIN or sign.isdigit() for sign in text):
        return True
    if face.stem in ("DejaVuSans", "DejaVuSans-Bold"):
        return True
    return face.stem.startswith(("DejaVu", "STIXGeneral")) and set(text) <= set(GREEK + CYRILLIC)


@lru_cache(maxsize=512)
def _font(face: Path | None, size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size) if face is None else ImageFont.truetype(str(face), size)


def _files(package: str) -> list[Path]:
    spec = find_spec(package)
    places = [Path(place) for place in spec.submodule_search_locations or ()] if spec else []
    return sorted(file for place in places for file in place.rglob("*.[to]tf"))


def _is_text(face: Path) -> bool:
    return "mpl-data" not in face.parts or (face.stem.startswith(_TEXT_FACES) and "Display" not in face.stem)


_OTHERS = (GREEK, CYRILLIC, HEBREW, ARABIC, SIGNS)
