"""The digits that pages show: of the numbering system that a reader has chosen, else that of their language.

Numbering systems go by their names in Unicode's CLDR, which also says which one a language uses (a test compares).
Programs, exports, addresses and what scripts read stay with 0 to 9; what people type is understood in any digits.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Self

from django.utils.formats import localize
from django.utils.safestring import SafeString
from django.utils.translation import get_language

LATIN = "latn"
DIGITS = {
    LATIN: "0123456789",
    "arab": "٠١٢٣٤٥٦٧٨٩",
    "beng": "০১২৩৪৫৬৭৮৯",
    "deva": "०१२३४५६७८९",
    "gujr": "૦૧૨૩૪૫૬૭૮૯",
    "knda": "೦೧೨೩೪೫೬೭೮೯",
    "taml": "௦௧௨௩௪௫௬௭௮௯",
    "telu": "౦౧౨౩౪౫౬౭౮౯",
}
OF_LANGUAGE = {"bn": "beng", "mr": "deva"}
"""Those whose languages are not written with 0 to 9 by default."""
_TABLES = {name: str.maketrans(DIGITS[LATIN], digits) for name, digits in DIGITS.items()}
_chosen: ContextVar[str] = ContextVar("numbering", default="")


def current() -> str:
    """The numbering system of whoever is answered."""
    return _chosen.get() or OF_LANGUAGE.get((get_language() or "").partition("-")[0], LATIN)


def choose(name: str) -> None:
    """Go on with this one; with that of the language if it is empty or none of ours."""
    _chosen.set(name if name in DIGITS else "")


@contextmanager
def override(name: str = "") -> Iterator[None]:
    """Inside the block the numbering is this one, or that of the language; what is chosen inside ends with it."""
    token = _chosen.set(name if name in DIGITS else "")
    try:
        yield
    finally:
        _chosen.reset(token)


class Count(int):
    """A whole number that is written in given digits, and is a number all the same: plurals and comparisons see it."""

    table: dict[int, int]

    @classmethod
    def written_with(cls, table: dict[int, int], value: int) -> Self:
        """`value`, to be written with the digits of `table`."""
        count = cls(value)
        count.table = table
        return count

    def __str__(self) -> str:
        return int.__repr__(self).translate(self.table)

    def __format__(self, specification: str) -> str:
        return format(int(self), specification).translate(self.table)


def shown(value: Any) -> Any:
    """`value`, a number, a date or a text, in the reader's digits; markup and None stay as they are."""
    system = current()
    if system == LATIN or value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return Count.written_with(_TABLES[system], value)
    text = localize(value) if not isinstance(value, str) else value
    if isinstance(text, SafeString):
        return text if "<" in text or "&#" in text else SafeString(text.translate(_TABLES[system]))
    return str(text).translate(_TABLES[system])
