"""What makes a row of digits legal, as small state machines that read it from left to right.

The symbols are the digits 0 to 9 and, where a rule takes it, 10: the X that ends some ISBNs.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

State = Hashable


class Rule(ABC):
    """One condition.  `code` names it for programs; `because` completes "The 7 is read as 1: …" for people."""

    code: str
    because: str

    @property
    @abstractmethod
    def start(self) -> State:
        """The state before the first digit."""

    @abstractmethod
    def step(self, state: State, place: int, symbol: int) -> State | None:
        """The state after `symbol` at `place` (from 0); None where that can be no part of a legal number."""

    def accepts(self, state: State) -> bool:
        """Whether a number may end in this state."""
        return True

    def holds(self, symbols: Sequence[int]) -> bool:
        """Whether a whole number is legal."""
        state: State | None = self.start
        for place, symbol in enumerate(symbols):
            state = self.step(state, place, symbol)
            if state is None:
                return False
        return self.accepts(state)

    def blames(self, symbols: Sequence[int], place: int) -> bool:
        """Whether this rule is a reason not to believe the symbol at `place`."""
        return not self.holds(symbols)


@dataclass(frozen=True)
class Allowed(Rule):
    """At each place only some digits: fixed ones of a pattern, a first digit that is never 0."""

    choices: tuple[frozenset[int], ...]
    because: str
    code: str = "digit_not_allowed"

    @property
    def start(self) -> State:
        """There is nothing to remember."""
        return 0

    def step(self, state: State, place: int, symbol: int) -> State | None:
        """Goes on where the symbol is allowed."""
        return state if symbol in self.choices[place] else None

    def blames(self, symbols: Sequence[int], place: int) -> bool:
        """Each place for itself."""
        return symbols[place] not in self.choices[place]


@dataclass(frozen=True)
class Prefix(Rule):
    """The first digits are one of `prefixes`, all of which have the same length."""

    prefixes: frozenset[str]
    because: str
    code: str = "prefix_not_allowed"

    @property
    def start(self) -> State:
        """No digit so far."""
        return ""

    def step(self, state: State, place: int, symbol: int) -> State | None:
        """Remembers the prefix until it is complete."""
        if place >= self._length:
            return state
        begun = f"{state}{symbol}"
        if not any(prefix.startswith(begun) for prefix in self.prefixes):
            return None
        return begun if place < self._length - 1 else ""  # once it is complete, which one it was does not matter

    def blames(self, symbols: Sequence[int], place: int) -> bool:
        """Only digits of the prefix."""
        return place < self._length and not self.holds(symbols)

    @property
    def _length(self) -> int:
        return len(next(iter(self.prefixes)))


@dataclass(frozen=True)
class WeightedSum(Rule):
    """The sum of `terms[place][symbol]`, and of `constant`, leaves `wanted` when divided by `modulus`."""

    terms: tuple[tuple[int, ...], ...]
    modulus: int
    because: str
    wanted: int = 0
    constant: int = 0
    code: str = "check_digit"

    @property
    def start(self) -> State:
        """The constant's remainder."""
        return self.constant % self.modulus

    def step(self, state: State, place: int, symbol: int) -> State | None:
        """Adds the symbol's term."""
        terms = self.terms[place]
        if symbol >= len(terms) or not isinstance(state, int):
            return None
        return (state + terms[symbol]) % self.modulus

    def accepts(self, state: State) -> bool:
        """Whether the remainder is the wanted one."""
        return state == self.wanted


def _dihedral(a: int, b: int) -> int:
    """The product of two symmetries of a pentagon: 0 to 4 are turns, 5 to 9 reflections."""
    if a < 5:
        return (a + b) % 5 if b < 5 else 5 + (a + b) % 5
    return 5 + (a - b) % 5 if b < 5 else (a - b) % 5


_SHIFT = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)
"""Verhoeff's permutation; the digit that stands k places before the last is moved by it k times."""


def _shifted(symbol: int, times: int) -> int:
    for _ in range(times % 8):  # it has order 8
        symbol = _SHIFT[symbol]
    return symbol


@dataclass(frozen=True)
class Verhoeff(Rule):
    """The product of all digits, each moved by a permutation of its place, is the unit of the dihedral group of order
    ten (J. Verhoeff, Error detecting decimal codes, 1969).  It finds every wrong digit and every swap of neighbours."""

    length: int
    because: str
    code: str = "check_digit"

    @property
    def start(self) -> State:
        """The unit."""
        return 0

    def step(self, state: State, place: int, symbol: int) -> State | None:
        """Multiplies from the left, because the scheme counts from the right."""
        if symbol > 9 or not isinstance(state, int):
            return None
        return _dihedral(_shifted(symbol, self.length - 1 - place), state)

    def accepts(self, state: State) -> bool:
        """Whether the product is the unit."""
        return state == 0
