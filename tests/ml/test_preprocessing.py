"""The normalisation that training, evaluation and serving share."""

import cv2
import numpy as np
import pytest

from ml.preprocessing import BOX, SIDE, batch, normalise
from tests.ml.drawing import Grey


def glyph(size: int = 60, margin: int = 20, thickness: int = 5) -> Grey:
    """A seven, white on black."""
    side = size + 2 * margin
    canvas = np.zeros((side, side), np.uint8)
    points = [(margin, margin), (margin + size * 2 // 3, margin), (margin + size // 3, margin + size)]
    cv2.polylines(canvas, [np.array(points, np.int32)], False, 255, thickness, cv2.LINE_AA)
    return canvas


def normal(image: Grey) -> Grey:
    frame = normalise(image)
    assert frame is not None
    return frame


def likeness(one: Grey, other: Grey) -> float:
    """Correlation, at the best of the places one pixel around: rounding may move a glyph by one."""
    moved = [np.roll(other, (down, across), (0, 1)) for down in (-1, 0, 1) for across in (-1, 0, 1)]
    return max(float(np.corrcoef(one.ravel().astype(float), at.ravel().astype(float))[0, 1]) for at in moved)


def test_the_frame_is_28_square_with_the_ink_20_high() -> None:
    frame = normal(glyph())
    rows = np.flatnonzero(frame.max(axis=1) > 80)
    assert frame.shape == (SIDE, SIDE)
    assert frame.dtype == np.uint8
    assert abs(int(rows[-1] - rows[0]) + 1 - BOX) <= 1


def test_the_centre_of_mass_is_in_the_middle() -> None:
    moments = cv2.moments(normal(glyph()))
    assert moments["m10"] / moments["m00"] == pytest.approx(13.5, abs=0.6)
    assert moments["m01"] / moments["m00"] == pytest.approx(13.5, abs=0.6)


@pytest.mark.parametrize("margin", [3, 11, 40, 90])
def test_margin_changes_nothing(margin: int) -> None:
    assert likeness(normal(glyph(margin=margin)), normal(glyph())) > 0.97


@pytest.mark.parametrize("size", [25, 40, 120, 400, 900])
def test_size_changes_little(size: int) -> None:
    other = glyph(size=size, margin=size // 3, thickness=max(2, size // 12))
    assert likeness(normal(other), normal(glyph())) > 0.85


@pytest.mark.parametrize(("contrast", "ground"), [(0.3, 0), (0.3, 120), (0.12, 200), (0.6, 90)])
def test_contrast_and_ground_change_nothing(contrast: float, ground: int) -> None:
    faint = np.asarray(glyph() * contrast + ground, np.uint8)
    assert likeness(normal(faint), normal(glyph())) > 0.97


def test_noise_on_the_ground_moves_nothing() -> None:
    noisy = np.clip(glyph() + np.random.default_rng(3).normal(20, 12, (100, 100)), 0, 255).astype(np.uint8)
    assert likeness(normal(noisy), normal(glyph())) > 0.9


def test_a_speck_beside_the_glyph_moves_nothing() -> None:
    specked = glyph()
    specked[95:97, 95:97] = 255
    assert likeness(normal(specked), normal(glyph())) > 0.95


def test_a_stroke_that_fills_its_picture_is_ink() -> None:
    filled = np.full((30, 8), 250, np.uint8)
    filled[:4, :3] = 5
    assert np.count_nonzero(normal(filled) > 128) > 60


def test_a_hairline_is_thickened_so_that_it_survives() -> None:
    hairline = normal(glyph(size=300, margin=40, thickness=2))
    assert hairline.max() > 200
    assert np.count_nonzero(hairline > 128) > 25


@pytest.mark.parametrize("value", [0, 7, 128, 255])
def test_a_plain_surface_has_no_ink(value: int) -> None:
    assert normalise(np.full((40, 30), value, np.uint8)) is None


def test_a_difference_too_faint_to_see_is_no_ink() -> None:
    faint = np.full((40, 40), 100, np.uint8)
    faint[10:30, 18:22] = 108
    assert normalise(faint) is None


def test_a_bold_glyph_cut_tight_keeps_its_shape() -> None:
    bold = cv2.dilate(glyph(size=30, margin=0, thickness=9), np.ones((5, 5), np.uint8))
    rows, columns = np.nonzero(bold)
    tight = bold[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    assert likeness(normal(np.asarray(tight, np.uint8)), normal(np.pad(np.asarray(tight, np.uint8), 15))) > 0.97


@pytest.mark.parametrize("shape", [(1, 1), (1, 50), (50, 1), (2, 2), (0, 5)])
def test_degenerate_shapes_raise_nothing(shape: tuple[int, int]) -> None:
    checkered = np.asarray(np.indices(shape).sum(axis=0) % 2 * 255, np.uint8)
    frame = normalise(checkered)
    assert frame is None or frame.shape == (SIDE, SIDE)


def test_a_batch_has_ink_between_0_and_1() -> None:
    stacked = batch([normal(glyph()), normal(glyph(size=30))])
    assert stacked.shape == (2, SIDE, SIDE, 1)
    assert stacked.dtype == np.float32
    assert 0 <= stacked.min() < stacked.max() <= 1
    assert batch([]).shape == (0, SIDE, SIDE, 1)
