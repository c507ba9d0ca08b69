"""Check digits against examples that the schemes publish, and what they find."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.formats import FormatRejected, Illegal, parse
from ml.formats.schemes import IBAN_COUNTRIES, POSTAL
from tests.ml.formats.rows import shape_of

CARDS = [
    "4111111111111111", "5555555555554444", "378282246310005", "6011111111111117", "30569309025904",  # test accounts
]  # fmt: skip
BOOKS = [  # the manual's own number and its example (ISBN Users' Manual), Wikipedia's for ten digits, one with X
    "9789295055025", "9780110002224", "9783161484100", "0306406152", "080442957X",
]  # fmt: skip
ACCOUNTS = [  # the IBAN registry's example of each country (ISO 13616)
    "AE070331234567890123456", "AT611904300234573201", "BA391290079401028494", "BE68539007547034",
    "CR05015202001026284066", "CZ6508000000192000145399", "DE89370400440532013000", "DK5000400440116243",
    "EE382200221020145685", "ES9121000418450200051332", "FI2112345600000785", "FO6264600001631634",
    "GL8964710001000206", "HR1210010051863000160", "HU42117730161111101800000000", "IL620108000000099999999",
    "IS140159260076545510730339", "LT121000011101001000", "ME25505000012345678951", "MR1300020001010000123456753",
    "NO9386011117947", "PL61109010140000071219812874", "PT50000201231234567890154", "RS35260005601001611379",
    "SE4550000000058398257466", "SI56263300012039086", "SK3112000000198742637541", "ST32000200010192194210112",
    "TL380080012345678910157", "TN5910006035183598478831", "XK051212012345678906",
]  # fmt: skip


def legal(code: str, text: str) -> bool:
    symbols = [10 if sign == "X" else int(sign) for sign in text]
    return shape_of(parse(code), text.replace("X", "0")).holds(symbols)


@pytest.mark.parametrize("number", CARDS)
def test_published_card_numbers_are_legal(number: str) -> None:
    assert legal("card", number)


@pytest.mark.parametrize("number", BOOKS)
def test_published_book_numbers_are_legal(number: str) -> None:
    assert legal("isbn", number)


@pytest.mark.parametrize("number", ACCOUNTS)
def test_published_account_numbers_are_legal(number: str) -> None:
    assert legal(f"iban:{number[:2]}", number[2:])


def test_every_country_with_an_iban_of_digits_has_an_example() -> None:
    assert {number[:2] for number in ACCOUNTS} == set(IBAN_COUNTRIES)


@pytest.mark.parametrize(("number", "check"), [("236", "3"), ("12345", "1"), ("142857", "0"), ("123456789012", "0")])
def test_verhoeffs_published_check_digits(number: str, check: str) -> None:
    from ml.formats.rules import Verhoeff

    rule = Verhoeff(len(number) + 1, "")
    fitting = [digit for digit in "0123456789" if rule.holds([int(sign) for sign in number + digit])]
    assert fitting == [check]


def test_an_aadhaar_number_does_not_begin_with_0_or_1() -> None:
    assert legal("aadhaar", "234123412346")
    found = {first for first in "0123456789" for rest in ("1", "2") for last in "0123456789"
             if legal("aadhaar", f"{first}3412341234{rest}"[:11] + last)}  # fmt: skip
    assert found == set("23456789")


def test_an_isbn_of_13_digits_begins_with_978_or_979() -> None:
    assert legal("isbn", "9790000000001") is True
    assert legal("isbn", "4006381333931") is False  # right as a number of goods


def test_an_x_stands_nowhere_but_at_the_end_of_an_isbn_of_10() -> None:
    assert not shape_of(parse("isbn"), "0306406152").holds([10, 3, 0, 6, 4, 0, 6, 1, 5, 2])
    assert not shape_of(parse("card"), "4111111111111111").holds([4, *[1] * 14, 10])


SCHEMES = [*(("card", number) for number in CARDS), *(("isbn", number) for number in BOOKS[:4]),
           ("aadhaar", "234123412346"), *((f"iban:{number[:2]}", number[2:]) for number in ACCOUNTS)]  # fmt: skip


@given(st.sampled_from(SCHEMES), st.integers(0, 100), st.integers(1, 9))
def test_every_single_wrong_digit_is_detected(scheme: tuple[str, str], place: int, change: int) -> None:
    code, number = scheme
    at = place % len(number)
    wrong = f"{number[:at]}{(int(number[at]) + change) % 10}{number[at + 1 :]}"
    assert not legal(code, wrong)


@given(st.integers(0, 10**11 - 1), st.integers(0, 10))
def test_verhoeff_detects_every_swap_of_neighbours(number: int, at: int) -> None:
    body = f"{number:011}"
    whole = next(body + digit for digit in "0123456789" if _verhoeff(body + digit))
    swapped = whole[:at] + whole[at + 1] + whole[at] + whole[at + 2 :]
    assert swapped == whole or not _verhoeff(swapped)


def _verhoeff(text: str) -> bool:
    from ml.formats.rules import Verhoeff

    return Verhoeff(len(text), "").holds([int(sign) for sign in text])


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        ("postal:IN", "110001", True),
        ("postal:IN", "010001", False),
        ("postal:DE", "01067", True),
        ("postal:DE", "00123", False),
        ("postal:FR", "20000", True),
        ("postal:FR", "96000", False),
        ("postal:FR", "97400", True),
        ("postal:ES", "53001", False),
        ("postal:US", "90210", True),
        ("postal:US", "123456789", True),
    ],
)
def test_postal_codes_have_their_countrys_first_digits(code: str, text: str, expected: bool) -> None:
    assert legal(code, text) is expected


@pytest.mark.parametrize(
    ("code", "text", "told"),
    [
        ("postal:IN", "11000", "Expected 6 digits, found 5."),
        ("postal:US", "1234567", "Expected 5 or 9 digits, found 7."),
        ("card", "4111", "Expected 13 to 19 digits, found 4."),
        ("length:4-8", "123", "Expected 4 to 8 digits, found 3."),
        ("pattern:D", "12", "Expected 1 digit, found 2."),
    ],
)
def test_a_wrong_number_of_digits_is_told(code: str, text: str, told: str) -> None:
    with pytest.raises(Illegal) as caught:
        shape_of(parse(code), text)
    assert (caught.value.code, caught.value.sentence) == ("wrong_count", told)


def test_a_pattern_has_digits_that_are_always_there() -> None:
    assert legal("pattern:0DD-9D", "01294")
    assert not legal("pattern:0DD-9D", "11294")
    assert shape_of(parse("pattern:0DD-9D"), "01294").write([0, 1, 2, 9, 4]) == "012-94"


@pytest.mark.parametrize("country", sorted(POSTAL))
def test_postal_codes_are_written_with_as_many_digits_as_they_have(country: str) -> None:
    for shape in POSTAL[country][1]:
        assert len(shape.write([1] * shape.length).replace(" ", "").replace("-", "")) == shape.length


@pytest.mark.parametrize("code", ["amount", "card", "date:ymd", "length:6", "length:4-8", "iban:de", "meter:5.3",
                                  "pattern:DDD-DDDD", "postal:in", " Aadhaar "])  # fmt: skip
def test_a_format_is_known_again_by_its_code(code: str) -> None:
    once = parse(code)
    assert parse(once.code).code == once.code


@pytest.mark.parametrize("code", ["", "phone", "lengthy:3", ":6"])
def test_an_unknown_format_is_refused_with_the_choices(code: str) -> None:
    with pytest.raises(FormatRejected) as caught:
        parse(code)
    assert caught.value.code == "unknown_format"
    assert "amount, date, postal" in caught.value.sentence


@pytest.mark.parametrize(
    "code",
    ["length", "length:0", "length:41", "length:8-4", "length:six", "postal", "postal:ZZ", "iban:GB", "iban", "card:16",
     "date:ddmm", "amount:dot", "meter:0", "meter:5.0", "meter:99", "pattern:", "pattern:abc", "pattern:---",
     "pattern:" + "D" * 60],
)  # fmt: skip
def test_a_parameter_that_makes_no_sense_is_refused_with_a_sentence(code: str) -> None:
    with pytest.raises(FormatRejected) as caught:
        parse(code)
    assert caught.value.code == "bad_format_parameter"
    assert caught.value.sentence.endswith(".")
