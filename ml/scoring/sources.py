"""The labelled glyphs and pictures that scores are taken on; none of them was learned from."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml import datasets, marked_sheets, sheets
from ml.images import PictureRejected, open_picture
from ml.marked_sheets import MarkedSheet
from ml.negatives import negatives
from ml.page import Box
from ml.preprocessing import Grey
from ml.scoring import blank_pages, faces
from ml.scoring.matching import Criterion
from ml.scoring.strings import digits_of
from ml.sheets import Sheet

DOUBTFUL = (947, 1621, 1901, 2462, 2597, 3558, 5937, 6651, 6783, 9729, 2654, 3520, 9679, 2130, 8527)
"""MNIST test labels, counted from 0, that most raters call wrong or doubtful (Northcutt et al. 2021)."""

Glyphs = tuple[list[Grey], NDArray[np.uint8]]
_DIGITS_BESIDE = 1000  # test digits that letters and scribbles are set against


class Unusable(Exception):
    """The file or the folder cannot be scored; the text is a sentence for people."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture with its truth; `kind` and `script` as its list says."""

    name: str
    sheet: Sheet
    kind: str = ""
    script: str = "latin"

    @property
    def criterion(self) -> Criterion:
        """Boxes of photographs, which have a kind, are often cells; others lie tight around their digits."""
        return "cell" if self.kind else "overlap"


def digit_sets(folder: Path) -> Iterator[tuple[str, Glyphs]]:
    """Digits alone."""
    test = datasets.mnist(folder, "held_out")
    yield "mnist_test", (test.images, test.labels)
    for name in datasets.TENTHS:
        if (folder / f"{name}.npz").exists():
            glyphs = datasets.tenths(folder, name, "held_out")
            yield f"{glyphs.name}_held_out", (glyphs.images, glyphs.labels)
    rng = np.random.default_rng(21)
    labels = (np.arange(1000) % 10).astype(np.uint8)
    yield "printed_digits", ([faces.printed(str(label), rng) for label in labels], labels)


def other_sets(folder: Path) -> Iterator[tuple[str, Glyphs]]:
    """What is no digit, each set with the same MNIST test digits beside it."""
    test, rng = datasets.mnist(folder, "held_out"), np.random.default_rng(22)
    digits = test.images[:_DIGITS_BESIDE]
    letters = datasets.letters(folder, "held_out").images
    frames, _ = datasets.letters(folder, "held_out").frames()
    sets = {
        "held_out_letters": letters,
        "printed_letters": [faces.printed(str(sign), rng) for sign in rng.choice(list(faces.LETTERS), 1000)],
        "scribbles": [blank_pages.scribble(rng) for _ in range(1000)],
        "drawn_negatives": list(negatives(1000, np.stack(digits), frames, np.random.default_rng(99))),
        "empty_crops": _empty_crops(rng),
        "lookalike_letters": datasets.lookalikes(folder, "held_out").images,
        "lookalike_printed": [faces.printed(str(sign), rng) for sign in rng.choice(list(faces.LOOKALIKES), 1000)],
    }
    for name, others in sets.items():
        labels = np.append(np.full(len(others), 10, np.uint8), test.labels[:_DIGITS_BESIDE])
        yield name, ([*others, *digits], labels)


def cheques(folder: Path, part: datasets.Part = "held_out") -> Iterator[Picture]:
    """ORAND-CAR's amounts of one part."""
    for entry in datasets.orand_truth(folder, part):
        sheet = _sheet(datasets.orand_picture(folder, entry), entry["text"], entry["boxes"])
        yield Picture(entry["file"], sheet)


def listed(folder: Path, script: str = "latin") -> Iterator[Picture]:
    """The pictures of a folder with a truth.json: a list of {file, text, boxes?, kind?, script?}.  Raises Unusable."""
    for entry in _truth(folder):
        if entry.get("script", script) == script:
            grey = _grey(folder / entry["file"])
            sheet = _sheet(grey, entry["text"], entry.get("boxes") or [])
            yield Picture(entry["file"], sheet, entry.get("kind", ""), script)


def _truth(folder: Path) -> list[dict[str, Any]]:
    path = folder / "truth.json"
    try:
        entries = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise Unusable(f"{path} is missing or no JSON; it must list file and text of each picture.") from error
    whole = isinstance(entries, list) and all(
        isinstance(entry, dict) and isinstance(entry.get("file"), str) and isinstance(entry.get("text"), str)
        for entry in entries
    )
    if not whole or not entries:
        raise Unusable(f"{path} must be a list, not empty, of objects with the texts file and text.")
    return list(entries)


def _grey(path: Path) -> Grey:
    try:
        return np.asarray(open_picture(path, mode="L"), np.uint8)
    except PictureRejected as rejected:
        raise Unusable(f"{path}: {rejected.sentence}") from rejected
    except OSError as trouble:
        raise Unusable(f"{path} cannot be opened: {trouble.strerror}.") from trouble


def _sheet(grey: Grey, text: str, boxes: list[list[int]]) -> Sheet:
    """With the boxes shared out among the numbers, where there is one for each digit, in the order of the text."""
    if "".join(str(box[4]) for box in boxes) != digits_of(text):
        return Sheet.of_text(grey, text)
    places: list[Box] = [(box[0], box[1], box[2], box[3]) for box in boxes]
    numbers, start = [], 0
    for number in text.split():
        numbers.append((number, tuple(places[start : start + len(number)])))
        start += len(number)
    return Sheet(grey, tuple(numbers))


def drawn(folder: Path, count: int) -> Iterator[Picture]:
    """Pages drawn from the validation digits of MNIST."""
    frames, labels = datasets.mnist(folder, "validation").frames()
    for at, sheet in enumerate(sheets.drawn(frames, labels, np.random.default_rng(5), count)):
        yield Picture(f"page {at}", sheet)


def cluttered(folder: Path, count: int) -> Iterator[Picture]:
    """Photographs, as the finder draws them, of forms, grids and patterned paper with digits of the held-out parts."""
    for at, sheet in enumerate(sheets.cluttered(folder, "held_out", np.random.default_rng(51), count)):
        yield Picture(f"clutter {at}", sheet)


def marked(folder: Path, count: int) -> list[MarkedSheet]:
    """Drawn numbers with points, commas, minus signs and slashes."""
    frames, labels = datasets.mnist(folder, "validation").frames()
    rng = np.random.default_rng(71)
    return [marked_sheets.draw(frames, labels, rng) for _ in range(count)]


def blanks(folder: Path, count: int) -> Iterator[tuple[str, Iterator[Grey]]]:
    """Pages without digits by kind."""
    for at, kind in enumerate(blank_pages.KINDS):
        yield kind, blank_pages.pages(kind, np.random.default_rng(60 + at), count)
    yield "handwritten", sheets.without_digits(folder, "held_out", np.random.default_rng(6), count)


def _empty_crops(rng: np.random.Generator) -> list[Grey]:
    crops = []
    for page in blank_pages.pages("empty", rng, 100):
        for _ in range(5):
            y, x = (int(rng.integers(0, side - 64)) for side in page.shape)
            crops.append(np.asarray(255 - page[y : y + 64, x : x + 64], np.uint8))
    return crops
