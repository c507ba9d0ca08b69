"""What the reader says about one picture.  These frozen dataclasses are all that crosses the border of `ml`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

Box = tuple[int, int, int, int]
"""x, y, width, height in pixels of the upright image that was given to `Reader.read`."""


def around(boxes: Sequence[Box]) -> Box:
    """The smallest box that holds all `boxes`."""
    left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
    right, bottom = max(box[0] + box[2] for box in boxes), max(box[1] + box[3] for box in boxes)
    return left, top, right - left, bottom - top


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
class Placed:
    """A digit as a person says it: its value, where it stands, and the mark written before it ("" for none).

    `number`: digits of which somebody has said that they belong together have the same; None where nobody has.
    """

    value: int
    box: Box
    sign: str = ""
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Overruled:
    """A digit that a format answers otherwise than the network.

    `place` in the number as it was read, from 1; `digit`: its index in `Page.digits`, None where it is no digit any
    more; what was `read` and the `answer` instead; why.
    """

    place: int
    digit: int | None
    read: str
    answer: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class FormatError:
    """Why a number is none of its format: wrong_count, wrong_marks or nothing_legal, and a sentence."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class FormatAnswer:
    """What a format says to a number: whether it is `legal`, and its `text` as such numbers are written."""

    code: str
    legal: bool
    text: str | None
    overruled: tuple[Overruled, ...]
    error: FormatError | None


@dataclass(frozen=True, slots=True)
class Number:
    """Digits that stand together; `digits` are indexes into `Page.digits`, `confidence` the chance that all are right.

    `marked_text`: the number with the marks that are clearly written in it, as 12.50 or 12/05/2024, None without marks.
    `value`: its decimal value, as 12.50, where it has one.  `format`: what the format says that was asked for.
    `followed`: whether a sign that is no digit stands right behind it.
    """

    text: str
    marked_text: str | None
    value: str | None
    confidence: float
    box: Box
    line: int
    digits: tuple[int, ...]
    format: FormatAnswer | None = None
    followed: bool = False

    def as_dict(self) -> dict[str, Any]:
        """The number in the JSON of command line and API."""
        return {
            "text": self.text,
            "marked_text": self.marked_text,
            "value": self.value,
            "confidence": self.confidence,
            "box": list(self.box),
            "line": self.line,
            "digits": list(self.digits),
            "format": asdict(self.format) if self.format else None,
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
