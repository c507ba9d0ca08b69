"""The network that runs in the page, against the file that workers serve."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from ml import in_page, preprocessing
from ml.classifier import CLASSES, DEFAULT_WEIGHTS, Classifier
from ml.ink import find_ink
from ml.preprocessing import batch, normalise
from ml.segmentation import find_glyphs
from tests.browser.handwriting import sheet

NETWORK, CARD = in_page.FOLDER / "latin.bin", in_page.FOLDER / "latin.json"
MOST_APART = 0.1  # of a logit: LiteRT rounds what comes between the layers to eight bits, the page does not


@pytest.fixture(scope="module")
def frames() -> np.ndarray:
    """Ten hands' digits, and glyphs that are none."""
    frames = []
    for seed in range(10):
        ink = find_ink(np.asarray(sheet("0123456789", seed=seed).convert("L")))
        assert ink is not None
        frames += [normalise(glyph.ink) for glyph in find_glyphs(ink)]
    speckled = np.random.default_rng(1).integers(0, 256, (20, 40, 30)).astype(np.uint8)
    frames += [normalise(glyph) for glyph in speckled]
    return batch([frame for frame in frames if frame is not None])


def test_the_page_computes_what_workers_compute(frames: np.ndarray) -> None:
    served = Classifier.load().logits(frames)
    ours = in_page.logits(NETWORK.read_bytes(), json.loads(CARD.read_text())["layers"], frames)
    assert len(frames) >= 100
    assert ours.shape == (len(frames), CLASSES)
    assert (ours.argmax(axis=1) == served.argmax(axis=1)).all()
    assert np.abs(ours - served).max() < MOST_APART


def test_the_shipped_file_is_made_of_the_shipped_weights(tmp_path: Path) -> None:
    in_page.write(DEFAULT_WEIGHTS, tmp_path)
    assert (tmp_path / "latin.bin").read_bytes() == NETWORK.read_bytes()
    assert json.loads((tmp_path / "latin.json").read_text()) == json.loads(CARD.read_text())


def test_the_shipped_file_is_small_enough_to_fetch() -> None:
    assert NETWORK.stat().st_size + CARD.stat().st_size <= 600_000


def test_the_card_says_how_the_workers_reader_decides() -> None:
    card, served = json.loads(CARD.read_text()), Classifier.load().card
    assert card["made_of"] == served["sha256"]
    assert card["preprocessing_version"] == preprocessing.VERSION
    assert card["temperature"] == served["temperature"]
    assert card["reject_above"] == served["reject_above"]["page"]


def test_weights_that_came_as_32_bit_numbers_are_kept_as_8_bit_ones() -> None:
    kernel = np.random.default_rng(2).normal(size=(128, 3, 3, 64)).astype(np.float32)
    whole, scales = in_page._eight_bit(kernel)
    assert whole.dtype == np.int8
    assert np.abs(whole * scales.reshape(-1, 1, 1, 1) - kernel).max() <= 0.501 * scales.max()


def test_a_network_that_is_too_large_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(in_page, "MOST_BYTES", 1000)
    assert in_page.main(["--out", str(tmp_path / "out")]) == 2
    assert "at most 1,000" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_weights_without_a_card_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copy(DEFAULT_WEIGHTS, tmp_path)
    assert in_page.main(["--weights", str(tmp_path / DEFAULT_WEIGHTS.name), "--out", str(tmp_path / "out")]) == 2
    assert "side by side" in capsys.readouterr().err
