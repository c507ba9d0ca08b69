"""`python -m ml.marked_lines --data FOLDER`: how many marks of drawn numbers are found, and how many are invented."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from ml import datasets, marked_sheets
from ml.reader import Reader

_SEED = 2


def main(arguments: list[str] | None = None) -> int:
    """One JSON object, of validation digits; always 0."""
    parser = argparse.ArgumentParser(prog="python -m ml.marked_lines")
    parser.add_argument("--data", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--pages", type=int, default=200)
    given = parser.parse_args(arguments)
    frames, labels = datasets.mnist(given.data, "validation").frames()
    rng = np.random.default_rng(_SEED)
    print(json.dumps(measure(Reader.load(), [marked_sheets.draw(frames, labels, rng) for _ in range(given.pages)])))
    return 0


def measure(reader: Reader, sheets: list[marked_sheets.MarkedSheet]) -> dict[str, Any]:
    """Marks found, missed and invented in those lines whose digits were all read, by kind, and both shares."""
    counts: Counter[tuple[str, str]] = Counter()
    for sheet in sheets:
        page = reader.read(sheet.grey)
        if len(page.lines) != len(sheet.marked):
            continue
        for line, true in enumerate(sheet.marked):
            told = " ".join(number.marked_text or number.text for number in page.numbers if number.line == line)
            if _digits(told) == _digits(true):
                seen, there = _marks(told), _marks(true)
                counts += Counter(("found", sign) for _, sign in seen & there)
                counts += Counter(("missed", sign) for _, sign in there - seen)
                counts += Counter(("invented", sign) for _, sign in seen - there)
    total = {what: sum(count for (kind, _), count in counts.items() if kind == what) for what in _KINDS}
    return {
        "recall": round(total["found"] / max(1, total["found"] + total["missed"]), 4),
        "precision": round(total["found"] / max(1, total["found"] + total["invented"]), 4),
        **{f"{what} {sign}": counts[what, sign] for what in _KINDS for sign in ".,-/"},
    }


_KINDS = ("found", "missed", "invented")


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def _marks(text: str) -> set[tuple[int, str]]:
    """Each mark with the number of digits before it; gaps are none."""
    return {(len(_digits(text[:at])), sign) for at, sign in enumerate(text) if not sign.isdigit() and sign != " "}


if __name__ == "__main__":
    raise SystemExit(main())
