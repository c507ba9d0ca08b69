"""What the network learns from: distorted digits, glyphs that are none, drawn pages, and the calibration after."""

import cv2
import numpy as np
import pytest

from ml import augment, drawn_pages, negatives
from ml.calibration import fit
from ml.harvest import harvest
from ml.metrics import calibration_error
from tests.ml.generated import digits

FRAMES, LABELS = digits(200, seed=4)


def test_distortion_changes_a_digit_but_keeps_its_ink_in_the_frame() -> None:
    rng = np.random.default_rng(1)
    bent = augment.augment_all(FRAMES, rng)
    assert bent.shape == FRAMES.shape
    assert bent.dtype == np.uint8
    changed = np.abs(bent.astype(int) - FRAMES).mean(axis=(1, 2))
    assert (changed > 2).mean() > 0.6
    assert bent.reshape(len(bent), -1).max(axis=1).min() > 60


def test_one_seed_makes_the_same_lessons() -> None:
    first = augment.augment_all(FRAMES, np.random.default_rng(5))
    again = augment.augment_all(FRAMES, np.random.default_rng(5))
    other = augment.augment_all(FRAMES, np.random.default_rng(6))
    assert (first == again).all()
    assert (first != other).any()


@pytest.mark.parametrize("letters", [FRAMES[:0], FRAMES[:5]])
def test_negatives_are_frames_with_ink(letters: np.ndarray) -> None:
    made = negatives.negatives(300, FRAMES, letters, np.random.default_rng(2))
    assert made.shape == (300, 28, 28)
    assert made.reshape(300, -1).max(axis=1).min() > 100


def test_no_letter_that_looks_like_a_digit_is_printed_as_a_negative() -> None:
    assert not set(negatives.LETTERS) & set("OoIlZzSsBbgGqQijJyYD|/0123456789")


def test_a_drawn_page_holds_the_digits_of_its_text() -> None:
    for seed in range(12):
        page = drawn_pages.draw(FRAMES, LABELS, np.random.default_rng(seed))
        assert "".join(map(str, page.values)) == "".join(page.lines).replace(" ", "")
        assert len(page.boxes) == len(page.values)
        height, width = page.grey.shape
        assert all(x + w <= width and y + h <= height for x, y, w, h in page.boxes)


def test_harvested_glyphs_carry_the_label_of_their_box() -> None:
    page = drawn_pages.draw(FRAMES, LABELS, np.random.default_rng(3))
    frames, labels = harvest(page.grey, page.boxes, page.values)
    assert len(frames) == len(labels) >= len(page.values)
    assert set(labels) <= {*page.values, 10}


def test_a_glyph_over_two_boxes_is_not_a_digit() -> None:
    sheet = np.full((120, 220), 240, np.uint8)
    cv2.circle(sheet, (60, 60), 30, 20, 5)
    cv2.circle(sheet, (120, 60), 30, 20, 5)
    _, labels = harvest(sheet, [(28, 28, 64, 64), (90, 28, 62, 64)], [0, 0])
    assert 10 in labels


def drawn_answers(count: int = 6000) -> tuple[np.ndarray, np.ndarray]:
    """Logits whose probabilities are true, and labels drawn by them."""
    rng = np.random.default_rng(7)
    logits = rng.normal(0, 1.5, (count, 11))
    chances = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return logits, np.array([rng.choice(11, p=row) for row in chances])


@pytest.mark.parametrize("factor", [3.0, 0.5])
def test_the_temperature_makes_too_sure_and_too_timid_answers_honest(factor: float) -> None:
    logits, labels = drawn_answers()
    fitted = fit(logits * factor, labels)
    assert fitted.temperature == pytest.approx(factor, rel=0.1)
    assert fitted.shift == pytest.approx(0, abs=0.3 * factor)


def test_the_shift_takes_back_what_training_saw_too_often() -> None:
    logits, labels = drawn_answers()
    logits[:, 10] += 2
    fitted = fit(logits, labels)
    assert fitted.shift == pytest.approx(-2, abs=0.25)
    assert fitted.probabilities(logits)[:, 10].mean() == pytest.approx((labels == 10).mean(), abs=0.01)


def test_calibrated_answers_are_as_often_right_as_they_say() -> None:
    rng = np.random.default_rng(8)
    confidence = rng.uniform(0.3, 1.0, 20_000)
    chances = np.zeros((20_000, 11))
    chances[:, 1], chances[:, 2] = confidence, 0
    labels = np.where(rng.random(20_000) < confidence, 1, 2)
    assert calibration_error(chances, labels) < 0.02
