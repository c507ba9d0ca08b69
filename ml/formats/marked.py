"""Formats in which the marks between the digits mean something: amounts, meter readings, dates."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

from ml.formats.base import Format, FormatRejected, Illegal, Written, digits_in_words, plain_value
from ml.formats.calendar import Calendar
from ml.formats.decoding import PLACE, Shape
from ml.formats.schemes import LONGEST

_DECIMALS = {"point": ".", "comma": ","}
_ORDERS = ("dmy", "mdy", "ymd")
_DATE_SEPARATORS = frozenset(" ./-,")  # a comma is a dot that was written quickly


@dataclass(frozen=True)
class Amount(Format):
    """Money: whole units, or two decimals; the whole may be in groups of three.

    `decimal`: the decimal mark, the other one then parts thousands; None: whichever is followed by two digits.
    """

    code: str
    decimal: str | None

    @property
    def expected(self) -> str:
        """Any number."""
        return f"1 to {LONGEST} digits"

    @property
    def parts(self) -> bool:
        """Amounts that stand beside each other are several."""
        return False

    def shape(self, written: Written) -> Shape:
        """The digits with the marks that are there, if these make an amount."""
        if not 1 <= written.count <= LONGEST:
            raise self.wrong_count(written.count)
        if set(written.marks) - {".", ","}:
            raise Illegal("wrong_marks", "An amount has only dots and commas between its digits.")
        groups = self._whole(written)
        if len(groups) > 1 and not (1 <= groups[0] <= 3 and set(groups[1:]) == {3}):
            raise Illegal("wrong_marks", "The thousands of an amount are parted into groups of three digits.")
        return Shape(written.sign + _with_marks(written))

    def _whole(self, written: Written) -> tuple[int, ...]:
        """Digits of each group of the whole units."""
        marks, parts = written.marks, written.parts
        if not marks:
            return parts
        last = marks[-1]
        decimal = last if self.decimal is None and parts[-1] == 2 else self.decimal
        if last != decimal:
            return self._alike(marks, decimal, parts)
        if parts[-1] != 2:
            raise Illegal("wrong_marks", f"An amount has two decimals; behind “{last}” stand {parts[-1]} digits.")
        return self._alike(marks[:-1], decimal, parts[:-1])

    def _alike(self, marks: tuple[str, ...], decimal: str | None, parts: tuple[int, ...]) -> tuple[int, ...]:
        if len(set(marks)) > 1 or decimal in marks:
            raise Illegal("wrong_marks", "An amount has one decimal mark, and another one between its thousands.")
        return parts

    def value(self, text: str) -> str:
        """With a point, without groups."""
        found = re.search(r"[.,](\d\d)$", text)
        whole = re.sub("[.,]", "", text[: found.start()] if found else text)
        return plain_value(f"{whole}.{found[1]}" if found else whole)


@dataclass(frozen=True)
class Meter(Format):
    """The counter of a meter: `whole` digits, zeros in front included, and perhaps `decimals`, behind a mark or not."""

    code: str
    whole: tuple[int, ...]
    decimals: tuple[int, ...]

    @property
    def expected(self) -> str:
        """The whole ones, and those with decimals."""
        counts = digits_in_words(self.whole)
        return f"{counts} and up to {self.decimals[-1]} decimals" if self.decimals else counts

    def shape(self, written: Written) -> Shape:
        """Divided where the mark is, or by the count."""
        if len(written.marks) > 1 or set(written.marks) - {".", ",", " "}:
            raise Illegal("wrong_marks", "A meter reading has one decimal mark at most.")
        whole, decimals = self._divided(written)
        return Shape(PLACE * whole + ("." + PLACE * decimals if decimals else ""))

    def _divided(self, written: Written) -> tuple[int, int]:
        if not written.marks:
            ways = [(whole, written.count - whole) for whole in reversed(self.whole)]
        else:
            ways = [(written.parts[0], written.parts[1])]
        for whole, decimals in ways:
            if whole in self.whole and (decimals == 0 or decimals in self.decimals):
                return whole, decimals
        if not written.marks or not self._counts(written.count):
            raise self.wrong_count(written.count)
        raise Illegal("wrong_marks", f"Expected {self.expected}; the mark stands at another place.")

    def _counts(self, count: int) -> bool:
        return any(count - whole in (0, *self.decimals) for whole in self.whole)

    def value(self, text: str) -> str:
        """Without zeros in front."""
        return plain_value(text)


@dataclass(frozen=True)
class Date(Format):
    """A day, written as eight or six digits, or with marks or gaps between day, month and year.

    `order` of d, m and y; with marks day and month may have one digit; years have two or four, 1900 to 2099.
    """

    code: str
    order: str

    @property
    def expected(self) -> str:
        """Day, month and year."""
        return "8 or 6 digits"

    def shape(self, written: Written) -> Shape:
        """Divided where the marks are, or by the count."""
        if set(written.marks) - _DATE_SEPARATORS:
            raise Illegal("wrong_marks", "A date has dots, slashes, hyphens or gaps between day, month and year.")
        widths = self._widths(written)
        parts = (PLACE * width for width in widths)
        return Shape(("-" if self.order == "ymd" else "/").join(parts), (Calendar(self.order, widths),))

    def slashes(self, count: int) -> tuple[tuple[int, ...], ...]:
        """Between day, month and year; only where day and month have two digits, since two 1s too many prove little."""
        full = [widths for widths in self._all_widths() if 1 not in widths and sum(widths) + 2 == count]
        return tuple((widths[0], widths[0] + 1 + widths[1]) for widths in full)

    def _widths(self, written: Written) -> tuple[int, int, int]:
        fitting = [widths for widths in self._all_widths() if sum(widths) == written.count and _fits(widths, written)]
        if not fitting:
            if written.count in {6, 8} or len(written.marks) == 2:
                raise Illegal("wrong_marks", "The marks do not part day, month and year.")
            raise self.wrong_count(written.count)
        return fitting[0]

    def _all_widths(self) -> list[tuple[int, int, int]]:
        choices = [(4, 2) if part == "y" else (2, 1) for part in self.order]
        return [(a, b, c) for a, b, c in itertools.product(*choices)]


def _fits(widths: tuple[int, int, int], written: Written) -> bool:
    """Whether all that parts the digits stands between the fields; short fields are told by both marks alone."""
    bounds = frozenset({widths[0], widths[0] + widths[1]})
    return written.bounds == bounds or (1 not in widths and written.bounds < bounds)


def _with_marks(written: Written) -> str:
    return "".join(PLACE + mark for mark in (*written.between, ""))


def amount(parameter: str) -> Format:
    """Of either decimal mark, or of the one that is named."""
    if parameter and parameter not in _DECIMALS:
        told = "An amount's decimal mark is amount:point or amount:comma; with amount alone it may be either."
        raise FormatRejected("bad_format_parameter", told)
    return Amount(f"amount:{parameter}" if parameter else "amount", _DECIMALS.get(parameter))


def meter(parameter: str) -> Format:
    """`5`: five digits; `5.3`: five and perhaps three decimals; nothing: four to eight and up to three."""
    if not parameter:
        return Meter("meter", tuple(range(4, 9)), (1, 2, 3))
    match = re.fullmatch(r"(\d{1,2})(?:\.(\d))?", parameter)
    if not match or not 1 <= int(match[1]) <= 12 or match[2] == "0":
        told = "Give a meter's digits as meter:5, or with its decimals as meter:5.3; 1 to 12 digits, 1 to 9 decimals."
        raise FormatRejected("bad_format_parameter", told)
    whole = int(match[1])
    return Meter(
        f"meter:{whole}" + (f".{match[2]}" if match[2] else ""), (whole,), (int(match[2]),) if match[2] else ()
    )


def date(parameter: str) -> Format:
    """Day first, unless month or year are said to be."""
    order = parameter or "dmy"
    if order not in _ORDERS:
        told = "Give the order of a date as date:dmy (day first), date:mdy (month first) or date:ymd (year first)."
        raise FormatRejected("bad_format_parameter", told)
    return Date(f"date:{order}", order)
