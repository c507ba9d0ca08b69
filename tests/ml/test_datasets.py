"""How the sets are divided, and what training is given."""

import json
import os
from pathlib import Path

import numpy as np
import pytest

from ml import corpus, datasets
from tests.ml.generated import folder

HELD_OUT = json.loads(Path(datasets.__file__).with_name("held_out.json").read_text())["latin_orand_car_strings"]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return folder(tmp_path_factory.mktemp("data"))


def test_every_picture_belongs_to_one_part(data: Path) -> None:
    parts: list[datasets.Part] = ["train", "validation", "held_out"]
    usps = [datasets.tenths(data, "latin_usps_train", part) for part in parts]
    assert [len(part.images) for part in usps] == [160, 20, 20]
    seen = [image.tobytes() for part in usps for image in part.images]
    with np.load(data / "latin_usps_train.npz") as archive:
        assert sorted(seen) == sorted(image.tobytes() for image in archive["images"])


def test_each_digit_is_divided_alike(data: Path) -> None:
    for part, count in (("train", 16), ("validation", 2), ("held_out", 2)):
        labels = datasets.tenths(data, "latin_usps_train", part).labels  # type: ignore[arg-type]
        assert np.bincount(labels).tolist() == [count] * 10


def test_the_last_twelfth_of_mnist_validates_and_its_test_set_is_held_out(data: Path) -> None:
    assert len(datasets.mnist(data, "train").images) == 1100
    assert len(datasets.mnist(data, "validation").images) == 100
    assert len(datasets.mnist(data, "held_out").images) == 200


def test_the_listed_strings_are_150_held_out_and_100_for_validation() -> None:
    assert (len(HELD_OUT["held_out"]), len(HELD_OUT["validation"])) == (150, 100)
    assert len({*HELD_OUT["held_out"], *HELD_OUT["validation"]}) == 250


def test_a_string_that_is_not_listed_is_for_training(data: Path) -> None:
    assert [entry["text"] for entry in datasets.orand_truth(data, "train")] == ["35", "35"]
    assert datasets.orand_truth(data, "held_out") == []
    assert datasets.orand_frames(data, "held_out")[0].shape == (0, 28, 28)


def test_training_takes_what_is_there_and_the_card_names_it(data: Path) -> None:
    lessons = corpus._sources({"mnist": 5, "usps": 3, "ardis": 0, "printed": 2})
    assert [source["images"] for source in lessons] == [5, 3, 2]
    sets = corpus._sets(data, "train")
    assert set(sets) == {"mnist", "usps", "orand", "crops", "pages"}
    for frames, labels in sets.values():
        assert frames.shape[1:] == (28, 28)
        assert len(frames) == len(labels)


@pytest.mark.skipif("HDR_DATA" not in os.environ, reason="HDR_DATA does not name the folder of the real data sets")
def test_alphabets_are_kept_apart_and_lookalikes_left_out() -> None:
    real = Path(os.environ["HDR_DATA"])
    counts = {part: len(datasets.letters(real, part).images) for part in ("train", "validation", "held_out")}
    kept = {"train": 24 - 2 + 26 - 10, "validation": 24 - 5, "held_out": 40 - 5 + 22 - 11}
    assert counts == {part: signs * 20 for part, signs in kept.items()}


@pytest.mark.skipif("HDR_DATA" not in os.environ, reason="HDR_DATA does not name the folder of the real data sets")
def test_the_listed_strings_are_in_the_set() -> None:
    real = Path(os.environ["HDR_DATA"])
    assert len(datasets.orand_truth(real, "held_out")) == 150
    assert len(datasets.orand_truth(real, "validation")) == 100


def test_without_a_folder_mnist_alone_is_learnt_from(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What Keras would fetch from the network is read from the drawn folder here."""
    names = {"train": "latin_mnist_train", "validation": "latin_mnist_train", "held_out": "latin_mnist_test"}
    monkeypatch.setattr(datasets, "_mnist_from_keras", lambda part: datasets._load(data, names[part]))
    lessons = corpus.training(None)
    assert [source["name"].split()[0] for source in lessons.sources] == ["MNIST", "glyphs", "printed"]
    assert len(lessons.letters) == 0
    checks = corpus.validation(None)
    assert len(checks.frames) == len(checks.labels) > 100
    assert set(np.unique(checks.labels)) == set(range(11))
