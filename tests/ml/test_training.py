"""Training for real, on a small drawn folder."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ml.evaluate import evaluate
from tests.ml.generated import folder

pytest.importorskip("tensorflow", reason="training needs TensorFlow (requirements.txt); serving does without")
pytestmark = [pytest.mark.slow, pytest.mark.training]

ROOT = Path(__file__).parents[2]


def train(data: Path, place: Path, epochs: int) -> str:
    command = [sys.executable, "-m", "ml.train", "--data", data, "--out", place / "weights"]
    command += ["--checkpoints", place / "checkpoints", "--epochs", str(epochs)]
    return subprocess.run(list(map(str, command)), cwd=ROOT, capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return folder(tmp_path_factory.mktemp("data"))


def test_training_learns_ships_weights_with_their_card_and_goes_on_from_its_checkpoint(
    data: Path, tmp_path: Path
) -> None:
    told = train(data, tmp_path, epochs=3)
    assert "epoch 8/8" in told  # three, and five of polishing
    card = json.loads((tmp_path / "weights" / "latin.json").read_text())
    assert (card["seed"], card["epochs"], card["script"]) == (20_261, 8, "latin")
    assert [source["name"].split()[0] for source in card["data"]][:2] == ["MNIST", "USPS"]
    result = evaluate(data / "latin_mnist_test.npz", weights=tmp_path / "weights" / "latin.tflite")
    assert result["accuracy"] > 0.8
    again = train(data, tmp_path, epochs=3)
    assert "Going on after epoch 8" in again
    assert "loss" not in again
    assert "wrote" in again
