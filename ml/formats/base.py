"""What a format is: asked for a shape of as many digits as are there, with the marks between them."""

from __future__ import annotations

import itertools
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ml.formats.decoding import Shape


class FormatRejected(ValueError):
    """No such format: `code` is unknown_format or bad_format_parameter, `sentence` says what there is."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


class Illegal(Exception):
    """What is written can be no number of the format: a `code` and a `sentence`."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Written:
    """How many digits there are and what stands between them: "" nothing, " " a gap, or a mark as "." and "/".

    `between` has one entry less than there are digits; `sign` is "-" before a negative number.
    """

    count: int
    between: tuple[str, ...]
    sign: str = ""

    @classmethod
    def of_text(cls, text: str) -> Written:
        """Of digits with marks, as `-1.234,50`."""
        between: list[str] = []
        seen, mark = 0, ""
        for sign in text.lstrip("-"):
            if not sign.isdigit():
                mark = sign
                continue
            if seen:
                between.append(mark)
            seen, mark = seen + 1, ""
        return cls(seen, tuple(between), "-" if text.startswith("-") else "")

    @property
    def bounds(self) -> frozenset[int]:
        """After how many digits something stands between them."""
        return frozenset(at for at, mark in enumerate(self.between, 1) if mark)

    @property
    def parts(self) -> tuple[int, ...]:
        """Digits between the marks."""
        ends = [0, *sorted(self.bounds), self.count]
        return tuple(b - a for a, b in itertools.pairwise(ends))

    @property
    def marks(self) -> tuple[str, ...]:
        """The marks and gaps alone, from left to right."""
        return tuple(mark for mark in self.between if mark)


class Format(ABC):
    """One kind of number.  `code` is its canonical name with parameter, as `length:4-8`."""

    code: str

    @property
    @abstractmethod
    def expected(self) -> str:
        """How many digits, in words: "6 digits"."""

    @abstractmethod
    def shape(self, written: Written) -> Shape:
        """What such a number must look like.  Raises Illegal where none looks like that."""

    def value(self, text: str) -> str | None:
        """The decimal value of a legal `text`; None for numbers that count nothing, as a date."""
        return None

    @property
    def parts(self) -> bool:
        """Whether it may be written in groups with gaps between, of which each could be taken for a number."""
        return True

    @property
    def takes_x(self) -> bool:
        """Whether a number of ten may end in X."""
        return False

    def slashes(self, count: int) -> tuple[tuple[int, ...], ...]:
        """Where among so many digits slashes may have been read as 1; the ways that there are."""
        return ()

    def wrong_count(self, found: int) -> Illegal:
        """Too many digits, or too few."""
        return Illegal("wrong_count", f"Expected {self.expected}, found {found}.")


@dataclass(frozen=True)
class Fixed(Format):
    """A format whose shape follows from the number of digits alone, whatever stands between them.

    `counts`: its numbers have a value.
    """

    code: str
    shapes: Mapping[int, Shape]
    counts: bool = False

    @property
    def expected(self) -> str:
        """All counts."""
        return digits_in_words(sorted(self.shapes))

    def shape(self, written: Written) -> Shape:
        """The one for as many digits."""
        if written.count not in self.shapes:
            raise self.wrong_count(written.count)
        return self.shapes[written.count]

    @property
    def takes_x(self) -> bool:
        """As its shape of ten does."""
        return 10 in self.shapes and self.shapes[10].ends_in_x

    def value(self, text: str) -> str | None:
        """The digits as a number, where they are one."""
        return plain_value(text) if self.counts else None


def fixed(code: str, *shapes: Shape, counts: bool = False) -> Fixed:
    """A format of these shapes."""
    return Fixed(code, {shape.length: shape for shape in shapes}, counts)


def digits_in_words(counts: Sequence[int]) -> str:
    """ "6 digits", "5 or 9 digits", "13 to 19 digits"."""
    if len(counts) == 1:
        return f"{counts[0]} digit{'' if counts[0] == 1 else 's'}"
    if len(counts) > 2 and counts[-1] - counts[0] == len(counts) - 1:
        return f"{counts[0]} to {counts[-1]} digits"
    return f"{', '.join(map(str, counts[:-1]))} or {counts[-1]} digits"


def plain_value(text: str) -> str:
    """A decimal number without needless zeros before it: "007" is "7", "00.50" is "0.50"."""
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    whole, point, rest = digits.partition(".")
    bare = whole.lstrip("0") or "0"
    return f"{sign if re.search('[1-9]', digits) else ''}{bare}{point}{rest}"
