"""The published scores: the cards beside the weights, the model card in words and its figures say the same."""

import json
from pathlib import Path

import pytest

from ml.classifier import DEFAULT_WEIGHTS, read_card
from ml.reader import Reader
from ml.scoring import card as model_card
from ml.scoring import report, tables, targets
from ml.scoring.evaluation import headlines, rounded
from ml.scoring.pictures import evaluate_blanks, evaluate_pages, read, risk
from ml.sheets import Sheet
from tests.ml.drawing import page

DOCS = Path(__file__).parents[2] / "docs"


def test_the_model_card_is_what_the_files_beside_the_weights_say() -> None:
    assert (DOCS / "model-card.md").read_text() == report.rendered()


def test_the_card_of_the_weights_repeats_the_scores() -> None:
    assert read_card(DEFAULT_WEIGHTS)["scores"] == headlines(report.read_scores())


def test_the_model_card_names_figures_data_and_limits() -> None:
    written, scores = report.rendered(), report.read_scores()
    assert tables.percent(scores["digits"]["mnist_test"]["accuracy"]) in written
    assert tables.percent(scores["pictures"]["orand_car_held_out"]["exact_digits"], 1) in written
    assert all(source["name"] in written for source in read_card(DEFAULT_WEIGHTS)["data"])
    assert "## Limits" in written


def test_every_figure_of_the_model_card_is_there_and_together_they_are_small() -> None:
    figures = list((DOCS / "figures").glob("*.svg"))
    shown = {part.split(")")[0] for part in report.rendered().split("](figures/")[1:]}
    assert {figure.name for figure in figures} == shown
    assert sum(figure.stat().st_size for figure in figures) < 600_000


def test_the_model_card_tells_of_a_finder_and_does_without() -> None:
    card, scores = read_card(DEFAULT_WEIGHTS), report.read_scores()
    finder = {"model_version": "finder-0", "sha256": "abc", "parameters": 1234, "data": [{"name": "pages of wax"}]}
    assert "finder-0" not in model_card.render(card, scores)
    written = model_card.render(card, scores, finder)
    assert "Finder (finder-0, `ml/finding/`): 1,234 parameters, sha256 `abc`." in written
    assert "| pages of wax | – | as above |" in written


def test_missed_goals_come_first() -> None:
    goals = targets.goals(report.read_scores())
    assert [goal.met for goal in goals] == sorted(goal.met for goal in goals)
    assert len(goals) > 15


def test_pages_are_scored_with_and_without_their_spaces() -> None:
    pages = [
        Sheet.of_text(page(["20 35"]), "20 35"),
        Sheet.of_text(page(["20"]), "2 0"),
        Sheet.of_text(page([" "]), "7"),
    ]
    scores = evaluate_pages(Reader.load(), pages)
    assert (scores["n"], scores["exact"], scores["exact_digits"]) == (3, 1 / 3, 2 / 3)
    assert (scores["pages"]["right"], scores["numbers"]["right"]) == (1 / 2, 2 / 3)
    assert scores["cer"] == pytest.approx(1 / 7)
    assert scores["digits"] is None


def test_digits_are_scored_in_their_places() -> None:
    reader, grey = Reader.load(), page(["20 35"])
    two, nought, three, five = (digit.box for digit in reader.read(grey).digits)
    right = Sheet(grey, (("20", (two, nought)), ("35", (three, five))))
    elsewhere = Sheet(grey, (("20", (two, nought)), ("35", (five, (0, 0, 9, 9)))))
    assert evaluate_pages(reader, [right])["digits"]["f1"] == 1
    scores = evaluate_pages(reader, [elsewhere])
    assert (scores["digits"]["right"], scores["digits"]["wrong_value"], scores["digits"]["missed"]) == (2, 1, 1)
    assert scores["digit_confidence"]["right"] == 0.5
    assert scores["exact"] == 1


def test_numbers_of_a_page_are_told_apart_by_length() -> None:
    reader, grey = Reader.load(), page(["20 351"])
    boxes = tuple(digit.box for digit in reader.read(grey).digits)
    sheet = Sheet(grey, (("20", boxes[:2]), ("357", boxes[2:])))
    rows = evaluate_pages(reader, [sheet])["by_length"]
    assert [(row["length"], row["exact"]) for row in rows] == [(2, 1.0), (3, 0.0)]


def test_where_nothing_is_found_there_is_no_confidence_to_cover() -> None:
    reader = Reader.load()
    right, nothing = Sheet.of_text(page(["20"]), "20"), Sheet.of_text(page([" "]), "7")
    curve = risk([read(reader, text, sheet) for text, sheet in (("right", right), ("nothing", nothing))])
    assert (curve["coverage"], curve["risk"]) == ([0.5, 1.0], [0.0, 0.5])


def test_pages_without_digits_are_scored_by_what_is_invented() -> None:
    scores = evaluate_blanks(Reader.load(), [page([" "]), page(["20"])])
    assert (scores["n"], scores["invented"], scores["digits_a_page"]) == (2, 0.5, 1.0)


def test_the_table_in_readme_is_replaced_up_to_the_next_heading() -> None:
    readme = f"# Digits\n\n{report.BEGIN}\n\n| old | 1 |\n\n## Working on it\n"
    assert report.with_summary(readme, "| new | 2 |") == readme.replace("| old | 1 |", "| new | 2 |")


def test_published_figures_have_five_places_and_no_times() -> None:
    assert rounded({"ece": 0.123456789, "ms_per_image": 3.0, "n": 7, "interval": (0.1, None)}) == {
        "ece": 0.12346,
        "n": 7,
        "interval": [0.1, None],
    }


def test_lists_of_plain_values_stand_on_one_line() -> None:
    value = {"a": [1, 2, 3], "b": [{"c": ["x, y", "z"]}], "d": []}
    written = report.as_json(value)
    assert json.loads(written) == value
    assert '"a": [1, 2, 3]' in written
