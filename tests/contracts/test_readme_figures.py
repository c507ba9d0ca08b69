"""The figures in README are those of the card beside the weights."""

import json
from pathlib import Path

from ml import model_card

ROOT = Path(__file__).resolve().parent.parent.parent


def test_readme_shows_the_scores_of_the_shipped_weights() -> None:
    card = json.loads((ROOT / "ml" / "weights" / "latin.json").read_text())
    assert model_card.summary(card) in (ROOT / "README.md").read_text()


def test_the_model_card_is_the_one_that_the_scores_give() -> None:
    card = json.loads((ROOT / "ml" / "weights" / "latin.json").read_text())
    assert (ROOT / "docs" / "model-card.md").read_text() == model_card.render(card)
