"""The answer on show: the machine's, or what a person says instead, in one shape for pages and programs."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from recognition import selectors
from recognition.engine import SIGNS, Box, Placed
from recognition.models import SURE, Correction, Digit, Reading, Recognition

_SAME_PLACE = 0.5
"""Boxes that share more than this of the place they take together are of the same digit."""


@dataclass(frozen=True, slots=True)
class ShownDigit:
    """A digit of the answer. `read`: what the machine says at its place; None where it saw no digit."""

    position: int
    value: int
    box: Box
    sign: str
    number: int
    read: Digit | None
    is_corrected: bool

    @property
    def is_sure(self) -> bool:
        """Whether it needs no second look: the machine is sure of it, or a person says otherwise than the machine."""
        return self.is_changed or (self.read is not None and self.read.confidence >= SURE)

    @property
    def is_changed(self) -> bool:
        """Whether a person says otherwise than the machine."""
        return self.is_corrected and (self.read is None or self.read.value != self.value)

    @property
    def second(self) -> tuple[int, float] | None:
        """The machine's second guess, and its chance."""
        if self.read is None:
            return None
        chances = self.read.probabilities
        return max(((value, chances[value]) for value in range(10) if value != self.read.value), key=lambda one: one[1])


@dataclass(frozen=True, slots=True)
class Answer:
    """What a picture's numbers are. `read`: the machine's digits; `removed`: those that a person says are none.

    `version` names exactly this answer: whoever corrects it says which one they saw.
    """

    reading: Reading
    correction: Correction | None
    numbers: list[dict[str, Any]]
    digits: list[ShownDigit]
    read: list[Digit]
    removed: list[Digit]
    version: str

    @property
    def placed(self) -> list[Placed]:
        """Its digits, as a correction begins from them."""
        return [Placed(digit.value, digit.box, digit.sign, digit.number) for digit in self.digits]


def of(recognition: Recognition) -> Answer | None:
    """The answer on show; None as long as there is no reading."""
    reading = recognition.reading
    if reading is None:
        return None
    read, correction = selectors.digits_of(recognition), selectors.correction_on_show(recognition)
    version = version_of(reading, selectors.corrections_of(recognition).count())
    if correction is None:
        signs = _signs(reading.numbers)
        shown = [_as_read(digit, signs.get(digit.position, "")) for digit in read]
        return Answer(reading, None, reading.numbers, shown, read, [], version)
    shown = _corrected(correction.digits or [], read)
    kept = {digit.read.pk for digit in shown if digit.read}
    removed = [digit for digit in read if digit.pk not in kept]
    return Answer(reading, correction, correction.numbers, shown, read, removed, version)


def version_of(reading: Reading, corrections: int) -> str:
    """`2.1`: the second attempt's reading, corrected once."""
    return f"{reading.attempt}.{corrections}"


def placed(digits: Sequence[dict[str, Any]]) -> list[Placed]:
    """The digits of a correction as it is stored."""
    return [Placed(one["value"], _box(one), one["sign"], one["number"]) for one in digits]


def _as_read(digit: Digit, sign: str) -> ShownDigit:
    box = (digit.x, digit.y, digit.width, digit.height)
    return ShownDigit(digit.position, digit.value, box, sign, digit.number, digit, is_corrected=False)


def _corrected(digits: Sequence[dict[str, Any]], read: Sequence[Digit]) -> list[ShownDigit]:
    """Each with the machine's digit at its place, which no two have in common."""
    free, shown = {_box_of(digit): digit for digit in read}, []
    for position, one in enumerate(placed(digits)):
        found = free.pop(_nearest(one.box, free), None)
        shown.append(ShownDigit(position, one.value, one.box, one.sign, one.number or 0, found, is_corrected=True))
    return shown


def _nearest(box: Box, others: Collection[Box]) -> Box:
    """The one of `others` at the same place, as after another reading; `box` itself where none is."""
    if box in others:
        return box
    nearest = max(others, key=lambda other: _shared(other, box), default=box)
    return nearest if _shared(nearest, box) > _SAME_PLACE else box


def _box(one: dict[str, Any]) -> Box:
    return one["x"], one["y"], one["width"], one["height"]


def _box_of(digit: Digit) -> Box:
    return digit.x, digit.y, digit.width, digit.height


def _shared(one: Box, other: Box) -> float:
    """Of the place that two boxes take together the share that both take (intersection over union), 0 to 1."""
    wide = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    high = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    both = max(0, wide) * max(0, high)
    return both / max(1, one[2] * one[3] + other[2] * other[3] - both)


def _signs(numbers: Sequence[dict[str, Any]]) -> dict[int, str]:
    """By the position of a digit the mark before it."""
    return {
        position: sign
        for number in numbers
        for position, sign in zip(number["digits"], marks_before(number["marked_text"] or ""), strict=False)
    }


def marks_before(text: str) -> list[str]:
    """For each digit of `12.50` the mark before it: nothing, nothing, a point, nothing."""
    signs, mark = [], ""
    for sign in text:
        if sign.isdigit():
            signs.append(mark)
            mark = ""
        elif sign in SIGNS:
            mark = sign
    return signs
