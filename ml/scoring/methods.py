"""The methods that `make compare` sets beside ours: one way each of learning digits, with settings of the textbooks.

Nothing here was tuned: the settings are usual ones, the same for every split.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.naive_bayes import BernoulliNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from ml.scoring.metrics import wilson

Images = NDArray[np.uint8]  # (n, 28, 28), white ink on black
Labels = NDArray[np.uint8]
Answer = Callable[[Images], NDArray[np.integer]]
Learner = Callable[[Images, Labels, int], Answer]
"""Learns from images and labels with a seed, and returns what answers for others."""


@dataclass(frozen=True, slots=True)
class Method:
    """A method by its usual name, with its settings in words."""

    name: str
    settings: str
    learn: Learner


def measure(method: Method, train: tuple[Images, Labels], test: tuple[Images, Labels], seed: int) -> dict[str, Any]:
    """Accuracy on `test` with its 95 % interval, CPU seconds of learning and CPU microseconds of each answer."""
    started = time.process_time()
    answer = method.learn(*train, seed)
    seconds = time.process_time() - started
    answer(test[0][:256])  # the first answer pays for what is built late
    learnt = time.process_time()
    right = float((answer(test[0]) == test[1]).mean())
    answered = time.process_time()
    return {
        "method": method.name,
        "settings": method.settings,
        "accuracy": right,
        "interval": wilson(right, len(test[1])),
        "training_seconds": seconds,
        "microseconds_per_image": (answered - learnt) * 1e6 / len(test[1]),
    }


def flat(images: Images) -> NDArray[np.float32]:
    """(n, 784) float32 from 0 to 1."""
    return images.reshape(len(images), -1).astype(np.float32) / np.float32(255)


def _fitted(make: Callable[[int], Any]) -> Learner:
    """A scikit-learn classifier on raw pixels."""

    def learn(images: Images, labels: Labels, seed: int) -> Answer:
        classifier = make(seed)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # the number of rounds is a setting
            classifier.fit(flat(images), labels)
        return lambda others: np.asarray(classifier.predict(flat(others)))

    return learn


CLASSIC = (
    Method(
        "k-NN", "3 neighbours, weighted by nearness", _fitted(lambda _: KNeighborsClassifier(3, weights="distance"))
    ),
    Method("SVM", "RBF kernel, C 10, usual width", _fitted(lambda _: SVC(C=10.0))),
    Method("random forest", "300 trees", _fitted(lambda seed: RandomForestClassifier(300, random_state=seed))),
    Method("naive Bayes", "Bernoulli, ink or none", _fitted(lambda _: BernoulliNB(binarize=0.5))),
    Method("decision tree", "grown in full", _fitted(lambda seed: DecisionTreeClassifier(random_state=seed))),
    Method(
        "MLP (DNN)",
        "512 and 256 rectified units, Adam, 30 epochs",
        _fitted(lambda seed: MLPClassifier((512, 256), batch_size=128, max_iter=30, random_state=seed)),
    ),
)
