"""What people type to find a number, as a condition on answers.

An answer is the numbers of a picture in reading order, with one space between: `4172 86`. In what is looked for, `*`
stands for any digits (or none) and `?` for one; digits of any script count, and the marks that are written between
digits (points, commas, dashes, slashes) are passed over, since answers have none.
"""

import re
import unicodedata

from django.db.models import Q, TextChoices
from django.utils.translation import gettext_lazy as _

LONGEST = 60
MARKS = re.compile(r"[.,'’/+:\u2010-\u2015\u2212-]")
LEGAL = re.compile(r"[0-9*? ]*")
WILD = re.compile(r"[*?]")


class Match(TextChoices):
    """How an answer has to fit."""

    CONTAINS = "contains", _("contains it")
    EXACT = "exact", _("is exactly it")
    PREFIX = "prefix", _("begins with it")


class NotANumber(ValueError):
    """What was typed holds something that no answer has."""


def normalised(typed: str) -> str:
    """What was typed, in ASCII digits, wildcards and single spaces. Raises NotANumber."""
    digits = "".join(str(unicodedata.decimal(character, character)) for character in MARKS.sub("", typed))
    if not LEGAL.fullmatch(digits) or len(digits) > LONGEST:
        raise NotANumber(typed)
    return re.sub(r"\*+", "*", " ".join(digits.split()))


def fitting(number: str, match: Match) -> Q:
    """The condition on `answer_start` for a normalised number; everything fits an empty one."""
    if not number:
        return Q()
    if WILD.search(number):
        return _fitting_pattern(number, match)
    lookup = {Match.CONTAINS: "contains", Match.EXACT: "exact", Match.PREFIX: "startswith"}[match]
    return Q(**{f"answer_start__{lookup}": number})


def _fitting_pattern(number: str, match: Match) -> Q:
    """By a regular expression, after what is known of it for certain, which an index or a quicker search can use."""
    parts = WILD.split(number)
    pattern = number.replace("*", "[0-9]*").replace("?", "[0-9]")
    if match is Match.CONTAINS:  # one of the numbers of the picture
        return Q(answer_start__contains=max(parts, key=len), answer_start__regex=f"(^| ){pattern}( |$)")
    end = "$" if match is Match.EXACT else ""
    return Q(answer_start__startswith=parts[0], answer_start__regex=f"^{pattern}{end}")
