"""Ink and glyphs on drawn pages."""

import cv2
import numpy as np
import pytest

from ml.ink import find_ink
from ml.ruling import remove_lines
from ml.segmentation import cuts, find_glyphs
from tests.ml.drawing import Grey, page


def count(grey: Grey) -> int:
    ink = find_ink(grey)
    return 0 if ink is None else len(find_glyphs(ink))


def lit_from_the_left(grey: Grey) -> Grey:
    return np.asarray(grey * np.linspace(1.0, 0.45, grey.shape[1])[None, :], np.uint8)


def ruled(grey: Grey, slope: int = 0) -> Grey:
    lines = grey.copy()
    for y in range(20, lines.shape[0], 45):
        cv2.line(lines, (0, y), (lines.shape[1], y + slope), 90, 2)
    return lines


@pytest.mark.parametrize("value", [0, 128, 255])
def test_an_empty_page_has_no_ink(value: int) -> None:
    assert find_ink(np.full((300, 400), value, np.uint8)) is None


def test_grain_and_shade_alone_are_no_ink() -> None:
    grain = np.random.default_rng(2).normal(0, 6, (300, 400))
    paper = np.linspace(220, 120, 400)[None, :] + grain
    assert count(np.clip(paper, 0, 255).astype(np.uint8)) == 0


@pytest.mark.parametrize(("paper", "ink"), [(235, 40), (20, 230), (150, 90), (250, 190)])
def test_each_digit_is_one_glyph_in_any_polarity_and_contrast(paper: int, ink: int) -> None:
    assert count(page(["48 203", "7169"], paper=paper, ink=ink)) == 9


@pytest.mark.parametrize("scale", [0.7, 1.0, 4.0, 12.0])
def test_each_digit_is_one_glyph_in_any_size(scale: float) -> None:
    assert count(page(["2038"], scale=scale)) == 4


def test_uneven_light_hides_nothing() -> None:
    assert count(lit_from_the_left(page(["48 203", "7169"]))) == 9


@pytest.mark.parametrize("slope", [0, 4])
def test_ruled_lines_are_taken_away(slope: int) -> None:
    assert count(ruled(page(["48 203", "7169"]), slope)) == 9


def test_an_upright_stroke_is_not_taken_for_a_ruled_line() -> None:
    one = np.full((200, 200), 240, np.uint8)
    cv2.line(one, (100, 30), (100, 170), 30, 6)
    assert count(one) == 1


def test_a_bar_over_half_the_picture_is_not_taken_for_a_ruled_line() -> None:
    mask = np.zeros((200, 400), np.uint8)
    mask[100:103, 80:300] = 1
    assert (remove_lines(mask) == mask).all()
    mask[100:103] = 1
    assert not remove_lines(mask).any()


def test_dots_commas_and_dashes_are_left_out() -> None:
    sheet = page(["48", "20"])
    cv2.circle(sheet, (sheet.shape[1] - 60, 100), 4, 40, -1)
    cv2.line(sheet, (sheet.shape[1] - 100, 60), (sheet.shape[1] - 70, 60), 40, 4)
    assert count(sheet) == 4


def test_a_broken_digit_is_one_glyph() -> None:
    sheet = page(["5"], scale=4.0)
    rows = np.flatnonzero(sheet.min(axis=1) < 100)
    gap = int(rows[0] + 0.35 * (rows[-1] - rows[0]))
    sheet[gap : gap + 4] = 235
    assert count(sheet) == 1


def test_boxes_hold_the_ink() -> None:
    sheet = page(["3"])
    ink = find_ink(sheet)
    assert ink is not None
    [glyph] = find_glyphs(ink)
    rows, columns = np.nonzero(sheet < 140)
    left, top, width, height = glyph.box
    assert abs(left - int(columns.min())) <= 2
    assert abs(top - int(rows.min())) <= 2
    assert abs(left + width - int(columns.max()) - 1) <= 2
    assert abs(top + height - int(rows.max()) - 1) <= 2


def test_a_crowd_of_marks_is_bounded_and_the_largest_are_kept() -> None:
    sheet = np.full((900, 900), 240, np.uint8)
    for at in range(900):
        top, left = at // 30 * 30 + 5, at % 30 * 30 + 5
        sheet[top : top + (20 if at < 300 else 12), left : left + 10] = 30
    ink = find_ink(sheet)
    assert ink is not None
    glyphs = find_glyphs(ink)
    assert len(glyphs) == 400
    assert sum(glyph.box[3] > 15 for glyph in glyphs) == 300


def test_cuts_lie_where_two_digits_touch() -> None:
    sheet = np.full((120, 200), 240, np.uint8)
    cv2.circle(sheet, (60, 60), 30, 20, 5)
    cv2.circle(sheet, (121, 60), 30, 20, 5)
    ink = find_ink(sheet)
    assert ink is not None
    [glyph] = find_glyphs(ink)
    assert glyph.wide
    middle = glyph.ink.shape[1] // 2
    assert min(abs(column - middle) for column in cuts(glyph)) <= 6
