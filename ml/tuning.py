"""What is chosen last, on validation glyphs and pages: when to reject, and how far numbers and pages can be trusted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ml import datasets, drawn_pages, trust
from ml.assembly import examine
from ml.decision import NOT_A_DIGIT, Chances
from ml.page import Box, Number
from ml.preprocessing import Grey
from ml.reader import FoundOnPage, Reader
from ml.trust import Trust

PAGE_LIMIT = 0.15  # chosen on validation pages of digits, cheques, words and scribbles
_LIMITS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
_COST = 0.0005  # so many of the digits that are read rightly may be rejected
_SEED = 77
_DRAWN, _SINGLE, _PLAIN, _WITHOUT = 450, 300, 300, 300

Frames = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A grey page (height, width) uint8 and the numbers on it: each its text and the boxes of its digits.

    The boxes are None where only the text is known; then the page has one number.
    """

    grey: Grey
    numbers: tuple[tuple[str, tuple[Box, ...] | None], ...]

    @property
    def text(self) -> str:
        """As `Page.text`."""
        return " ".join(text for text, _ in self.numbers)


def choose_limit(chances: Chances, labels: NDArray[np.integer]) -> float:
    """The strictest limit for (n, 11) chances that rejects at most 1 in 2,000 of the digits that are read rightly."""
    right = (labels != NOT_A_DIGIT) & (chances[:, :NOT_A_DIGIT].argmax(axis=1) == labels)
    none = chances[right, NOT_A_DIGIT]
    return next((limit for limit in _LIMITS if (none > limit).mean() <= _COST), _LIMITS[-1])


def fit_trust(reader: Reader, sheets: list[Sheet]) -> Trust:
    """Weights for numbers, then for pages with these, from what `reader` finds on `sheets`."""
    number_rows: list[trust.Features] = []
    number_right: list[bool] = []
    for sheet, (width, height, found, around) in _found(reader, sheets):
        seen = examine(width, height, found, around, Trust())
        number_rows += seen.numbers
        number_right += [_is_right(number, sheet) for number in seen.page.numbers]
    numbers = trust.fit(np.array(number_rows), np.array(number_right))
    page_rows: list[trust.Features] = []
    page_right: list[bool] = []
    for sheet, (width, height, found, around) in _found(reader, sheets):
        seen = examine(width, height, found, around, Trust(number=numbers))
        if seen.whole is not None:
            page_rows.append(seen.whole)
            page_right.append(seen.page.text == sheet.text)
    return Trust(numbers, trust.fit(np.array(page_rows), np.array(page_right)))


def sheets(folder: Path | None, count_for: float = 1.0) -> list[Sheet]:
    """Validation pages: drawn ones, lone digits, plain pictures of one, cheque amounts, pages without digits."""
    rng = np.random.default_rng(_SEED)
    frames, labels = _digits(folder)
    drawn = list(_drawn(frames, labels, rng, round(_DRAWN * count_for), 6))
    drawn += _drawn(frames, labels, rng, round(_SINGLE * count_for), 1)
    chosen = rng.integers(len(frames), size=round(_PLAIN * count_for))
    plain = [Sheet(frames[at], ((str(labels[at]), None),)) for at in chosen]
    return drawn + plain + _cheques(folder) + _without(folder, rng, round(_WITHOUT * count_for))


def _digits(folder: Path | None) -> tuple[Frames, NDArray[np.uint8]]:
    """MNIST's validation part, and as many of the other sets' together where they are there."""
    parts = [datasets.mnist(folder, "validation").frames()]
    if folder is not None:
        names = [name for name in datasets.TENTHS if (folder / f"{name}.npz").exists()]
        others = [datasets.tenths(folder, name, "validation").frames() for name in names]
        parts += others * max(1, len(parts[0][0]) // max(1, sum(len(part[0]) for part in others)) // 2)
    frames, labels = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    return frames, labels


def _drawn(frames: Frames, labels: NDArray[np.uint8], rng: Generator, count: int, longest: int) -> Iterator[Sheet]:
    for _ in range(count):
        page = drawn_pages.draw(frames, labels, rng, longest)
        numbers, start = [], 0
        for text in " ".join(page.lines).split():
            numbers.append((text, page.boxes[start : start + len(text)]))
            start += len(text)
        yield Sheet(page.grey, tuple(numbers))


def _cheques(folder: Path | None) -> list[Sheet]:
    if folder is None or not (folder / datasets.ORAND).is_dir():
        return []
    entries = datasets.orand_truth(folder, "validation")
    return [Sheet(datasets.orand_picture(folder, entry), ((entry["text"], None),)) for entry in entries]


def _without(folder: Path | None, rng: Generator, count: int) -> list[Sheet]:
    letters = np.zeros((0, 28, 28), np.uint8)
    if folder is not None and (folder / f"{datasets.LETTERS}.npz").exists():
        letters = datasets.letters(folder, "validation").frames()[0]
    return [Sheet(drawn_pages.draw_without_digits(letters, rng), ()) for _ in range(count)]


def _found(reader: Reader, sheets: list[Sheet]) -> Iterator[tuple[Sheet, FoundOnPage]]:
    for sheet in sheets:
        yield sheet, reader.find(sheet.grey)


def _is_right(number: Number, sheet: Sheet) -> bool:
    """Whether a number that was read holds all digits of one that is there, and no other."""
    if any(boxes is None for _, boxes in sheet.numbers):
        return number.text == sheet.text
    inside = [(text, [_within(box, number.box) for box in boxes or ()]) for text, boxes in sheet.numbers]
    touched = [(text, hits) for text, hits in inside if any(hits)]
    return len(touched) == 1 and touched[0][0] == number.text and all(touched[0][1])


def _within(box: Box, around: Box) -> bool:
    """Whether the middle of a box lies in another."""
    x, y = box[0] + box[2] / 2, box[1] + box[3] / 2
    return around[0] <= x <= around[0] + around[2] and around[1] <= y <= around[1] + around[3]
