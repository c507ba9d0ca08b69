"""All formats by their codes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ml.formats import marked, schemes
from ml.formats.base import Format, FormatRejected

LONGEST_CODE = 60  # characters, with parameter


@dataclass(frozen=True, slots=True)
class Entry:
    """A format that can be asked for.

    `parameter`: what may stand behind the colon, "" for nothing; `required`: whether it must; `example`: a whole code.
    """

    code: str
    title: str
    sentence: str
    parameter: str
    required: bool
    example: str
    make: Callable[[str], Format]


def _without(code: str, make: Callable[[], Format]) -> Callable[[str], Format]:
    def made(parameter: str) -> Format:
        if parameter:
            told = f"The format {code} takes nothing behind it; “{parameter}” cannot be used."
            raise FormatRejected("bad_format_parameter", told)
        return make()

    return made


CATALOGUE = (
    Entry(
        "amount", "Amount of money",
        "Whole units, or two decimals; dots and commas are told apart by what follows them.",
        "point or comma, the decimal mark", False, "amount:comma", marked.amount,
    ),
    Entry(
        "date", "Date",
        "A day that exists, 1900 to 2099; a year has two or four digits; day first unless said otherwise.",
        "dmy, mdy or ymd, the order", False, "date:mdy", marked.date,
    ),
    Entry(
        "postal", "Postal code", "Of one country, by its rules for length and first digits.",
        f"the country: {', '.join(schemes.POSTAL)}", True, "postal:IN", schemes.postal,
    ),
    Entry(
        "meter", "Meter reading", "All digits of the counter, and perhaps decimals.",
        "digits, or digits.decimals", False, "meter:5.3", marked.meter,
    ),
    Entry(
        "card", "Card number", "13 to 19 digits with a Luhn check digit, in groups or not.", "", False, "card",
        _without("card", schemes.card),
    ),
    Entry(
        "aadhaar", "Aadhaar number", "12 digits with a Verhoeff check digit; the first is neither 0 nor 1.", "", False,
        "aadhaar", _without("aadhaar", schemes.aadhaar),
    ),
    Entry(
        "isbn", "ISBN",
        "Of a book: 13 digits that begin with 978 or 979, or 10, of which the last may be X.", "", False, "isbn",
         _without("isbn", schemes.isbn),
    ),
    Entry(
        "iban", "IBAN", "The digits of a bank account number whose country you name; 97 checks them.",
        f"the country: {', '.join(schemes.IBAN_COUNTRIES)}", True, "iban:DE", schemes.iban,
    ),
    Entry(
        "length", "So many digits", "A number of exactly so many digits, or of a range.",
        f"a number or a range, 1 to {schemes.LONGEST}", True, "length:4-8", schemes.length,
    ),
    Entry(
        "pattern", "A pattern", "D stands for any digit, a digit for itself; other signs are put between the digits.",
        f"at most {schemes.LONGEST} of D, digits, blanks and .,:/()+-", True, "pattern:DDD-DDDD", schemes.pattern,
    ),
)  # fmt: skip
_BY_CODE = {entry.code: entry for entry in CATALOGUE}


def entry_of(code: str) -> Entry:
    """The entry of a code with or without parameter.  Raises FormatRejected("unknown_format")."""
    found = _BY_CODE.get(code.partition(":")[0].strip().lower())
    if found is None:
        told = f"There is no format “{code[:LONGEST_CODE]}”. Choose one of {', '.join(_BY_CODE)};"
        raise FormatRejected(
            "unknown_format", f"{told} a parameter follows a colon, as in {_BY_CODE['length'].example}."
        )
    return found


def parse(code: str) -> Format:
    """The format of `code`, as `amount` or `length:6`.  Raises FormatRejected, which lists the choices."""
    entry, parameter = entry_of(code), code.partition(":")[2].strip()
    if entry.required and not parameter:
        told = f"The format {entry.code} needs more behind a colon, as in {entry.example}: {entry.parameter}."
        raise FormatRejected("bad_format_parameter", told)
    if len(code) > LONGEST_CODE:
        raise FormatRejected("bad_format_parameter", f"A format has at most {LONGEST_CODE} characters.")
    return entry.make(parameter)
