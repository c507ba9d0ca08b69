"""What the network learns from: distorted digits, glyphs that are none, drawn pages, and the calibration after."""

import cv2
import numpy as np
import pytest

from ml import augment, drawn_pages, fonts, jitter, negatives
from ml.calibration import fit
from ml.harvest import harvest
from ml.preprocessing import normalise
from ml.scoring.metrics import calibration_error
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


@pytest.mark.parametrize("part", ["train", "validation", "held_out"])
def test_every_part_sets_signs_whatever_faces_are_there(part: fonts.Part) -> None:
    rng = np.random.default_rng(3)
    for glyph in [fonts.not_a_digit(rng, part) for _ in range(40)]:
        frame = normalise(glyph)
        assert frame is not None
        assert frame.max() > 100


def test_no_face_serves_two_parts() -> None:
    assert not set(fonts.faces("train")) & (set(fonts.faces("validation")) | set(fonts.faces("held_out")))
    assert not set(fonts.faces("validation")) & set(fonts.faces("held_out"))


def test_without_any_package_of_faces_pillows_own_sets_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "faces", lambda part: ())
    ink = fonts.typeset("7", np.random.default_rng(1))
    assert (ink > 128).sum() > 60


def test_writing_by_hand_bends_a_sign_and_keeps_it_in_sight() -> None:
    rng = np.random.default_rng(2)
    printed = fonts.typeset("R", rng)
    for written in [fonts.handwritten(printed, rng) for _ in range(20)]:
        assert written.shape == printed.shape
        assert (written > 128).sum() > 60
        assert (written != printed).any()


def test_digits_of_other_scripts_are_among_the_negatives_only_where_given() -> None:
    ink = np.zeros((1, 28, 28), np.uint8)
    ink[0, 4:24, 4:24] = 255 * np.indices((20, 20)).sum(axis=0).astype(np.uint8) % 2
    ink[0, 4:6], ink[0, 12:14, 4:24] = 255, 255
    frame = normalise(ink[0])
    made = negatives.negatives(200, FRAMES, FRAMES[:1], np.random.default_rng(2), foreign=ink)
    without = negatives.negatives(200, FRAMES, FRAMES[:1], np.random.default_rng(2))
    assert (made == frame).all(axis=(1, 2)).sum() > 5
    assert not (without == frame).all(axis=(1, 2)).any()


def test_jittered_crops_keep_the_value_of_their_box() -> None:
    page = drawn_pages.draw(FRAMES, LABELS, np.random.default_rng(3))
    frames, labels = jitter.jittered(page.grey, page.boxes, page.values, 3, np.random.default_rng(4))
    assert labels == [value for value in page.values for _ in range(3)]
    assert all(frame.shape == (28, 28) for frame in frames)
    assert any((frames[0] != frame).any() for frame in frames[1:3])


def test_a_neighbour_shows_only_at_the_rim() -> None:
    rng = np.random.default_rng(1)
    stroke, wide = np.zeros((28, 28), np.uint8), np.full((28, 28), 255, np.uint8)
    stroke[4:24, 12:16] = 255
    shown = [augment._beside(stroke, wide, rng) for _ in range(30)]
    assert all((joined[:, 12:16] == stroke[:, 12:16]).all() for joined in shown)
    assert all(0 < (joined[:, :12] > 0).sum() + (joined[:, 16:] > 0).sum() <= 3 * 28 for joined in shown)


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


def test_a_rarer_prior_moves_not_a_digit_alone() -> None:
    logits, labels = drawn_answers()
    share = float((labels == 10).mean())
    seldom = fit(logits, labels, prior=share / 4)
    there, here = seldom.probabilities(logits), fit(logits, labels).probabilities(logits)
    odds = [chances[:, 10] / (1 - chances[:, 10]) for chances in (there, here)]
    assert odds[0] / odds[1] == pytest.approx(share / 4 / (1 - share / 4) * (1 - share) / share)
    assert (there[:, :10].argmax(axis=1) == here[:, :10].argmax(axis=1)).all()


def test_the_temperature_is_that_of_the_glyphs_written_alone() -> None:
    logits, labels = drawn_answers()
    alone = np.arange(len(labels)) % 2 == 0
    logits[~alone] *= 3  # too sure: cut out of numbers
    assert fit(logits, labels, alone=alone).temperature == pytest.approx(1, rel=0.1)
    assert fit(logits, labels).temperature > 1.3


def test_the_slope_sharpens_a_timid_not_a_digit_and_leaves_which_digit_alone() -> None:
    logits, labels = drawn_answers()
    none = np.log(np.exp(logits[:, 10]) / np.exp(logits[:, :10]).sum(axis=1))
    logits[:, 10] += 0.5 * none - none  # log-odds of half their size
    fitted = fit(logits, labels)
    assert fitted.slope == pytest.approx(2, rel=0.1)
    assert fitted.temperature == pytest.approx(1, rel=0.1)
    sharp = fitted.probabilities(logits)
    assert sharp.sum(axis=1) == pytest.approx(1)
    assert (sharp[:, :10].argmax(axis=1) == logits[:, :10].argmax(axis=1)).all()


def test_answers_without_a_mistake_are_calibrated_too() -> None:
    fitted = fit(np.eye(11) * 8, np.arange(11))
    assert np.isfinite(fitted.probabilities(np.eye(11) * 8)).all()


def test_calibrated_answers_are_as_often_right_as_they_say() -> None:
    rng = np.random.default_rng(8)
    confidence = rng.uniform(0.3, 1.0, 20_000)
    chances = np.zeros((20_000, 11))
    chances[:, 1], chances[:, 2] = confidence, 0
    labels = np.where(rng.random(20_000) < confidence, 1, 2)
    assert calibration_error(chances, labels) < 0.02
