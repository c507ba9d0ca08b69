"""What the reader is meant to reach, beside what it does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Card = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Goal:
    """`reached` and `asked` as text, and how far it is from what was asked: 1 exactly met, below 1 missed."""

    what: str
    reached: str
    asked: str
    ratio: float

    @property
    def met(self) -> bool:
        """Whether it is reached."""
        return self.ratio >= 1


def goals(result: Card) -> list[Goal]:
    """Every goal with its figure, those missed by most first."""
    found = [*_lone(result), *_pictures(result["pictures"]), *_blank(result["blank_pages"]), *_cost(result["speed"])]
    return sorted(found, key=lambda goal: goal.ratio)


def _lone(result: Card) -> list[Goal]:
    digits, others = result["digits"], result["others"]
    mnist = digits["mnist_test"]
    goals = [
        _at_least("MNIST test, a rejection counts as wrong", mnist["accuracy"], 0.997, 2),
        _at_most("calibration error, MNIST test", mnist["ece"], 0.003, 2),
        _parted("letters against digits, AUROC", others["held_out_letters"]["auroc"]),
        _parted("printed letters against digits, AUROC", others["printed_letters"]["auroc"]),
        _parted("scribbles against digits, AUROC", others["scribbles"]["auroc"]),
        _parted("drawn negatives against digits, AUROC", others["drawn_negatives"]["auroc"]),
    ]
    parts = (("usps_held_out", "USPS, held out", 0.977), ("ardis_held_out", "ARDIS, held out", 0.985))
    return goals + [_at_least(name, digits[key]["accuracy"], asked, 2) for key, name, asked in parts if key in digits]


def _pictures(pictures: Card) -> list[Goal]:
    cheques = pictures["orand_car_held_out"]
    return [
        _at_least("amounts on cheques read exactly, held out", cheques["exact_digits"], 0.88, 1),
        _at_most("calibration error, digits on cheques", (cheques["digit_confidence"] or {"ece": 1.0})["ece"], 0.02, 2),
        _at_least("10 photographs of single digits read exactly", pictures["photos_singles"]["exact_digits"], 0.95, 1),
        _at_least("18 photographs of numbers read exactly", pictures["photos_strings"]["exact_digits"], 0.85, 1),
        _at_least("3 photographs of pages, F1 of digits", pictures["photos_pages"]["digits"]["f1"], 0.93, 1),
    ]


def _blank(blank: Card) -> list[Goal]:
    kinds = {"empty": "empty paper", "scribbled": "scribbles", "printed": "printed words", "handwritten": "letters"}
    pages = [(f"invented digits a page, {name}", blank[kind]["digits_a_page"]) for kind, name in kinds.items()]
    return [Goal(what, f"{count:.2f}", "≤ 0.1", _ratio(0.1, count)) for what, count in pages]


def _cost(speed: Card) -> list[Goal]:
    parts = (
        ("64 glyphs in one batch", "batch_of_64", 20),
        ("a megapixel of handwritten numbers", "megapixel_of_numbers", 250),
        ("a megapixel of printed words", "megapixel_of_words", 250),
    )
    times = [Goal(what, f"{speed[key]:.0f} ms", f"≤ {most} ms", _ratio(most, speed[key])) for what, key, most in parts]
    megabytes = speed["weights_bytes"] / 1e6
    return [*times, Goal("weights in all", f"{megabytes:.1f} MB", "≤ 8 MB", _ratio(8, megabytes))]


def _at_least(what: str, share: float, asked: float, places: int) -> Goal:
    """Nearness is that of the errors: 98 % where 99 % is asked is half."""
    return Goal(what, _percent(share, places), f"≥ {_percent(asked, places)}", _ratio(1 - asked, 1 - share))


def _parted(what: str, auroc: float) -> Goal:
    return Goal(what, f"{auroc:.4f}", "≥ 0.97", _ratio(1 - 0.97, 1 - auroc))


def _at_most(what: str, share: float, asked: float, places: int) -> Goal:
    return Goal(what, _percent(share, places), f"≤ {_percent(asked, places)}", _ratio(asked, share))


def _ratio(asked: float, reached: float) -> float:
    return asked / max(reached, 1e-9)


def _percent(share: float, places: int) -> str:
    return f"{share * 100:.{places}f} %"
