"""The model card in words: docs/model-card.md is written from the card beside the weights, never by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ml import trust

_GLYPHS = (
    ("mnist_test", "MNIST test"),
    ("usps_held_out", "USPS, last tenth of each digit"),
    ("ardis_held_out", "ARDIS, last tenth of each digit"),
    ("held_out_letters", "letters of two alphabets held out, with 1,000 MNIST test digits"),
    ("drawn_negatives", "scribbles, marks, letters, touching and cut digits, with 1,000 MNIST test digits"),
)
_PAGES = (
    ("photographs", "photographs of numbers (never trained on)"),
    ("orand_car_held_out", "amounts on cheques, ORAND-CAR-A, held out"),
    ("drawn_pages", "pages drawn from MNIST validation digits"),
)


def render(card: dict[str, Any]) -> str:
    """The model card of a scored card, in Markdown."""
    return "\n".join(
        [
            *_head(card),
            *_glyph_table(card["scores"]),
            *_page_table(card["scores"]),
            *_honesty_table(card["scores"]),
            *_data(card),
            *_LIMITS,
        ]
    )


def _head(card: dict[str, Any]) -> list[str]:
    return [
        "# Model card",
        "",
        "Written by `make evaluate` from `ml/weights/latin.json`; change nothing here by hand.",
        "",
        (
            f"**{card['model_version']}** reads handwritten and printed digits of the {card['script'].title()} script, "
            'and answers "not a digit" where there is none.'
        ),
        (
            f"A convolutional network of {card['parameters']:,} parameters on glyphs of 28×28 pixels, weights as "
            f"{card['precision']} numbers ({card['bytes']:,} bytes, sha256 `{card['sha256']}`), preprocessing version "
            f"{card['preprocessing_version']}, seed {card['seed']}, {card['epochs']} epochs."
        ),
        (
            f"Confidences are calibrated with a temperature of {card['temperature']} and a shift of "
            f'{card["not_a_digit_shift"]} for "not a digit", fitted last on validation glyphs; of '
            "these one in eleven is no digit."
        ),
        (
            f"A glyph that is sent alone is rejected where the chance that it is none is above "
            f"{card['reject_above']['glyph']:g}; within a picture above {card['reject_above']['page']:g}, after the "
            "glyphs around it have been heard."
        ),
        (
            "A number's and a page's confidence is a logistic regression on what is seen around its digits, fitted on "
            f"validation pages: {_weights(trust.NUMBER, card['trust']['number'])}; for pages "
            f"{_weights(trust.PAGE, card['trust']['page'])}."
        ),
        "",
        "## Single digits",
        "",
        "A digit that is rejected counts as wrong. Calibration error: 15 bins, rejected ones included.",
        "",
        "| set | glyphs | accuracy | rejected | calibration error | others taken for digits | AUROC |",
        "|---|---|---|---|---|---|---|",
    ]


def _weights(names: Sequence[str], weights: Sequence[float]) -> str:
    return ", ".join(f"{name} {weight:g}" for name, weight in zip(("constant", *names), weights, strict=True))


def _glyph_table(scores: dict[str, Any]) -> list[str]:
    rows = []
    for key, name in _GLYPHS:
        score = scores[key]
        auroc = "–" if score["auroc"] is None else f"{score['auroc']:.4f}"
        shares = [_percent(score[field]) for field in ("accuracy", "rejected", "ece", "false_accepts")]
        rows.append(f"| {name} | {score['n']:,} | {' | '.join(shares)} | {auroc} |")
    return rows


def _page_table(scores: dict[str, Any]) -> list[str]:
    rows = [
        "",
        "## Whole pictures",
        "",
        "| set | pictures | read exactly | digits exact, spaces aside |",
        "|---|---|---|---|",
    ]
    for key, name in _PAGES:
        score = scores[key]
        rows.append(
            f"| {name} | {score['n']:,} | {_percent(score['exact'], 1)} | {_percent(score['exact_digits'], 1)} |"
        )
    without = scores["without_digits"]
    return [
        *rows,
        "",
        (
            f"Of {without['n']:,} drawn pages of scribbles, marks and words in letters held out, "
            f"{_percent(without['invented'], 1)} got a digit; {without['digits_a_page']:.2f} digits a page."
        ),
    ]


def _honesty_table(scores: dict[str, Any]) -> list[str]:
    rows = [
        "",
        "## Confidence of numbers and pages",
        "",
        "What was said on average, and how often it was right. Calibration error: 15 bins; where there are few numbers",
        "it is large by chance alone.",
        "",
        "| set | of | said | right | calibration error | Brier score |",
        "|---|---|---|---|---|---|",
    ]
    for key, name in _PAGES:
        for kind in ("numbers", "pages"):
            score = scores[key][kind]
            shares = [_percent(score[field], 1) for field in ("confidence", "right", "ece")]
            rows.append(f"| {name} | {kind} | {' | '.join(shares)} | {score['brier']:.3f} |")
    return rows


def summary(card: dict[str, Any]) -> str:
    """The handful of figures that README shows, in Markdown."""
    scores = card["scores"]
    rows = [
        ("Amounts on patterned cheques, read exactly", scores["orand_car_held_out"]["exact"], 1),
        ("Photographs of numbers, read exactly", scores["photographs"]["exact"], 1),
        ("Letters taken for digits, one by one", scores["held_out_letters"]["false_accepts"], 1),
        ("Pages of scribbles and words on which a digit was seen", scores["without_digits"]["invented"], 1),
        ("MNIST's test digits, a rejected one counts as wrong", scores["mnist_test"]["accuracy"], 2),
        ("USPS, held out", scores["usps_held_out"]["accuracy"], 2),
        ("ARDIS, held out", scores["ardis_held_out"]["accuracy"], 2),
    ]
    table = [f"| {what} | {_percent(share, places)} |" for what, share, places in rows]
    return "\n".join([f"| how {card['model_version']} reads | |", "|---|---|", *table])


def _data(card: dict[str, Any]) -> list[str]:
    rows = [f"| {source['name']} | {source['images'] or '–'} | {source['licence']} |" for source in card["data"]]
    return ["", "## Trained on", "", "| set | images | licence as stated |", "|---|---|---|", *rows, ""]


def _percent(share: float | None, places: int = 2) -> str:
    return "–" if share is None else f"{share * 100:.{places}f} %"


_LIMITS = (
    "Several sets state no licence; take advice before commercial use. Sets for non-commercial use, the MNIST test set",
    "and the photographs were never trained on. What validates and what is held out is listed in `ml/datasets.py` and",
    "`ml/held_out.json`.",
    "",
    "## Limits",
    "",
    "- Digits that touch are cut only where both sides convince; amounts on patterned cheques are often misread.",
    "- A 0 and the letter O, a 1 and the letters l and I look the same and are read as digits.",
    "- Digits lower than about 12 pixels, and ink with less than 20 grey levels of contrast, are not found.",
    "- Decimal marks and signs are left out. Only Latin digits are known; those of other scripts may be read wrongly.",
    "- A number's confidence was fitted on drawn pages and cheques; on other paper it may be less honest.",
    "- In a line of letters a lone digit may be left out: the reader goes by its company.",
    "",
)
