"""Weights and their card."""

import hashlib
import json
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter

from ml import preprocessing
from ml.classifier import DEFAULT_WEIGHTS, Classifier, WeightsMismatch, read_card
from ml.reader import Reader

CARD = DEFAULT_WEIGHTS.with_suffix(".json")


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The shipped weights and card in a folder of the test's own."""
    shutil.copy(DEFAULT_WEIGHTS, tmp_path)
    shutil.copy(CARD, tmp_path)
    return tmp_path / DEFAULT_WEIGHTS.name


def change_card(weights: Path, **fields: object) -> None:
    path = weights.with_suffix(".json")
    path.write_text(json.dumps(json.loads(path.read_text()) | fields))


def test_the_shipped_card_describes_the_shipped_weights() -> None:
    card = read_card(DEFAULT_WEIGHTS)
    assert card["sha256"] == hashlib.sha256(DEFAULT_WEIGHTS.read_bytes()).hexdigest()
    assert card["preprocessing_version"] == preprocessing.VERSION
    assert card["bytes"] == DEFAULT_WEIGHTS.stat().st_size < 5_000_000
    assert Reader.load().classifier.model_version == card["model_version"]


def test_the_shipped_card_names_data_licence_seed_and_scores() -> None:
    card = read_card(DEFAULT_WEIGHTS)
    assert all(source["name"] and source["licence"] for source in card["data"])
    assert isinstance(card["seed"], int)
    assert {"mnist_test", "photos_strings", "orand_car_held_out"} <= card["scores"].keys()


def test_the_shipped_weights_read_as_well_as_is_asked_for() -> None:
    assert read_card(DEFAULT_WEIGHTS)["scores"]["mnist_test"]["accuracy"] >= 0.995


def test_no_set_for_non_commercial_use_and_no_test_set_was_trained_on() -> None:
    named = json.dumps(read_card(DEFAULT_WEIGHTS)["data"]).lower()
    assert not any(word in named for word in ("hoda", "tibetan", "mnist test", "photos"))


def test_changed_weights_are_refused(copied: Path) -> None:
    copied.write_bytes(copied.read_bytes() + b"\x00")
    with pytest.raises(WeightsMismatch, match="sha256"):
        Reader.load(copied)


def test_weights_for_another_preprocessing_are_refused(copied: Path) -> None:
    change_card(copied, preprocessing_version=preprocessing.VERSION + 1)
    with pytest.raises(WeightsMismatch, match="preprocessing"):
        Reader.load(copied)


def test_weights_without_a_card_are_refused(copied: Path) -> None:
    copied.with_suffix(".json").unlink()
    with pytest.raises(WeightsMismatch, match=r"latin\.json"):
        Reader.load(copied)


def test_probabilities_add_up_to_one_and_do_not_depend_on_the_batch() -> None:
    classifier = Classifier.load()
    frames = np.random.default_rng(5).random((70, 28, 28, 1), dtype=np.float32)
    together = classifier.probabilities(frames)
    assert together.shape == (70, 11)
    assert together.sum(axis=1) == pytest.approx(1)
    alone = np.concatenate([classifier.probabilities(frames[at : at + 1]) for at in range(70)])
    assert np.abs(alone - together).max() < 1e-4


def test_no_glyphs_give_no_probabilities() -> None:
    assert Classifier.load().probabilities(np.zeros((0, 28, 28, 1), np.float32)).shape == (0, 11)


def among_digits(chances: np.ndarray) -> np.ndarray:
    """The ten digits' chances where there is one."""
    return np.asarray(chances[:, :10] / chances[:, :10].sum(axis=1, keepdims=True))


def test_the_temperature_softens_without_changing_the_answer(copied: Path) -> None:
    frames = np.random.default_rng(6).random((20, 28, 28, 1), dtype=np.float32)
    sharp = among_digits(Classifier.load(copied).probabilities(frames))
    change_card(copied, temperature=read_card(copied)["temperature"] * 3)
    soft = among_digits(Classifier.load(copied).probabilities(frames))
    assert (soft.argmax(axis=1) == sharp.argmax(axis=1)).all()
    assert soft.max(axis=1).mean() < sharp.max(axis=1).mean()


def test_the_first_layer_is_that_of_the_served_weights() -> None:
    frames = np.random.default_rng(9).random((3, 28, 28, 1), dtype=np.float32)
    maps = Classifier.load().first_layer(frames)
    assert maps.shape == (3, 28, 28, 32)
    assert maps.min() >= 0
    kernels, shifts = first_convolution(DEFAULT_WEIGHTS.read_bytes())
    expected = [cv2.filter2D(frames[1, :, :, 0], -1, kernel, borderType=cv2.BORDER_CONSTANT) for kernel in kernels]
    assert maps[1] == pytest.approx(np.maximum(np.stack(expected, axis=-1) + shifts, 0), abs=1e-4)


def first_convolution(weights: bytes) -> tuple[np.ndarray, np.ndarray]:
    """The kernels (32, 3, 3) and shifts (32,) of the file's first convolution."""
    interpreter = Interpreter(model_content=weights)
    interpreter.allocate_tensors()
    (kernels,) = [t for t in interpreter.get_tensor_details() if tuple(t["shape"]) == (32, 3, 3, 1)]
    (first, *_) = [t for t in interpreter.get_tensor_details() if tuple(t["shape"]) == (32,)]
    return interpreter.get_tensor(kernels["index"])[..., 0], interpreter.get_tensor(first["index"])
