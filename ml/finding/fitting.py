"""Fits how the finder's and the classifier's words are joined, on validation pictures with known digits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml import sheets, trust
from ml.finding import cheques, experts, pages
from ml.finding.experts import Experts
from ml.finding.scene import Scene, Truth, truth
from ml.finding.sightings import Sightings, Spotter
from ml.ink import find_ink
from ml.page import Box

NO_DIGIT = -1
_SEED, _PAGES, _PLAIN, _EMPTY = 97, 160, 200, 240
_LIMITS = np.arange(0.2, 0.81, 0.05)

Labels = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Lesson:
    """What was sighted on one picture, each with the value of its digit or −1; `missed` digits were not sighted."""

    seen: Sightings
    labels: Labels
    missed: int


def lessons(spotter: Spotter, folder: Path | None) -> list[Lesson]:
    """Sightings on validation cheques and drawn pages, about as many digits of one as of the other; some have none."""
    real = [Scene(strip.grey, strip.digits, truth([])) for strip in cheques.strips(folder, "validation")]
    drawn = [*_drawn(folder), *_plain(folder), *_empty(folder)]
    repeats = sum(len(scene.digits) for scene in drawn) // max(1, sum(len(scene.digits) for scene in real))
    return _lessons(spotter, real) * repeats + _lessons(spotter, drawn)


def fit_experts(spotter: Spotter, lessons: list[Lesson]) -> None:
    """Puts powers, weights and limit into the spotter and its card."""
    names = ("heat", "values", "opinions", "grain")
    seen = [np.concatenate([getattr(lesson.seen, name) for lesson in lessons]) for name in names]
    _heat, values, opinions, _grain = seen
    labels = np.concatenate([lesson.labels for lesson in lessons])
    digits = labels != NO_DIGIT
    value = experts.fit_value(values[digits], opinions[digits], labels[digits])
    digit = trust.fit(experts.features_of(*seen), digits)
    spotter.experts = Experts(value, digit)
    spotter.limit = choose_limit(spotter.experts.chances(*seen), labels)
    spotter.card["experts"] = {"value": list(value), "digit": list(digit)}
    spotter.card["digit_above"] = spotter.limit


def choose_limit(chances: NDArray[np.float64], labels: Labels) -> float:
    """The chance of being a digit from which on sightings are shown: fewest missed, invented and misread."""
    sure, digits = 1 - chances[:, 10], labels != NO_DIGIT
    right = chances[:, :10].argmax(axis=1) == labels
    costs = [
        int((digits & ~((sure >= limit) & right)).sum()) + int((~digits & (sure >= limit)).sum()) for limit in _LIMITS
    ]
    return round(float(_LIMITS[int(np.argmin(costs))]), 2)


def matched(boxes: list[Box], heat: NDArray[np.float64], digits: Truth) -> Labels:
    """The value of the digit that each box is, or −1: centres near each other, the warmest first, each digit once."""
    labels = np.full(len(boxes), NO_DIGIT, np.int64)
    free = np.ones(len(digits), bool)
    middle = digits[:, :2] + digits[:, 2:4] / 2
    for at in np.argsort(-heat, kind="stable"):
        x, y, w, h = boxes[at]
        off = np.abs(middle - np.array([x + w / 2, y + h / 2])) / np.maximum(digits[:, 2:4], 8)
        near = free & (off[:, 0] < 0.4) & (off[:, 1] < 0.4)
        if near.any():
            best = int(np.where(near, off.sum(axis=1), np.inf).argmin())
            labels[at], free[best] = int(digits[best, 4]), False
    return labels


def _lessons(spotter: Spotter, scenes: list[Scene]) -> list[Lesson]:
    return [lesson for scene in scenes if (lesson := _lesson(spotter, scene)) is not None]


def _lesson(spotter: Spotter, scene: Scene) -> Lesson | None:
    ink = find_ink(scene.grey) or find_ink(scene.grey, rough=True)
    if ink is None:
        return None
    seen = spotter.look(scene.grey, ink)
    boxes = [glyph.box for glyph in seen.glyphs]
    labels = matched(boxes, seen.heat, scene.digits)
    kept = (labels != NO_DIGIT) | (matched(boxes, seen.heat, scene.ignored) == NO_DIGIT)
    return Lesson(seen.chosen(kept), labels[kept], len(scene.digits) - int((labels != NO_DIGIT).sum()))


def _drawn(folder: Path | None) -> Iterator[Scene]:
    rng, desk = np.random.default_rng(_SEED), pages.desk(folder, "validation")
    for _ in range(_PAGES):
        height, width = (int(side) for side in rng.integers(120, 480, 2))
        size = float(np.exp(rng.uniform(np.log(20), np.log(70))))
        yield pages.draw(desk, rng, height, width, float(rng.uniform(0, 1)), size)


def _plain(folder: Path | None) -> Iterator[Scene]:
    """Pages with nothing but numbers, in uneven light."""
    for sheet in sheets.plain(folder, np.random.default_rng(_SEED), _PLAIN):
        values = [int(sign) for text, _ in sheet.numbers for sign in text]
        boxes = [box for _, boxes in sheet.numbers for box in boxes]
        yield Scene(sheet.grey, truth([(*box, value) for box, value in zip(boxes, values, strict=True)]), truth([]))


def _empty(folder: Path | None) -> Iterator[Scene]:
    for grey in sheets.without_digits(folder, "validation", np.random.default_rng(_SEED), _EMPTY):
        yield Scene(grey, truth([]), truth([]))
