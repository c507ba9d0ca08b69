"""Numbers that carry check digits: cards, Aadhaar, books, bank accounts; and postal codes, lengths and patterns."""

from __future__ import annotations

import re

from ml.formats.base import Fixed, Format, FormatRejected, fixed
from ml.formats.decoding import PLACE, Shape
from ml.formats.rules import Allowed, Prefix, Rule, Verhoeff, WeightedSum

LONGEST = 40
ANY = frozenset(range(10))
CARD_LENGTHS = range(13, 20)
IBAN_COUNTRIES = {
    "AE": 19, "AT": 16, "BA": 16, "BE": 12, "CR": 18, "CZ": 20, "DE": 18, "DK": 14, "EE": 16, "ES": 20, "FI": 14,
    "FO": 14, "GL": 14, "HR": 17, "HU": 24, "IL": 19, "IS": 22, "LT": 16, "ME": 18, "MR": 23, "NO": 11, "PL": 24,
    "PT": 21, "RS": 18, "SE": 20, "SI": 15, "SK": 20, "ST": 21, "TL": 19, "TN": 20, "XK": 16,
}  # fmt: skip
"""Countries whose account part is made of digits alone, and how many (IBAN registry of ISO 13616)."""


def card() -> Format:
    """Payment cards: 13 to 19 digits, the last a Luhn check digit (ISO/IEC 7812-1, after US patent 2,950,048)."""
    return fixed("card", *(Shape(_in_groups(PLACE * count), (luhn(count),)) for count in CARD_LENGTHS))


def luhn(length: int) -> Rule:
    """Every second digit from the right, the check digit not counted, is doubled and its two digits added up."""
    doubled = tuple(sum(divmod(2 * digit, 10)) for digit in range(10))
    terms = tuple(doubled if (length - place) % 2 == 0 else tuple(range(10)) for place in range(length))
    return WeightedSum(terms, 10, "only then the check digit fits (Luhn)")


def aadhaar() -> Format:
    """India's resident number: 12 digits, the last by Verhoeff's scheme, the first neither 0 nor 1 (UIDAI)."""
    first = Allowed((frozenset(range(2, 10)), *[ANY] * 11), "an Aadhaar number does not begin with 0 or 1")
    check = Verhoeff(12, "only then the check digit fits (Verhoeff)")
    return fixed("aadhaar", Shape("#### #### ####", (first, check)))


def isbn() -> Format:
    """Books: 10 digits (the last may be X, for 10) or, since 2007, 13 that begin with 978 or 979 (ISO 2108)."""
    ten = tuple(tuple((10 - place) * symbol for symbol in range(11 if place == 9 else 10)) for place in range(10))
    thirteen = tuple(tuple((3 if place % 2 else 1) * digit for digit in range(10)) for place in range(13))
    because = "only then the ISBN's check digit fits"
    begins = Prefix(frozenset({"978", "979"}), "an ISBN of 13 digits begins with 978 or 979")
    return fixed(
        "isbn",
        Shape(PLACE * 10, (WeightedSum(ten, 11, because),), ends_in_x=True),
        Shape(PLACE * 13, (begins, WeightedSum(thirteen, 10, because))),
    )


def iban(country: str) -> Format:
    """The digits of a bank account number whose country's two letters are known (ISO 13616, check by ISO 7064).

    The number that is divided by 97 is the account part, the letters as two digits each (A is 10), the check digits.
    """
    country = country.upper()
    if country not in IBAN_COUNTRIES:
        listed = ", ".join(IBAN_COUNTRIES)
        raise FormatRejected("bad_format_parameter", f"Give the country of the IBAN, as in iban:DE; one of {listed}.")
    count = 2 + IBAN_COUNTRIES[country]
    weights = [10, 1, *(pow(10, 5 + count - place, 97) for place in range(2, count))]
    terms = tuple(tuple(weight * digit % 97 for digit in range(10)) for weight in weights)
    letters = int("".join(str(ord(letter) - 55) for letter in country)) * 100
    rule = WeightedSum(terms, 97, "only then the IBAN's check digits fit", wanted=1, constant=letters)
    checks = Prefix(frozenset(f"{check:02}" for check in range(2, 99)), "an IBAN's check digits are 02 to 98")
    return fixed(f"iban:{country}", Shape(_in_groups(country + PLACE * count), (checks, rule)))


def length(parameter: str) -> Format:
    """So many digits, `6`, or from so many to so many, `4-8`."""
    match = re.fullmatch(r"(\d{1,2})(?:-(\d{1,2}))?", parameter)
    least, most = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
    if not 1 <= least <= most <= LONGEST:
        told = f"Give a length as length:6, or a range as length:4-8; 1 to {LONGEST} digits."
        raise FormatRejected("bad_format_parameter", told)
    code = f"length:{least}" if least == most else f"length:{least}-{most}"
    return fixed(code, *(Shape(PLACE * count) for count in range(least, most + 1)), counts=True)


def pattern(parameter: str) -> Format:
    """`DDD-DDDD`: D is any digit, a digit is itself, and blanks, dots, commas, hyphens, slashes and such separate."""
    if not (re.fullmatch(r"[D0-9 .,:/()+-]{1,40}", parameter) and "D" in parameter):
        told = "Give a pattern as pattern:DDD-DDDD: D for any digit, digits that are always there, blanks and .,:/()+-"
        raise FormatRejected("bad_format_parameter", f"{told} between them; at most {LONGEST} signs.")
    places = [sign for sign in parameter if sign == "D" or sign.isdigit()]
    choices = tuple(ANY if sign == "D" else frozenset({int(sign)}) for sign in places)
    rule = Allowed(choices, "the pattern has this digit there", "pattern_digit")
    writing = re.sub("[D0-9]", PLACE, parameter)
    return fixed(f"pattern:{parameter}", Shape(writing, (rule,) if choices != (ANY,) * len(choices) else ()))


def _in_groups(writing: str) -> str:
    return " ".join(writing[at : at + 4] for at in range(0, len(writing), 4))


def _first_not_zero(name: str, count: int) -> Allowed:
    return Allowed((ANY - {0}, *[ANY] * (count - 1)), f"a postal code of {name} does not begin with 0")


def _area(name: str, numbers: range, besides: tuple[int, ...] = ()) -> Prefix:
    areas = frozenset(f"{number:02}" for number in (*numbers, *besides))
    return Prefix(areas, f"a postal code of {name} begins with an area of {min(areas)} to {max(areas)}")


POSTAL: dict[str, tuple[str, tuple[Shape, ...]]] = {
    "AT": ("Austria", (Shape("####", (_first_not_zero("Austria", 4),)),)),
    "AU": ("Australia", (Shape("####"),)),
    "BR": ("Brazil", (Shape("#####-###", (_area("Brazil", range(1, 100)),)),)),
    "CH": ("Switzerland", (Shape("####", (_first_not_zero("Switzerland", 4),)),)),
    "DE": ("Germany", (Shape("#####", (_area("Germany", range(1, 100)),)),)),
    "ES": ("Spain", (Shape("#####", (_area("Spain", range(1, 53)),)),)),
    "FR": ("France", (Shape("#####", (_area("France", range(1, 96), (97, 98)),)),)),
    "IN": ("India", (Shape("### ###", (_first_not_zero("India", 6),)),)),
    "IT": ("Italy", (Shape("#####"),)),
    "JP": ("Japan", (Shape("###-####"),)),
    "PL": ("Poland", (Shape("##-###"),)),
    "US": ("the United States", (Shape("#####"), Shape("#####-####"))),
}
"""Countries whose postal codes are digits alone: how they are written, and what their first digits may be (by the
countries' postal services, as the Universal Postal Union collects them)."""


def postal(parameter: str) -> Fixed:
    """The postal code of one country, named by its two letters."""
    country = parameter.upper()
    if country not in POSTAL:
        told = f"Give the country of the postal code, as in postal:IN; one of {', '.join(POSTAL)}."
        raise FormatRejected("bad_format_parameter", told)
    return fixed(f"postal:{country}", *POSTAL[country][1])
