"""What one training run learns from and is checked with, put together from the sets of `datasets`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml import datasets, drawn_pages, negatives
from ml.harvest import harvest
from ml.preprocessing import Grey, normalise

_REPEATS = {"ardis": 2, "hwd1000": 2, "orand": 2}
_PAGES: dict[datasets.Part, int] = {"train": 500, "validation": 120, "held_out": 0}
_NEGATIVES = 0.22  # for each digit so many glyphs that are none
MODEL_VERSION = "latin-1"

Frames = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Lessons:
    """`frames` (n, 28, 28) with `labels`; `negatives` more are drawn anew for each epoch from `digits`, `letters`."""

    frames: Frames
    labels: NDArray[np.uint8]
    digits: Frames
    letters: Frames
    negatives: int

    @property
    def size(self) -> int:
        """Glyphs in one epoch."""
        return len(self.frames) + self.negatives


@dataclass(frozen=True, slots=True)
class Checks:
    """Undistorted validation frames (n, 28, 28) with their labels 0-10."""

    frames: Frames
    labels: NDArray[np.uint8]


def training(folder: Path | None) -> Lessons:
    """Everything of the train parts, small sets repeated."""
    sets = _digit_sets(folder, "train")
    repeated = [part for name, part in sets.items() for _ in range(_REPEATS.get(name, 1))]
    printed = _printed_digits(1_500, np.random.default_rng(11))
    frames = np.concatenate([part[0] for part in repeated] + [printed[0]])
    labels = np.concatenate([part[1] for part in repeated] + [printed[1]])
    digits = sets["mnist"][0]
    count = int(len(frames) * _NEGATIVES)
    return Lessons(frames, labels, digits, _letters(folder, "train"), count)


def validation(folder: Path | None) -> Checks:
    """The validation parts with one negative for ten digits, shuffled once so that any beginning is a fair sample."""
    rng = np.random.default_rng(7)
    sets = _digit_sets(folder, "validation")
    frames = np.concatenate([part[0] for part in sets.values()])
    labels = np.concatenate([part[1] for part in sets.values()])
    drawn = negatives.negatives(len(frames) // 10, sets["mnist"][0], _letters(folder, "validation"), rng)
    frames, labels = np.concatenate([frames, drawn]), np.concatenate([labels, np.full(len(drawn), 10, np.uint8)])
    order = rng.permutation(len(frames))
    return Checks(frames[order], labels[order])


def card(folder: Path | None) -> dict[str, Any]:
    """What the card says about name and data."""
    used = _SOURCES if folder is not None else _SOURCES[:1]
    return {"model_version": MODEL_VERSION, "script": "latin", "data": list(used)}


def _digit_sets(folder: Path | None, part: datasets.Part) -> dict[str, tuple[Frames, NDArray[np.uint8]]]:
    sets = [datasets.mnist(folder, part)]
    if folder is not None:
        names = ("latin_usps_train", "latin_ardis_train", "latin_hwd1000_drawn")
        sets += [datasets.tenths(folder, name, part) for name in names]
    frames = {glyphs.name: glyphs.frames() for glyphs in sets}
    if folder is not None:
        frames["orand"] = datasets.orand_frames(folder, part)
    mixed = [np.concatenate(parts) for parts in zip(*frames.values(), strict=True)]
    frames["pages"] = _from_pages(mixed[0][mixed[1] < 10], mixed[1][mixed[1] < 10], _PAGES[part])
    return frames


def _from_pages(frames: Frames, labels: NDArray[np.uint8], pages: int) -> tuple[Frames, NDArray[np.uint8]]:
    """Glyphs that the reader finds on drawn pages: uneven light, noise, ruled lines, blur."""
    rng = np.random.default_rng(13)
    found: list[Grey] = []
    values: list[int] = []
    for _ in range(pages):
        page = drawn_pages.draw(frames, labels, rng)
        glyphs, theirs = harvest(page.grey, page.boxes, page.values)
        found += glyphs
        values += theirs
    return np.stack(found), np.array(values, np.uint8)


def _letters(folder: Path | None, part: datasets.Part) -> Frames:
    return np.zeros((0, 28, 28), np.uint8) if folder is None else datasets.letters(folder, part).frames()[0]


def _printed_digits(count: int, rng: np.random.Generator) -> tuple[Frames, NDArray[np.uint8]]:
    labels = rng.integers(0, 10, count).astype(np.uint8)
    frames = [normalise(negatives.printed(str(label), rng)) for label in labels]
    return np.stack([frame for frame in frames if frame is not None]), labels


_SOURCES = (
    {"name": "MNIST train", "images": 55_000, "licence": "none stated by the source"},
    {"name": "USPS train, first eight tenths of each digit", "images": 5_833, "licence": "none stated"},
    {"name": "ARDIS IV train, first eight tenths of each digit", "images": 5_280, "licence": "none stated"},
    {"name": "hwd1000, first eight tenths of each digit", "images": 800, "licence": "MIT"},
    {"name": "ORAND-CAR-A train, without the strings in ml/held_out.json", "images": 629, "licence": "research set"},
    {"name": "Omniglot letters (Balinese, Latin) as not a digit", "images": 780, "licence": "MIT"},
    {"name": "drawn here: scribbles, marks, printed letters and digits", "images": 0, "licence": "own"},
)
