"""What the reader says about one picture.  These frozen dataclasses are all that crosses the border of `ml`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Box = tuple[int, int, int, int]
"""x, y, width, height in pixels of the upright image that was given to `Reader.read`."""


@dataclass(frozen=True, slots=True)
class Digit:
    """One digit; `probabilities` (ten) and `not_a_digit` add up to 1; `confidence`: the chance that it is right."""

    value: int
    confidence: float
    box: Box
    line: int
    number: int
    probabilities: tuple[float, ...]
    not_a_digit: float


@dataclass(frozen=True, slots=True)
class Number:
    """Digits that stand together; `digits` are indexes into `Page.digits`, `confidence` the chance that all are right.

    `marked_text` and `value` hold the number with its decimal mark or sign where a format was read, otherwise None.
    """

    text: str
    marked_text: str | None
    value: str | None
    confidence: float
    box: Box
    line: int
    digits: tuple[int, ...]

    def as_dict(self) -> dict[str, Any]:
        """The number in the JSON of command line and API."""
        return {
            "text": self.text,
            "marked_text": self.marked_text,
            "confidence": self.confidence,
            "box": list(self.box),
            "line": self.line,
            "digits": list(self.digits),
        }


@dataclass(frozen=True, slots=True)
class Page:
    """All that was read in one picture of `width` × `height` pixels, in reading order; no digits, no confidence."""

    width: int
    height: int
    lines: tuple[str, ...]
    numbers: tuple[Number, ...]
    digits: tuple[Digit, ...]
    confidence: float | None

    @property
    def text(self) -> str:
        """The numbers in reading order with one space between; empty where no digit was found."""
        return " ".join(number.text for number in self.numbers)
