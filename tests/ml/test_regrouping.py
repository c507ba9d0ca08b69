"""Digits that a person placed, in lines and numbers."""

from ml import formats
from ml.page import Placed
from ml.regrouping import regroup


def row(values: str, top: int = 10, left: int = 10) -> list[Placed]:
    """Digits 30 × 50, forty apart."""
    return [Placed(int(value), (left + 40 * nth, top, 30, 50)) for nth, value in enumerate(values)]


def test_digits_in_any_order_are_read_line_by_line() -> None:
    page, ordered = regroup(500, 300, [*row("56", top=150), *row("12")[::-1]])
    assert page.lines == ("12", "56")
    assert [one.value for one in ordered] == [1, 2, 5, 6]
    assert [digit.line for digit in page.digits] == [0, 0, 1, 1]


def test_a_wide_gap_parts_numbers_and_a_mark_in_it_joins_them() -> None:
    left, right = Placed(1, (10, 10, 30, 50)), (100, 10, 30, 50)
    assert regroup(500, 100, [left, Placed(2, right)])[0].text == "1 2"
    number = regroup(500, 100, [left, Placed(2, right, ".")])[0].numbers[0]
    assert (number.text, number.marked_text, number.value) == ("12", "1.2", "1.2")


def test_what_is_known_to_belong_together_stays_whatever_the_gaps() -> None:
    near = [Placed(one.value, one.box, number=nth // 2) for nth, one in enumerate(row("1234"))]
    assert regroup(500, 100, near)[0].text == "12 34"
    far = [Placed(1, (10, 10, 30, 50), number=0), Placed(2, (200, 10, 30, 50), number=0)]
    assert regroup(500, 100, [*far, Placed(7, (110, 10, 30, 50))])[0].text == "172"
    assert regroup(500, 100, [*far, Placed(7, (400, 10, 30, 50))])[0].text == "12 7"


def test_where_a_number_begins_only_a_minus_can_stand() -> None:
    first, second = row("12")
    for sign, marked in (("-", "-12"), (".", None)):
        signed = Placed(first.value, first.box, sign)
        assert regroup(500, 100, [signed, second])[0].numbers[0].marked_text == marked


def test_a_mark_that_cannot_stand_there_takes_no_other_with_it() -> None:
    first, second, third = row("123")
    digits = [Placed(1, first.box, "."), second, Placed(3, third.box, ".")]
    assert regroup(500, 100, digits)[0].numbers[0].marked_text == "12.3"


def test_marks_that_nobody_writes_are_not_shown() -> None:
    digits = [Placed(one.value, one.box, ".") for one in row("12")]
    assert regroup(500, 100, [row("9", left=-30)[0], *digits])[0].numbers[0].marked_text is None


def test_a_format_says_whether_it_fits_and_changes_no_digit() -> None:
    isbn = formats.parse("isbn")
    right, wrong = regroup(900, 100, row("0306406152"), isbn)[0], regroup(900, 100, row("0306406153"), isbn)[0]
    assert [page.numbers[0].format.legal for page in (right, wrong) if page.numbers[0].format] == [True, False]
    assert (right.text, wrong.text) == ("0306406152", "0306406153")


def test_without_digits_there_is_no_number() -> None:
    page, ordered = regroup(500, 100, [], formats.parse("length:4"))
    assert (page.numbers, page.lines, page.confidence, ordered) == ((), (), None, [])
