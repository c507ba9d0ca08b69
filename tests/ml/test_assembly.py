"""How digits become numbers, and how sure these are."""

import pytest

from ml.assembly import Found, assemble
from ml.page import Box


def glyph(value: int, sure: float, box: Box) -> Found:
    chances = [(1 - sure) / 10] * 11
    chances[value] = sure
    return Found(box, tuple(chances), is_digit=value != 10)


TWO, FIVE = glyph(2, 0.9, (0, 0, 20, 30)), glyph(5, 0.8, (25, 0, 20, 30))


def test_a_number_is_as_sure_as_all_its_digits_together() -> None:
    page = assemble(200, 100, [FIVE, TWO])
    assert page.text == "25"
    assert page.numbers[0].confidence == page.confidence == pytest.approx(0.72)
    assert page.numbers[0].box == (0, 0, 45, 30)


def test_a_doubtful_neighbour_makes_a_number_less_sure() -> None:
    doubtful = glyph(10, 0.6, (50, 0, 20, 30))
    assert assemble(200, 100, [TWO, FIVE, doubtful]).numbers[0].confidence == pytest.approx(0.72 * 0.6)


def test_a_doubtful_glyph_elsewhere_makes_only_the_page_less_sure() -> None:
    page = assemble(200, 200, [TWO, FIVE, glyph(10, 0.6, (0, 100, 20, 30))])
    assert page.numbers[0].confidence == pytest.approx(0.72)
    assert page.confidence == pytest.approx(0.72 * 0.6)


def test_without_digits_there_is_no_confidence() -> None:
    page = assemble(200, 100, [glyph(10, 0.6, (0, 0, 20, 30))])
    assert (page.text, page.lines, page.digits, page.confidence) == ("", (), (), None)


def test_digits_are_numbered_through_lines_and_numbers() -> None:
    below = glyph(7, 0.9, (0, 60, 20, 30))
    far = glyph(8, 0.9, (120, 0, 20, 30))
    page = assemble(200, 100, [below, far, FIVE, TWO])
    assert page.lines == ("25 8", "7")
    assert [(digit.value, digit.line, digit.number) for digit in page.digits] == [
        (2, 0, 0),
        (5, 0, 0),
        (8, 0, 1),
        (7, 1, 2),
    ]
    assert [number.digits for number in page.numbers] == [(0, 1), (2,), (3,)]
