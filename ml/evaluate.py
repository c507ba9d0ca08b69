"""`python -m ml.evaluate FILE.npz|FOLDER [--script latin] --json`: score the shipped reader on labelled data.

A file holds glyphs, a folder whole pictures with their truth.json.
"""

from __future__ import annotations

import argparse
import json
import sys
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.classifier import DEFAULT_WEIGHTS, Classifier, WeightsMismatch
from ml.reader import Reader
from ml.scoring import pictures, sources
from ml.scoring.glyphs import evaluate_glyphs
from ml.scoring.matching import match, rates
from ml.scoring.pictures import Reading
from ml.scoring.sources import Unusable


def main(arguments: list[str] | None = None) -> int:
    """0, or 2 and a sentence where the data, the script or the weights cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m ml.evaluate", description="Score the reader on labelled data.")
    parser.add_argument(
        "data",
        type=Path,
        metavar="FILE.npz|FOLDER",
        help="images (N,H,W) uint8, white on black, and labels; or a folder of pictures with truth.json, a list of "
        "{file, text, boxes?, kind?, script?}",
    )
    parser.add_argument("--script", default="latin", help="the script of the labels (latin)")
    parser.add_argument("--json", action="store_true", help="one JSON object on the last line")
    given = parser.parse_args(arguments)
    try:
        result = evaluate(given.data, given.script)
    except (Unusable, WeightsMismatch) as trouble:
        print(trouble, file=sys.stderr)
        return 2
    print(json.dumps(result) if given.json else _table(result))
    return 0


def evaluate(path: Path, script: str = "latin", weights: Path = DEFAULT_WEIGHTS) -> dict[str, Any]:
    """The scores of the weights on the glyphs or pictures in `path`.  Raises Unusable and WeightsMismatch."""
    classifier = Classifier.load(weights)
    if script != classifier.script:
        raise Unusable(f"The weights know the script {classifier.script}, not {script!r}; ask for {classifier.script}.")
    if path.is_dir():
        return evaluate_folder(Reader.load(weights), path, script)
    images, labels = load(path)
    return evaluate_glyphs(classifier, list(images), labels)


def evaluate_folder(reader: Reader, folder: Path, script: str = "latin") -> dict[str, Any]:
    """The scores of the pictures of one script, all together and, where they have kinds, each kind by itself.

    `digits` counts and rates digits whose boxes share half of their union; `digits_by_centre` those whose centre lies
    in the true box, which may be a whole cell.  Both are None where no boxes are known.
    """
    listed = list(sources.listed(folder, script))
    if not listed:
        raise Unusable(f"{folder / 'truth.json'} lists no picture of the script {script!r}.")
    readings = [pictures.read(reader, one.name, one.sheet) for one in listed]
    kinds = sorted({one.kind for one in listed} - {""})
    by_kind = {kind: [r for r, one in zip(readings, listed, strict=True) if one.kind == kind] for kind in kinds}
    return _scores(readings) | {"by_kind": {kind: _scores(some) for kind, some in by_kind.items()}}


def _scores(readings: list[Reading]) -> dict[str, Any]:
    scores = pictures.figures(readings)
    by_centre = pictures.figures([_by_centre(reading) for reading in readings])["digits"]
    digit_f1 = None if scores["digits"] is None else rates(scores["digits"])["f1"]
    return scores | {"digit_f1": digit_f1, "digits_by_centre": by_centre}


def _by_centre(reading: Reading) -> Reading:
    if reading.matched is None:
        return reading
    found = [digit.box for digit in reading.page.digits]
    return replace(reading, matched=match(reading.boxes, found, "cell"), criterion="cell")


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
    rows = _glyph_rows(result) if "accuracy" in result else _picture_rows(result)
    return "\n".join(f"{name:<34}{value}" for name, value in rows)


def _glyph_rows(result: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        ("glyphs", f"{result['n']:,}"),
        ("accuracy", _percent(result["accuracy"])),
        ("rejected digits", _percent(result["rejected"])),
        ("calibration error", _percent(result["ece"])),
        ("others taken for digits", _percent(result["false_accepts"])),
        ("digit against not a digit, AUROC", "–" if result["auroc"] is None else f"{result['auroc']:.4f}"),
        ("milliseconds a glyph", f"{result['ms_per_image']:.3f}"),
    ]


def _picture_rows(result: dict[str, Any]) -> list[tuple[str, str]]:
    by_centre = result["digits_by_centre"] or {"f1": None}
    return [
        ("pictures", f"{result['n']:,}"),
        ("read exactly", _percent(result["exact"])),
        ("digits exact, spaces aside", _percent(result["exact_digits"])),
        ("edits per digit", _percent(result["cer"])),
        ("F1 of digits, boxes", _percent(result["digit_f1"])),
        ("F1 of digits, centres", _percent(by_centre["f1"])),
        ("milliseconds a picture", f"{result['ms_per_image']:.1f}"),
    ]


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.2%}"


if __name__ == "__main__":
    raise SystemExit(main())
