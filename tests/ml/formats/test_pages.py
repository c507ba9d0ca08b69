"""A format and the numbers of a whole page."""

import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.formats import CATALOGUE, apply, parse
from ml.page import Page
from tests.ml.formats.rows import Row, page_of, row, rows

BLANK = Page(100, 100, (), (), (), None)


def test_the_groups_of_a_card_number_are_one_number() -> None:
    page = apply(parse("card"), page_of([rows("4111"), rows("1111"), rows("1111"), rows("1111")]))
    [number] = page.numbers
    assert (number.text, page.text, page.lines) == ("4" + "1" * 15, "4" + "1" * 15, ("4" + "1" * 15,))
    assert number.format is not None
    assert (number.format.legal, number.format.text) == (True, "4111 1111 1111 1111")
    assert number.digits == tuple(range(16))
    assert {digit.number for digit in page.digits} == {0}
    assert number.box == (0, 0, 440, 30)


def test_each_number_stays_for_itself_where_it_fits_alone() -> None:
    page = apply(parse("length:2-4"), page_of([rows("12"), rows("34")], [rows("567")]))
    assert [number.text for number in page.numbers] == ["12", "34", "567"]
    assert [digit.number for digit in page.digits] == [0, 0, 1, 1, 2, 2, 2]


def test_a_date_in_three_groups_is_one_date() -> None:
    page = apply(parse("date"), page_of([rows("12"), rows("05"), rows("2024")]))
    assert [number.format and number.format.text for number in page.numbers] == ["12/05/2024"]


def test_two_dates_of_one_line_are_two() -> None:
    page = apply(parse("date"), page_of([rows("120524"), rows("130524")]))
    assert [number.text for number in page.numbers] == ["120524", "130524"]


def test_numbers_far_apart_are_not_joined() -> None:
    page = page_of([rows("12"), rows("0524")])
    assert len(apply(parse("date"), page).numbers) == 1
    far = replace(page.numbers[1], box=(700, 0, 95, 30))
    apart = replace(page, numbers=(page.numbers[0], far))
    assert len(apply(parse("date"), apart).numbers) == 2


def test_groups_that_fit_only_without_their_neighbour_are_not_joined() -> None:
    page = page_of([rows("4111"), rows("1111"), rows("1111"), rows("1111"), rows("22")])
    assert [number.text for number in apply(parse("card"), page).numbers] == ["4111", "1111", "1111", "1111", "22"]
    far = replace(page.numbers[4], box=(page.numbers[4].box[0] + 60, 0, 45, 30))
    apart = replace(page, numbers=(*page.numbers[:4], far))
    assert [number.text for number in apply(parse("card"), apart).numbers] == ["4" + "1" * 15, "22"]


def test_an_overruled_digit_is_told_with_place_and_reason() -> None:
    chances = rows("4111111111111111")
    chances[5] = row(7, 0.6, other=1)
    page = apply(parse("card"), page_of([rows("13"), chances]))
    number = page.numbers[1]
    assert number.text == "4111111111111111"
    assert number.format is not None
    [change] = number.format.overruled
    assert (change.place, change.digit, change.read, change.answer, change.code) == (6, 7, "7", "1", "check_digit")
    assert change.message == "The 7 at place 6 is read as 1: only then the check digit fits (Luhn)."
    assert page.digits[7].value == 1
    assert page.digits[7].probabilities[7] == 0.6
    assert page.digits[7].confidence > 0.9


def test_a_wrong_count_leaves_the_number_as_it_was_read_and_says_why() -> None:
    before = page_of([rows("12345")])
    page = apply(parse("postal:IN"), before)
    [number] = page.numbers
    assert (number.text, number.confidence) == ("12345", before.numbers[0].confidence)
    assert number.format is not None
    assert number.format.error is not None
    assert (number.format.legal, number.format.error.code) == (False, "wrong_count")
    assert number.format.error.message == "Expected 6 digits, found 5."


def test_where_nothing_legal_is_likely_that_is_said() -> None:
    page = apply(parse("card"), page_of([rows("4111111111111112", 0.999)]))
    answer = page.numbers[0].format
    assert answer is not None
    assert answer.error is not None
    assert answer.error.code == "nothing_legal"
    assert page.text == "4111111111111112"


def test_groups_of_the_right_count_that_are_not_legal_together_are_told_that() -> None:
    groups = [rows(group, 0.999) for group in ("4111", "1111", "1111", "1112")]
    answers = [number.format for number in apply(parse("card"), page_of(groups)).numbers]
    assert [answer and answer.error and answer.error.code for answer in answers] == ["nothing_legal"] * 4
    short = [number.format for number in apply(parse("card"), page_of(groups[:2])).numbers]
    assert [answer and answer.error and answer.error.message for answer in short] == [
        "Expected 13 to 19 digits, found 4."
    ] * 2


def test_amounts_beside_each_other_are_several() -> None:
    page = apply(parse("amount"), page_of([rows("12"), rows("345")]))
    assert [(number.text, number.value) for number in page.numbers] == [("12", "12"), ("345", "345")]


def test_an_amounts_marks_give_its_value() -> None:
    page = apply(parse("amount"), page_of([rows("123450")], marked=["1.234,50"]))
    assert [(number.text, number.marked_text, number.value) for number in page.numbers] == [
        ("123450", "1.234,50", "1234.50")
    ]


def test_a_date_counts_nothing_and_a_length_does() -> None:
    assert apply(parse("date"), page_of([rows("120524")])).numbers[0].value is None
    assert apply(parse("length:3"), page_of([rows("007")])).numbers[0].value == "7"


def test_nine_digits_with_a_sign_behind_are_an_isbn_that_ends_in_x() -> None:
    page = apply(parse("isbn"), page_of([rows("080442957")], followed=True))
    assert page.numbers[0].text == "080442957X"
    assert len(page.digits) == 9
    alone = apply(parse("isbn"), page_of([rows("080442957")]))
    assert alone.numbers[0].format is not None
    assert not alone.numbers[0].format.legal


def test_nine_digits_whose_check_digit_is_no_x_are_none() -> None:
    page = apply(parse("isbn"), page_of([rows("030640615")], followed=True))
    assert page.numbers[0].text == "030640615"


def test_the_page_is_as_sure_as_its_numbers_have_become() -> None:
    before = page_of([rows("4111111111111111", 0.95)])
    after = apply(parse("card"), before)
    assert before.confidence == pytest.approx(0.95**16)
    assert after.confidence == after.numbers[0].confidence > 0.9


def test_a_page_without_digits_stays_one() -> None:
    assert apply(parse("card"), BLANK) == BLANK


def test_formats_need_no_model_and_no_arrays() -> None:
    loaded = "import sys, ml.formats.pages; print(*sys.modules)"
    names = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True).stdout
    assert not {name.split(".")[0] for name in names.split()} & {"numpy", "cv2", "ai_edge_litert", "django"}


def test_slashes_that_were_read_as_1_are_found_in_a_date() -> None:
    page = apply(parse("date"), page_of([rows("1210512024")]))
    [number] = page.numbers
    assert (number.text, number.marked_text, len(page.digits)) == ("12052024", "12/05/2024", 8)
    assert number.format is not None
    assert [(one.place, one.digit, one.answer) for one in number.format.overruled] == [(3, None, "/"), (6, None, "/")]
    plain = apply(parse("date"), page_of([rows("12111124")]))
    assert plain.numbers[0].format is not None
    assert plain.numbers[0].format.text == "12/11/24"  # no year begins with 11


def test_no_digit_but_1_is_taken_for_a_slash() -> None:
    page = apply(parse("date"), page_of([rows("1270572024")]))
    assert page.text == "1270572024"


def test_many_numbers_of_a_page_are_decoded_within_a_moment() -> None:
    lines = [[rows(f"{day:02}0{month}2024") for month in range(1, 9)] for day in range(1, 26)]
    page = apply(parse("date"), page_of(*lines))
    assert len(page.numbers) == 200
    assert all(number.format is not None and number.format.legal for number in page.numbers)


SIGNS = st.text(".,-/", max_size=3)
CHANCE = st.one_of(st.just(0.0), st.just(1.0), st.floats(0, 1))
ROW = st.tuples(*[CHANCE] * 10)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from([entry.example for entry in CATALOGUE] + ["amount", "date", "isbn", "meter", "length:1-40"]),
    st.lists(st.lists(st.lists(ROW, min_size=1, max_size=9), min_size=1, max_size=4), max_size=3),
    st.lists(SIGNS, min_size=12, max_size=12),
    st.booleans(),
)
def test_whatever_was_found_the_page_that_comes_out_is_whole(
    code: str, lines: list[list[list[Row]]], signs: list[str], followed: bool
) -> None:
    before = page_of(*lines, followed=followed) if lines else BLANK
    marked = [
        replace(number, marked_text=number.text[:1] + sign + number.text[1:] or None)
        for number, sign in zip(before.numbers, signs, strict=False)
    ]
    page = apply(parse(code), replace(before, numbers=tuple(marked)))
    assert [at for number in page.numbers for at in number.digits] == list(range(len(page.digits)))
    assert page.lines == tuple(
        " ".join(number.text for number in page.numbers if number.line == line) for line in range(len(before.lines))
    )
    for at, number in enumerate(page.numbers):
        members = [page.digits[index] for index in number.digits]
        assert number.text.removesuffix("X").startswith(
            "".join(str(digit.value) for digit in members)[: len(number.text) - 1]
        )
        assert {digit.number for digit in members} == {at}
        assert 0 <= number.confidence <= 1
        assert number.format is not None
        assert number.format.legal is (number.format.error is None)
        assert all(0 <= digit.confidence <= 1 for digit in members)
