"""What the model card says, for the page about how the reader reads. Its figures are read, never written here."""

import json
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise

Card = dict[str, Any]
CARD = "ml/weights/latin.json"

PICTURES: dict[str, "StrOrPromise"] = {
    "cluttered_pages": _("Drawn photographs of cluttered pages"),
    "photos_pages": _("Photographs of whole pages"),
    "photos_singles": _("Photographs of single digits"),
    "drawn_pages": _("Drawn pages"),
    "orand_car_held_out": _("Amounts on patterned cheques"),
    "photos_strings": _("Photographs of numbers"),
}
BLANKS: dict[str, "StrOrPromise"] = {
    "printed": _("Pages of printed words"),
    "handwritten": _("Pages of scribbles, marks and letters"),
    "scribbled": _("Pages of scribbles"),
    "empty": _("Empty paper, plain, ruled and patterned"),
}
DIGITS: dict[str, "StrOrPromise"] = {
    "printed_digits": _("Printed digits in typefaces never seen before"),
    "usps_held_out": _("Digits of postal codes (USPS), held out"),
    "ardis_held_out": _("Digits of Swedish church books (ARDIS), held out"),
    "mnist_test": _("Test digits of MNIST"),
}
PLOTS: dict[str, "StrOrPromise"] = {
    "lengths": _("Numbers read without a mistake, by how many digits they have"),
    "confidence": _("Whether a confidence is right: what was shown, against the share that was right"),
    "risk-coverage": _("Wrong answers among the surest ones"),
    "rejection": _("Digits kept, against letters and scribbles taken for digits"),
    "corruptions": _("How noise, blur and bad light harm the reading"),
    "confusion": _("Which digit is taken for which"),
    "digit-curves": _("Each digit against all others"),
}


@dataclass(frozen=True, slots=True)
class Score:
    """A share of `count` things, with its 95 % interval after Wilson (1927); all in percent, as text."""

    what: "StrOrPromise"
    count: int
    share: str
    low: str
    high: str


@cache
def card() -> Card:
    """The card of the weights that are shipped, as `make evaluate` wrote it."""
    read: Card = json.loads((settings.BASE_DIR / CARD).read_text())
    return read


def pictures() -> list[Score]:
    """Pictures of which every digit was read right and none invented, the worst first."""
    scores = card()["scores"]
    rows = ((name, scores[key], scores[key]["exact_digits"], "exact_digits_interval") for key, name in PICTURES.items())
    return [_score(*row) for row in sorted(rows, key=lambda row: row[2])]


def blanks() -> list[Score]:
    """Pages without a digit on which one was invented, the worst first."""
    scores = card()["scores"]["blank_pages"]
    rows = ((name, scores[key], scores[key]["invented"], "invented_interval") for key, name in BLANKS.items())
    return [_score(*row) for row in sorted(rows, key=lambda row: -row[2])]


def digits() -> list[Score]:
    """Lone digits that were read right, the worst first; one that is rejected counts as wrong."""
    scores = card()["scores"]
    rows = ((name, scores[key], scores[key]["accuracy"], "accuracy_interval") for key, name in DIGITS.items())
    return [_score(*row) for row in sorted(rows, key=lambda row: row[2])]


def letters() -> Score:
    """Handwritten letters that, each seen alone, were taken for a digit."""
    scores = card()["scores"]["held_out_letters"]
    share, (low, high) = scores["false_accepts"], scores["false_accepts_interval"]
    return Score(_("Letters"), scores["others"], _percent(share), _percent(low), _percent(high))


def _score(what: "StrOrPromise", scores: Card, share: float, interval: str) -> Score:
    low, high = scores[interval]
    return Score(what, scores["n"], _percent(share), _percent(low), _percent(high))


def _percent(share: float) -> str:
    return f"{share * 100:.{2 if share > 0.99 else 1}f}\u00a0%"


def plots() -> list[tuple[str, "StrOrPromise"]]:
    """The figures that `make evaluate` draws: where they lie among the static files, and what they show."""
    return [(f"figures/{name}.svg", what) for name, what in PLOTS.items()]
