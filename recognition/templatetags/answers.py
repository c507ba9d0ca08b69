"""How sure we are, in words and percent, on pages."""

import math
from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.translation import gettext

from hdr_site import numbering
from recognition import uploads
from recognition.answers import Answer, ShownDigit
from recognition.models import SURE, Reading
from recognition.wording import worded

register = template.Library()


register.filter(worded)


@register.filter
def is_sure(chance: float | None) -> bool:
    """Whether an answer that is right with this chance (0 to 1) needs no second look."""
    return chance is not None and chance >= SURE


@register.filter
def percent(chance: float) -> str:
    """A chance (0 to 1) in percent, rounded down: nothing is shown as surer than it is, and nothing as certain."""
    if chance < 0.001:
        return str(numbering.shown(gettext("under 0.1\u00a0%")))
    if 0.01 <= chance < 0.99:
        return str(numbering.shown(f"{_floor(chance * 100)}\u00a0%"))
    return str(numbering.shown(f"{min(_floor(chance * 1000), 999) / 10:.1f}\u00a0%"))


@register.filter
def of_number(digits: Sequence[ShownDigit], number: dict[str, list[int]]) -> list[ShownDigit]:
    """The digits of one of an answer's numbers, in reading order."""
    return [digits[position] for position in number["digits"]]


@register.filter
def shown(number: dict[str, Any]) -> str:
    """A number as it is written: by its format, with its marks, or its digits alone."""
    said = number.get("format")
    if said and said["legal"]:
        return str(said["text"])
    return str(number["marked_text"] or number["text"])


@register.filter
def shown_text(reading: Reading | Answer) -> str:
    """All numbers of a reading, or of an answer, as they are written."""
    return " ".join(map(shown, reading.numbers))


@register.filter
def is_refused(number: dict[str, Any]) -> bool:
    """Whether a format was asked for and the number is none of it."""
    said = number.get("format")
    return said is not None and not said["legal"]


@register.filter
def change_of(number: dict[str, Any], position: int) -> dict[str, Any] | None:
    """What a format has to say about one digit of a number, if it answers otherwise than the network."""
    said: dict[str, Any] = number.get("format") or {"overruled": []}
    return next((change for change in said["overruled"] if change["digit"] == position), None)


@register.filter
def is_sure_of_all(reading: Reading) -> bool:
    """Whether nothing of a reading needs a second look."""
    return is_sure(reading.confidence) and not any(map(is_refused, reading.numbers))


@register.filter
def spoken(answer: Answer) -> str:
    """All numbers digit by digit, for a voice: `4, 1, maybe 7. 8, 6.`"""
    return " ".join(f"{', '.join(_say(answer.digits[at]) for at in number['digits'])}." for number in answer.numbers)


def _say(digit: ShownDigit) -> str:
    names = {"-": gettext("minus"), ".": gettext("point"), ",": gettext("comma"), "/": gettext("slash")}
    sure = str(digit.value) if digit.is_sure else gettext("maybe %(digit)d") % {"digit": digit.value}
    return f"{names[digit.sign]}, {sure}" if digit.sign else sure


@register.filter
def around(box: Sequence[int]) -> str:
    """A box with a margin, as a viewBox has it."""
    x, y, wide, high = box
    margin = 0.2 * max(wide, high)
    return f"{x - margin:.1f} {y - margin:.1f} {wide + 2 * margin:.1f} {high + 2 * margin:.1f}"


@register.filter
def format_title(code: str) -> str:
    """What people call a format."""
    return uploads.format_title(code)


def _floor(value: float) -> int:
    return math.floor(value + 1e-9)  # 0.29 * 100 is 28.999999999999996
