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
_PRINTED = 1_500
_NEGATIVES = 0.18  # for each digit so many glyphs that are none

Frames = NDArray[np.uint8]
Labels = NDArray[np.uint8]
Sets = dict[str, tuple[Frames, Labels]]


@dataclass(frozen=True, slots=True)
class Lessons:
    """`frames` (n, 28, 28) with `labels`; `negatives` more are drawn anew for each epoch from `digits`, `letters`.

    `sources` says for the card what was learnt from: name, images, licence as stated.
    """

    frames: Frames
    labels: Labels
    digits: Frames
    letters: Frames
    negatives: int
    sources: tuple[dict[str, Any], ...]

    @property
    def size(self) -> int:
        """Glyphs in one epoch."""
        return len(self.frames) + self.negatives


@dataclass(frozen=True, slots=True)
class Checks:
    """Undistorted validation frames (n, 28, 28) with their labels 0-10."""

    frames: Frames
    labels: Labels


def training(folder: Path | None) -> Lessons:
    """Everything of the train parts, small sets repeated; sets that are not in the folder are left out."""
    sets = _sets(folder, "train")
    letters = _letters(folder, "train")
    printed = _printed_digits(_PRINTED, np.random.default_rng(11))
    parts = [part for name, part in sets.items() for _ in range(_REPEATS.get(name, 1))] + [printed]
    frames, labels = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    counts = {name: len(part[0]) for name, part in sets.items()}
    sources = _sources(counts | {"omniglot": len(letters), "printed": _PRINTED})
    return Lessons(frames, labels, sets["mnist"][0], letters, int(len(frames) * _NEGATIVES), sources)


def validation(folder: Path | None) -> Checks:
    """The validation parts with one negative for ten digits, shuffled once so that any beginning is a fair sample."""
    rng = np.random.default_rng(7)
    sets = _sets(folder, "validation")
    frames, labels = (np.concatenate(arrays) for arrays in zip(*sets.values(), strict=True))
    drawn = negatives.negatives(len(frames) // 10, sets["mnist"][0], _letters(folder, "validation"), rng)
    frames = np.concatenate([frames, drawn])
    labels = np.concatenate([labels, np.full(len(drawn), datasets.NOT_A_DIGIT, np.uint8)])
    order = rng.permutation(len(frames))
    return Checks(frames[order], labels[order])


def _sets(folder: Path | None, part: datasets.Part) -> Sets:
    """Normalised frames of each set that is there, by name; "pages" are glyphs of all, found on drawn pages."""
    glyphs = [datasets.mnist(folder, part)]
    sets: Sets = {}
    if folder is not None:
        glyphs += [datasets.tenths(folder, name, part) for name in datasets.TENTHS if (folder / f"{name}.npz").exists()]
    sets |= {one.name: one.frames() for one in glyphs}
    if folder is not None and (folder / datasets.ORAND).is_dir():
        sets["orand"] = datasets.orand_frames(folder, part)
    frames, labels = (np.concatenate(arrays) for arrays in zip(*sets.values(), strict=True))
    digits = labels != datasets.NOT_A_DIGIT
    sets["pages"] = _from_pages(frames[digits], labels[digits], min(_PAGES[part], len(frames) // 50))
    return sets


def _from_pages(frames: Frames, labels: Labels, pages: int) -> tuple[Frames, Labels]:
    """Glyphs that the reader finds on drawn pages: uneven light, noise, ruled lines, blur."""
    rng = np.random.default_rng(13)
    found: list[Grey] = []
    values: list[int] = []
    for _ in range(pages):
        page = drawn_pages.draw(frames, labels, rng)
        glyphs, theirs = harvest(page.grey, page.boxes, page.values)
        found += glyphs
        values += theirs
    return np.array(found, np.uint8).reshape(-1, 28, 28), np.array(values, np.uint8)


def _letters(folder: Path | None, part: datasets.Part) -> Frames:
    if folder is None or not (folder / f"{datasets.LETTERS}.npz").exists():
        return np.zeros((0, 28, 28), np.uint8)
    return datasets.letters(folder, part).frames()[0]


def _printed_digits(count: int, rng: np.random.Generator) -> tuple[Frames, Labels]:
    labels = rng.integers(0, 10, count).astype(np.uint8)
    frames = [normalise(negatives.printed(str(label), rng)) for label in labels]
    return np.stack([frame for frame in frames if frame is not None]), labels


def _sources(counts: dict[str, int]) -> tuple[dict[str, Any], ...]:
    return tuple(
        {"name": name, "images": counts[key], "licence": licence}
        for key, (name, licence) in _NAMES.items()
        if counts.get(key)
    )


_NAMES = {
    "mnist": ("MNIST train, without its last twelfth", "none stated by the source"),
    "usps": ("USPS train, first eight tenths of each digit", "none stated"),
    "ardis": ("ARDIS IV train, first eight tenths of each digit", "none stated"),
    "hwd1000": ("hwd1000, first eight tenths of each digit", "MIT"),
    "orand": (
        "glyphs of ORAND-CAR-A train, without the strings in ml/held_out.json",
        "MIT says the repository; a research set, terms of the underlying images not stated",
    ),
    "omniglot": ("Omniglot letters (Balinese, Latin), as not a digit", "MIT"),
    "pages": ("glyphs of the sets above on pages drawn by ml/drawn_pages.py", "as above"),
    "printed": ("printed digits, and more of what is no digit, drawn by ml/negatives.py", "own"),
}
