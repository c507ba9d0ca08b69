"""The best legal reading of digits of which each has ten chances, and how far it can be trusted.

The legal readings of one length are the paths through the product of the rules' state machines.  The likeliest path is
found by Viterbi's algorithm (1967), the chance of all together and of each digit by the forward and backward sums of
hidden Markov models (Rabiner 1989).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from ml.formats.rules import Rule, State

Chances = Sequence[Sequence[float]]
"""For each place the chance of every symbol: ten digits, and X where the place may have it and somebody looked."""

BELIEF = 0.95
"""How many of the numbers for which somebody names a format are of it: people slip, and point at other numbers."""
DOUBT = 0.0005
"""A network's chances near 0 are no certainties: so much of each place is spread evenly over its symbols.

Chosen on numbers made of validation digits: there confidences were most honest with it."""
X = 10
"""The symbol that is no digit: it ends some ISBNs."""
PLACE = "#"
"""Stands for a digit in a writing."""
_AS_LIKELY = 1 + 1e-9  # two answers whose chances differ by rounding alone
_LIKELY = 0.5  # of the digits as read none is changed for a reading that is less likely than this

_States = tuple[State, ...]
_Layer = tuple[tuple[tuple[int, int], ...], ...]
"""For each state the symbols that lead on to a legal end, each with the number of the next state."""


@dataclass(frozen=True)
class Shape:
    """Numbers of one length: their `rules`, and their `writing` with `#` for each digit, as `### ###`.

    `ends_in_x`: the last symbol may be X.
    """

    writing: str
    rules: tuple[Rule, ...] = ()
    ends_in_x: bool = False

    @property
    def length(self) -> int:
        """How many symbols."""
        return self.writing.count(PLACE)

    def symbols(self, place: int) -> int:
        """How many symbols there may be at a place."""
        return 11 if self.ends_in_x and place == self.length - 1 else 10

    def holds(self, symbols: Sequence[int]) -> bool:
        """Whether these symbols are legal."""
        return len(symbols) == self.length and all(rule.holds(symbols) for rule in self.rules)

    def write(self, symbols: Sequence[int]) -> str:
        """The symbols in this writing."""
        rest = iter(symbols)
        return "".join(sign_of(next(rest)) if sign == PLACE else sign for sign in self.writing)


@dataclass(frozen=True, slots=True)
class Overruled:
    """A digit that the format answers otherwise than the network: `place` from 0, what it `read` and the `answer`."""

    place: int
    read: int
    answer: int
    code: str
    because: str


@dataclass(frozen=True, slots=True)
class Decoded:
    """The best legal reading.

    `symbols`: its digits, 10 for X; `chance`: that all are right; `each`: that this one is; `written`: with separators.
    `evidence`: how much likelier such chances are where a number of the format stands than where any other does.
    """

    symbols: tuple[int, ...]
    written: str
    chance: float
    each: tuple[float, ...]
    overruled: tuple[Overruled, ...]
    evidence: float


def sign_of(symbol: int) -> str:
    """As it is written."""
    return "X" if symbol == X else str(symbol)


def decode(shape: Shape, chances: Chances, found_right: float = 1.0) -> Decoded | None:
    """The likeliest legal reading of as many digits as `shape` has; None where nothing legal is likely.

    `found_right`: the chance that the digits were found rightly, none missed and none invented.

    The numbers of a format are taken as equally likely, and one in twenty that is named as of it as any number at all
    (`BELIEF`).  A row of digits that is illegal as read is then either misread or no number of the format; what the
    network thought of each digit weighs the two, and the rarer legal numbers are, the more one that fits tells.
    """
    if len(chances) != shape.length:
        raise ValueError(f"{len(chances)} digits for a shape of {shape.length}")
    rows = [_doubted(row, shape.symbols(place)) for place, row in enumerate(chances)]
    best = _likeliest(shape, rows)
    if best is None:
        return None
    symbols, chance = best
    rare, inside = density(shape), _inside(shape, rows)
    of_legal, evidence = BELIEF / rare + 1 - BELIEF, BELIEF * math.fsum(inside[0]) / rare + 1 - BELIEF
    overruled = _overruled(shape, rows, symbols)
    if overruled and chance * of_legal / evidence < _LIKELY:
        return None
    each = tuple(
        (BELIEF * through[symbol] / rare + (1 - BELIEF) * row[symbol]) / evidence
        for through, row, symbol in zip(inside, rows, symbols, strict=True)
    )
    all_right = found_right * chance * of_legal / (found_right * evidence + 1 - found_right)
    return Decoded(symbols, shape.write(symbols), all_right, each, overruled, evidence)


@lru_cache(maxsize=128)
def density(shape: Shape) -> float:
    """The share of all rows of symbols of this length that are legal."""
    rows = [[1 / count] * count for count in map(shape.symbols, range(shape.length))]
    return math.fsum(_inside(shape, rows)[0])


def _doubted(row: Sequence[float], symbols: int) -> list[float]:
    total, missing = math.fsum(row) or 1.0, [0.0] * (symbols - len(row))
    return [(1 - DOUBT) * chance / total + DOUBT / symbols for chance in (*row, *missing)]


@lru_cache(maxsize=128)
def _layers(shape: Shape) -> tuple[_Layer, ...]:
    """The moves from each place to the next; states are numbered, and those that lead nowhere have no moves to them."""
    states: list[_States] = [tuple(rule.start for rule in shape.rules)]
    layers: list[_Layer] = []
    for place in range(shape.length):
        numbers: dict[_States, int] = {}
        moves = [_moves(shape, before, place, numbers) for before in states]
        layers.append(tuple(moves))
        states = list(numbers)
    alive = [all(rule.accepts(state) for rule, state in zip(shape.rules, end, strict=True)) for end in states]
    for place in range(shape.length - 1, -1, -1):
        layers[place] = tuple(tuple(move for move in moves if alive[move[1]]) for moves in layers[place])
        alive = [bool(moves) for moves in layers[place]]
    return tuple(layers)


def _moves(shape: Shape, before: _States, place: int, numbers: dict[_States, int]) -> tuple[tuple[int, int], ...]:
    """What each symbol leads to; states that are new get a number."""
    moves = []
    for symbol in range(shape.symbols(place)):
        after = [rule.step(state, place, symbol) for rule, state in zip(shape.rules, before, strict=True)]
        if None not in after:
            moves.append((symbol, numbers.setdefault(tuple(after), len(numbers))))
    return tuple(moves)


def _inside(shape: Shape, rows: Chances) -> list[list[float]]:
    """For each place and symbol the chance of all legal readings with that symbol there; each place adds up alike."""
    layers = _layers(shape)
    forward: list[dict[int, float]] = [{0: 1.0}]
    for layer, row in zip(layers, rows, strict=True):
        after: dict[int, float] = {}
        for state, chance in forward[-1].items():
            for symbol, then in layer[state]:
                after[then] = after.get(then, 0.0) + chance * row[symbol]
        forward.append(after)
    rest = dict.fromkeys(forward[-1], 1.0)
    result: list[list[float]] = []
    for layer, row, chances in zip(layers[::-1], rows[::-1], forward[-2::-1], strict=True):
        through, before = [0.0] * len(row), {}
        for state, chance in chances.items():
            ways = [(symbol, row[symbol] * rest[then]) for symbol, then in layer[state]]
            for symbol, way in ways:
                through[symbol] += chance * way
            before[state] = sum(way for _, way in ways)
        rest = before
        result.append(through)
    return result[::-1]


def _likeliest(shape: Shape, rows: Chances) -> tuple[tuple[int, ...], float] | None:
    """The likeliest legal reading and its chance; None where no reading is legal."""
    paths: dict[int, tuple[float, tuple[int, ...]]] = {0: (1.0, ())}
    for layer, row in zip(_layers(shape), rows, strict=True):
        after: dict[int, tuple[float, tuple[int, ...]]] = {}
        for state, (chance, symbols) in paths.items():
            for symbol, then in layer[state]:
                if chance * row[symbol] > after.get(then, (0.0, ()))[0]:
                    after[then] = chance * row[symbol], (*symbols, symbol)
        paths = after
    if not paths:
        return None
    chance, symbols = max(paths.values())
    return symbols, chance


def _overruled(shape: Shape, rows: Chances, symbols: Sequence[int]) -> tuple[Overruled, ...]:
    read = [max(range(len(row)), key=row.__getitem__) for row in rows]
    found = []
    for place, (seen, answer) in enumerate(zip(read, symbols, strict=True)):
        if rows[place][seen] > rows[place][answer] * _AS_LIKELY:
            blaming = [rule for rule in shape.rules if rule.blames(read, place)]
            rule = blaming[0] if blaming else shape.rules[-1]
            found.append(Overruled(place, seen, answer, rule.code, rule.because))
    return tuple(found)
