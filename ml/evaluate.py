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
from ml.metrics import Chances, gap, score
from ml.preprocessing import Grey, batch, normalise
from ml.reader import Reader
from ml.sheets import Sheet

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


def evaluate_pages(reader: Reader, sheets: Iterable[Sheet]) -> dict[str, Any]:
    """Score whole pages with digits.

    `exact` is the share whose text is right, `exact_digits` that with the spaces left out.  Of the pages, and of the
    numbers, on which anything was found: `confidence` is what was said on average, `right` the share that was, `ece`
    and `brier` how far both are apart.
    """
    exact, digits = [], []
    pages: list[tuple[float, bool]] = []
    numbers: list[tuple[float, bool]] = []
    for sheet in sheets:
        page = reader.read(sheet.grey)
        exact.append(page.text == sheet.text)
        digits.append(page.text.replace(" ", "") == sheet.text.replace(" ", ""))
        pages += [] if page.confidence is None else [(page.confidence, exact[-1])]
        numbers += [(number.confidence, sheet.holds(number)) for number in page.numbers]
    shares = {"n": len(exact), "exact": float(np.mean(exact)), "exact_digits": float(np.mean(digits))}
    return shares | {"pages": _honesty(pages), "numbers": _honesty(numbers)}


def evaluate_blanks(reader: Reader, pages: Iterable[Grey]) -> dict[str, Any]:
    """Score pages without digits: the share on which one was found (`invented`), and digits a page."""
    found = [len(reader.read(page).digits) for page in pages]
    return {"n": len(found), "invented": float(np.mean(np.array(found) > 0)), "digits_a_page": float(np.mean(found))}


def _honesty(said: list[tuple[float, bool]]) -> dict[str, float] | None:
    if not said:
        return None
    confidence, right = (np.array(column) for column in zip(*said, strict=True))
    return {
        "confidence": float(confidence.mean()),
        "right": float(right.mean()),
        "ece": gap(confidence, right),
        "brier": float(((confidence - right) ** 2).mean()),
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
