"""A format and a whole page: which numbers on it are of the format, and what they then are."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ml.formats.base import Format, Illegal, Written
from ml.formats.decoding import BELIEF, Decoded, X, decode, sign_of
from ml.formats.decoding import Overruled as Change
from ml.page import Digit, FormatAnswer, FormatError, Number, Overruled, Page, around

_NEAR = 4.0  # of the digits' height: numbers further apart are no groups of one number
_MOST_GROUPS = 12
_ILLEGAL = math.log(1 - BELIEF)
_JOINED = -0.7  # in log chances: each gap that is read over
_X_BEHIND = 0.9  # that a sign behind nine digits that is none itself is the X that the check digit asks for


@dataclass(frozen=True, slots=True)
class _Group:
    """Neighbouring numbers taken as one, and how that is read: `illegal` where it is not."""

    numbers: tuple[Number, ...]
    decoded: Decoded | None
    illegal: Illegal | None = None

    @property
    def worth(self) -> float:
        """Log likelihood ratio, by which divisions of a line are compared."""
        if self.decoded is None:
            return _ILLEGAL
        return math.log(self.decoded.evidence) + _JOINED * (len(self.numbers) - 1)


def apply(wanted: Format, page: Page) -> Page:
    """The page read as numbers of one format.

    Each number for itself, or several that stand near each other in a line where only together they are legal, as the
    groups of a card number.  What fits is answered by the format, what does not stays as it was read, and both say so.
    """
    digits: list[Digit] = []
    numbers: list[Number] = []
    for line in range(len(page.lines)):
        for group in _divided(wanted, page, [number for number in page.numbers if number.line == line]):
            _add(wanted, page, group, digits, numbers)
    lines = [" ".join(number.text for number in numbers if number.line == line) for line in range(len(page.lines))]
    sure = _page_confidence(page, numbers)
    return replace(page, lines=tuple(lines), numbers=tuple(numbers), digits=tuple(digits), confidence=sure)


def _divided(wanted: Format, page: Page, line: Sequence[Number]) -> list[_Group]:
    """The best division of a line's numbers into groups."""
    best: list[tuple[float, list[_Group]]] = [(0.0, [])]
    for end in range(1, len(line) + 1):
        ways = []
        for start in range(max(0, end - _MOST_GROUPS), end):
            members = line[start:end]
            if len(members) > 1 and not (wanted.parts and _near(members)):
                continue
            group = _read(wanted, page, members)
            if len(members) == 1 or group.decoded is not None:
                ways.append((best[start][0] + group.worth, [*best[start][1], group]))
        best.append(max(ways, key=lambda way: way[0]))
    return best[-1][1]


def _near(members: Sequence[Number]) -> bool:
    gaps = [b.box[0] - a.box[0] - a.box[2] for a, b in itertools.pairwise(members)]
    return max(gaps) <= _NEAR * max(number.box[3] for number in members)


def _read(wanted: Format, page: Page, members: Sequence[Number]) -> _Group:
    """Numbers taken as one number of the format."""
    rows: list[Sequence[float]] = [page.digits[at].probabilities for number in members for at in number.digits]
    written = Written.of_text(_marked(members))
    try:
        x_behind = wanted.takes_x and members[-1].followed and len(rows) == 9
        shape = wanted.shape(replace(written, count=10, between=(*written.between, "")) if x_behind else written)
        if x_behind:
            rows.append([*[(1 - _X_BEHIND) / 10] * 10, _X_BEHIND])
        elif shape.ends_in_x:
            rows[-1] = [*rows[-1], page.digits[members[-1].digits[-1]].not_a_digit]
        decoded = decode(shape, rows, _found_right(page, members))
        if decoded is None or (shape.length > _count(members) and decoded.symbols[-1] != X):
            raise Illegal("nothing_legal", f"No likely reading of these digits is right for the format {wanted.code}.")
    except Illegal as why:
        return _Group(tuple(members), None, why)
    return _Group(tuple(members), decoded)


def _count(members: Sequence[Number]) -> int:
    return sum(len(number.digits) for number in members)


def _marked(members: Sequence[Number]) -> str:
    return " ".join(number.marked_text or number.text for number in members)


def _found_right(page: Page, members: Sequence[Number]) -> float:
    """That no digit was missed and none invented: what the confidences of the numbers hold beside their digits'."""
    sure = math.prod(number.confidence for number in members)
    read = [page.digits[at] for number in members for at in number.digits]
    return min(1.0, sure / math.prod(digit.confidence / (1 - min(0.999, digit.not_a_digit)) for digit in read))


def _add(wanted: Format, page: Page, group: _Group, digits: list[Digit], numbers: list[Number]) -> None:
    """One number more on the new page, with its digits."""
    decoded, first, at = group.decoded, len(digits), len(numbers)
    old = [page.digits[index] for number in group.numbers for index in number.digits]
    places = tuple(range(first, first + len(old)))
    if decoded is None:
        digits += [replace(digit, number=at) for digit in old]
        error = FormatError(group.illegal.code, group.illegal.sentence) if group.illegal else None
        number = replace(group.numbers[0], digits=places, format=FormatAnswer(wanted.code, False, None, (), error))
        numbers.append(number)
        return
    for digit, symbol, sure in zip(old, decoded.symbols, decoded.each, strict=False):
        value, chance = (symbol, sure * (1 - digit.not_a_digit)) if symbol != X else (digit.value, digit.confidence)
        digits.append(replace(digit, number=at, value=value, confidence=min(1.0, chance)))
    numbers.append(_number(wanted, group, decoded, places))


def _number(wanted: Format, group: _Group, decoded: Decoded, places: tuple[int, ...]) -> Number:
    text = "".join(map(sign_of, decoded.symbols))
    marked = _with_digits(_marked(group.numbers), decoded.symbols)
    overruled = tuple(
        Overruled(
            place=one.place + 1,
            digit=places[one.place],
            read=sign_of(one.read),
            answer=sign_of(one.answer),
            code=one.code,
            message=_sentence(one),
        )
        for one in decoded.overruled
    )
    return Number(
        text=text,
        marked_text=marked if any(number.marked_text for number in group.numbers) else None,
        value=wanted.value(marked),
        confidence=decoded.chance,
        box=around([number.box for number in group.numbers]),
        line=group.numbers[0].line,
        digits=places,
        format=FormatAnswer(wanted.code, True, decoded.written, overruled, None),
    )


def _with_digits(marked: str, symbols: Sequence[int]) -> str:
    """The text with its marks and other digits; an X that no digit stood for at the end."""
    rest = iter(symbols)
    changed = "".join(sign_of(next(rest)) if sign.isdigit() else sign for sign in marked)
    return changed + "".join(map(sign_of, rest))


def _sentence(change: Change) -> str:
    return (
        f"The {sign_of(change.read)} at place {change.place + 1} is read as {sign_of(change.answer)}: {change.because}."
    )


def _page_confidence(page: Page, numbers: Sequence[Number]) -> float | None:
    """The page's confidence, moved as those of its numbers were together."""
    if page.confidence is None:
        return None
    before = math.prod(number.confidence for number in page.numbers)
    after = math.prod(number.confidence for number in numbers)
    return min(page.confidence * after / before, *(number.confidence for number in numbers), 1.0)
