"""Days that exist, as a state machine over the digits of a date."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ml.formats.rules import Rule, State

CENTURIES = (19, 20)
"""What a year of four digits begins with."""
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True, slots=True)
class _Seen:
    """The parts that are complete, as far as they still matter, and the digits of the part that is not."""

    day: int | None = None
    month: int | None = None
    leap: bool | None = None
    begun: int = 0


@dataclass(frozen=True)
class Calendar(Rule):
    """A day of the Gregorian calendar, 1900 to 2099: `order` is made of d, m and y, `widths` are their digits.

    A year of two digits may be of either century; 00 counts as 2000.
    """

    order: str
    widths: tuple[int, int, int]
    because: str = "only then it is a day of the calendar"
    code: str = "not_a_date"

    @property
    def start(self) -> State:
        """Nothing seen."""
        return _Seen()

    def step(self, state: State, place: int, symbol: int) -> State | None:
        """Adds a digit to the part it stands in, and judges the part when it is complete."""
        if symbol > 9 or not isinstance(state, _Seen):
            return None
        part, at = self._part(place)
        seen = replace(state, begun=10 * state.begun + symbol)
        if part == "y" and at == 1 and self.widths[self.order.index("y")] == 4 and seen.begun not in CENTURIES:
            return None
        if at < self.widths[self.order.index(part)] - 1:
            return seen
        return _completed(seen, part)

    def _part(self, place: int) -> tuple[str, int]:
        """The letter of the part at a place, and the place within it."""
        for part, width in zip(self.order, self.widths, strict=True):
            if place < width:
                return part, place
            place -= width
        raise IndexError(place)


def _completed(seen: _Seen, part: str) -> _Seen | None:
    value = seen.begun
    if part == "y":
        return _possible(replace(seen, leap=value % 4 == 0 and value != 1900, begun=0))
    if not 1 <= value <= (31 if part == "d" else 12):
        return None
    return _possible(replace(seen, day=value, begun=0) if part == "d" else replace(seen, month=value, begun=0))


def _possible(seen: _Seen) -> _Seen | None:
    """None for a day that does not exist; what does not matter any more is forgotten, so that states stay few."""
    if seen.day is None or seen.month is None:
        return seen
    if seen.day > _DAYS[seen.month - 1]:
        return None
    if (seen.day, seen.month) != (29, 2):
        return replace(seen, day=1, month=1)
    return None if seen.leap is False else seen
