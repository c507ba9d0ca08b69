"""Which of the digits that were found are which of the digits that are there, and what became of the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ml.page import Box

Criterion = Literal["overlap", "cell"]
SAME = 0.5  # intersection over union from which a box that was found is the one that is there


@dataclass(frozen=True, slots=True)
class Matched:
    """Of one picture: pairs (there, found) of indexes, and by kind the indexes of what is left over.

    `missed`, `merged` and `split` are of the digits that are there: nothing on it, one over it and a neighbour, more
    than one on it (of which one may be paired with it).  `invented` are those found that none of this explains.
    """

    pairs: list[tuple[int, int]]
    missed: list[int] = field(default_factory=list)
    merged: list[int] = field(default_factory=list)
    split: list[int] = field(default_factory=list)
    invented: list[int] = field(default_factory=list)


def match(there: Sequence[Box], found: Sequence[Box], criterion: Criterion = "overlap") -> Matched:
    """Pair each digit with at most one that was found.

    By "overlap": intersection over union of at least 0.5, the best first.  By "cell": the centre of what was found
    lies in the true box, which is a whole cell or leaves room around the digit; the centre nearest to its middle first.
    """
    merits = _overlap(there, found) if criterion == "overlap" else _centred(there, found)
    pairs = _best_first(merits, SAME if criterion == "overlap" else 0.0)
    return _rest(pairs, _centred(there, found), _centred(found, there))


def tally(truths: Sequence[int], answers: Sequence[int], matched: Matched) -> dict[str, int]:
    """Counts that add up over pictures; `right` are the pairs with the right value."""
    right = sum(truths[a] == answers[b] for a, b in matched.pairs)
    kinds = ("missed", "merged", "split", "invented")
    return {
        "there": len(truths),
        "found": len(answers),
        "right": right,
        "wrong_value": len(matched.pairs) - right,
        **{kind: len(getattr(matched, kind)) for kind in kinds},
    }


def rates(counts: dict[str, int]) -> dict[str, float | None]:
    """Precision, recall and F1 of digits that are found with the right value."""
    there, found, right = counts["there"], counts["found"], counts["right"]
    return {
        "precision": right / found if found else None,
        "recall": right / there if there else None,
        "f1": 2 * right / (there + found) if there + found else None,
    }


def touching(boxes: Sequence[Box]) -> list[bool]:
    """Whether each box touches or overlaps another, both with at least a third of the lower one's height in common."""
    return [any(a is not b and _touch(a, b) for b in boxes) for a in boxes]


def total(counts: Sequence[dict[str, int]]) -> dict[str, Any]:
    """The sum of `tally`s, with their rates."""
    added = {key: sum(one[key] for one in counts) for key in tally([], [], Matched([]))}
    return added | rates(added)


def _touch(a: Box, b: Box) -> bool:
    gap = max(a[0], b[0]) - min(a[0] + a[2], b[0] + b[2])
    shared = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    return gap <= 0 and shared >= min(a[3], b[3]) / 3


def _best_first(merits: NDArray[np.float64], least: float) -> list[tuple[int, int]]:
    pairs: list[tuple[int, int]] = []
    left = merits.copy()
    while left.size and left.max() >= least and left.max() > 0:
        at, to = divmod(int(left.argmax()), left.shape[1])
        pairs.append((at, to))
        left[at, :] = left[:, to] = -1.0
    return sorted(pairs)


def _rest(pairs: list[tuple[int, int]], into: NDArray[np.float64], over: NDArray[np.float64]) -> Matched:
    """`into` (there, found): how well a found centre lies in a digit; `over` (found, there) the other way round."""
    paired_there, spare = {a for a, _ in pairs}, set(range(len(over))) - {b for _, b in pairs}
    wide = {b for b in range(len(over)) if (over[b] > 0).sum() >= 2}
    merged = [a for a in range(len(into)) if a not in paired_there and any(over[b, a] > 0 for b in wide)]
    bits = [set(np.flatnonzero(row > 0).tolist()) for row in into]
    split = [a for a, on in enumerate(bits) if a not in merged and len(on) >= 2 and on & spare]
    explained = wide.union(*[bits[a] for a in split])
    lost = [a for a in range(len(into)) if a not in paired_there and a not in merged and a not in split]
    return Matched(pairs, lost, merged, split, sorted(spare - explained))


def _overlap(there: Sequence[Box], found: Sequence[Box]) -> NDArray[np.float64]:
    """(there, found) intersection over union."""
    a, b = (np.array(boxes, np.float64).reshape(-1, 1, 4) for boxes in (there, found))
    b = b.reshape(1, -1, 4)
    low = np.maximum(a[..., :2], b[..., :2])
    high = np.minimum(a[..., :2] + a[..., 2:], b[..., :2] + b[..., 2:])
    shared = np.clip(high - low, 0, None).prod(axis=2)
    return np.asarray(shared / (a[..., 2:].prod(axis=2) + b[..., 2:].prod(axis=2) - shared))


def _centred(there: Sequence[Box], found: Sequence[Box]) -> NDArray[np.float64]:
    """(there, found): 0 where the centre of a found box lies outside, up to 1 in the middle of the true box."""
    a, b = (np.array(boxes, np.float64).reshape(-1, 1, 4) for boxes in (there, found))
    b = b.reshape(1, -1, 4)
    away = np.abs(b[..., :2] + b[..., 2:] / 2 - a[..., :2] - a[..., 2:] / 2) / np.maximum(a[..., 2:], 1)
    return np.asarray(np.clip(1.001 - 2 * away.max(axis=2), 0, 1))
