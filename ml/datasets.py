"""The sets that the reader learns from and is measured on, and how each is divided.

Every picture belongs to one part for ever: "train", "validation" (choices and calibration) or "held_out" (reported).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ml.harvest import harvest
from ml.jitter import jittered
from ml.preprocessing import SIDE, Grey, normalise

Part = Literal["train", "validation", "held_out"]
NOT_A_DIGIT = 10
TENTHS = ("latin_usps_train", "latin_ardis_train", "latin_hwd1000_drawn")
ORAND = "latin_orand_car_strings"
LETTERS = "negatives_omniglot_train"
_HELD_OUT = Path(__file__).with_name("held_out.json")
_LATIN_LOOKALIKES = frozenset("bgijloqsyz")  # as digits 6 9 1 5 1 0 9 5 4 2
_LOOKALIKES = {  # characters of the other alphabets that many people would read as a digit
    "Balinese": frozenset({5, 14}),
    "Greek": frozenset({4, 8, 9, 15, 18}),
    "Korean": frozenset({21, 22, 27, 28, 33}),
    "Early_Aramaic": frozenset({2, 3, 4, 5, 6, 7, 12, 14, 16, 17, 20}),
}
FOREIGN: dict[str, tuple[int, ...]] = {  # digits of other scripts that nobody takes for a Latin one, by set
    "chinese_numerals_train": (0, 3, 4, 5, 6, 8, 9),
    "devanagari_cmaterdb_train": (6, 9),
    "bangla_cmaterdb_train": (9,),
    "arabic_madbase_part": (4, 7),
    "kannada_pages_train": (5, 6, 8, 9),
    "telugu_cmaterdb_train": (1, 5, 6, 8, 9),
    "gujarati_jm_train": (6,),
    "gurmukhi_digits_train": (6,),
}
_MOST_FOREIGN = 250  # of each such digit
_ALPHABETS: dict[str, Part] = {
    "Balinese": "train",
    "Latin": "train",
    "Greek": "validation",
    "Korean": "held_out",
    "Early_Aramaic": "held_out",
}


@dataclass(frozen=True, slots=True)
class Glyphs:
    """`images` in their native size, white ink on black, and `labels` 0-9 or 10 for not a digit."""

    name: str
    images: list[Grey]
    labels: NDArray[np.uint8]

    def frames(self) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """Normalised (n, 28, 28) uint8 frames with their labels; glyphs without ink are left out."""
        pairs = [(normalise(image), label) for image, label in zip(self.images, self.labels, strict=True)]
        kept = [(frame, label) for frame, label in pairs if frame is not None]
        return np.stack([frame for frame, _ in kept]), np.array([label for _, label in kept], np.uint8)


def mnist(folder: Path | None, part: Part) -> Glyphs:
    """MNIST's training set, its last twelfth (5,000) as validation; its test set is "held_out"."""
    if folder is None:
        images, labels = _mnist_from_keras(part)
    else:
        images, labels = _load(folder, "latin_mnist_test" if part == "held_out" else "latin_mnist_train")
    if part == "held_out":
        return Glyphs("mnist", list(images), labels)
    at = len(images) - len(images) // 12
    chosen = slice(at, None) if part == "validation" else slice(0, at)
    return Glyphs("mnist", list(images[chosen]), labels[chosen])


def tenths(folder: Path, name: str, part: Part) -> Glyphs:
    """USPS, ARDIS and hwd1000: of each digit in file order the last tenth is held out, the tenth before validates."""
    images, labels = _load(folder, name)
    chosen = np.zeros(len(labels), bool)
    for digit in range(10):
        chosen[_tenth(np.flatnonzero(labels == digit), part)] = True
    return Glyphs(name.split("_")[1], [images[at] for at in np.flatnonzero(chosen)], labels[chosen])


def _tenth(places: NDArray[np.intp], part: Part) -> NDArray[np.intp]:
    """Those of one digit's places, in file order, that belong to a part: 8 tenths, the ninth and the last."""
    low, high = {"train": (0.0, 0.8), "validation": (0.8, 0.9), "held_out": (0.9, 1.0)}[part]
    return places[round(low * len(places)) : round(high * len(places))]


def letters(folder: Path, part: Part) -> Glyphs:
    """Omniglot's letters without those that look like digits; whole alphabets validate and are held out."""
    return _signs(folder, part, alike=False)


def lookalikes(folder: Path, part: Part) -> Glyphs:
    """Those of Omniglot's letters that look like digits, which many people would read as one out of context."""
    return _signs(folder, part, alike=True)


def _signs(folder: Path, part: Part, *, alike: bool) -> Glyphs:
    with np.load(folder / f"{LETTERS}.npz") as archive:
        images, symbols = archive["images"], [str(symbol) for symbol in archive["symbol"]]
    chosen = [
        at
        for at, symbol in enumerate(symbols)
        if _looks_like_a_digit(symbol) == alike and _ALPHABETS[symbol.split("/")[0]] == part
    ]
    return Glyphs("omniglot", [images[at] for at in chosen], np.full(len(chosen), NOT_A_DIGIT, np.uint8))


def foreign(folder: Path, part: Part) -> Glyphs:
    """Digits of other scripts, as not a digit, from the sets that are there: tenths as of the Latin sets."""
    images: list[Grey] = []
    for name, digits in FOREIGN.items():
        if (folder / f"{name}.npz").exists():
            pictures, labels = _load(folder, name)
            for digit in digits:
                images += [pictures[at] for at in _tenth(np.flatnonzero(labels == digit), part)[:_MOST_FOREIGN]]
    return Glyphs("foreign", images, np.full(len(images), NOT_A_DIGIT, np.uint8))


def orand_crops(folder: Path, part: Part, copies: int, seed: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Frames (n, 28, 28) and labels 0-9 of each digit, `copies` times, by boxes that are not exact.

    As a finder of digits sends them: from the ink as it is, from thresholded ink and from the paper divided out.
    """
    rng = np.random.default_rng(seed)
    frames: list[Grey] = []
    labels: list[int] = []
    for entry in orand_truth(folder, part):
        boxes, values = [box[:4] for box in entry["boxes"]], [box[4] for box in entry["boxes"]]
        found = jittered(orand_picture(folder, entry), boxes, values, copies, rng)
        frames += found[0]
        labels += found[1]
    return np.array(frames, np.uint8).reshape(-1, SIDE, SIDE), np.array(labels, np.uint8)


def orand_frames(folder: Path, part: Part) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Frames (n, 28, 28) and labels 0-10 that the reader finds on the cheque amounts of one part."""
    frames: list[Grey] = []
    labels: list[int] = []
    for entry in orand_truth(folder, part):
        boxes = [(x, y, w, h) for x, y, w, h, _ in entry["boxes"]]
        found = harvest(orand_picture(folder, entry), boxes, [box[4] for box in entry["boxes"]])
        frames += found[0]
        labels += found[1]
    return np.array(frames, np.uint8).reshape(-1, SIDE, SIDE), np.array(labels, np.uint8)


def orand_picture(folder: Path, entry: dict[str, Any]) -> Grey:
    """One cheque amount, (height, width) uint8."""
    with Image.open(folder / ORAND / entry["file"]) as picture:
        return np.asarray(picture.convert("L"), np.uint8)


def orand_truth(folder: Path, part: Part) -> list[dict[str, Any]]:
    """The ORAND-CAR strings of one part: dicts with `file`, `text` and `boxes` [x, y, w, h, digit]."""
    entries = json.loads((folder / ORAND / "truth.json").read_text())
    divided = _divided_strings()
    return [entry for entry in entries if divided.get(entry["file"], "train") == part]


@lru_cache(maxsize=1)
def _divided_strings() -> dict[str, str]:
    listed: dict[str, list[str]] = json.loads(_HELD_OUT.read_text())[ORAND]
    return {file: part for part, files in listed.items() for file in files}


def _looks_like_a_digit(symbol: str) -> bool:
    alphabet, character = symbol.split("/character")
    if alphabet == "Latin":
        return chr(ord("a") + int(character) - 1) in _LATIN_LOOKALIKES
    return int(character) in _LOOKALIKES.get(alphabet, ())


def _load(folder: Path, name: str) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    with np.load(folder / f"{name}.npz") as archive:
        return archive["images"], archive["labels"]


def _mnist_from_keras(part: Part) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    import keras  # only where there is no data folder: fetches MNIST from Keras' own address

    train, test = keras.datasets.mnist.load_data()
    images, labels = test if part == "held_out" else train
    return images, np.asarray(labels, np.uint8)
