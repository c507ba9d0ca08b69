"""From classified glyphs to a page: reading order, numbers, and how sure they are.

A number is right when each of its digits is, and when nothing beside it that was taken for no digit is one after all.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ml import layout
from ml.page import Box, Digit, Number, Page

_NOT_A_DIGIT = 10


@dataclass(frozen=True, slots=True)
class Found:
    """A glyph: its box in pixels of the picture as given, and eleven chances, the last for "not a digit"."""

    box: Box
    chances: tuple[float, ...]

    @property
    def is_digit(self) -> bool:
        """Whether a digit is likelier than none."""
        return self.chances[_NOT_A_DIGIT] < max(self.chances[:_NOT_A_DIGIT])


def assemble(width: int, height: int, found: Sequence[Found]) -> Page:
    """The page of a picture of `width` × `height` pixels on which these glyphs were found, in any order."""
    seen = [one for one in found if one.is_digit]
    others = [one for one in found if not one.is_digit]
    boxes = [one.box for one in seen]
    digits: list[Digit] = []
    numbers: list[Number] = []
    texts: list[str] = []
    for row, line in enumerate(layout.lines(boxes)):
        groups = layout.numbers(boxes, line)
        for group in groups:
            digits += [_digit(seen[at], row, len(numbers)) for at in group]
            numbers.append(_number(digits, len(group), row, others))
        texts.append(" ".join(number.text for number in numbers[-len(groups) :]))
    return Page(width, height, tuple(texts), tuple(numbers), tuple(digits), _confidence(digits, others))


def _confidence(digits: Sequence[Digit], others: Sequence[Found]) -> float | None:
    if not digits:
        return None
    return math.prod(digit.confidence for digit in digits) * math.prod(one.chances[_NOT_A_DIGIT] for one in others)


def _digit(found: Found, line: int, number: int) -> Digit:
    ten, none = found.chances[:_NOT_A_DIGIT], found.chances[_NOT_A_DIGIT]
    value = max(range(_NOT_A_DIGIT), key=ten.__getitem__)
    return Digit(value, ten[value], found.box, line, number, ten, none)


def _number(digits: Sequence[Digit], count: int, line: int, others: Sequence[Found]) -> Number:
    """The number made of the last `count` digits."""
    members = digits[-count:]
    text = "".join(str(digit.value) for digit in members)
    box = layout.around([digit.box for digit in members])
    beside = [one.chances[_NOT_A_DIGIT] for one in others if layout.beside(one.box, box)]
    confidence = math.prod(digit.confidence for digit in members) * math.prod(beside)
    return Number(text, None, None, confidence, box, line, tuple(range(len(digits) - count, len(digits))))
