"""Chances of digits, made up for tests."""

from collections.abc import Sequence

from ml.formats import Format, Shape, Written
from ml.page import Digit, Number, Page

Row = tuple[float, ...]


def row(value: int, sure: float = 0.98, other: int | None = None) -> Row:
    """Ten chances: `sure` for one value, most of the rest for another if there is one, else spread."""
    rest = 1 - sure
    chances = [rest / 9 if other is None else rest * 0.01] * 10
    chances[value] = sure
    if other is not None:
        chances[other] = 1 - sure - 8 * rest * 0.01
    return tuple(chances)


def rows(text: str, sure: float = 0.98) -> list[Row]:
    """Sure of each digit of `text`."""
    return [row(int(sign), sure) for sign in text]


def shape_of(wanted: Format, text: str) -> Shape:
    """Of a text with or without marks."""
    return wanted.shape(Written.of_text(text))


def page_of(*lines: Sequence[list[Row]], marked: Sequence[str | None] = (), followed: bool = False) -> Page:
    """A page of lines of numbers of digits, 20×30 pixels each, with 25 from one to the next and 15 more between."""
    digits: list[Digit] = []
    numbers: list[Number] = []
    texts = []
    for line, written in enumerate(lines):
        left = 0
        for chances in written:
            first = len(digits)
            for one in chances:
                value = max(range(10), key=one.__getitem__)
                box = (left, 60 * line, 20, 30)
                digits.append(Digit(value, one[value], box, line, len(numbers), one, 0.0))
                left += 25
            text = "".join(str(digit.value) for digit in digits[first:])
            sure = 1.0
            for digit in digits[first:]:
                sure *= digit.confidence
            box = (left - 25 * len(text), 60 * line, 25 * len(text) - 5, 30)
            mark = marked[len(numbers)] if marked else None
            places = tuple(range(first, len(digits)))
            numbers.append(Number(text, mark, None, sure, box, line, places, followed=followed))
            left += 15
        texts.append(" ".join(number.text for number in numbers if number.line == line))
    return Page(800, 600, tuple(texts), tuple(numbers), tuple(digits), min(number.confidence for number in numbers))
