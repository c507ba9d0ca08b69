"""What the model card says, for the page about how the reader reads. Its figures are read, never written here."""

import json
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise

Card = dict[str, Any]
CARD, FINDER = "ml/weights/latin.json", "ml/weights/finder.json"

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
    interval: str


@dataclass(frozen=True, slots=True)
class Plot:
    """A figure: its file among the static ones, what it shows, and its size."""

    file: str
    what: "StrOrPromise"
    width: int
    height: int


@cache
def card() -> Card:
    """The card of the weights that are shipped, as `make evaluate` wrote it."""
    return _read(CARD)


@cache
def finder() -> Card:
    """The card of the second network, which looks for digits where ink alone leaves a doubt."""
    return _read(FINDER)


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
    counted = {"n": scores["others"], "interval": scores["false_accepts_interval"]}
    return _score(_("Letters"), counted, scores["false_accepts"], "interval")


def _score(what: "StrOrPromise", scores: Card, share: float, interval: str) -> Score:
    places = 2 if share > 0.99 else 1
    shown, low, high = (f"{part * 100:.{places}f}" for part in (share, *scores[interval]))
    return Score(what, scores["n"], f"{shown}\u00a0%", f"{low}–{high}\u00a0%")


@cache
def plots() -> list[Plot]:
    """The figures that `make evaluate` draws, as they lie among the static files."""
    return [Plot(f"figures/{name}.svg", what, *_size(name)) for name, what in PLOTS.items()]


def _read(path: str) -> Card:
    read: Card = json.loads((settings.BASE_DIR / path).read_text())
    return read


def _size(name: str) -> tuple[int, int]:
    """Width and height that the drawing says of itself, so that the page keeps room for it while it loads."""
    head = (settings.BASE_DIR / "docs" / "figures" / f"{name}.svg").read_text()[:2000]
    found = re.search(r'viewBox="0 0 ([0-9.]+) ([0-9.]+)"', head)
    return (round(float(found[1])), round(float(found[2]))) if found else (4, 3)
