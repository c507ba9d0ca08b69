"""Training for real, on a small drawn folder."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ml.evaluate import evaluate
from tests.ml.generated import folder

pytest.importorskip("tensorflow", reason="training needs TensorFlow (requirements.txt); serving does without")
pytestmark = [pytest.mark.slow, pytest.mark.training]

ROOT = Path(__file__).parents[2]


def command(data: Path, place: Path, epochs: int) -> list[str]:
    told = [sys.executable, "-m", "ml.train", "--data", data, "--out", place / "weights"]
    return [str(word) for word in [*told, "--checkpoints", place / "checkpoints", "--epochs", epochs]]


def train(data: Path, place: Path, epochs: int) -> str:
    return subprocess.run(command(data, place, epochs), cwd=ROOT, capture_output=True, text=True, check=True).stdout


def kill_after_the_first_checkpoint(data: Path, place: Path, epochs: int) -> None:
    started = subprocess.Popen(command(data, place, epochs), cwd=ROOT, stdout=subprocess.DEVNULL)
    note = place / "checkpoints" / "state.json"
    while not note.exists():
        assert started.poll() is None
        time.sleep(0.1)
    started.kill()
    started.wait()


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return folder(tmp_path_factory.mktemp("data"))


def test_training_killed_half_way_goes_on_and_ships_weights_with_their_card(data: Path, tmp_path: Path) -> None:
    from ml.learning import epochs_in_all

    kill_after_the_first_checkpoint(data, tmp_path, epochs=1)
    told, epochs = train(data, tmp_path, epochs=1), epochs_in_all(1)
    assert "Going on in stage 1, epoch 1, round " in told
    assert f"100% epoch {epochs}/{epochs}, batch" in told
    card = json.loads((tmp_path / "weights" / "latin.json").read_text())
    assert (card["seed"], card["epochs"], card["script"]) == (20_263, epochs, "latin")
    assert [source["name"].split()[0] for source in card["data"]][:2] == ["MNIST", "USPS"]
    result = evaluate(data / "latin_mnist_test.npz", weights=tmp_path / "weights" / "latin.tflite")
    assert result["accuracy"] > 0.8
    again = train(data, tmp_path, epochs=1)
    assert "All epochs are done." in again
    assert "loss" not in again
    assert "wrote" in again


def test_only_the_first_stage_serves_a_plan_of_another_length(tmp_path: Path) -> None:
    from ml.learning import Checkpoint, Place

    plan = {"seed": 1, "data": "here", "epochs": 10}
    longer = Checkpoint(tmp_path, plan | {"epochs": 12})
    assert longer._fits(plan, Place(0, 9, 1))
    assert not longer._fits(plan, Place(1, 0, 0))
    assert not longer._fits(plan | {"seed": 2}, Place(0, 9, 1))
