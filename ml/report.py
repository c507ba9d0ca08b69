"""`python -m ml.report --data FOLDER`: score the shipped weights on everything, into their card and the model card."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from ml import datasets, model_card, sheets
from ml.classifier import DEFAULT_WEIGHTS, Classifier, WeightsMismatch, read_card
from ml.evaluate import evaluate_blanks, evaluate_glyphs, evaluate_pages
from ml.images import open_picture
from ml.negatives import negatives
from ml.preprocessing import Grey
from ml.reader import Reader
from ml.sheets import Sheet

_DRAWN = 300
_MODEL_CARD = Path(__file__).parents[1] / "docs" / "model-card.md"


def main(arguments: list[str] | None = None) -> int:
    """0, or 2 and a sentence where the data or the weights cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m ml.report", description="Score the shipped weights.")
    parser.add_argument("--data", type=Path, required=True, help="folder of data sets")
    parser.add_argument("--weights", type=Path, default=DEFAULT_WEIGHTS)
    parser.add_argument("--document", type=Path, default=_MODEL_CARD, help="the model card to write")
    given = parser.parse_args(arguments)
    try:
        card = read_card(given.weights)
        card["scores"] = scores(given.data, given.weights)
    except (WeightsMismatch, FileNotFoundError) as trouble:
        print(trouble, file=sys.stderr)
        return 2
    given.weights.with_suffix(".json").write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n")
    given.document.write_text(model_card.render(card))
    print(json.dumps(card["scores"], indent=1))
    return 0


def scores(folder: Path, weights: Path = DEFAULT_WEIGHTS) -> dict[str, Any]:
    """Every published score, by set."""
    classifier, reader = Classifier.load(weights), Reader.load(weights)
    result = {name: _rounded(evaluate_glyphs(classifier, *glyphs)) for name, glyphs in _glyph_sets(folder)}
    result["orand_car_held_out"] = _rounded(evaluate_pages(reader, sheets.cheques(folder, "held_out")))
    result["drawn_pages"] = _rounded(evaluate_pages(reader, _drawn(folder)))
    result["photographs"] = _rounded(evaluate_pages(reader, _photographs(folder)))
    letters = sheets.without_digits(folder, "held_out", np.random.default_rng(6), _DRAWN)
    result["without_digits"] = _rounded(evaluate_blanks(reader, letters))
    return result


def _glyph_sets(folder: Path) -> Iterator[tuple[str, tuple[list[Grey], Any]]]:
    """The sets that training and calibration never saw; drawn scribbles and marks stand beside the held-out letters."""
    test = datasets.mnist(folder, "held_out")
    yield "mnist_test", (test.images, test.labels)
    for name in ("latin_usps_train", "latin_ardis_train"):
        glyphs = datasets.tenths(folder, name, "held_out")
        yield f"{glyphs.name}_held_out", (glyphs.images, glyphs.labels)
    letters = datasets.letters(folder, "held_out")
    digits = test.images[:1000]
    yield "held_out_letters", ([*letters.images, *digits], np.append(letters.labels, test.labels[:1000]))
    frames, _ = letters.frames()
    drawn = list(negatives(1000, np.stack(digits), frames, np.random.default_rng(99)))
    yield "drawn_negatives", ([*drawn, *digits], np.append(np.full(1000, 10, np.uint8), test.labels[:1000]))


def _drawn(folder: Path) -> Iterator[Sheet]:
    """Pages drawn from the validation digits of MNIST."""
    return sheets.drawn(*datasets.mnist(folder, "validation").frames(), np.random.default_rng(5), _DRAWN)


def _photographs(folder: Path) -> Iterator[Sheet]:
    """The Latin photographs that are no sudoku: those are printed puzzles, filled in by hand."""
    for entry in json.loads((folder / "photos" / "truth.json").read_text()):
        if entry["script"] == "latin" and "sudoku" not in entry["file"]:
            picture: Image.Image = open_picture(folder / "photos" / entry["file"], mode="L")
            yield Sheet.of_text(np.asarray(picture, np.uint8), entry["text"])


def _rounded(values: dict[str, Any]) -> dict[str, Any]:
    """Without the time, which is the machine's, and the confusion, which is long; figures that a person can compare."""
    kept = {key: value for key, value in values.items() if key not in ("ms_per_image", "confusion")}
    return {key: _round(value) for key, value in kept.items()}


def _round(value: Any) -> Any:
    if isinstance(value, dict):
        return _rounded(value)
    return round(value, 5) if isinstance(value, float) else value


if __name__ == "__main__":
    raise SystemExit(main())
