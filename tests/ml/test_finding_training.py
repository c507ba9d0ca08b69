"""Training the finder for real, a few steps on a small drawn folder."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from ml.finding.finder import Finder
from tests.ml.generated import folder

pytest.importorskip("tensorflow", reason="training needs TensorFlow (requirements.txt); serving does without")
pytestmark = [pytest.mark.slow, pytest.mark.training]

ROOT = Path(__file__).parents[2]


def train(data: Path, place: Path, steps: int) -> str:
    command = [sys.executable, "-m", "ml.finding.train", "--data", data, "--out", place / "weights"]
    command += ["--checkpoints", place / "checkpoints", "--steps", str(steps)]
    return subprocess.run(list(map(str, command)), cwd=ROOT, capture_output=True, text=True, check=True).stdout


def test_training_ships_a_finder_with_its_card_and_goes_on_from_its_checkpoint(tmp_path: Path) -> None:
    data = folder(tmp_path)
    told = train(data, tmp_path, steps=12)
    assert "step 12/12" in told
    card = json.loads((tmp_path / "weights" / "finder.json").read_text())
    assert (card["model_version"].split("-")[0], card["steps"]) == ("finder", 12)
    assert card["parameters"] == pytest.approx(400_000, rel=0.1)
    cells = Finder.load(tmp_path / "weights" / "finder.tflite").cells(np.zeros((70, 100), np.float32))
    assert cells.shape == (18, 25, 15)
    assert np.isfinite(cells).all()
    again = train(data, tmp_path, steps=14)
    assert "Going on after step 12" in again
    assert "step 14/14" in again
