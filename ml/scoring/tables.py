"""The figures of an evaluation as tables in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ml.scoring.names import BLANKS, OTHERS, PICTURES, SETS
from ml.scoring.targets import goals

Result = dict[str, Any]
_KINDS = ("missed", "wrong_value", "merged", "split", "invented")


def goal_table(result: Result) -> list[str]:
    """Goals and what was reached, the worst first."""
    rows = [(goal.what, goal.reached, goal.asked, "yes" if goal.met else "**no**") for goal in goals(result)]
    return table(("measure", "reached", "asked for", "met"), rows)


def digit_sets(result: Result) -> list[str]:
    """Accuracy and calibration of lone digits."""
    rows = [
        (
            SETS[key],
            f"{one['n']:,}",
            with_interval(one, "accuracy"),
            percent(one["rejected"]),
            percent(one["ece"]),
            "–" if "curves" not in one else f"{one['curves']['risk_coverage']['area'] * 1e4:.1f}",
        )
        for key, one in result["digits"].items()
    ]
    return table(("set", "digits", "accuracy", "rejected", "calibration error", "risk area ×10⁴"), rows)


def other_sets(result: Result) -> list[str]:
    """How well digits part from what is none."""
    rows = [
        (
            OTHERS[key],
            f"{one['others']:,}",
            with_interval(one, "false_accepts", 1),
            f"{one['auroc']:.4f}",
            percent(one["sensitivity"], 1),
            percent(one["specificity"], 1),
            _taken_for(one["taken_for"]),
        )
        for key, one in sorted(result["others"].items(), key=lambda item: item[1]["auroc"])
    ]
    heads = ("set, beside 1,000 MNIST test digits", "others", "taken for digits", "AUROC", "sensitivity")
    return table((*heads, "specificity", "most often for"), rows)


def per_digit(result: Result, key: str) -> list[str]:
    """Precision, recall, F1, specificity and areas of each digit of one set."""
    scores = result["digits"][key]
    rows = []
    for digit, one in enumerate(scores["per_digit"]):
        roc, precision = scores["curves"]["roc"][digit], scores["curves"]["precision_recall"][digit]
        shares = [percent(one[field]) for field in ("precision", "recall", "f1", "specificity")]
        rows.append((str(digit), f"{one['n']:,}", *shares, f"{roc['area']:.5f}", f"{precision['average']:.5f}"))
    heads = ("digit", "n", "precision", "recall = sensitivity", "F1", "specificity", "ROC area", "average precision")
    return table(heads, rows)


def confused_pairs(result: Result) -> list[str]:
    """Digits taken for one another, both ways together, by set."""
    sets = [key for key in result["digits"] if "without" not in key and result["digits"][key]["n"] > 100]
    named = [one["pair"] for key in sets for one in result["digits"][key]["confused_pairs"]]
    pairs = list(dict.fromkeys(named))
    rows = [(pair, *[str(_mixed(result["digits"][key]["confusion"], pair)) for key in sets]) for pair in pairs]
    return table(("pair", *[SETS[key] for key in sets]), rows)


def confusion(result: Result, key: str) -> list[str]:
    """The whole table of one set."""
    counts = result["digits"][key]["confusion"]
    rows = [(str(digit), *[str(count) if count else "·" for count in counts[digit]]) for digit in range(10)]
    return table(("is \\ read as", *map(str, range(10)), "none"), rows)


def pictures(result: Result) -> list[str]:
    """Texts of whole pictures."""
    rows = [
        (
            PICTURES[key],
            str(one["n"]),
            with_interval(one, "exact_digits", 1),
            percent(one["exact"], 1),
            percent(one["cer"], 1),
            *_found(one["digits"]),
        )
        for key, one in sorted(result["pictures"].items(), key=lambda item: item[1]["exact_digits"])
    ]
    heads = ("set", "pictures", "digits exact", "spaces too", "edits per digit", "precision", "recall", "F1")
    return table(heads, rows)


def marks(result: Result) -> list[str]:
    """Decimal points and their like, found, missed and invented in lines whose digits are all right."""
    counts, kinds = result["marks"], ("found", "missed", "invented")
    rows = [(f"`{sign}`", *[str(counts[f"{what} {sign}"]) for what in kinds]) for sign in ".,-/"]
    return table(("mark", *kinds), rows)


def errors(result: Result) -> list[str]:
    """What became of the digits that are there, in counts."""
    rows = []
    for key, one in result["pictures"].items():
        counts = one["digits"]
        if counts:
            near = [_of(one[kind]) for kind in ("touching", "apart")]
            kinds = [str(counts[kind]) for kind in _KINDS]
            rows.append((PICTURES[key], str(counts["there"]), str(counts["right"]), *kinds, *near))
    heads = ("set", "digits", "right", "missed", "wrong value", "merged", "split", "invented")
    return table((*heads, "right where digits touch", "where they do not"), rows)


def lengths(result: Result) -> list[str]:
    """Numbers read exactly by how many digits they have."""
    several = [key for key, one in result["pictures"].items() if len(one["by_length"]) > 1]
    sets = [key for key in several if key != "cluttered_pages"]  # whose numbers are whatever happens to stand together
    found = {key: {row["length"]: row for row in result["pictures"][key]["by_length"]} for key in sets}
    rows = [
        (str(length), *[_of_length(found[key].get(length)) for key in sets])
        for length in sorted({length for key in sets for length in found[key]})
    ]
    return table(("digits", *[PICTURES[key] for key in sets]), rows)


def blank_pages(result: Result) -> list[str]:
    """What was invented on pages without digits."""
    rows = [
        (BLANKS[kind], str(one["n"]), with_interval(one, "invented", 1), f"{one['digits_a_page']:.2f}")
        for kind, one in sorted(result["blank_pages"].items(), key=lambda item: -item[1]["digits_a_page"])
    ]
    return table(("pages without digits", "pages", "with an invented digit", "invented digits a page"), rows)


def honesty(result: Result) -> list[str]:
    """What was said and how often it was right, of digits, numbers and pages."""
    rows = []
    for key, scores in result["pictures"].items():
        for kind, name in (("digit_confidence", "digits"), ("numbers", "numbers"), ("pages", "pages")):
            one = scores[kind]
            if one is not None and one["n"] >= 10:
                shares = [percent(one[field], 1) for field in ("confidence", "right", "ece")]
                rows.append((PICTURES[key], name, str(one["n"]), *shares, f"{one['brier']:.3f}"))
    return table(("set", "of", "n", "said", "right", "calibration error", "Brier score"), rows)


def corruptions(result: Result) -> list[str]:
    """Accuracy under each corruption, the worst first."""
    scores = result["corruptions"]
    by_mean = sorted(scores["by_severity"].items(), key=lambda item: sum(item[1]))
    rows = [
        (name, *[percent(share, 1) for share in shares], percent(scores["whole_reader"][name], 1))
        for name, shares in by_mean
    ]
    return table(("corruption", "severity 1", "severity 2", "severity 3", "whole reader, severity 2"), rows)


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A table's lines in Markdown."""
    lines = [heads, ["---"] * len(heads), *rows]
    return [f"| {' | '.join(line)} |" for line in lines]


def percent(share: float | None, places: int = 2) -> str:
    """A share in percent; a dash where there is none."""
    return "–" if share is None else f"{share * 100:.{places}f} %"


def with_interval(scores: Result, key: str, places: int = 2) -> str:
    """A share with its 95 % interval."""
    low, high = scores[f"{key}_interval"]
    return f"{percent(scores[key], places)} ({low * 100:.{places}f}–{high * 100:.{places}f})"


def _found(digits: Result | None) -> list[str]:
    return ["–"] * 3 if digits is None else [percent(digits[field], 1) for field in ("precision", "recall", "f1")]


def _of(share: Result | None) -> str:
    return "–" if not share or share["right"] is None else f"{percent(share['right'], 1)} of {share['n']}"


def _of_length(row: Result | None) -> str:
    return "·" if row is None else f"{percent(row['exact'], 0)} of {row['n']}"


def _mixed(counts: Sequence[Sequence[int]], pair: str) -> int:
    one, other = (int(digit) for digit in pair.split("/"))
    return counts[one][other] + counts[other][one]


def _taken_for(counts: Sequence[int]) -> str:
    worst = sorted(range(10), key=lambda digit: -counts[digit])[:3]
    return ", ".join(f"{digit} ({counts[digit]})" for digit in worst if counts[digit]) or "–"
