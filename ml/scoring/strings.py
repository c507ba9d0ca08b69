"""How far a text that was read is from the one that was written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ml.scoring.metrics import wilson


def edit_distance(one: str, other: str) -> int:
    """Fewest insertions, deletions and substitutions that make one text the other (Levenshtein 1966)."""
    row = list(range(len(other) + 1))
    for at, sign in enumerate(one, start=1):
        diagonal, row[0] = row[0], at
        for to, target in enumerate(other, start=1):
            diagonal, row[to] = row[to], min(row[to] + 1, row[to - 1] + 1, diagonal + (sign != target))
    return row[-1]


def character_error_rate(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Edits per digit of the truth over all (truth, answer) pairs, spaces left out; above 1 where much is invented."""
    written = sum(len(digits_of(truth)) for truth, _ in pairs)
    wrong = sum(edit_distance(digits_of(truth), digits_of(answer)) for truth, answer in pairs)
    return wrong / written if written else None


def digits_of(text: str) -> str:
    """The text without its spaces."""
    return text.replace(" ", "")


def by_length(pairs: Iterable[tuple[str, str]]) -> list[dict[str, Any]]:
    """Of the (truth, answer) pairs of each number of digits: how many, and the share whose digits are all right."""
    groups: dict[int, list[bool]] = {}
    for truth, answer in pairs:
        groups.setdefault(len(digits_of(truth)), []).append(digits_of(truth) == digits_of(answer))
    return [{"length": length, **_share(hits)} for length, hits in sorted(groups.items())]


def _share(hits: list[bool]) -> dict[str, Any]:
    share = sum(hits) / len(hits)
    return {"n": len(hits), "exact": share, "interval": wilson(share, len(hits))}
