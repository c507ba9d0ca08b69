"""Digits with the marks between them, as text: whether people write such, and the decimal value."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ml.formats.base import plain_value

_PLAUSIBLE = re.compile(
    r"""-?(?: \d+ (?:[.,]\d{1,3})?                    # 12  12.50
      | \d{1,3} (?:\.\d{3})+ (?:,\d{1,3})?           # 1.234  1.234,50
      | \d{1,3} (?:,\d{3})+ (?:\.\d{1,3})?
      | \d{1,2} ([./-]) \d{1,2} \1 (?:\d{4}|\d\d)    # 12/05/2024
      | \d{4} ([./-]) \d{1,2} \2 \d{1,2}
      | \d+ (?:-\d+)+ | \d+/\d+ )""",
    re.VERBOSE,
)


def is_plausible(text: str) -> bool:
    """Whether people write digits with these marks: amounts, dates, digits in groups, fractions."""
    return _PLAUSIBLE.fullmatch(text) is not None


def value(text: str) -> str | None:
    """The decimal value of digits with marks, as `1234.50`; None where they have none, or it could be another.

    The last of two kinds of marks is the decimal one.  A lone mark before exactly three digits may part thousands or
    decimals: that is left open, unless more than three digits or a 0 stand before it.
    """
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    if not re.fullmatch(r"[0-9.,]+", digits):
        return None
    *whole, last = re.split("[.,]", digits)
    kinds = re.findall("[.,]", digits)
    if not whole:
        return plain_value(sign + digits)
    if len(set(kinds)) == 1 and len(kinds) > 1:
        return plain_value(sign + "".join([*whole, last])) if _are_thousands([*whole, last]) else None
    if kinds.count(kinds[-1]) > 1 or (len(kinds) > 1 and not _are_thousands(whole)):
        return None
    if len(kinds) == 1 and len(last) == 3 and len(whole[0]) <= 3 and whole[0].strip("0"):
        return None
    return plain_value(f"{sign}{''.join(whole)}.{last}")


def _are_thousands(groups: Sequence[str]) -> bool:
    return 1 <= len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:])
