"""`python -m ml.evaluate FILE.npz [--script latin] --json`: score the shipped reader on labelled glyphs."""

from __future__ import annotations

import argparse
import json
import sys
import time
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.classifier import DEFAULT_WEIGHTS, Classifier, WeightsMismatch
from ml.decision import Rule
from ml.metrics import Chances, score
from ml.preprocessing import Grey, batch, normalise
from ml.reader import Reader

_BLOCK = 1_000  # glyphs at a time, so that memory does not grow with the file


class Unusable(Exception):
    """The file or the script cannot be scored; the text is a sentence for people."""


def main(arguments: list[str] | None = None) -> int:
    """0, or 2 and a sentence where the file, the script or the weights cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m ml.evaluate", description="Score the reader on labelled glyphs.")
    parser.add_argument("file", type=Path, metavar="FILE.npz", help="images (N,H,W) uint8, white on black, and labels")
    parser.add_argument("--script", default="latin", help="the script of the labels (latin)")
    parser.add_argument("--json", action="store_true", help="one JSON object on the last line")
    given = parser.parse_args(arguments)
    try:
        result = evaluate(given.file, given.script)
    except (Unusable, WeightsMismatch) as trouble:
        print(trouble, file=sys.stderr)
        return 2
    print(json.dumps(result) if given.json else _table(result))
    return 0


def evaluate(path: Path, script: str = "latin", weights: Path = DEFAULT_WEIGHTS) -> dict[str, Any]:
    """The scores of the weights on the glyphs in `path`.  Raises Unusable and WeightsMismatch."""
    classifier = Classifier.load(weights)
    if script != classifier.script:
        raise Unusable(f"The weights know the script {classifier.script}, not {script!r}; ask for {classifier.script}.")
    images, labels = load(path)
    return evaluate_glyphs(classifier, list(images), labels)


def evaluate_glyphs(classifier: Classifier, images: list[NDArray[np.uint8]], labels: NDArray[Any]) -> dict[str, Any]:
    """Score glyphs (each (H, W) uint8, white ink on black) with labels 0-10."""
    started = time.perf_counter()
    chances = read_glyphs(classifier, images)
    elapsed = time.perf_counter() - started
    reject_above = Rule.of_card(classifier.card).glyph
    scores = score(chances, np.asarray(labels, np.int64), reject_above).as_dict()
    return scores | {"ms_per_image": elapsed * 1000 / len(images)}


def read_glyphs(classifier: Classifier, images: list[NDArray[np.uint8]]) -> Chances:
    """(n, 11) probabilities; a picture without ink is certainly not a digit."""
    chances = np.zeros((len(images), 11))
    chances[:, -1] = 1.0
    for start in range(0, len(images), _BLOCK):
        frames = [normalise(image) for image in images[start : start + _BLOCK]]
        inked = [at for at, frame in enumerate(frames) if frame is not None]
        if inked:
            ready = batch([frame for frame in frames if frame is not None])
            chances[[start + at for at in inked]] = classifier.probabilities(ready)
    return chances


def evaluate_pages(reader: Reader, pages: Iterable[tuple[Grey, str]]) -> dict[str, Any]:
    """Score whole pictures, grey (height, width) uint8, against their text, numbers parted by one space.

    `exact` is the share whose text is right, `exact_digits` that with the spaces left out; `confidence` is what the
    reader said on average of those where it found anything, `confidence_right` how many of these were right.
    """
    exact, digits, said, right = [], [], [], []
    for grey, text in pages:
        page = reader.read(grey)
        exact.append(page.text == text)
        digits.append(page.text.replace(" ", "") == text.replace(" ", ""))
        if page.confidence is not None:
            said.append(page.confidence)
            right.append(exact[-1])
    return {
        "n": len(exact),
        "exact": float(np.mean(exact)),
        "exact_digits": float(np.mean(digits)),
        "confidence": float(np.mean(said)) if said else None,
        "confidence_right": float(np.mean(right)) if right else None,
    }


def load(path: Path) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """`images` and `labels` of an .npz file.  Raises Unusable where they are not as they must be."""
    try:
        with np.load(path, allow_pickle=False) as archive:
            images, labels = archive["images"], archive["labels"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, zipfile.BadZipFile) as error:
        raise Unusable(f"{path} is no .npz file with the arrays images and labels.") from error
    if images.ndim != 3 or images.dtype != np.uint8 or 0 in images.shape:
        raise Unusable(f"images must be (N, H, W) uint8 and not empty; here they are {images.shape} {images.dtype}.")
    if labels.shape != (len(images),) or labels.dtype.kind not in "iu" or labels.min() < 0 or labels.max() > 10:
        raise Unusable("labels must be one whole number for each image, 0 to 9, or 10 for not a digit.")
    return images, labels.astype(np.int64)


def _table(result: dict[str, Any]) -> str:
    rows = [
        ("glyphs", f"{result['n']:,}"),
        ("accuracy", _percent(result["accuracy"])),
        ("rejected digits", _percent(result["rejected"])),
        ("calibration error", _percent(result["ece"])),
        ("others taken for digits", _percent(result["false_accepts"])),
        ("digit against not a digit, AUROC", "–" if result["auroc"] is None else f"{result['auroc']:.4f}"),
        ("milliseconds a glyph", f"{result['ms_per_image']:.3f}"),
    ]
    return "\n".join(f"{name:<34}{value}" for name, value in rows)


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.2%}"


if __name__ == "__main__":
    raise SystemExit(main())
