"""From glyphs to a page: reading order, numbers, and how sure they are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import geometric_mean

from ml import layout, marked_text, marks, trust
from ml.page import Box, Digit, Number, Page
from ml.trust import Surroundings, Trust

_NOT_A_DIGIT = 10
_SHORT = 2  # digits of a number that may be left out …
_NONSENSE = 0.05  # … where it is less sure than this; cost nothing on validation pages
_DOUBTFUL = 0.2  # a page has numbers if one is surer than this, …
_SURE, _SURE_OF_MANY, _MANY = 0.95, 0.85, 4  # … or its digits, in the mean, than this; four in a row need less
_FRAME = 1.2  # of the highest digit: what is higher beside a number is a frame or a line, and no digit that was missed
_CLEAN, _PRODUCTS = Surroundings(), Trust()


@dataclass(frozen=True, slots=True)
class Found:
    """A glyph: its box in pixels of the picture as given, and eleven chances, the last for "not a digit".

    `is_digit`: what was decided; `cut`: whether it was cut out of several that touch.
    """

    box: Box
    chances: tuple[float, ...]
    is_digit: bool
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Examined:
    """A page, with what its confidences follow from: the features of each number, and of the whole if it has digits."""

    page: Page
    numbers: tuple[trust.Features, ...]
    whole: trust.Features | None


def assemble(
    width: int, height: int, found: Sequence[Found], around: Surroundings = _CLEAN, weights: Trust = _PRODUCTS
) -> Page:
    """The page of a picture of `width` × `height` pixels on which these glyphs were found, in any order.

    One or two digits that are as good as certainly wrong, by all that is around them, are marks that look like digits:
    the page is put together again without them.  A page on which nothing is likely to be a number has none at all.
    """
    page = _without_nonsense(width, height, found, around, weights)
    if any(_is_likely(number, page.digits) for number in page.numbers):
        return page
    return examine(width, height, [replace(one, is_digit=False) for one in found], around, weights).page


def _is_likely(number: Number, digits: Sequence[Digit]) -> bool:
    """Whether a number may be one: what is around it speaks for it, or, as in printed boxes, all its digits do."""
    sure = geometric_mean([max(digits[at].confidence, 1e-9) for at in number.digits])
    return number.confidence >= _DOUBTFUL or sure >= (_SURE if len(number.digits) < _MANY else _SURE_OF_MANY)


def _without_nonsense(width: int, height: int, found: Sequence[Found], around: Surroundings, weights: Trust) -> Page:
    page = examine(width, height, found, around, weights).page
    short = [number for number in page.numbers if len(number.digits) <= _SHORT and number.confidence < _NONSENSE]
    if not short:
        return page
    boxes = {page.digits[at].box for number in short for at in number.digits}
    kept = [replace(one, is_digit=False) if one.box in boxes else one for one in found]
    return examine(width, height, kept, around, weights).page


def examine(width: int, height: int, found: Sequence[Found], around: Surroundings, weights: Trust) -> Examined:
    """The same, with the features that the confidences were made from."""
    seen = [one for one in found if one.is_digit]
    others = [one for one in found if not one.is_digit]
    boxes = [one.box for one in seen]
    digits: list[Digit] = []
    numbers: list[Number] = []
    texts: list[str] = []
    features: list[trust.Features] = []
    for row, indexes in enumerate(layout.lines(boxes)):
        line = _read_line([seen[at] for at in indexes], around)
        strange = _without(others, line.taken)
        for members, signs in line.numbers:
            features.append(_number_features(members, strange, around))
            first = len(digits)
            digits += [_digit(one, row, len(numbers)) for one in members]
            sure = trust.confidence(weights.number, features[-1])
            number = _number(digits[first:], first, row, sure, signs)
            numbers.append(replace(number, followed=_is_followed(number.box, strange)))
        texts.append(" ".join(number.text for number in numbers[-len(line.numbers) :]))
    if not numbers:
        return Examined(Page(width, height, (), (), (), None), (), None)
    whole = _page_features(numbers, digits, others, around)
    sure = min(trust.confidence(weights.page, whole), *(number.confidence for number in numbers), 1.0)
    return Examined(Page(width, height, tuple(texts), tuple(numbers), tuple(digits), sure), tuple(features), whole)


def _number_features(members: Sequence[Found], others: Sequence[Found], around: Surroundings) -> trust.Features:
    """What tells of one number: a glyph beside it that may be a digit after all makes it less sure."""
    box = layout.around([one.box for one in members])
    highest = _FRAME * max(one.box[3] for one in members)
    near = [one for one in others if layout.beside(one.box, box) and one.box[3] <= highest]
    beside = [one.chances[_NOT_A_DIGIT] for one in near]
    product = math.prod(max(one.chances[:_NOT_A_DIGIT]) for one in members) * math.prod(beside)
    heights = [one.box[3] for one in members]
    return trust.number_features(product, sum(one.cut for one in members), len(beside), heights, around)


def _page_features(
    numbers: Sequence[Number], digits: Sequence[Digit], others: Sequence[Found], around: Surroundings
) -> trust.Features:
    """What tells of all numbers together, and of what was taken for no digit where none is near."""
    boxes = [number.box for number in numbers]
    apart = [one.chances[_NOT_A_DIGIT] for one in others if not any(layout.beside(one.box, box) for box in boxes)]
    product = math.prod(number.confidence for number in numbers) * math.prod(apart)
    return trust.page_features(product, len(others), len(digits), around)


def _digit(found: Found, line: int, number: int) -> Digit:
    ten, none = found.chances[:_NOT_A_DIGIT], found.chances[_NOT_A_DIGIT]
    value = max(range(_NOT_A_DIGIT), key=ten.__getitem__)
    return Digit(value, ten[value], found.box, line, number, ten, none)


def _number(members: Sequence[Digit], first: int, line: int, sure: float, signs: Sequence[str]) -> Number:
    """Digits in a row, the first of them the page's `first`; never surer than the least sure of them.

    `signs`: the mark before each digit, "" for none.
    """
    text = "".join(str(digit.value) for digit in members)
    marked = "".join(f"{sign}{digit.value}" for sign, digit in zip(signs, members, strict=True))
    shown = marked if any(signs) and marked_text.is_plausible(marked) else None
    box = layout.around([digit.box for digit in members])
    confidence = min(sure, *(digit.confidence for digit in members), 1.0)
    places = tuple(range(first, first + len(members)))
    return Number(text, shown, marked_text.value(shown or text), confidence, box, line, places)


@dataclass(frozen=True, slots=True)
class _Line:
    """The numbers of one line, each its digits and the mark before each; `taken`: where the marks are."""

    numbers: list[tuple[list[Found], list[str]]]
    taken: list[Box]


def _read_line(line: Sequence[Found], around: Surroundings) -> _Line:
    """Divide a line, from left to right, into numbers; marks hold a number together."""
    slashes = marks.slashes([one.box for one in line], [_value(one) for one in line])
    digits = [one for at, one in enumerate(line) if at not in slashes]
    boxes = [one.box for one in digits]
    found = marks.of_line(boxes, around.pieces)
    before = {mark.after + 1: mark.sign for mark in found} | {at - nth: "/" for nth, at in enumerate(slashes)}
    groups = layout.numbers(boxes, range(len(boxes)), [at - 1 for at in before])
    taken = [mark.piece.box for mark in found]
    first = {group[0] for group in groups}  # where a number begins, only a minus can stand before it
    signs = ["" if at in first and before.get(at) != "-" else before.get(at, "") for at in range(len(boxes))]
    return _Line([([digits[at] for at in group], [signs[at] for at in group]) for group in groups], taken)


def _value(found: Found) -> int:
    return max(range(_NOT_A_DIGIT), key=found.chances.__getitem__)


def _without(others: Sequence[Found], places: Sequence[Box]) -> list[Found]:
    """Those that are not in one of these places."""
    return [one for one in others if not any(layout.same_place(one.box, box) for box in places)]


def _is_followed(number: Box, others: Sequence[Found]) -> bool:
    """Whether something as high as a digit, but none, stands right behind a number, as the X of an ISBN."""
    end, high = number[0] + number[2], number[3]
    return any(
        end - 0.2 * high <= one.box[0] <= end + high and layout.beside(one.box, number) and one.box[3] >= 0.6 * high
        for one in others
    )
