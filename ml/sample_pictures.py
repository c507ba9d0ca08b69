"""`python -m ml.sample_pictures`: draw the pictures that people try the reader with, and those of the guide.

They go into static/images. Drawn by code, they are nobody's handwriting and nobody's data.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageEnhance, ImageFilter

from ml.pen import Sheet

FOLDER = Path(__file__).resolve().parent.parent / "static" / "images"
BLUE, BLACK, PENCIL = (34, 48, 108), (38, 38, 44), (84, 84, 92)
RULE, FRAME, NAME = (196, 210, 226), (120, 130, 142), (214, 214, 210)

MARKS = ("17", "9", "23", "18", "30", "6")
AMOUNT, POSTAL_CODE, METER = "1250.75", "560034", "04172"


def mark_sheet() -> Image.Image:
    """A column of marks beside names that were covered."""
    sheet = Sheet(560, 560, seed=14)
    for row in range(len(MARKS) + 1):
        sheet.line((60, 60 + 74 * row, 500, 60 + 74 * row), FRAME)
    for column in (60, 330, 500):
        sheet.line((column, 60, column, 60 + 74 * len(MARKS)), FRAME)
    for row, mark in enumerate(MARKS):
        sheet.box((84, 86 + 74 * row, 84 + 140 + 25 * (row * 7 % 4), 108 + 74 * row), NAME)
        sheet.write(mark, 384, 122 + 74 * row, 48, BLUE, gap=0.16)
    return sheet.photographed(turn=0.8)


def cheque() -> Image.Image:
    """An amount on paper with a pattern of waves, as cheques have them."""
    sheet = Sheet(760, 320, seed=11, colour=(232, 240, 232))
    for wave in range(0, 340, 10):
        for x in range(0, 760, 8):
            ends = (x, wave + 6 * math.sin(x / 30), x + 8, wave + 6 * math.sin((x + 8) / 30))
            sheet.line(ends, (214, 228, 216), 1.2)
    sheet.box((90, 90, 680, 232), (244, 248, 243), FRAME)
    sheet.write(AMOUNT, 130, 196, 82, BLACK)
    return sheet.photographed(turn=-0.6)


def envelope() -> Image.Image:
    """A postal code, one digit a box."""
    sheet = Sheet(700, 320, seed=23, colour=(241, 233, 214))
    for place, digit in enumerate(POSTAL_CODE):
        left = 80 + 92 * place
        sheet.box((left, 110, left + 78, 214), (250, 247, 238), (178, 96, 84))
        sheet.sign(digit, left + 18, 198, 66, BLUE)
    return sheet.photographed(turn=0.5, shade=0.18)


def meter() -> Image.Image:
    """A counter's wheels: light digits on dark."""
    sheet = Sheet(680, 300, seed=31, colour=(52, 55, 60))
    sheet.box((60, 76, 620, 224), (24, 26, 29), (150, 154, 160))
    for place, digit in enumerate(METER):
        left = 84 + 106 * place
        sheet.line((left + 100, 78, left + 100, 222), (70, 73, 78), 3)
        sheet.sign(digit, left + 22, 196, 86, (236, 236, 230))
    return sheet.photographed(shade=0.15, grain=2.5)


def blank() -> Image.Image:
    """Ruled paper on which nothing is written."""
    sheet = Sheet(560, 400, seed=41)
    for line in range(70, 400, 56):
        sheet.line((0, line, 560, line), RULE, 1.5)
    return sheet.photographed(turn=-0.7)


def scribble() -> Image.Image:
    """Somebody tried out a pen."""
    sheet = Sheet(560, 400, seed=47)
    sheet.scribble(40, 70, 480, 260, BLACK)
    return sheet.photographed()


def photograph() -> Image.Image:
    """Two numbers as one should take them: close, sharp, in even light."""
    return _note(54, (64, 170), (64, 262)).photographed(turn=-0.5, shade=0.05)


def too_far() -> Image.Image:
    """The same numbers, lost on a large sheet."""
    return _note(13, (190, 150), (190, 176)).photographed(turn=-0.5, shade=0.05)


def shaken() -> Image.Image:
    """The same with a hand that moved."""
    return photograph().filter(ImageFilter.GaussianBlur(6.5))


def in_shadow() -> Image.Image:
    """The same in bad light, with the shadow of whoever took it."""
    picture = ImageEnhance.Brightness(photograph()).enhance(0.42)
    bright = Image.linear_gradient("L").rotate(90).resize(picture.size).point(lambda value: max(0, value - 150))
    return Image.composite(Image.new("RGB", picture.size, (252, 250, 240)), picture, bright)


def cut_off() -> Image.Image:
    """The same with its edge outside the picture."""
    return _note(54, (-22, 170), (-22, 262)).photographed(turn=-0.5, shade=0.05)


def _note(size: float, first: tuple[float, float], second: tuple[float, float]) -> Sheet:
    sheet = Sheet(420, 300, seed=61)
    for line in range(30, 300, round(size * 1.7)):
        sheet.line((0, line, 420, line), RULE, 1.5)
    for number, (left, base) in (("4068", first), ("2915", second)):
        sheet.write(number, left, base, size, BLUE)
    return sheet


PICTURES: dict[str, Callable[[], Image.Image]] = {
    "samples/mark-sheet": mark_sheet,
    "samples/cheque": cheque,
    "samples/envelope": envelope,
    "samples/meter": meter,
    "samples/blank": blank,
    "samples/scribble": scribble,
    "guide/good": photograph,
    "guide/too-far": too_far,
    "guide/shaken": shaken,
    "guide/in-shadow": in_shadow,
    "guide/cut-off": cut_off,
}


def main(arguments: list[str] | None = None) -> int:
    """Write all of them as WebP files."""
    parser = argparse.ArgumentParser(prog="python -m ml.sample_pictures", description="Draw samples and guide.")
    parser.add_argument("--out", type=Path, default=FOLDER, metavar="FOLDER")
    folder = parser.parse_args(arguments).out
    for name, draw in PICTURES.items():
        path = folder / f"{name}.webp"
        path.parent.mkdir(parents=True, exist_ok=True)
        draw().save(path, quality=82, method=6)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
