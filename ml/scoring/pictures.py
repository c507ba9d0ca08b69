"""The whole reader on whole pictures: texts, digits in their places, and how honest its confidence is."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ml.page import Box, Page
from ml.preprocessing import Grey
from ml.reader import Reader
from ml.scoring import curves
from ml.scoring.matching import Criterion, Matched, match, tally, total, touching
from ml.scoring.metrics import gap, reliability, wilson
from ml.scoring.strings import by_length, character_error_rate, digits_of
from ml.sheets import Sheet


@dataclass(frozen=True, slots=True)
class Reading:
    """One picture and what was read in it; `matched` is None where no boxes are known."""

    name: str
    sheet: Sheet
    page: Page
    matched: Matched | None
    criterion: Criterion
    ms: float

    @property
    def boxes(self) -> list[Box]:
        """Of the digits that are there, in reading order."""
        return [box for _, boxes in self.sheet.numbers for box in boxes]

    @property
    def values(self) -> list[int]:
        """Of the digits that are there, in reading order."""
        return [int(sign) for text, _ in self.sheet.numbers for sign in text]

    @property
    def tight(self) -> bool:
        """Whether the true boxes lie around the digits themselves; cells always touch."""
        return self.criterion == "overlap"

    @property
    def exact_digits(self) -> bool:
        """Whether the digits are right, spaces aside."""
        return digits_of(self.page.text) == digits_of(self.sheet.text)


def read(reader: Reader, name: str, sheet: Sheet, criterion: Criterion = "overlap") -> Reading:
    """Read one picture and match its digits; the time is the process's own."""
    started = time.process_time()
    page = reader.read(sheet.grey)
    milliseconds = (time.process_time() - started) * 1000
    boxes = [box for _, boxes in sheet.numbers for box in boxes]
    known = len(boxes) == len(digits_of(sheet.text))
    matched = match(boxes, [digit.box for digit in page.digits], criterion) if known else None
    return Reading(name, sheet, page, matched, criterion, milliseconds)


def evaluate_pages(reader: Reader, sheets: Iterable[Sheet], criterion: Criterion = "overlap") -> dict[str, Any]:
    """Score whole pages with digits; see `figures`."""
    return figures([read(reader, str(at), sheet, criterion) for at, sheet in enumerate(sheets)])


def figures(readings: Sequence[Reading]) -> dict[str, Any]:
    """Scores of pictures with digits.

    `exact` is the share whose text is right, `exact_digits` that with the spaces left out, `cer` edits per digit;
    `digits` is None where no boxes are known.  Of the pages, numbers and digits on which anything was found:
    `confidence` is what was said on average, `right` the share that was, `ece` and `brier` how far both are apart.
    """
    pairs = [(reading.sheet.text, reading.page.text) for reading in readings]
    exact, exact_digits = (_mean([a == b for a, b in pairs]), _mean([reading.exact_digits for reading in readings]))
    return {
        "n": len(readings),
        "exact": exact,
        "exact_interval": wilson(exact, len(readings)),
        "exact_digits": exact_digits,
        "exact_digits_interval": wilson(exact_digits, len(readings)),
        "cer": character_error_rate(pairs),
        "by_length": by_length(pair for reading in readings for pair in _numbers(reading)),
        **_of_digits([reading for reading in readings if reading.matched is not None]),
        "pages": _honesty([(r.page.confidence, r.page.text == r.sheet.text) for r in readings]),
        "numbers": _honesty([(n.confidence, r.sheet.holds(n)) for r in readings for n in r.page.numbers]),
        "ms_per_image": _mean([reading.ms for reading in readings]),
    }


def evaluate_blanks(reader: Reader, pages: Iterable[Grey]) -> dict[str, Any]:
    """Score pages without digits: the share on which one was found (`invented`), and digits a page."""
    found = [len(reader.read(page).digits) for page in pages]
    share = _mean([count > 0 for count in found])
    return {
        "n": len(found),
        "invented": share,
        "invented_interval": wilson(share, len(found)),
        "digits_a_page": float(np.mean(found)),
    }


def risk(readings: Sequence[Reading]) -> dict[str, Any]:
    """Risk and coverage of pictures by the confidence of the page; nothing found is no confidence."""
    said = np.array([reading.page.confidence or 0.0 for reading in readings])
    return curves.risk_coverage(said, np.array([reading.page.text == reading.sheet.text for reading in readings]))


def _of_digits(readings: Sequence[Reading]) -> dict[str, Any]:
    """What can be said where boxes are known; None where there are none."""
    if not readings:
        return {"digits": None, "touching": None, "apart": None, "digit_confidence": None}
    answers = [[digit.value for digit in reading.page.digits] for reading in readings]
    counts = [tally(r.values, a, r.matched) for r, a in zip(readings, answers, strict=True) if r.matched]
    right = [_right(reading) for reading in readings]
    tight = [(reading, there) for reading, (there, _) in zip(readings, right, strict=True) if reading.tight]
    near = [close for reading, _ in tight for close in touching(reading.boxes)]
    hits = [at in there for reading, there in tight for at in range(len(reading.boxes))]
    said = [
        (digit.confidence, at in found)
        for reading, (_, found) in zip(readings, right, strict=True)
        for at, digit in enumerate(reading.page.digits)
    ]
    return {
        "digits": total(counts),
        "touching": _share([hit for hit, close in zip(hits, near, strict=True) if close]),
        "apart": _share([hit for hit, close in zip(hits, near, strict=True) if not close]),
        "digit_confidence": _honesty(said),
    }


def _right(reading: Reading) -> tuple[set[int], set[int]]:
    """Indexes of the digits that are there and were read, and of the digits that were found and are right."""
    values, digits = reading.values, reading.page.digits
    pairs = [(a, b) for a, b in (reading.matched.pairs if reading.matched else []) if values[a] == digits[b].value]
    return {a for a, _ in pairs}, {b for _, b in pairs}


def _numbers(reading: Reading) -> list[tuple[str, str]]:
    """Each number that is there with what was read in its place; with one number, all that was read."""
    numbers = reading.sheet.numbers
    if len(numbers) == 1 or not all(boxes for _, boxes in numbers):
        return [(reading.sheet.text, reading.page.text)] if numbers else []
    return [(text, _in_place(reading.page, boxes)) for text, boxes in numbers]


def _in_place(page: Page, boxes: Sequence[Box]) -> str:
    return "".join(number.text for number in page.numbers if any(_within(box, number.box) for box in boxes))


def _within(box: Box, around: Box) -> bool:
    x, y = box[0] + box[2] / 2, box[1] + box[3] / 2
    return around[0] <= x <= around[0] + around[2] and around[1] <= y <= around[1] + around[3]


def _honesty(said: Sequence[tuple[float | None, bool]]) -> dict[str, Any] | None:
    told = [(confidence, hit) for confidence, hit in said if confidence is not None]
    if not told:
        return None
    confidence, right = np.array([one for one, _ in told]), np.array([hit for _, hit in told])
    return {
        "n": len(told),
        "confidence": float(confidence.mean()),
        "right": float(right.mean()),
        "ece": gap(confidence, right),
        "brier": float(((confidence - right) ** 2).mean()),
        "reliability": reliability(confidence, right),
    }


def _share(hits: Sequence[bool]) -> dict[str, Any]:
    return {"n": len(hits), "right": _mean(hits) if hits else None}


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values))
