"""The methods set beside ours: each learns, and the document says what was measured."""

from typing import Any

import numpy as np
import pytest

from ml.scoring import compare
from ml.scoring.methods import CLASSIC, Method, measure
from tests.ml.generated import digits

TRAIN, TEST = digits(300, seed=8), digits(100, seed=9)


@pytest.mark.parametrize("method", CLASSIC, ids=lambda method: method.name)
def test_each_classic_method_learns_printed_digits(method: Method) -> None:
    found = measure(method, TRAIN, TEST, seed=1)
    assert found["accuracy"] > 0.5
    assert found["training_seconds"] > 0
    assert found["microseconds_per_image"] > 0


@pytest.mark.training
@pytest.mark.slow
def test_each_other_network_learns_printed_digits() -> None:
    pytest.importorskip("tensorflow", reason="training needs TensorFlow (requirements.txt)")
    from ml.scoring.networks import NETWORKS

    others = NETWORKS[:-1]  # ours averages its weights over hundreds of steps: test_training.py has it
    found = {method.name: measure(method, TRAIN, TEST, seed=1)["accuracy"] for method in others}
    assert len(found) == 3
    assert all(accuracy > 0.3 for accuracy in found.values()), found


def test_the_accuracy_is_that_of_the_answers() -> None:
    always_three = Method("three", "always", lambda images, labels, seed: lambda others: np.full(len(others), 3))
    found = measure(always_three, TRAIN, TEST, seed=1)
    assert found["accuracy"] == 0.1
    low, high = found["interval"]
    assert low < 0.1 < high


def test_the_document_shows_each_method_with_its_figures() -> None:
    row: dict[str, Any] = {"method": "k-NN", "settings": "3 neighbours", "accuracy": 0.9483, "interval": [0.94, 0.955]}
    row |= {"training_seconds": 1234.56, "microseconds_per_image": 789.4}
    written = compare.render({"n": 10_000, "seed": 1, "machine": "processor", "methods": [row]})
    assert "| k-NN | 3 neighbours | 94.83 % (94.00–95.50) | 1,234.6 | 789 |" in written
