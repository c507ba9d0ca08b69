"""Pages made from single digits: lines, forms, grids and whole sheets, clean to cluttered, and pages without digits."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.random import Generator

from ml import datasets
from ml.finding import clutter, papers
from ml.finding.clutter import Signs
from ml.finding.hands import Pool, write_number
from ml.finding.hands import pool as pool_of
from ml.finding.scene import Draft, Scene, homography, truth, warped

_MARGIN = 24
_WITHOUT = 0.2  # one page in five has no digit


@dataclass(frozen=True, slots=True)
class Desk:
    """What pages are written from."""

    pool: Pool
    signs: Signs


def desk(folder: Path | None, part: datasets.Part) -> Desk:
    """Digits and letters of one part."""
    return Desk(pool_of(folder, part), clutter.signs(folder, part))


def draw(desk: Desk, rng: Generator, height: int, width: int, level: float, size: float | None = None) -> Scene:
    """A page of `height` × `width` pixels; `level` 0 (white, clean) to 1; `size`: digit height, if given."""
    size = size or float(np.exp(rng.uniform(np.log(15), np.log(min(84.0, 0.8 * height)))))
    draft = papers.paper(rng, height + 2 * _MARGIN, width + 2 * _MARGIN, level)
    strength = float(rng.uniform(0.35, 0.95)) if level > 0.2 else float(rng.uniform(0.7, 0.95))
    ruled = rng.random() < 0.45 * level
    if rng.random() < _WITHOUT:
        _without(desk, draft, rng, size, strength)
    elif rng.random() < 0.2:
        _grid(desk, draft, rng, size, strength)
        ruled = False
    else:
        _lines(desk, draft, rng, size, strength, level)
    if ruled:
        papers.rule(draft, rng, size * float(rng.uniform(1.0, 2.2)))
    if rng.random() < 0.15 * level:
        clutter.stamp(draft, rng)
    if rng.random() < 0.08 * level:  # what was written on the other side shows through
        behind = np.roll(draft.ink[:, ::-1], int(rng.integers(8, 60)), axis=0) * np.float32(rng.uniform(0.05, 0.25))
        np.maximum(draft.ink, behind, out=draft.ink)
    return _photographed(draft, rng, height, width, level)


def _photographed(draft: Draft, rng: Generator, height: int, width: int, level: float) -> Scene:
    picture = draft.picture()
    if rng.random() < 0.3 + 0.5 * level:
        picture *= papers.light(rng, *draft.shape, 0.3 + 0.9 * level)
    centre = np.array([[1, 0, -_MARGIN], [0, 1, -_MARGIN], [0, 0, 1.0]])
    strength = level * (2.2 if rng.random() < 0.15 else 1.0)
    scene = warped(picture, truth(draft.digits), centre @ homography(rng, *draft.shape, strength), height, width)
    return Scene(papers.develop(scene.grey.astype(np.float32), rng, 0.15 + 0.85 * level), scene.digits, scene.ignored)


def _lines(desk: Desk, draft: Draft, rng: Generator, size: float, strength: float, level: float) -> None:
    """Lines of numbers, with marks, words and signs between them by chance."""
    height, width = draft.shape
    pitch = size * float(rng.uniform(1.15, 2.2))
    base = size + float(rng.uniform(0, 1.2 * size))
    hand = desk.pool.hand(rng)
    wordy = rng.random() * 0.6 * level
    while base < height:
        if rng.random() < 0.1:
            hand = desk.pool.hand(rng)
        left = float(rng.uniform(-0.3, 1.5)) * size
        while left < width:
            kind = rng.random()
            if kind < wordy * 0.7:
                left = clutter.word(draft, desk.signs, rng, (left, base), size, strength) + 0.4 * size
            elif kind < wordy:
                left = clutter.sign(draft, desk.signs, rng, (left, base), size, strength) + 0.3 * size
            else:
                left = write_number(draft, hand, rng, (left, base), size, int(rng.integers(1, 7)), strength)
                if rng.random() < 0.2 + 0.3 * level:
                    left = clutter.mark(draft, rng, (left, base), size, strength) + float(rng.uniform(0, 0.3)) * size
                left += size * float(rng.choice([rng.uniform(-0.2, 0.3), rng.uniform(0.4, 2.5)]))
        base += pitch * float(rng.uniform(0.92, 1.1))


def _grid(desk: Desk, draft: Draft, rng: Generator, size: float, strength: float) -> None:
    """Boxed cells with one digit each, some empty, some with a short number: forms, mark sheets, number puzzles."""
    height, width = draft.shape
    wide, high = size * rng.uniform(1.0, 1.9), size * rng.uniform(1.15, 1.9)
    dark, thick = float(rng.uniform(0.2, 0.9)), int(rng.integers(1, 4))
    x0, y0 = rng.uniform(0, wide), rng.uniform(0, high)
    boxes_apart = rng.random() < 0.25
    hands = [desk.pool.hand(rng), desk.pool.hand(rng)]
    full = float(rng.uniform(0.4, 1.0))
    for row, y in enumerate(np.arange(y0 - high, height, high)):
        for column, x in enumerate(np.arange(x0 - wide, width, wide)):
            line = thick + (1 if row % 3 == 0 or column % 3 == 0 else 0)
            _frame(
                draft,
                int(x),
                int(y),
                int(wide * (0.9 if boxes_apart else 1)),
                int(high * (0.8 if boxes_apart else 1)),
                line,
                dark,
            )
            if rng.random() < full:
                hand = hands[int(rng.random() < 0.3)]
                room = wide - size * 0.7
                place = (
                    x + line + rng.uniform(0.0, 1.0) * max(1.0, room),
                    y + high * 0.5 + size * rng.uniform(0.35, 0.62),
                )
                write_number(
                    draft, hand, rng, place, size * rng.uniform(0.75, 1.0), 1 if wide < 1.6 * size else 2, strength
                )
            elif rng.random() < 0.2:
                clutter.mark(draft, rng, (x + 0.4 * wide, y + 0.7 * high), size, strength)


def _frame(draft: Draft, x: int, y: int, wide: int, high: int, thick: int, dark: float) -> None:
    across, down = np.full((thick, wide + thick), dark, np.float32), np.full((high + thick, thick), dark, np.float32)
    draft.put(across, x, y)
    draft.put(across, x, y + high)
    draft.put(down, x, y)
    draft.put(down, x + wide, y)


def _without(desk: Desk, draft: Draft, rng: Generator, size: float, strength: float) -> None:
    """Nothing, words, or signs and scribbles: no digit."""
    height, width = draft.shape
    kind = rng.random()
    if kind < 0.12:
        return
    if kind < 0.4:
        clutter.scribbles(draft, rng, size, strength)
        return
    base = size + float(rng.uniform(0, 2 * size))
    pitch = size * float(rng.uniform(1.3, 3.0))
    while base < height:
        left = float(rng.uniform(0, 2)) * size
        while left < width:
            if kind < 0.75:
                left = clutter.word(draft, desk.signs, rng, (left, base), size, strength) + size * float(
                    rng.uniform(0.3, 1)
                )
            elif rng.random() < 0.7:
                left = clutter.sign(draft, desk.signs, rng, (left, base), size, strength) + size * float(
                    rng.uniform(0.3, 4)
                )
            else:
                left = clutter.mark(draft, rng, (left, base), size, strength) + size * float(rng.uniform(0.3, 3))
        base += pitch
