"""Changes to an answer: each takes the digits as they are and gives the digits as the person wants them."""

from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from recognition.answers import marks_before
from recognition.engine import Box, Placed

LONGEST_NUMBER = 60
"""Characters that a number may be typed with."""


def with_value(digits: Sequence[Placed], position: int, value: int) -> list[Placed]:
    """One digit is another one."""
    return [replace(one, value=value) if at == position else one for at, one in enumerate(digits)]


def without(digits: Sequence[Placed], position: int) -> list[Placed]:
    """One digit is none."""
    return [one for at, one in enumerate(digits) if at != position]


def with_digit(digits: Sequence[Placed], value: int, box: Box) -> list[Placed]:
    """A digit was missed."""
    return [*digits, Placed(value, box)]


def retyped(digits: Sequence[Placed], number: Sequence[int], typed: str, width: int) -> list[Placed]:
    """One number, whose digits are those at the positions `number`, is what somebody typed, with its marks.

    Digits that stay keep their boxes; what was added gets a box between its neighbours, in a picture `width` pixels
    wide. Digits are matched as by Ratcliff and Obershelp (difflib), so that as many as possible stay.
    """
    old = [digits[at] for at in number]
    values, signs = [int(sign) for sign in typed if sign.isdecimal()], marks_before(typed)
    new: list[Placed] = []
    for _, i, j, k, m in SequenceMatcher(None, [one.value for one in old], values, autojunk=False).get_opcodes():
        boxes = [one.box for one in old[i:j]] if j - i == m - k else _boxes(old, i, j, m - k, width)
        new += [Placed(value, box) for value, box in zip(values[k:m], boxes, strict=True)]
    members, first = set(number), min(number)
    signed = [replace(one, sign=sign, number=old[0].number) for one, sign in zip(new, signs, strict=True)]
    before = [one for at, one in enumerate(digits) if at < first and at not in members]
    behind = [one for at, one in enumerate(digits) if at >= first and at not in members]
    return [*before, *signed, *behind]


def _boxes(old: Sequence[Placed], begin: int, end: int, count: int, width: int) -> list[Box]:
    """`count` boxes side by side in place of the digits from `begin` to `end`, or between these two neighbours."""
    if begin < end:
        left, right = old[begin].box[0], old[end - 1].box[0] + old[end - 1].box[2]
        model = old[begin].box
    else:
        model = old[begin - 1].box if begin else old[0].box
        left, right = _gap(old, begin, count, width)
    step = max(1, (right - left) // max(1, count))
    return [(min(left + nth * step, width - 1), model[1], _fitting(step, left + nth * step, width), model[3])
            for nth in range(count)]  # fmt: skip


def _gap(old: Sequence[Placed], at: int, count: int, width: int) -> tuple[int, int]:
    """From where to where new digits stand: before the first, behind the last, from the middle of one to the next."""
    if at == 0:
        x, _, wide, _ = old[0].box
        return max(0, x - count * wide), max(count, x)
    x, _, wide, _ = old[at - 1].box
    if at < len(old):
        return x + max(1, wide // 2), max(old[at].box[0], x + max(1, wide // 2) + count)
    return min(x + wide, width - count), min(width, x + wide + count * wide)


def _fitting(step: int, left: int, width: int) -> int:
    return max(1, min(step, width - left))
