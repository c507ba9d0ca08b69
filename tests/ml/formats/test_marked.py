"""Amounts, meter readings and dates, with their marks."""

import datetime
import itertools

import pytest

from ml.formats import Illegal, Written, parse
from tests.ml.formats.rows import shape_of


def test_marks_are_found_between_digits() -> None:
    written = Written.of_text("-1.234,50")
    assert (written.count, written.parts, written.marks, written.sign) == (6, (1, 3, 2), (".", ","), "-")


@pytest.mark.parametrize(
    ("code", "text", "value"),
    [
        ("amount", "1250", "1250"),
        ("amount", "12.50", "12.50"),
        ("amount", "12,50", "12.50"),
        ("amount", "1.234,50", "1234.50"),
        ("amount", "1,234.50", "1234.50"),
        ("amount", "1.234", "1234"),
        ("amount", "1,234,567", "1234567"),
        ("amount", "1234.50", "1234.50"),
        ("amount", "-3,04", "-3.04"),
        ("amount:comma", "1.234", "1234"),
        ("amount:point", "1,234", "1234"),
        ("amount", "0,05", "0.05"),
        ("meter:5", "00123", "123"),
        ("meter:5.3", "00123.456", "123.456"),
    ],
)
def test_the_value_of_an_amount_or_reading(code: str, text: str, value: str) -> None:
    wanted = parse(code)
    digits = [int(sign) for sign in text if sign.isdigit()]
    assert wanted.value(shape_of(wanted, text).write(digits)) == value


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("amount", "12.5"),
        ("amount", "1.23.45"),
        ("amount", "1.234.50,00"),
        ("amount", "12/50"),
        ("amount", "12,34.567"),
        ("amount:point", "12,50"),
        ("amount:point", "12.345"),
        ("amount:comma", "12.50"),
        ("amount", "1.23,456.78"),
        ("meter:5.3", "001.23456"),
        ("meter:5", "1/2345"),
    ],
)
def test_marks_at_wrong_places_are_told(code: str, text: str) -> None:
    with pytest.raises(Illegal) as caught:
        shape_of(parse(code), text)
    assert caught.value.code == "wrong_marks"


def test_a_meters_decimals_are_known_by_the_count_too() -> None:
    assert shape_of(parse("meter:5.3"), "00123456").write([0, 0, 1, 2, 3, 4, 5, 6]) == "00123.456"


def test_a_meter_with_too_few_digits_is_told() -> None:
    with pytest.raises(Illegal, match="Expected 5 digits and up to 3 decimals, found 4"):
        shape_of(parse("meter:5.3"), "0012")


@pytest.mark.parametrize("order", ["dmy", "mdy", "ymd"])
@pytest.mark.parametrize("year", [1900, 1999, 2000, 2023, 2024, 2096])
def test_exactly_the_days_of_the_calendar_are_dates(order: str, year: int) -> None:
    shape = shape_of(parse(f"date:{order}"), "00000000")
    days = set()
    for month, day in itertools.product(range(20), range(40)):
        parts = {"d": f"{day:02}", "m": f"{month:02}", "y": f"{year}"}
        if shape.holds([int(sign) for part in order for sign in parts[part]]):
            days.add((month, day))
    first = datetime.date(year, 1, 1)
    real = [first + datetime.timedelta(days=at) for at in range(366 if year % 4 == 0 and year != 1900 else 365)]
    assert days == {(day.month, day.day) for day in real}


@pytest.mark.parametrize("text", ["01011899", "01012100", "31092024", "00122024"])
def test_other_centuries_and_days_that_do_not_exist_are_none(text: str) -> None:
    assert not shape_of(parse("date"), text).holds([int(sign) for sign in text])


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("12/05/2024", "12/05/2024"),
        ("12.05.24", "12/05/24"),
        ("12-5-2024", "12/5/2024"),
        ("3 7 2024", "3/7/2024"),
        ("12052024", "12/05/2024"),
        ("120524", "12/05/24"),
        ("1205/2024", "12/05/2024"),
    ],
)
def test_dates_are_divided_by_marks_gaps_or_the_count(text: str, written: str) -> None:
    shape = shape_of(parse("date:dmy"), text)
    digits = [int(sign) for sign in text if sign.isdigit()]
    assert shape.holds(digits)
    assert shape.write(digits) == written


def test_29_february_of_a_year_of_two_digits_needs_a_leap_year() -> None:
    assert shape_of(parse("date"), "290224").holds([2, 9, 0, 2, 2, 4])
    assert not shape_of(parse("date"), "290223").holds([2, 9, 0, 2, 2, 3])


@pytest.mark.parametrize(
    ("text", "code"), [("1112024", "wrong_count"), ("120/52024", "wrong_marks"), ("123", "wrong_count")]
)
def test_what_cannot_be_divided_into_a_date_is_told(text: str, code: str) -> None:
    with pytest.raises(Illegal) as caught:
        shape_of(parse("date"), text)
    assert caught.value.code == code
