"""The published scores: the card beside the weights and the model card in words say the same."""

from pathlib import Path

from ml.classifier import DEFAULT_WEIGHTS, read_card
from ml.evaluate import evaluate_blanks, evaluate_pages
from ml.model_card import render
from ml.reader import Reader
from ml.sheets import Sheet
from tests.ml.drawing import page

DOCUMENT = Path(__file__).parents[2] / "docs" / "model-card.md"


def test_the_model_card_is_what_the_card_of_the_weights_says() -> None:
    assert DOCUMENT.read_text() == render(read_card(DEFAULT_WEIGHTS))


def test_the_model_card_names_figures_data_and_limits() -> None:
    card = read_card(DEFAULT_WEIGHTS)
    written = render(card)
    assert f"{card['scores']['mnist_test']['accuracy']:.2%}".replace("%", " %") in written
    assert f"{card['scores']['orand_car_held_out']['exact'] * 100:.1f} %" in written
    assert all(source["name"] in written for source in card["data"])
    assert "## Limits" in written


def test_pages_are_scored_with_and_without_their_spaces() -> None:
    pages = [
        Sheet.of_text(page(["20 35"]), "20 35"),
        Sheet.of_text(page(["20"]), "2 0"),
        Sheet.of_text(page([" "]), "7"),
    ]
    scores = evaluate_pages(Reader.load(), pages)
    assert (scores["n"], scores["exact"], scores["exact_digits"]) == (3, 1 / 3, 2 / 3)
    assert (scores["pages"]["right"], scores["numbers"]["right"]) == (1 / 2, 2 / 3)


def test_pages_without_digits_are_scored_by_what_is_invented() -> None:
    scores = evaluate_blanks(Reader.load(), [page([" "]), page(["20"])])
    assert (scores["n"], scores["invented"], scores["digits_a_page"]) == (2, 0.5, 1.0)
