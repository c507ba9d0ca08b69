"""Points, commas, minus signs and slashes."""

import cv2
import numpy as np
import pytest

from ml import marked_sheets, marked_text, marks
from ml.assembly import Found, assemble
from ml.marked_lines import measure
from ml.marks import Piece
from ml.page import Box
from ml.reader import Reader
from ml.trust import Surroundings
from tests.ml.generated import digits

LINE: list[Box] = [(0, 10, 20, 30), (30, 10, 20, 30), (60, 10, 20, 30)]
POINT = Piece((53, 36, 4, 4), 14, 0.0)
COMMA = Piece((52, 36, 5, 11), 30, 0.6)
DASH = Piece((51, 23, 9, 3), 25, 0.0)


def found(value: int, box: Box) -> Found:
    chances = [0.002] * 11
    chances[value] = 0.98
    return Found(box, tuple(chances), is_digit=value != 10)


def read(*pieces: Piece, line: list[Box] = LINE) -> tuple[str | None, str | None]:
    page = assemble(200, 100, [found(at + 1, box) for at, box in enumerate(line)], Surroundings(pieces=pieces))
    [number] = page.numbers
    return number.marked_text, number.value


def test_a_point_on_the_base_line_parts_decimals() -> None:
    assert read(POINT) == ("12.3", "12.3")


def test_a_comma_has_a_tail_below_the_base_line() -> None:
    assert read(COMMA) == ("12,3", "12.3")


def test_a_dash_at_half_height_is_a_hyphen_and_gives_no_value() -> None:
    assert read(DASH) == ("12-3", None)


def test_a_dash_before_a_number_is_a_minus() -> None:
    before: list[Box] = [(x + 40, y, w, h) for x, y, w, h in LINE]
    assert read(Piece((18, 23, 14, 4), 50, 0.0), line=before) == ("-123", "-123")


def test_a_tall_leaning_stroke_is_a_slash() -> None:
    assert read(Piece((49, 6, 12, 38), 120, 0.97)) == ("12/3", None)


def test_without_marks_the_value_is_the_number() -> None:
    assert read() == (None, "123")


@pytest.mark.parametrize(
    "piece",
    [
        Piece((53, 20, 4, 4), 14, 0.0),  # a dot at half height
        Piece((53, 50, 4, 4), 14, 0.0),  # below the line
        Piece((53, 38, 1, 1), 1, 0.0),  # a speck
        Piece((20, 36, 40, 4), 150, 0.0),  # a ruled line
        Piece((49, 6, 12, 38), 120, -0.97),  # leaning the other way
        Piece((52, 12, 5, 20), 90, 0.0),  # a stroke between
    ],
)
def test_what_is_at_a_wrong_place_or_of_a_wrong_shape_is_no_mark(piece: Piece) -> None:
    assert read(piece) == (None, "123")


def test_two_strokes_one_above_the_other_are_no_minus() -> None:
    assert read(DASH, Piece((51, 29, 9, 3), 25, 0.0)) == (None, "123")


def test_a_point_among_dirt_is_no_point() -> None:
    dirt = [Piece((5 + 9 * at, 3, 4, 4), 14, 0.0) for at in range(3)]
    assert read(POINT, *dirt) == (None, "123")


def test_marks_that_nobody_writes_together_are_not_shown() -> None:
    assert read(Piece((23, 36, 4, 4), 14, 0.0), COMMA)[0] is None


def test_a_mark_holds_a_number_together_over_a_wide_gap() -> None:
    wide: list[Box] = [(0, 10, 20, 30), (64, 10, 20, 30)]
    page = assemble(200, 100, [found(1, wide[0]), found(2, wide[1])])
    assert page.text == "1 2"
    assert read(Piece((40, 36, 4, 4), 14, 0.0), line=wide) == ("1.2", "1.2")


def test_a_minus_belongs_to_the_number_that_it_stands_at() -> None:
    apart: list[Box] = [(0, 10, 20, 30), (160, 10, 20, 30)]
    near = Surroundings(pieces=(Piece((135, 23, 14, 4), 50, 0.0),))
    page = assemble(300, 100, [found(1, apart[0]), found(2, apart[1])], near)
    assert [number.marked_text for number in page.numbers] == [None, "-2"]
    behind = Surroundings(pieces=(Piece((30, 23, 14, 4), 50, 0.0),))
    page = assemble(300, 100, [found(1, apart[0]), found(2, apart[1])], behind)
    assert [number.marked_text for number in page.numbers] == [None, None]


def test_the_high_leaning_ones_of_a_date_are_slashes() -> None:
    boxes: list[Box] = [(25 * at, 6, 14, 40) if at in {2, 5} else (25 * at, 10, 20, 30) for at in range(10)]
    values = [1, 2, 1, 0, 5, 1, 2, 0, 2, 4]
    page = assemble(400, 100, [found(value, box) for value, box in zip(values, boxes, strict=True)])
    assert [(number.text, number.marked_text, number.value) for number in page.numbers] == [
        ("12052024", "12/05/2024", None)
    ]
    even = [(x, 10, 20, 30) for x, _, _, _ in boxes]
    page = assemble(400, 100, [found(value, box) for value, box in zip(values, even, strict=True)])
    assert page.text == "1210512024"


def test_a_glyph_that_is_a_mark_makes_a_number_no_less_sure() -> None:
    glyphs = [found(at + 1, box) for at, box in enumerate(LINE)]
    slash = Found((49, 8, 12, 34), (*[0.04] * 10, 0.6), is_digit=False)
    doubted = assemble(200, 100, [*glyphs, slash])
    seen = assemble(200, 100, [*glyphs, slash], Surroundings(pieces=(Piece(slash.box, 120, 0.97),)))
    assert seen.numbers[0].confidence > doubted.numbers[0].confidence


@pytest.mark.parametrize(("behind", "followed"), [((90, 12, 20, 28), True), ((150, 12, 20, 28), False)])
def test_a_sign_right_behind_a_number_is_noted(behind: Box, followed: bool) -> None:
    page = assemble(300, 100, [*(found(1, box) for box in LINE), found(10, behind)])
    assert page.numbers[0].followed is followed


def test_pieces_are_what_lies_in_no_digits_box() -> None:
    mask = np.zeros((60, 120), np.uint8)
    mask[10:40, 40:44] = 1  # a digit
    mask[36:40, 30:34] = 1
    cv2.line(mask, (52, 45), (70, 5), 1, 2)
    dot, line = sorted(marks.loose(mask, [(38, 10, 10, 30)], scale=2.0), key=lambda piece: piece.area)
    assert dot == Piece((15, 18, 2, 2), 4.0, 0.0)
    assert line.lean > 0.9
    assert marks.loose(mask, []) == ()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1234", "1234"),
        ("007", "7"),
        ("12.50", "12.50"),
        ("3,4", "3.4"),
        ("1.234,50", "1234.50"),
        ("1,234.50", "1234.50"),
        ("1.234.567", "1234567"),
        ("1.234", None),  # one and a bit, or a thousand
        ("0.125", "0.125"),
        ("1234.567", "1234.567"),
        ("-12", "-12"),
        ("12/05/2024", None),
        ("12-34", None),
        ("12.05.2024", None),
        ("0", "0"),
    ],
)
def test_the_decimal_value_of_a_number_with_marks(text: str, value: str | None) -> None:
    assert marked_text.value(text) == value


def test_marks_on_drawn_pages_are_mostly_found_and_hardly_ever_invented() -> None:
    frames, labels = digits(200, seed=4)
    chance = np.random.default_rng(12)
    found = measure(Reader.load(), [marked_sheets.draw(frames, labels, chance) for _ in range(40)])
    assert found["precision"] >= 0.95
    assert found["recall"] >= 0.6
    assert sum(found[f"found {sign}"] for sign in ".,-/") > 20
