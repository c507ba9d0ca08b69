"""Pictures with their truth: whose boxes are whose, and how they are compared."""

import json
from pathlib import Path

import pytest
from PIL import Image

from ml.scoring import sources
from tests.ml.drawing import page
from tests.ml.generated import folder

BOXES = [[0, 0, 9, 9, 2], [10, 0, 9, 9, 0], [40, 0, 9, 9, 3]]


def listed(place: Path, **fields: object) -> sources.Picture:
    """The one picture of a folder whose list says these fields."""
    Image.fromarray(page(["20 3"])).save(place / "page.png")
    (place / "truth.json").write_text(json.dumps([{"file": "page.png", "text": "20 3"} | fields]))
    [picture] = sources.listed(place)
    return picture


def test_boxes_are_shared_out_among_the_numbers_in_the_order_of_the_text(tmp_path: Path) -> None:
    assert listed(tmp_path, boxes=BOXES).sheet.numbers == (
        ("20", ((0, 0, 9, 9), (10, 0, 9, 9))),
        ("3", ((40, 0, 9, 9),)),
    )


@pytest.mark.parametrize("boxes", [None, [], BOXES[:2], BOXES[::-1]])
def test_boxes_that_do_not_spell_the_text_are_left_out(tmp_path: Path, boxes: list[list[int]] | None) -> None:
    assert listed(tmp_path, boxes=boxes).sheet.numbers == (("20", ()), ("3", ()))


def test_pictures_with_a_kind_are_compared_by_cells(tmp_path: Path) -> None:
    assert listed(tmp_path, kind="page").criterion == "cell"
    assert listed(tmp_path).criterion == "overlap"


def test_pictures_of_another_script_are_left_out(tmp_path: Path) -> None:
    listed(tmp_path)
    (tmp_path / "truth.json").write_text(json.dumps([{"file": "page.png", "text": "1", "script": "kannada"}]))
    assert list(sources.listed(tmp_path)) == []


def test_cheques_come_with_a_box_for_each_digit(tmp_path: Path) -> None:
    pictures = list(sources.cheques(folder(tmp_path), "train"))
    assert [picture.sheet.text for picture in pictures] == ["35", "35"]
    assert all(len(boxes) == len(text) for picture in pictures for text, boxes in picture.sheet.numbers)


def test_the_doubtful_labels_are_fifteen_places_of_the_test_set() -> None:
    assert len(set(sources.DOUBTFUL)) == 15
    assert all(0 <= place < 10_000 for place in sources.DOUBTFUL)
