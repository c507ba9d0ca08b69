"""Pictures of what was misread, for eyes: PNG pages for var/, never for the repository."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ml.decision import NOT_A_DIGIT
from ml.preprocessing import Grey
from ml.scoring.evaluation import Evaluation
from ml.scoring.glyphs import Answered
from ml.scoring.pictures import Reading

_ACROSS, _DOWN = 6, 8
_WIDE, _HIGH, _CAPTION = 210, 120, 34
_MOST = 4 * _ACROSS * _DOWN  # tiles of a set

Tile = tuple[Image.Image, str]


def write_all(whole: Evaluation, folder: Path) -> list[Path]:
    """Pages of what was misread, by set: truth read answer and its confidence under each picture."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*-[0-9].png"):
        old.unlink()
    glyphs = {name: list(_glyphs(read)) for name, read in whole.answered.items()}
    readings = {name: list(_readings(some)) for name, some in whole.readings.items()}
    return [path for name, tiles in {**glyphs, **readings}.items() for path in _pages(name, tiles[:_MOST], folder)]


def _glyphs(read: Answered) -> Iterator[Tile]:
    """Misread digits, and others that were taken for digits; the surest first."""
    wrong = np.flatnonzero(read.answers != read.labels)
    sure = read.chances[np.arange(len(read.answers)), read.answers]
    for at in wrong[np.argsort(-sure[wrong])]:
        caption = f"#{at}: {_name(int(read.labels[at]))}, read {_name(int(read.answers[at]))}\n{sure[at]:.2f}"
        yield Image.fromarray(read.images[at]), caption


def _readings(readings: Sequence[Reading]) -> Iterator[Tile]:
    for reading in readings:
        if not reading.exact_digits:
            sure = "-" if reading.page.confidence is None else f"{reading.page.confidence:.2f}"
            caption = f"{reading.name}  {sure}\n{reading.sheet.text}, read {reading.page.text or 'nothing'}"
            yield _boxed(reading.sheet.grey, reading), caption


def _boxed(grey: Grey, reading: Reading) -> Image.Image:
    """The picture with what was found in red."""
    picture = Image.fromarray(grey).convert("RGB")
    pen = ImageDraw.Draw(picture)
    for digit in reading.page.digits:
        x, y, w, h = digit.box
        pen.rectangle((x, y, x + w, y + h), outline=(220, 30, 30), width=max(1, max(grey.shape) // 250))
    return picture


def _pages(name: str, tiles: Sequence[Tile], folder: Path) -> Iterator[Path]:
    size = _ACROSS * _DOWN
    for number, start in enumerate(range(0, len(tiles), size), start=1):
        path = folder / f"{name}-{number}.png"
        _page(tiles[start : start + size]).save(path)
        yield path


def _page(tiles: Sequence[Tile]) -> Image.Image:
    rows = -(-len(tiles) // _ACROSS)
    sheet = Image.new("RGB", (_ACROSS * _WIDE, rows * (_HIGH + _CAPTION)), (255, 255, 255))
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(11)
    for at, (picture, caption) in enumerate(tiles):
        x, y = at % _ACROSS * _WIDE, at // _ACROSS * (_HIGH + _CAPTION)
        scale = min((_WIDE - 10) / picture.width, (_HIGH - 6) / picture.height)
        size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
        sheet.paste(picture.convert("RGB").resize(size), (x + 4, y + 4))
        pen.multiline_text((x + 4, y + _HIGH), caption, (0, 0, 0), font, spacing=1)
    return sheet


def _name(value: int) -> str:
    return "none" if value == NOT_A_DIGIT else str(value)
