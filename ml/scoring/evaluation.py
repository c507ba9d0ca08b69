"""Everything that is scored, in one run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ml import datasets, marked_lines
from ml.classifier import Classifier, read_card
from ml.decision import NOT_A_DIGIT
from ml.preprocessing import Grey
from ml.reader import Reader
from ml.scoring import corruptions, glyphs, pictures, sources, speed
from ml.scoring.glyphs import Answered
from ml.scoring.pictures import Reading

_DRAWN = 300
_CLUTTERED = 100
_MARKED = 150
_BLANK = 200  # pages of each kind
_CORRUPTED = 10  # every so many-th MNIST test digit is corrupted
_AS_PICTURES = 10  # and every so many-th of these goes through the whole reader
# Machine-dependent, or too long for the card beside the weights
_LONG = frozenset(
    ("confusion", "per_digit", "confused_pairs", "reliability", "by_length", "curves", "roc", "risk_coverage")
)


@dataclass(slots=True)
class Evaluation:
    """`result` is what is published; `answered` and `readings`, by set, are what contact sheets are made from."""

    result: dict[str, Any] = field(default_factory=dict)
    answered: dict[str, Answered] = field(default_factory=dict)
    readings: dict[str, list[Reading]] = field(default_factory=dict)


def evaluate_all(folder: Path, weights: Path) -> Evaluation:
    """Score the weights on every set of the data folder.  Raises WeightsMismatch, FileNotFoundError and Unusable."""
    classifier, reader = Classifier.load(weights), Reader.load(weights)
    whole = Evaluation({"scored": _identity(weights)})
    whole.result["digits"] = dict(_digits(whole, classifier, folder))
    whole.result["others"] = dict(_others(whole, classifier, folder))
    whole.result["corruptions"] = _corruptions(classifier, reader, folder)
    whole.result["pictures"] = dict(_pictures(whole, reader, folder))
    whole.result["marks"] = marked_lines.measure(reader, sources.marked(folder, _MARKED))
    blank = sources.blanks(folder, _BLANK)
    whole.result["blank_pages"] = {kind: pictures.evaluate_blanks(reader, pages) for kind, pages in blank}
    whole.result["speed"] = speed.measure(folder, weights)
    whole.result = rounded(whole.result)
    return whole


def headlines(result: dict[str, Any]) -> dict[str, Any]:
    """The figures by set without tables and curves, as the card beside the weights keeps them."""
    parts = ("digits", "others", "pictures")
    sets = {name: _short(scores) for part in parts for name, scores in result[part].items()}
    return sets | {"corruptions": result["corruptions"], "blank_pages": result["blank_pages"]}


def rounded(value: Any) -> Any:
    """To five places, which is more than any set can tell, without the time, which is the machine's."""
    if isinstance(value, dict):
        return {key: rounded(one) for key, one in value.items() if key != "ms_per_image"}
    if isinstance(value, list | tuple):
        return [rounded(one) for one in value]
    return round(float(value), 5) if isinstance(value, float) else value


def _short(value: Any) -> Any:
    return {k: _short(v) for k, v in value.items() if k not in _LONG} if isinstance(value, dict) else value


def _identity(weights: Path) -> dict[str, Any]:
    """Which files were scored."""
    card, finder = read_card(weights), weights.with_name("finder.json")
    named = {"model_version": card["model_version"], "sha256": card["sha256"]}
    return named | {"finder": json.loads(finder.read_text())["sha256"] if finder.exists() else None}


def _digits(whole: Evaluation, classifier: Classifier, folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, (images, labels) in sources.digit_sets(folder):
        read = whole.answered[name] = glyphs.answer(classifier, images, labels)
        yield name, glyphs.figures(read) | {"curves": glyphs.drawn_curves(read)}
        if name == "mnist_test":
            yield "mnist_test_without_doubtful", glyphs.figures(read.without(sources.DOUBTFUL))


def _others(whole: Evaluation, classifier: Classifier, folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, (images, labels) in sources.other_sets(folder):
        read = whole.answered[name] = glyphs.answer(classifier, images, labels)
        kept = ("n", "false_accepts", "false_accepts_interval", "auroc", "sensitivity", "specificity")
        scores = glyphs.figures(read)
        others = int((read.labels == NOT_A_DIGIT).sum())
        taken_for = np.bincount(read.answers[read.labels == NOT_A_DIGIT], minlength=11).tolist()
        yield (
            name,
            {key: scores[key] for key in kept}
            | {"others": others, "taken_for": taken_for, "roc": glyphs.parting(read)},
        )


def _corruptions(classifier: Classifier, reader: Reader, folder: Path) -> dict[str, Any]:
    """Accuracy of corrupted MNIST test digits by severity; the same digits each time, with their own chance.

    `by_severity` as lone glyphs, without looking for ink first; `whole_reader` as small pictures, severity 2.
    """
    test = datasets.mnist(folder, "held_out")
    images, labels = test.images[::_CORRUPTED], test.labels[::_CORRUPTED]
    table, whole = {}, {}
    for at, name in enumerate(corruptions.NAMES):
        rows = [_spoilt(images, name, (41, at, severity)) for severity in corruptions.SEVERITIES]
        table[name] = [_accuracy(classifier, row, labels) for row in rows]
        whole[name] = _as_pictures(reader, rows[1][::_AS_PICTURES], labels[::_AS_PICTURES])
    return {
        "n": len(images),
        "clean": _accuracy(classifier, list(images), labels),
        "mean": float(np.mean(list(table.values()))),
        "by_severity": table,
        "pictures": len(images[::_AS_PICTURES]),
        "whole_reader": whole,
    }


def _spoilt(images: list[Grey], name: str, seed: tuple[int, int, int]) -> list[Grey]:
    rng = np.random.default_rng(seed)
    return [corruptions.corrupt(image, name, seed[-1], rng) for image in images]


def _as_pictures(reader: Reader, images: list[Grey], labels: Any) -> float:
    """Share of small pictures, dark ink on light, in which just the one right digit is read."""
    texts = [reader.read(np.asarray(255 - image, np.uint8)).text for image in images]
    return float(np.mean([text == str(label) for text, label in zip(texts, labels, strict=True)]))


def _accuracy(classifier: Classifier, images: list[Any], labels: Any) -> float:
    read = glyphs.answer(classifier, images, labels)
    return float((read.answers == read.labels).mean())


def _pictures(whole: Evaluation, reader: Reader, folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, chosen in _picture_sets(folder):
        readings = [pictures.read(reader, one.name, one.sheet, one.criterion) for one in chosen]
        whole.readings[name] = readings
        yield name, pictures.figures(readings) | {"risk_coverage": pictures.risk(readings)}


def _picture_sets(folder: Path) -> Iterator[tuple[str, list[sources.Picture]]]:
    photos = list(sources.listed(folder / "photos"))
    for kind in ("single", "string", "page"):
        yield f"photos_{kind}s", [photo for photo in photos if photo.kind == kind]
    yield "orand_car_held_out", list(sources.cheques(folder))
    yield "drawn_pages", list(sources.drawn(folder, _DRAWN))
    yield "cluttered_pages", list(sources.cluttered(folder, _CLUTTERED))
