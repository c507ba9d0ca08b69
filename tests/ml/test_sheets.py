"""Pages with the truth, and what is chosen from them."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from ml import sheets, trust, tuning
from ml.page import Box, Number
from ml.reader import Reader
from ml.sheets import Sheet
from tests.ml.drawing import page
from tests.ml.generated import digits, folder

BLANK = np.full((100, 200), 240, np.uint8)
TWO_NUMBERS = Sheet(BLANK, (("25", ((0, 0, 20, 30), (25, 0, 20, 30))), ("7", ((120, 0, 20, 30),))))


def number(text: str, box: Box) -> Number:
    return Number(text, None, None, 0.9, box, 0, ())


@pytest.mark.parametrize(
    ("read", "is_there"),
    [
        (number("25", (0, 0, 45, 30)), True),
        (number("7", (118, 2, 20, 30)), True),
        (number("26", (0, 0, 45, 30)), False),
        (number("2", (0, 0, 20, 30)), False),
        (number("257", (0, 0, 140, 30)), False),
        (number("7", (0, 60, 20, 30)), False),
    ],
    ids=["right", "nearly its box", "misread", "a digit missed", "two in one", "invented"],
)
def test_a_number_is_right_with_all_its_digits_and_no_other(read: Number, is_there: bool) -> None:
    assert TWO_NUMBERS.holds(read) == is_there


def test_where_only_the_text_is_known_a_number_is_right_by_its_text() -> None:
    sheet = Sheet.of_text(BLANK, "25 7")
    assert sheet.text == "25 7"
    assert sheet.holds(number("7", (0, 60, 20, 30)))
    assert not sheet.holds(number("257", (0, 0, 140, 30)))


def test_drawn_pages_know_where_each_number_stands() -> None:
    frames, labels = digits(50, seed=4)
    for sheet in sheets.drawn(frames, labels, np.random.default_rng(2), count=8):
        assert all(len(text) == len(boxes) for text, boxes in sheet.numbers)
    lone = list(sheets.drawn(frames, labels, np.random.default_rng(3), count=8, longest=1))
    assert {len(sheet.text) for sheet in lone} == {1}


def test_validation_has_pages_of_every_kind_from_a_small_folder(tmp_path: Path) -> None:
    pages = sheets.validation(folder(tmp_path))
    lengths = {len(sheet.text) for sheet in pages}
    assert {0, 1} < lengths
    assert max(lengths) > 8


def test_the_limit_is_the_strictest_that_costs_next_to_no_digit() -> None:
    chances = np.zeros((10_000, 11))
    chances[:, 10] = 0.01
    chances[:5, 10] = (0.85, 0.84, 0.82, 0.75, 0.2)
    chances[:, 4] = 1 - chances[:, 10]
    labels = np.full(10_000, 4)
    assert tuning.choose_limit(chances, labels) == 0.8  # three are lost, four would be too many
    labels[:3] = 3  # these were misread anyway: nothing is lost by rejecting them
    assert tuning.choose_limit(chances, labels) == 0.3


def test_numbers_beside_stray_ink_are_trusted_less_after_fitting_on_such_that_were_wrong() -> None:
    clean, dirty = page(["2035"]), page(["2035"])
    for left in range(70, 300, 30):
        cv2.circle(dirty, (left, 30), 6, 40, -1)
    truths = [Sheet.of_text(clean, "2035"), Sheet.of_text(dirty, "20351")] * 20
    weights = tuning.fit_trust(Reader.load(), truths)
    assert weights.number[1 + trust.NUMBER.index("stray ink")] < 0
