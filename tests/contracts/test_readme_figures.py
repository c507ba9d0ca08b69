"""The figures in README are those of the card beside the weights, and these are of the weights that are shipped."""

import json
from pathlib import Path

from ml.scoring import card as model_card
from ml.scoring import compare, report

ROOT = Path(__file__).resolve().parent.parent.parent
WEIGHTS = ROOT / "ml" / "weights"


def test_readme_shows_the_scores_of_the_shipped_weights() -> None:
    card = json.loads((WEIGHTS / "latin.json").read_text())
    assert model_card.summary(card) in (ROOT / "README.md").read_text()


def test_the_model_card_is_the_one_that_the_scores_give() -> None:
    assert (ROOT / "docs" / "model-card.md").read_text() == report.rendered()


def test_the_comparison_of_methods_is_the_one_that_was_measured() -> None:
    found = json.loads((ROOT / "docs" / "method-comparison.json").read_text())
    assert (ROOT / "docs" / "method-comparison.md").read_text() == compare.render(found)
    assert len(found["methods"]) == 10


def test_the_scores_are_of_the_shipped_weights() -> None:
    scored = json.loads((WEIGHTS / "latin-scores.json").read_text())["scored"]
    assert scored["sha256"] == json.loads((WEIGHTS / "latin.json").read_text())["sha256"]
    finder = WEIGHTS / "finder.json"
    assert scored["finder"] == (json.loads(finder.read_text())["sha256"] if finder.exists() else None)
