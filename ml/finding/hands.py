"""Digits as somebody writes them: taken from the sets of single digits, with one pen and one slant along a line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ml import datasets, fonts, negatives
from ml.finding.scene import Draft, Field
from ml.ink import find_ink
from ml.preprocessing import Grey

_PRINTED = 1_200
_SHARES = {"mnist": 3.0, "usps": 1.0, "ardis": 1.5, "hwd1000": 0.7, "orand": 4.0, "printed": 1.2}


@dataclass(frozen=True, slots=True)
class Pool:
    """Cut-out digits, light ink on dark, by the set they are from, with their values and the share of each set."""

    sets: tuple[tuple[list[Grey], NDArray[np.uint8]], ...]
    shares: NDArray[np.float64]

    def hand(self, rng: Generator) -> Hand:
        """A writer: digits of one set, a slant, a width and a pen."""
        glyphs, values = self.sets[int(rng.choice(len(self.sets), p=self.shares))]
        edge, level = float(rng.uniform(1.0, 2.2)), float(rng.uniform(-0.05, 0.3))
        return Hand(glyphs, values, float(rng.normal(0.08, 0.16)), float(np.exp(rng.normal(0, 0.13))), edge, level)


@dataclass(frozen=True, slots=True)
class Hand:
    """One writer's digits and manner: `slant` as a shear, `width` a factor, `edge` and `level` sharpen and thicken."""

    glyphs: Sequence[Grey]
    values: NDArray[np.uint8]
    slant: float
    width: float
    edge: float
    level: float

    def digit(self, rng: Generator, height: float) -> tuple[Field, int]:
        """One digit about `height` pixels high, tight, ink 0 to 1 float32; and its value."""
        at = int(rng.integers(len(self.glyphs)))
        return self.write(rng, self.glyphs[at], height), int(self.values[at])

    def write(self, rng: Generator, glyph: Grey, height: float) -> Field:
        """A cut-out (h, w) uint8 in this hand, tight, ink 0 to 1 float32."""
        high, wide = glyph.shape
        scale = height / max(high, 0.8 * wide)
        slant = self.slant + float(rng.normal(0, 0.04))
        across = scale * self.width * float(np.exp(rng.normal(0, 0.05)))
        size = int(wide * across + abs(slant) * high * scale) + 3, int(high * scale) + 3
        shift = 1 + max(0.0, slant) * high * scale
        matrix = np.array([[across, -slant * scale, shift], [0, scale, 1]], np.float64)
        source = cv2.resize(glyph, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA) if scale < 0.45 else glyph
        if source is not glyph:
            matrix[:, :2] *= 2
        drawn = cv2.warpAffine(source, matrix, size, flags=cv2.INTER_LINEAR).astype(np.float32) / 255
        ink = np.clip((drawn - 0.5) * self.edge + 0.5 + self.level, 0, 1, dtype=np.float32)
        ink *= drawn > 0.04
        x, y, w, h = cv2.boundingRect(np.asarray(ink > 0.3, np.uint8))
        return np.asarray(ink[y : y + h, x : x + w] if w and h else ink, np.float32)


def write_number(
    draft: Draft, hand: Hand, rng: Generator, place: tuple[float, float], height: float, count: int, strength: float
) -> float:
    """`count` digits in a row from `place` (left, baseline); where the pen then stands."""
    left, base = place
    gap = float(
        rng.choice([rng.uniform(-0.15, 0.1), rng.uniform(0.0, 0.4), rng.uniform(0.3, 0.8)], p=[0.4, 0.45, 0.15])
    )
    drift = float(rng.normal(0, 0.05))
    small_zeros = rng.random() < 0.15
    for _ in range(count):
        at = int(rng.integers(len(hand.glyphs)))
        glyph, value = hand.glyphs[at], int(hand.values[at])
        own = height * float(np.exp(rng.normal(0, 0.08))) * (0.55 if small_zeros and value == 0 else 1.0)
        ink = hand.write(rng, glyph, own)
        top = base - ink.shape[0] + height * float(rng.normal(0, 0.05))
        taken = draft.put(ink * strength, int(left), int(top))
        if taken is not None:
            draft.digits.append((int(left), int(top), ink.shape[1], ink.shape[0], value))
        left += ink.shape[1] + max(gap + float(rng.normal(0, 0.07)), -0.2) * 0.7 * height
        base += drift * height
    return left


def pool(folder: Path | None, part: datasets.Part) -> Pool:
    """The digits of one part of every set that is in the folder, and printed ones."""
    sets: dict[str, tuple[list[Grey], NDArray[np.uint8]]] = {"mnist": _tight(datasets.mnist(folder, part))}
    if folder is not None:
        for name in datasets.TENTHS:
            if (folder / f"{name}.npz").exists():
                glyphs = datasets.tenths(folder, name, part)
                sets[glyphs.name] = _tight(glyphs)
        if (folder / datasets.ORAND).is_dir():
            sets["orand"] = _cheque_digits(folder, part)
    sets["printed"] = _printed(np.random.default_rng(17), part)
    sets = {name: (glyphs, values) for name, (glyphs, values) in sets.items() if glyphs}
    shares = np.array([_SHARES[name] for name in sets])
    return Pool(tuple(sets.values()), shares / shares.sum())


def _tight(glyphs: datasets.Glyphs) -> tuple[list[Grey], NDArray[np.uint8]]:
    kept = [
        (cut, label) for image, label in zip(glyphs.images, glyphs.labels, strict=True) if (cut := _cut(image)).size
    ]
    return [cut for cut, _ in kept], np.array([label for _, label in kept], np.uint8)


def _cut(image: Grey) -> Grey:
    x, y, w, h = cv2.boundingRect(np.asarray(image > 80, np.uint8))
    return image[y : y + h, x : x + w]


def _printed(rng: Generator, part: datasets.Part) -> tuple[list[Grey], NDArray[np.uint8]]:
    labels = (np.arange(_PRINTED) % 10).astype(np.uint8)
    drawn = [
        fonts.typeset(str(at), rng, part) if rng.random() < 0.8 else negatives.printed(str(at), rng) for at in labels
    ]
    return [_cut(glyph) for glyph in drawn], labels


def _cheque_digits(folder: Path, part: datasets.Part) -> tuple[list[Grey], NDArray[np.uint8]]:
    """The ink of single digits of cheque amounts, without what reaches into their boxes from their neighbours."""
    cuts: list[Grey] = []
    values: list[int] = []
    for entry in datasets.orand_truth(folder, part):
        ink = find_ink(datasets.orand_picture(folder, entry))
        if ink is None:
            continue
        _, labels, stats, _ = cv2.connectedComponentsWithStats(ink.mask, connectivity=8)
        for x, y, w, h, value in entry["boxes"]:
            x, y = max(0, x), max(0, y)
            window, level = labels[y : y + h, x : x + w], ink.level[y : y + h, x : x + w]
            own = [at for at in np.unique(window) if at and (window == at).sum() > 0.6 * stats[at, cv2.CC_STAT_AREA]]
            soft = cv2.dilate(np.asarray(np.isin(window, own), np.uint8), np.ones((3, 3), np.uint8))
            cut = _cut(np.asarray(level * soft, np.uint8))
            if cut.size and cut.shape[0] > 0.7 * h and cut.shape[1] > 0.6 * w:
                cuts.append(cut)
                values.append(value)
    return cuts, np.array(values, np.uint8)
