"""The classifier on lone glyphs: figures, curves and which were misread."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.classifier import Classifier
from ml.decision import NOT_A_DIGIT, Rule
from ml.decision import answers as decide
from ml.preprocessing import Grey, batch, normalise
from ml.scoring import curves
from ml.scoring.metrics import Chances, confused_pairs, digit_or_not, per_digit, reliability, score, wilson

_BLOCK = 1_000  # glyphs at a time, so that memory does not grow with the file


@dataclass(frozen=True, slots=True)
class Answered:
    """Glyphs (each (H, W) uint8, white on black), their labels 0-10, the (n, 11) chances and the answers 0-10."""

    images: list[Grey]
    labels: NDArray[np.int64]
    chances: Chances
    answers: NDArray[np.int64]
    reject_above: float
    ms_per_image: float

    def without(self, indexes: tuple[int, ...]) -> Answered:
        """The same but for some glyphs."""
        kept = np.setdiff1d(np.arange(len(self.labels)), indexes)
        images = [self.images[at] for at in kept]
        arrays = self.labels[kept], self.chances[kept], self.answers[kept]
        return Answered(images, *arrays, self.reject_above, self.ms_per_image)


def answer(classifier: Classifier, images: list[Grey], labels: NDArray[np.integer]) -> Answered:
    """Read glyphs; the time is the process's own, normalisation included."""
    started = time.process_time()
    chances = read_glyphs(classifier, images)
    milliseconds = (time.process_time() - started) * 1000 / len(images)
    reject_above = Rule.of_card(classifier.card).glyph
    wanted = np.asarray(labels, np.int64)
    return Answered(list(images), wanted, chances, decide(chances, reject_above), reject_above, milliseconds)


def read_glyphs(classifier: Classifier, images: list[Grey]) -> Chances:
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


def evaluate_glyphs(classifier: Classifier, images: list[Grey], labels: NDArray[np.integer]) -> dict[str, Any]:
    """Every figure of labelled glyphs, without curves."""
    return figures(answer(classifier, images, labels))


def figures(read: Answered) -> dict[str, Any]:
    """Accuracy with its interval, rejections, calibration, confusion, per digit, and how digits part from the rest."""
    scores = score(read.chances, read.labels, read.reject_above).as_dict()
    digits = int((read.labels != NOT_A_DIGIT).sum())
    rejected = scores["false_accepts"]
    return scores | {
        "accuracy_interval": None if scores["accuracy"] is None else wilson(scores["accuracy"], digits),
        "false_accepts_interval": None if rejected is None else wilson(rejected, len(read.labels) - digits),
        "per_digit": per_digit(scores["confusion"]),
        **digit_or_not(scores["confusion"]),
        "confused_pairs": confused_pairs(scores["confusion"]),
        "ms_per_image": read.ms_per_image,
    }


def drawn_curves(read: Answered) -> dict[str, Any]:
    """ROC and precision–recall of each digit against the rest, reliability, risk and coverage; of digits alone."""
    digits = read.labels != NOT_A_DIGIT
    chances, labels, answers = read.chances[digits], read.labels[digits], read.answers[digits]
    best = chances[:, :NOT_A_DIGIT].max(axis=1)
    return {
        "roc": [curves.roc(chances[:, digit], labels == digit) for digit in range(NOT_A_DIGIT)],
        "precision_recall": [curves.precision_recall(chances[:, d], labels == d) for d in range(NOT_A_DIGIT)],
        "reliability": reliability(best, chances[:, :NOT_A_DIGIT].argmax(axis=1) == labels),
        "risk_coverage": curves.risk_coverage(np.where(answers == NOT_A_DIGIT, 0.0, best), answers == labels),
    }


def parting(read: Answered) -> dict[str, Any]:
    """ROC of digits against what is none."""
    return curves.roc(1 - read.chances[:, NOT_A_DIGIT], read.labels != NOT_A_DIGIT)
