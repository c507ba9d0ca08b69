"""Writing style, measured on drawn shapes of known slant, width and loops."""

import math

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from ml import writing_style
from ml.writing_style import WritingStyle

Grey = NDArray[np.uint8]


def bar(slant: float = 0.0, *, width: int = 20, height: int = 160) -> Grey:
    """A parallelogram with upright-cut ends that leans by `slant` degrees."""
    lean = math.tan(math.radians(slant)) * height
    picture = np.zeros((height + 40, 400), np.uint8)
    foot, head = 200 - lean / 2, 200 + lean / 2
    right, bottom = width - 1, height + 19  # what is filled includes its rim
    corners = [(foot, bottom), (foot + right, bottom), (head + right, 20), (head, 20)]
    cv2.fillPoly(picture, [np.array(corners, np.int32)], 255, cv2.LINE_AA)
    return picture


def ring(*, loops: int = 1, width: int = 12) -> Grey:
    """Circles of 80 pixels in diameter, one on the other."""
    picture = np.zeros((80 * loops + 60, 160), np.uint8)
    for at in range(loops):
        cv2.circle(picture, (80, 70 + 80 * at), 40, 255, width, cv2.LINE_AA)
    return picture


def measured(glyph: Grey) -> WritingStyle:
    style = writing_style.measure(glyph)
    assert style is not None
    return style


@pytest.mark.parametrize("slant", [-30, -10, 0, 12, 25])
def test_the_slant_of_a_leaning_stroke_is_told_in_degrees_to_the_right(slant: int) -> None:
    assert measured(bar(slant)).slant == pytest.approx(slant, abs=1.0)


@pytest.mark.parametrize("slant", [-15, 10, 20])
def test_a_sheared_ring_leans_as_far_as_it_was_sheared(slant: int) -> None:
    upright = cv2.copyMakeBorder(ring(), 0, 0, 100, 100, cv2.BORDER_CONSTANT)
    lean = math.tan(math.radians(slant))
    shear = np.array([[1, -lean, lean * 70], [0, 1, 0]], np.float64)
    sheared = np.asarray(cv2.warpAffine(upright, shear, upright.shape[::-1]), np.uint8)
    assert measured(sheared).slant == pytest.approx(slant, abs=1.0)


@pytest.mark.parametrize("width", [8, 16, 32])
def test_the_stroke_width_is_a_share_of_the_height(width: int) -> None:
    assert measured(bar(width=width)).stroke_width == pytest.approx(width / 160, rel=0.1)


def test_a_ring_has_the_stroke_width_that_it_was_drawn_with() -> None:
    assert measured(ring(width=12)).stroke_width == pytest.approx(
        12 / 93, rel=0.12
    )  # 80 pixels and half a stroke twice


@pytest.mark.parametrize("loops", [1, 2])
def test_closed_loops_are_counted(loops: int) -> None:
    assert measured(ring(loops=loops)).loops == loops


def test_an_open_loop_is_none() -> None:
    broken = ring()
    broken[60:80, 100:] = 0
    assert measured(broken).loops == 0


def test_grain_in_a_stroke_is_no_loop() -> None:
    pocked = bar(width=40)
    pocked[60:62, 218:220] = 0
    assert measured(pocked).loops == 0


def test_aspect_ratio_and_ink_share_are_those_of_the_ink_alone() -> None:
    style = measured(bar(width=40))
    assert style.aspect_ratio == pytest.approx(40 / 160, rel=0.05)
    assert style.ink_share == pytest.approx(1.0, abs=0.02)


def test_a_speck_beside_the_digit_changes_nothing() -> None:
    dirty = bar()
    dirty[10:13, 380:383] = 255
    assert measured(dirty) == measured(bar())


@pytest.mark.parametrize("scale", [0.15, 0.5, 2.0])
def test_the_size_of_the_picture_does_not_matter(scale: float) -> None:
    drawn = ring(loops=2)
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    resized = np.asarray(cv2.resize(drawn, None, fx=scale, fy=scale, interpolation=method), np.uint8)
    whole, other = measured(drawn), measured(resized)
    assert other.loops == whole.loops
    assert other.slant == pytest.approx(whole.slant, abs=2)
    assert other.stroke_width == pytest.approx(whole.stroke_width, rel=0.15)
    assert other.ink_share == pytest.approx(whole.ink_share, rel=0.12)


@pytest.mark.parametrize("level", [0, 90])
def test_paper_without_ink_has_no_style(level: int) -> None:
    assert writing_style.measure(np.full((40, 30), level, np.uint8)) is None


def test_the_hand_is_the_median_of_its_digits() -> None:
    styles = [measured(bar(slant)) for slant in (8, 10, 40)]
    common = writing_style.hand(styles)
    assert common is not None
    assert common.digits == 3
    assert common.slant == pytest.approx(10, abs=1)


def test_no_digits_have_no_hand() -> None:
    assert writing_style.hand([]) is None
