"""What one training run learns from and is checked with, put together from the sets of `datasets`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml import augment, datasets, drawn_pages, fonts, negatives
from ml.harvest import harvest
from ml.preprocessing import SIDE, Grey, normalise

_REPEATS = {"hwd1000": 2}
_PAGES: dict[datasets.Part, int] = {"train": 300, "validation": 120, "held_out": 0}
_CROPS: dict[datasets.Part, int] = {"train": 3, "validation": 2, "held_out": 1}  # of every digit on a cheque
_CUT_OUT = {"orand", "crops", "pages"}  # sets of glyphs that were cut out of numbers
PRINTED = 2_000  # printed digits in each epoch
_NEGATIVES = 0.2  # for each digit so many glyphs that are none

Frames = NDArray[np.uint8]
Labels = NDArray[np.uint8]
Sets = dict[str, tuple[Frames, Labels]]


@dataclass(frozen=True, slots=True)
class Lessons:
    """`frames` (n, 28, 28) with `labels`; in each epoch printed digits and `negatives` glyphs that are none are new.

    The latter are drawn from `digits`, `letters` and `foreign` digits as well (each n, 28, 28).
    `sources` says for the card what was learnt from: name, images, licence as stated.
    """

    frames: Frames
    labels: Labels
    digits: Frames
    letters: Frames
    foreign: Frames
    negatives: int
    sources: tuple[dict[str, Any], ...]

    @property
    def size(self) -> int:
        """Glyphs in one epoch."""
        return len(self.frames) + PRINTED + self.negatives

    def epoch(self, rng: np.random.Generator, strength: float) -> tuple[Frames, Labels]:
        """Everything once, shuffled: frames (size, 28, 28) distorted with `strength`, labels 0-10."""
        printed, values = _printed_digits(PRINTED, rng)
        none = negatives.negatives(self.negatives, self.digits, self.letters, rng, self.foreign)
        frames = np.concatenate([self.frames, printed, none])
        labels = np.concatenate([self.labels, values, np.full(len(none), datasets.NOT_A_DIGIT, np.uint8)])
        order = rng.permutation(len(frames))
        return augment.augment_all(frames[order], rng, strength), labels[order]


@dataclass(frozen=True, slots=True)
class Checks:
    """Undistorted validation frames (n, 28, 28) with their labels 0-10; `alone`: whether they were written apart."""

    frames: Frames
    labels: Labels
    alone: NDArray[np.bool_]


def training(folder: Path | None) -> Lessons:
    """Everything of the train parts, small sets repeated; sets that are not in the folder are left out."""
    sets = _sets(folder, "train")
    letters, foreign = _letters(folder, "train"), _foreign(folder, "train")
    parts = [part for name, part in sets.items() for _ in range(_REPEATS.get(name, 1))]
    frames, labels = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    counts = {name: len(part[0]) for name, part in sets.items()}
    sources = _sources(counts | {"omniglot": len(letters), "foreign": len(foreign), "printed": PRINTED})
    return Lessons(frames, labels, sets["mnist"][0], letters, foreign, int(len(frames) * _NEGATIVES), sources)


def validation(folder: Path | None) -> Checks:
    """The validation parts with one negative for ten digits, shuffled once so that any beginning is a fair sample."""
    rng = np.random.default_rng(7)
    sets = _sets(folder, "validation")
    frames, labels = (np.concatenate(arrays) for arrays in zip(*sets.values(), strict=True))
    letters, foreign = _letters(folder, "validation"), _foreign(folder, "validation")
    drawn = negatives.negatives(len(frames) // 10, sets["mnist"][0], letters, rng, foreign, "validation")
    frames = np.concatenate([frames, drawn])
    labels = np.concatenate([labels, np.full(len(drawn), datasets.NOT_A_DIGIT, np.uint8)])
    apart = [np.full(len(part[1]), name not in _CUT_OUT) for name, part in sets.items()]
    alone = np.concatenate([*apart, np.ones(len(drawn), bool)])
    order = rng.permutation(len(frames))
    return Checks(frames[order], labels[order], alone[order])


def _sets(folder: Path | None, part: datasets.Part) -> Sets:
    """Normalised frames of each set that is there, by name; "pages" are glyphs of all, found on drawn pages."""
    glyphs = [datasets.mnist(folder, part)]
    sets: Sets = {}
    if folder is not None:
        glyphs += [datasets.tenths(folder, name, part) for name in datasets.TENTHS if (folder / f"{name}.npz").exists()]
    sets |= {one.name: one.frames() for one in glyphs}
    if folder is not None and (folder / datasets.ORAND).is_dir():
        sets["orand"] = datasets.orand_frames(folder, part)
        sets["crops"] = datasets.orand_crops(folder, part, _CROPS[part], seed=17)
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
    return np.array(found, np.uint8).reshape(-1, SIDE, SIDE), np.array(values, np.uint8)


def _letters(folder: Path | None, part: datasets.Part) -> Frames:
    if folder is None or not (folder / f"{datasets.LETTERS}.npz").exists():
        return np.zeros((0, SIDE, SIDE), np.uint8)
    return datasets.letters(folder, part).frames()[0]


def _foreign(folder: Path | None, part: datasets.Part) -> Frames:
    if folder is None or not any((folder / f"{name}.npz").exists() for name in datasets.FOREIGN):
        return np.zeros((0, SIDE, SIDE), np.uint8)
    return datasets.foreign(folder, part).frames()[0]


def _printed_digits(count: int, rng: np.random.Generator) -> tuple[Frames, Labels]:
    """Digits in many faces, some as by hand."""
    frames: list[Grey] = []
    labels: list[int] = []
    while len(frames) < count:
        label = int(rng.integers(10))
        glyph = fonts.typeset(str(label), rng) if rng.random() < 0.7 else negatives.printed(str(label), rng)
        frame = normalise(fonts.handwritten(glyph, rng) if rng.random() < 0.3 else glyph)
        if frame is not None:
            frames.append(frame)
            labels.append(label)
    return np.stack(frames), np.array(labels, np.uint8)


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
    "crops": ("the digits of these strings once more, cut out by boxes that are not exact", "as above"),
    "foreign": (
        "digits of eight other scripts that resemble no Latin one, as not a digit",
        "CMATERdb: Apache-2.0 as stated by its repository; the others: none stated",
    ),
    "pages": ("glyphs of the sets above on pages drawn by ml/drawn_pages.py", "as above"),
    "printed": (
        "printed digits, and more of what is no digit, drawn by ml/negatives.py and ml/fonts.py",
        "own; the faces SIL OFL 1.1, Apache-2.0 and matplotlib's",
    ),
}
