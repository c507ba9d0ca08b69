"""A small folder of data sets, drawn here, in the shape of the real ones."""

import json
from pathlib import Path

import numpy as np
from PIL import Image

from ml.negatives import printed
from ml.preprocessing import normalise
from tests.ml.drawing import page


def digits(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """(count, 28, 28) uint8 printed digits, every digit as often as another, and their labels."""
    rng = np.random.default_rng(seed)
    labels = (np.arange(count) % 10).astype(np.uint8)
    frames = [normalise(printed(str(label), rng)) for label in labels]
    return np.stack([frame for frame in frames if frame is not None]), labels


def folder(path: Path) -> Path:
    """MNIST's train and test, USPS and two cheque amounts, all drawn; the other sets are missing."""
    for name, count, seed in [("mnist_train", 1200, 1), ("mnist_test", 200, 2), ("usps_train", 200, 3)]:
        images, labels = digits(count, seed)
        np.savez_compressed(path / f"latin_{name}.npz", images=images, labels=labels)
    strings = path / "latin_orand_car_strings"
    strings.mkdir()
    truth = []
    for name in ("a_car_000001.jpg", "a_car_000002.jpg"):
        Image.fromarray(page(["35"])).save(strings / name)
        truth.append({"file": name, "text": "35", "boxes": [[60, 50, 40, 60, 3], [120, 50, 40, 60, 5]]})
    (strings / "truth.json").write_text(json.dumps(truth))
    return path
