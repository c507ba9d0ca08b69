"""A format and a whole page: which numbers on it are of the format, and what they then are."""

from __future__ import annotations

import contextlib
import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ml.formats.base import Format, Illegal, Written
from ml.formats.decoding import BELIEF, Decoded, X, decode, sign_of
from ml.page import Digit, FormatAnswer, FormatError, Number, Overruled, Page, around

_NEAR = 4.0  # of the digits' height: numbers further apart are no groups of one number
_AS_NEAR = 1.5  # times the widest gap within a group: what is nearer than that seems to belong to it
_MOST_GROUPS = 12
_ILLEGAL = math.log(1 - BELIEF)
_JOINED = -0.7  # in log chances: each gap that is read over
_LEAST = 1e-300
_X_BEHIND = 0.9  # that a sign behind nine digits that is none itself is the X that the check digit asks for


@dataclass(frozen=True, slots=True)
class _Group:
    """Neighbouring numbers taken as one, and how that is read: `illegal` where it is not.

    `digits`: indexes of their digits on the page as read, without those at the places `slashes`, which are none.
    """

    numbers: tuple[Number, ...]
    digits: tuple[int, ...]
    marked: str
    decoded: Decoded | None = None
    illegal: Illegal | None = None
    slashes: tuple[int, ...] = ()

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
    chosen = best[-1][1]
    torn = [group for at, group in enumerate(chosen) if _is_torn(chosen, at)]
    divided = [part for group in chosen for part in (_alone(wanted, page, group) if group in torn else [group])]
    return _told_together(wanted, page, divided)


def _told_together(wanted: Format, page: Page, groups: list[_Group]) -> list[_Group]:
    """Where a whole line is near each other, of the right count together and not legal, that is what each is told."""
    numbers = [number for group in groups for number in group.numbers]
    if len(numbers) < 2 or any(group.decoded for group in groups) or not (wanted.parts and _near(numbers)):
        return groups
    why = _read(wanted, page, numbers).illegal
    return groups if why is None or why.code == "wrong_count" else [replace(group, illegal=why) for group in groups]


def _is_torn(groups: Sequence[_Group], at: int) -> bool:
    """Whether a number that does not fit stands as near to joined ones as these to each other.

    Then a digit was missed or invented, and what is left was legal by accident.
    """
    group = groups[at]
    if len(group.numbers) < 2:
        return False
    within = max(_gaps(group.numbers))
    left = [(other.numbers[-1], group.numbers[0]) for other in groups[max(0, at - 1) : at] if other.decoded is None]
    right = [(group.numbers[-1], other.numbers[0]) for other in groups[at + 1 : at + 2] if other.decoded is None]
    return any(_gaps(pair)[0] <= _AS_NEAR * within for pair in [*left, *right])


def _alone(wanted: Format, page: Page, group: _Group) -> list[_Group]:
    return [_read(wanted, page, [number]) for number in group.numbers]


def _near(members: Sequence[Number]) -> bool:
    return max(_gaps(members)) <= _NEAR * max(number.box[3] for number in members)


def _gaps(members: Sequence[Number]) -> list[int]:
    return [b.box[0] - a.box[0] - a.box[2] for a, b in itertools.pairwise(members)]


def _read(wanted: Format, page: Page, members: Sequence[Number]) -> _Group:
    """Numbers taken as one number of the format."""
    digits = tuple(at for number in members for at in number.digits)
    marked = " ".join(number.marked_text or number.text for number in members)
    group = _Group(tuple(members), digits, marked)
    try:
        read = replace(group, decoded=_decoded(wanted, page, group))
    except Illegal as why:
        read = replace(group, illegal=why)
    if read.decoded is not None and not read.decoded.overruled:
        return read
    return _with_slashes(wanted, page, group) or read


def _decoded(wanted: Format, page: Page, group: _Group) -> Decoded:
    """The best legal reading.  Raises Illegal."""
    last, rows = page.digits[group.digits[-1]], [page.digits[at].probabilities for at in group.digits]
    written = Written.of_text(group.marked)
    x_behind = wanted.takes_x and group.numbers[-1].followed and len(rows) == 9
    shape = wanted.shape(replace(written, count=10, between=(*written.between, "")) if x_behind else written)
    if x_behind:
        rows.append((*[(1 - _X_BEHIND) / 10] * 10, _X_BEHIND))
    elif shape.ends_in_x:
        rows[-1] = (*rows[-1], last.not_a_digit)
    decoded = decode(shape, rows, _found_right(page, group))
    if decoded is None or (x_behind and decoded.symbols[-1] != X):
        raise Illegal("nothing_legal", f"No likely reading of these digits is right for the format {wanted.code}.")
    return decoded


def _with_slashes(wanted: Format, page: Page, group: _Group) -> _Group | None:
    """The group without those 1s that are slashes; None where it is not legal without them as it was read."""
    if not group.marked.isdigit():
        return None
    for places in wanted.slashes(len(group.digits)):
        if all(page.digits[group.digits[place]].value == 1 for place in places):
            kept = tuple(at for place, at in enumerate(group.digits) if place not in places)
            marked = "".join("/" if place in places else sign for place, sign in enumerate(group.marked))
            without = replace(group, digits=kept, marked=marked, slashes=places)
            with contextlib.suppress(Illegal):
                decoded = _decoded(wanted, page, without)
                if not decoded.overruled:
                    return replace(without, decoded=decoded)
    return None


def _found_right(page: Page, group: _Group) -> float:
    """That no digit was missed and none invented: what the confidences of the numbers hold beside their digits'."""
    sure = math.prod(number.confidence for number in group.numbers)
    read = [page.digits[at] for number in group.numbers for at in number.digits]
    digits = math.prod(digit.confidence / (1 - min(0.999, digit.not_a_digit)) for digit in read)
    return min(1.0, sure / max(digits, _LEAST))


def _add(wanted: Format, page: Page, group: _Group, digits: list[Digit], numbers: list[Number]) -> None:
    """One number more on the new page, with its digits."""
    places = tuple(range(len(digits), len(digits) + len(group.digits)))
    old = [replace(page.digits[at], number=len(numbers)) for at in group.digits]
    if group.decoded is None:
        error = FormatError(group.illegal.code, group.illegal.sentence) if group.illegal else None
        answer = FormatAnswer(wanted.code, False, None, (), error)
        numbers.append(replace(group.numbers[0], digits=places, format=answer))
        digits += old
        return
    numbers.append(_number(wanted, group, group.decoded, places))
    for digit, symbol, sure in zip(old, group.decoded.symbols, group.decoded.each, strict=False):
        chance = min(1.0, sure * (1 - digit.not_a_digit))
        digits.append(digit if symbol == X else replace(digit, value=symbol, confidence=chance))


def _number(wanted: Format, group: _Group, decoded: Decoded, places: tuple[int, ...]) -> Number:
    marked = _with_digits(group.marked, decoded.symbols)
    has_marks = bool(group.slashes) or any(number.marked_text for number in group.numbers)
    return Number(
        text="".join(map(sign_of, decoded.symbols)),
        marked_text=marked if has_marks else None,
        value=wanted.value(marked),
        confidence=decoded.chance,
        box=around([number.box for number in group.numbers]),
        line=group.numbers[0].line,
        digits=places,
        format=FormatAnswer(wanted.code, True, decoded.written, _overruled(group, decoded, places), None),
    )


def _overruled(group: _Group, decoded: Decoded, places: Sequence[int]) -> tuple[Overruled, ...]:
    """Slashes first, then digits; places are those of the number as it was read."""
    found = []
    for at in group.slashes:
        told = f"The 1 at place {at + 1} is read as a slash: only then it is a day of the calendar."
        found.append(Overruled(at + 1, None, "1", "/", "slash", told))
    as_read = [at + 1 for at in range(len(places) + len(group.slashes)) if at not in group.slashes]
    for one in decoded.overruled:
        place, read, answer = as_read[one.place], sign_of(one.read), sign_of(one.answer)
        told = f"The {read} at place {place} is read as {answer}: {one.because}."
        found.append(Overruled(place, places[one.place], read, answer, one.code, told))
    return tuple(found)


def _with_digits(marked: str, symbols: Sequence[int]) -> str:
    """The text with its marks and other digits; an X that no digit stood for at the end."""
    rest = iter(symbols)
    changed = "".join(sign_of(next(rest)) if sign.isdigit() else sign for sign in marked)
    return changed + "".join(map(sign_of, rest))


def _page_confidence(page: Page, numbers: Sequence[Number]) -> float | None:
    """The page's confidence, moved as those of its numbers were together."""
    if page.confidence is None:
        return None
    before = math.prod(number.confidence for number in page.numbers)
    after = math.prod(number.confidence for number in numbers)
    return min(page.confidence * after / max(before, _LEAST), *(number.confidence for number in numbers), 1.0)
