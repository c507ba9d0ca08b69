"""The model card in words: docs/model-card.md and README's figures, written from what was measured."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ml import trust
from ml.scoring import tables
from ml.scoring.names import PICTURES, SETS
from ml.scoring.tables import percent
from ml.scoring.targets import goals

Card = dict[str, Any]


def render(card: Card, result: Card, finder: Card | None = None) -> str:
    """The model card, in Markdown, of the classifier's card, the evaluation's result and, if any, the finder's card."""
    sections = [
        _head(card, finder),
        _goals(result),
        _pictures(result),
        _blank(result),
        _digits(result),
        _others(result),
        _robustness(result),
        _confidence(result),
        _speed(result),
        _making(card, finder),
        _LIMITS,
    ]
    return "\n".join(line for section in sections for line in [*section, ""])


def summary(card: Card) -> str:
    """The handful of figures that README shows, in Markdown; the bad ones first."""
    scores = card["scores"]
    blank, photos = scores["blank_pages"], {kind: scores[f"photos_{kind}s"] for kind in ("single", "string", "page")}
    rows = [
        ("Amounts on patterned cheques, all digits right", percent(scores["orand_car_held_out"]["exact_digits"], 1)),
        ("Photographs of numbers, all digits right", percent(photos["string"]["exact_digits"], 1)),
        ("Photographs of single digits", percent(photos["single"]["exact_digits"], 1)),
        ("Photographs of pages: digits found and right, F1", percent(photos["page"]["digits"]["f1"], 1)),
        ("Digits invented on a page of printed words", f"{blank['printed']['digits_a_page']:.2f}"),
        ("Digits invented on a page of scribbles", f"{blank['scribbled']['digits_a_page']:.2f}"),
        ("Digits invented on empty paper, patterned and ruled among it", f"{blank['empty']['digits_a_page']:.2f}"),
        ("Letters taken for digits, one by one", percent(scores["held_out_letters"]["false_accepts"], 1)),
        ("MNIST's test digits, a rejected one counts as wrong", percent(scores["mnist_test"]["accuracy"])),
        ("USPS, held out", percent(scores["usps_held_out"]["accuracy"])),
        ("ARDIS, held out", percent(scores["ardis_held_out"]["accuracy"])),
    ]
    table = [f"| {what} | {figure} |" for what, figure in rows]
    return "\n".join([f"| how {card['model_version']} reads | |", "|---|---|", *table])


def _head(card: Card, finder: Card | None) -> list[str]:
    found = "" if finder is None else "; a second one finds digits where ink alone leaves a doubt"
    return [
        "# Model card",
        "",
        "Written by `make evaluate` from `ml/weights/*.json`; change nothing here by hand.",
        "",
        (
            f"**{card['model_version']}** reads handwritten and printed digits of the {card['script'].title()} script, "
            'and answers "not a digit" where there is none.'
        ),
        f"A convolutional network of {card['parameters']:,} parameters on glyphs of 28×28 pixels{found}.",
    ]


def _goals(result: Card) -> list[str]:
    found = goals(result)
    missed = sum(not goal.met for goal in found)
    return [
        "## What it was meant to reach",
        "",
        f"{missed} of {len(found)} goals are missed; the worst come first.",
        "",
        *tables.goal_table(result),
    ]


def _pictures(result: Card) -> list[str]:
    return [
        "## Whole pictures",
        "",
        "Exact: every digit of the picture and no other, spaces aside; with 95 % intervals (Wilson). Precision, recall",
        "and F1 are of digits with the right value in the right place: an overlap of half of the union on cheques and",
        "drawn pages; on photographs, whose true boxes are often whole cells, the centre within the box.",
        "The photographs were never trained on; the 150 cheques are listed in `ml/held_out.json`.",
        "",
        *tables.pictures(result),
        "",
        "![Numbers read exactly, by their number of digits](figures/lengths.svg)",
        "",
        *_folded("By number of digits", tables.lengths(result)),
        "",
        (
            f"Decimal points, commas, minus signs and slashes on drawn pages, in lines whose digits are all right: "
            f"{percent(result['marks']['recall'], 1)} found, {percent(result['marks']['precision'], 1)} of those "
            "reported are there."
        ),
        "",
        *_folded("By mark", tables.marks(result)),
        "",
        "### What the remaining errors look like",
        "",
        *[_errors_in_words(key, one) for key, one in result["pictures"].items() if one["digits"]],
        "",
        *_folded("Errors by kind", tables.errors(result)),
    ]


def _errors_in_words(key: str, scores: Card) -> str:
    counts = scores["digits"]
    kinds = {
        "missed": counts["missed"],
        "read as another digit": counts["wrong_value"],
        "run together with a neighbour": counts["merged"],
        "taken apart": counts["split"],
    }
    worst = sorted(kinds.items(), key=lambda kind: -kind[1])
    told = ", ".join(f"{count} {kind}" for kind, count in worst if count)
    near = scores["touching"]
    close = f" Of {near['n']} that touch a neighbour {percent(near['right'], 1)} are right." if near["n"] else ""
    name = PICTURES[key]
    return (
        f"- {name[0].upper()}{name[1:]}: of {counts['there']:,} digits {told or 'none was lost'}; "
        f"{counts['invented']} invented beside them.{close}"
    )


def _blank(result: Card) -> list[str]:
    return [
        "## Pages without digits",
        "",
        "Drawn by `ml/scoring/blank_pages.py` for measuring alone. The printed words hold many letters that, each by",
        "itself, nobody could tell from a digit (O, o, I, l, S, B, Z, b, g).",
        "",
        *tables.blank_pages(result),
    ]


def _digits(result: Card) -> list[str]:
    sets = [key for key, one in result["digits"].items() if "curves" in one]
    return [
        "## Lone digits",
        "",
        "A digit that is rejected counts as wrong. Calibration error: 15 bins, rejected ones included. Risk area: what",
        "is below the curve of wrong answers among the surest; the smaller, the better doubt is known.",
        "",
        *tables.digit_sets(result),
        "",
        "![ROC and precision against recall of each digit](figures/digit-curves.svg)",
        "![What is read as what](figures/confusion.svg)",
        "",
        "Confused, both ways together:",
        "",
        *tables.confused_pairs(result),
        "",
        *[line for key in sets for line in _each_digit(result, key)],
        "",
        "What other methods make of the same digits stands in [method-comparison.md](method-comparison.md).",
    ]


def _each_digit(result: Card, key: str) -> list[str]:
    return _folded(f"Each digit: {SETS[key]}", [*tables.per_digit(result, key), "", *tables.confusion(result, key)])


def _others(result: Card) -> list[str]:
    return [
        "## Digits against what is none, one by one",
        "",
        "Glyphs sent alone; on a page the company of a glyph is heard too. Sensitivity is the share of digits that is",
        "kept, specificity the share of the others that is turned away. Letters that no person can tell from a digit",
        "out of context stand apart.",
        "",
        *tables.other_sets(result),
        "",
        "![Digits kept against others taken for digits, by set](figures/rejection.svg)",
    ]


def _robustness(result: Card) -> list[str]:
    scores = result["corruptions"]
    worst = sorted(scores["by_severity"], key=lambda name: sum(scores["by_severity"][name]))[:4]
    return [
        "## Robustness",
        "",
        (
            f"{scores['n']:,} MNIST test digits under {len(scores['by_severity'])} corruptions in three severities "
            f"(`ml/scoring/corruptions.py`), read as lone glyphs: {percent(scores['clean'], 1)} right as they are, "
            f"{percent(scores['mean'], 1)} on average over all. Worst: {', '.join(worst)}. The last column is the "
            f"whole reader on {scores['pictures']} of them as small pictures; just the one right digit must be read."
        ),
        "",
        "![Share right under each corruption](figures/corruptions.svg)",
        "",
        *_folded("Figures", tables.corruptions(result)),
    ]


def _confidence(result: Card) -> list[str]:
    return [
        "## Confidence",
        "",
        "What was said on average and how often it was right, of digits, numbers and pages on which anything was",
        "found. An invented digit counts as wrong. Calibration error: 15 bins; with few numbers it is large by chance.",
        "",
        "![Reliability: confidence against the share that was right](figures/confidence.svg)",
        "![Risk and coverage: wrong answers among the surest](figures/risk-coverage.svg)",
        "",
        *tables.honesty(result),
    ]


def _speed(result: Card) -> list[str]:
    speed = result["speed"]
    return [
        "## Speed",
        "",
        (
            f"CPU time in one thread of one process, medians, on a machine that other programs shared "
            f"({speed['machine']}): a batch of 64 glyphs through the classifier {speed['batch_of_64']:.1f} ms; end to "
            f"end a lone digit {speed['lone_digit']:.1f} ms, a megapixel of handwritten numbers "
            f"{speed['megapixel_of_numbers']:.0f} ms, a megapixel of printed words "
            f"{speed['megapixel_of_words']:.0f} ms. Weights in all {speed['weights_bytes'] / 1e6:.2f} MB. "
            "docs/performance.md has the product as a whole."
        ),
    ]


def _making(card: Card, finder: Card | None) -> list[str]:
    return [
        "## How it was made",
        "",
        (
            f"Classifier: weights as {card['precision']} numbers ({card['bytes']:,} bytes, sha256 `{card['sha256']}`), "
            f"preprocessing version {card['preprocessing_version']}, seed {card['seed']}, {card['epochs']} epochs."
        ),
        *_calibration(card),
        *([] if finder is None else _finder(finder)),
        *_trust(card if finder is None or "trust" not in finder else finder),
        "",
        "| set | images | licence as stated |",
        "|---|---|---|",
        *[f"| {one['name']} | {one['images'] or '–'} | {one['licence']} |" for one in _sources(card, finder)],
        "",
        "Several sets state no licence; take advice before commercial use. Sets for non-commercial use, the MNIST test",
        "set and the photographs were never trained on. What validates and what is held out is listed in",
        "`ml/datasets.py`, `ml/fonts.py` and `ml/held_out.json`.",
    ]


def _calibration(card: Card) -> list[str]:
    limits = card["reject_above"]
    prior = round(1 / card.get("not_a_digit_prior", 1 / 11))
    slope = f", slope {card['not_a_digit_slope']:g}" if "not_a_digit_slope" in card else ""
    return [
        (
            f"Confidences are calibrated last, on validation glyphs, for use where one in {prior} is no digit "
            f'(`ml/calibration.py`): temperature {card["temperature"]:g}; for "not a digit" '
            f"shift {card['not_a_digit_shift']:g}{slope}."
        ),
        (
            f"A glyph that is sent alone is rejected where the chance that it is none is above {limits['glyph']:g}; "
            f"within a picture above {limits['page']:g}, after the glyphs around it have been heard."
        ),
    ]


def _finder(finder: Card) -> list[str]:
    facts = [
        f"{finder['parameters']:,} parameters" if "parameters" in finder else "",
        f"{finder['bytes']:,} bytes" if "bytes" in finder else "",
        f"sha256 `{finder['sha256']}`",
        f"seed {finder['seed']}" if "seed" in finder else "",
        f"{finder['steps']:,} steps" if "steps" in finder else "",
    ]
    name = finder.get("model_version", "finder")
    return [f"Finder ({name}, `ml/finding/`): {', '.join(fact for fact in facts if fact)}."]


def _trust(card: Card) -> list[str]:
    if "trust" not in card:
        return []
    return [
        "A number's and a page's confidence is a logistic regression on what is seen around its digits, fitted on",
        f"validation pages: {_weights(trust.NUMBER, card['trust']['number'])}; for pages",
        f"{_weights(trust.PAGE, card['trust']['page'])}.",
    ]


def _weights(names: Sequence[str], weights: Sequence[float]) -> str:
    return ", ".join(f"{name} {weight:g}" for name, weight in zip(("constant", *names), weights, strict=True))


def _sources(card: Card, finder: Card | None) -> list[Card]:
    """What was learned from, each once."""
    listed = [one for one in [*card["data"], *((finder or {}).get("data") or [])] if isinstance(one, dict)]
    named: dict[str, Card] = {}
    for one in listed:
        named.setdefault(one["name"], {"images": None, "licence": "as above", **one})
    return list(named.values())


def _folded(title: str, lines: Sequence[str]) -> list[str]:
    return ["<details>", f"<summary>{title}</summary>", "", *lines, "", "</details>"]


_LIMITS = [
    "## Limits",
    "",
    "- A 0 and the letter O, a 1 and the letters l and I look the same and may be read as digits.",
    "- Digits lower than about 12 pixels, and ink with less than 20 grey levels of contrast, are not found.",
    "- Only Latin digits are known; those of other scripts may be read wrongly.",
    "- Confidences were fitted on drawn pages and cheques; on other paper they may be less honest.",
    "- In a line of letters a lone digit may be left out: the reader goes by its company.",
]
