"""Whole pages with the truth about their numbers: what confidences of numbers are fitted on and scored with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ml import datasets, drawn_pages, layout
from ml.finding import pages
from ml.finding.scene import Scene
from ml.page import Box, Number
from ml.preprocessing import SIDE, Grey

_SEED = 77
_DRAWN, _SINGLE, _PLAIN, _WITHOUT, _CLUTTERED = 300, 150, 150, 200, 25  # cluttered pages hold most numbers each

_REPEATED = 3  # real paper counts for more than its few pictures

Frames = NDArray[np.uint8]
Labels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A grey page (height, width) uint8 and the numbers on it: each its text and the boxes of its digits, if known."""

    grey: Grey
    numbers: tuple[tuple[str, tuple[Box, ...]], ...]

    @classmethod
    def of_text(cls, grey: Grey, text: str) -> Sheet:
        """A page of which only the text is known, numbers parted by one space."""
        return cls(grey, tuple((number, ()) for number in text.split()))

    @property
    def text(self) -> str:
        """As `Page.text`."""
        return " ".join(text for text, _ in self.numbers)

    def holds(self, number: Number) -> bool:
        """Whether a number that was read is there: all its digits and no other; where no boxes are known, its text."""
        if not any(boxes for _, boxes in self.numbers):
            return number.text in [text for text, _ in self.numbers]
        inside = [(text, [_within(box, number.box) for box in boxes]) for text, boxes in self.numbers]
        touched = [(text, hits) for text, hits in inside if any(hits)]
        return len(touched) == 1 and touched[0][0] == number.text and all(touched[0][1])


def validation(folder: Path | None) -> list[Sheet]:
    """Drawn pages, lone digits, plain pictures of one, cheque amounts and pages without digits, of validation parts."""
    rng = np.random.default_rng(_SEED)
    frames, labels = _digits(folder)
    sheets = [*drawn(frames, labels, rng, _DRAWN), *drawn(frames, labels, rng, _SINGLE, longest=1)]
    sheets += [Sheet.of_text(frames[at], str(labels[at])) for at in rng.integers(len(frames), size=_PLAIN)]
    if folder is not None and (folder / datasets.ORAND).is_dir():
        sheets += cheques(folder, "validation") * _REPEATED
    sheets += cluttered(folder, "validation", rng, _CLUTTERED)
    return sheets + [Sheet(page, ()) for page in without_digits(folder, "validation", rng, _WITHOUT)]


def drawn(frames: Frames, labels: Labels, rng: Generator, count: int, longest: int = 6) -> Iterator[Sheet]:
    """`count` pages of `drawn_pages.draw`."""
    for _ in range(count):
        page = drawn_pages.draw(frames, labels, rng, longest)
        numbers, start = [], 0
        for text in " ".join(page.lines).split():
            numbers.append((text, page.boxes[start : start + len(text)]))
            start += len(text)
        yield Sheet(page.grey, tuple(numbers))


def plain(folder: Path | None, rng: Generator, count: int) -> Iterator[Sheet]:
    """`count` of them in digits of the validation parts."""
    return drawn(*_digits(folder), rng, count)


def cluttered(folder: Path | None, part: datasets.Part, rng: Generator, count: int) -> Iterator[Sheet]:
    """`count` pages of `finding.pages`: photographs of forms, grids, ruled and patterned paper, one in five empty.

    What stands together is a number, as for the reader.
    """
    desk = pages.desk(folder, part)
    for _ in range(count):
        height, width = (int(side) for side in rng.integers(160, 640, 2))
        size = float(np.exp(rng.uniform(np.log(20), np.log(60))))
        yield _grouped(pages.draw(desk, rng, height, width, float(rng.uniform(0, 1)), size))


def _grouped(scene: Scene) -> Sheet:
    boxes = [(int(x), int(y), int(w), int(h)) for x, y, w, h, _ in scene.digits.tolist()]
    values = [str(int(value)) for value in scene.digits[:, 4]]
    groups = [group for line in layout.lines(boxes) for group in layout.numbers(boxes, line)]
    return Sheet(
        scene.grey, tuple(("".join(values[at] for at in group), tuple(boxes[at] for at in group)) for group in groups)
    )


def cheques(folder: Path, part: datasets.Part) -> list[Sheet]:
    """ORAND-CAR's amounts."""
    entries = datasets.orand_truth(folder, part)
    return [Sheet.of_text(datasets.orand_picture(folder, entry), entry["text"]) for entry in entries]


def without_digits(folder: Path | None, part: datasets.Part, rng: Generator, count: int) -> Iterator[Grey]:
    """`count` pages of scribbles, marks and words in the letters of one part."""
    letters = np.zeros((0, SIDE, SIDE), np.uint8)
    if folder is not None and (folder / f"{datasets.LETTERS}.npz").exists():
        letters = datasets.letters(folder, part).frames()[0]
    return (drawn_pages.draw_without_digits(letters, rng) for _ in range(count))


def _digits(folder: Path | None) -> tuple[Frames, Labels]:
    """MNIST's validation part, and about half as many of the other sets' together where they are there."""
    parts = [datasets.mnist(folder, "validation").frames()]
    names = [name for name in datasets.TENTHS if folder is not None and (folder / f"{name}.npz").exists()]
    others = [datasets.tenths(folder, name, "validation").frames() for name in names if folder is not None]
    parts += others * max(1, len(parts[0][0]) // 2 // max(1, sum(len(part[0]) for part in others)))
    frames, labels = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    return frames, labels


def _within(box: Box, around: Box) -> bool:
    """Whether the middle of a box lies in another."""
    x, y = box[0] + box[2] / 2, box[1] + box[3] / 2
    return around[0] <= x <= around[0] + around[2] and around[1] <= y <= around[1] + around[3]
