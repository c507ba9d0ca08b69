"""What is chosen last, on validation glyphs and pages: when to reject, and how far numbers and pages can be trusted.

`python -m ml.tuning --data FOLDER` fits all that joins finder and classifier, and writes it into the finder's card: to
be repeated whenever either network is new.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml import sheets, trust
from ml.assembly import examine
from ml.classifier import DEFAULT_WEIGHTS
from ml.decision import NOT_A_DIGIT, Chances
from ml.finding import fitting
from ml.finding.finder import write_card
from ml.reader import Reader
from ml.sheets import Sheet
from ml.trust import Trust

PAGE_LIMIT = 0.15  # chosen on validation pages of digits, cheques, words and scribbles
_LIMITS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
_COST = 0.0003  # so many of the digits that are read rightly may be rejected


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m ml.tuning", description="Join finder and classifier anew.")
    parser.add_argument("--data", type=Path, help="folder of data sets; without it Keras fetches MNIST")
    parser.add_argument("--weights", type=Path, default=DEFAULT_WEIGHTS)
    given = parser.parse_args(arguments)
    if given.data is not None and not given.data.is_dir():
        print(f"The data folder {given.data} does not exist.", file=sys.stderr)
        return 2
    tune(given.data, given.weights)
    return 0


def tune(data: Path | None, weights: Path) -> None:
    """Fits powers, limit and trust with the networks at `weights` and beside it, one on top of the other."""
    reader = Reader.load(weights)
    if reader.spotter is None:
        return
    card = reader.spotter.card
    fitting.fit_experts(reader.spotter, fitting.lessons(reader.spotter, data))
    pages = sheets.validation(data)
    reader.trust = fit_trust(reader, pages)
    card["trust"] = {"number": list(reader.trust.number), "page": list(reader.trust.page)}
    write_card(weights.with_name("finder.tflite"), card)
    print(f"experts {card['experts']}, digits above {card['digit_above']}, {reader.trust}", flush=True)


def choose_limit(chances: Chances, labels: NDArray[np.integer]) -> float:
    """The strictest limit for (n, 11) chances that rejects at most 3 in 10,000 digits that are read rightly."""
    right = (labels != NOT_A_DIGIT) & (chances[:, :NOT_A_DIGIT].argmax(axis=1) == labels)
    none = chances[right, NOT_A_DIGIT]
    return next((limit for limit in _LIMITS if (none > limit).mean() <= _COST), _LIMITS[-1])


def fit_trust(reader: Reader, sheets: list[Sheet]) -> Trust:
    """Weights for numbers, then for pages with these, from what `reader` finds on `sheets`."""
    pages = [(sheet, reader.find(sheet.grey)) for sheet in sheets]
    rows: list[trust.Features] = []
    right: list[bool] = []
    for sheet, (width, height, found, around) in pages:
        seen = examine(width, height, found, around, Trust())
        rows += seen.numbers
        right += [sheet.holds(number) for number in seen.page.numbers]
    numbers = Trust(number=trust.fit(np.array(rows), np.array(right)))
    examined = [(sheet, examine(*found, numbers)) for sheet, found in pages]
    wholes = [(seen.whole, seen.page.text == sheet.text) for sheet, seen in examined if seen.whole is not None]
    page = trust.fit(np.array([whole for whole, _ in wholes]), np.array([hit for _, hit in wholes]))
    return Trust(numbers.number, page)


if __name__ == "__main__":
    raise SystemExit(main())
