"""`python -m ml.scoring.report --data FOLDER`: score the shipped weights on everything; cards and figures."""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path
from typing import Any

from ml.classifier import DEFAULT_WEIGHTS, WeightsMismatch, read_card
from ml.scoring import card as model_card
from ml.scoring import contact_sheet
from ml.scoring.evaluation import evaluate_all, headlines
from ml.scoring.sources import Unusable

ROOT = Path(__file__).parents[2]
BEGIN, END = "<!-- figures: compared with ml/weights/latin.json by tests/contracts/test_readme_figures.py -->", "## "
_SHORT_LISTS = re.compile(r"\[\s+([^\[\]{}]*?)\s+\]")


def main(arguments: list[str] | None = None) -> int:
    """0, or 2 and a sentence where the data or the weights cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m ml.scoring.report", description="Score the shipped weights.")
    parser.add_argument("--data", type=Path, required=True, help="folder of data sets")
    parser.add_argument("--weights", type=Path, default=DEFAULT_WEIGHTS)
    parser.add_argument("--root", type=Path, default=ROOT, help="where docs/, README.md and var/ lie")
    given = parser.parse_args(arguments)
    try:
        write(given.data, given.weights, given.root)
    except (WeightsMismatch, FileNotFoundError, Unusable) as trouble:
        print(trouble, file=sys.stderr)
        return 2
    return 0


def write(data: Path, weights: Path, root: Path) -> None:
    """The cards, docs/model-card.md with its figures, README's figures and, in var/, what was misread."""
    from ml.scoring import figures  # matplotlib is there where networks are trained

    whole = evaluate_all(data, weights)
    card = read_card(weights) | {"scores": headlines(whole.result)}
    weights.with_suffix(".json").write_text(as_json(card))
    scores_path(weights).write_text(as_json(whole.result))
    figures.draw_all(whole.result, root / "docs" / "figures")
    (root / "docs" / "model-card.md").write_text(rendered(weights))
    readme = root / "README.md"
    readme.write_text(with_summary(readme.read_text(), model_card.summary(card)))
    sheets = contact_sheet.write_all(whole, root / "var" / "evaluation")
    print(f"{model_card.summary(card)}\n\nWhat was misread: {len(sheets)} pages in {root / 'var' / 'evaluation'}")


def rendered(weights: Path = DEFAULT_WEIGHTS) -> str:
    """The model card as the files beside the weights give it.  Raises FileNotFoundError before the first evaluation."""
    finder = weights.with_name("finder.json")
    finder_card: dict[str, Any] | None = json.loads(finder.read_text()) if finder.exists() else None
    return model_card.render(read_card(weights), read_scores(weights), finder_card)


def read_scores(weights: Path = DEFAULT_WEIGHTS) -> dict[str, Any]:
    """Everything that the last evaluation measured."""
    scores: dict[str, Any] = json.loads(scores_path(weights).read_text())
    return scores


def scores_path(weights: Path) -> Path:
    """latin.tflite → latin-scores.json."""
    return weights.with_name(f"{weights.stem}-scores.json")


def with_summary(readme: str, table: str) -> str:
    """README with the table in the place of the last one: from its mark to the next heading."""
    before, _, rest = readme.partition(BEGIN)
    if not rest:
        raise Unusable("README.md has lost the mark of its figures.")
    after = rest[rest.index(f"\n{END}") :]
    return f"{before}{BEGIN}\n\n{table}\n{after}"


def as_json(value: dict[str, Any]) -> str:
    """Indented, with each list of plain values on one line."""
    text = json.dumps(value, indent=1, ensure_ascii=False)
    return _SHORT_LISTS.sub(lambda found: "[" + re.sub(r",\s+", ", ", found[1]) + "]", text) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())
