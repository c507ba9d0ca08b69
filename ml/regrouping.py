"""Digits that a person placed and named, divided into lines and numbers as the reader divides what it finds.

Plain geometry without a model, so that web processes can do it while somebody waits.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from ml import formats, layout, marked_text
from ml.formats.base import Format
from ml.page import Box, Digit, Number, Page, Placed, around

SIGNS = ("", "-", ".", ",", "/")
"""The marks that may stand before a digit."""
_CERTAIN = 1.0
_VALUES = 10


def regroup(
    width: int, height: int, placed: Sequence[Placed], wanted: Format | None = None
) -> tuple[Page, list[Placed]]:
    """The page of a picture of `width` × `height` pixels on which a person sees these digits, and them in its order.

    Every confidence is 1. `wanted`: a format that checks the numbers and writes them its way; it changes no digit.
    """
    ordered, page = _page(width, height, placed)
    if wanted is None or not page.digits:
        return page, ordered
    checked = formats.apply(wanted, page)
    same = [digit.value for digit in checked.digits] == [one.value for one in ordered]
    return (checked if same else page), ordered


def _page(width: int, height: int, placed: Sequence[Placed]) -> tuple[list[Placed], Page]:
    boxes = [one.box for one in placed]
    ordered: list[Placed] = []
    numbers: list[Number] = []
    texts: list[str] = []
    for row, line in enumerate(layout.lines(boxes)):
        groups = _numbers(boxes, line, placed)
        for group in groups:
            members = [placed[at] for at in group]
            numbers.append(_number(members, len(ordered), row))
            ordered += members
        texts.append(" ".join(number.text for number in numbers[-len(groups) :]))
    digits = tuple(_digit(ordered[at], number.line, nth) for nth, number in enumerate(numbers) for at in number.digits)
    return ordered, Page(width, height, tuple(texts), tuple(numbers), digits, _CERTAIN if digits else None)


def _numbers(boxes: Sequence[Box], line: Sequence[int], placed: Sequence[Placed]) -> list[list[int]]:
    """One line's indexes, number by number: by what is known, and for digits of which nothing is by the gaps."""
    known = _with_neighbours([placed[at].number for at in line])
    marked = [before for before, at in itertools.pairwise(line) if placed[at].sign]
    first = {group[0] for group in layout.numbers(boxes, line, marked)}
    groups = [[line[0]]]
    for at, (one, other) in zip(line[1:], itertools.pairwise(known), strict=True):
        begins = at in first if one is None or other is None else one != other
        groups = [*groups, [at]] if begins else [*groups[:-1], [*groups[-1], at]]
    return groups


def _with_neighbours(numbers: Sequence[int | None]) -> list[int | None]:
    """What stands between two digits of one number belongs to it."""
    known = list(numbers)
    places = [at for at, number in enumerate(numbers) if number is not None]
    for one, other in itertools.pairwise(places):
        if numbers[one] == numbers[other]:
            known[one:other] = [numbers[one]] * (other - one)
    return known


def _number(members: Sequence[Placed], first: int, line: int) -> Number:
    text = "".join(str(one.value) for one in members)
    marked = "".join(f"{_sign(one, at)}{one.value}" for at, one in enumerate(members))
    shown = marked if marked != text and marked_text.is_plausible(marked) else None
    places = tuple(range(first, first + len(members)))
    box = around([one.box for one in members])
    return Number(text, shown, marked_text.value(shown or text), _CERTAIN, box, line, places)


def _sign(one: Placed, at: int) -> str:
    """Where a number begins, only a minus can stand before it."""
    return one.sign if at or one.sign == "-" else ""


def _digit(one: Placed, line: int, number: int) -> Digit:
    chances = tuple(_CERTAIN if value == one.value else 0.0 for value in range(_VALUES))
    return Digit(one.value, _CERTAIN, one.box, line, number, chances, 0.0)
