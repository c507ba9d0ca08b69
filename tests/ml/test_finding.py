"""The learned finder: what it is taught, how its answer becomes digits, and what it finds with the shipped weights."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from ml import classifier
from ml.classifier import WeightsMismatch
from ml.finding import experts, fitting, search
from ml.finding.experts import Experts
from ml.finding.finder import DEFAULT_WEIGHTS, OVERLAP, TILE, Finder
from ml.finding.peaks import Candidates, joined, once, peaks
from ml.finding.scene import Scene, cut_to, truth
from ml.finding.sightings import Sightings, Spotter
from ml.finding.targets import encode
from ml.finding.tone import toned
from ml.ink import Ink
from ml.preprocessing import Grey
from ml.reader import Reader
from tests.ml.drawing import page


@pytest.fixture(scope="module")
def finder() -> Finder:
    return Finder.load()


def taught(*digits: tuple[float, float, float, float, float]) -> Candidates:
    """What a finder that answers exactly as it is taught finds on a page of 96 × 160 pixels."""
    cells = encode(Scene(np.zeros((96, 160), np.uint8), truth(list(digits)), truth([])))
    heat = np.clip(cells[..., :1], 1e-4, 1 - 1e-4)
    values = np.where(np.arange(10) == cells[..., 2:3], 5.0, 0.0)
    return peaks(np.concatenate([np.log(heat / (1 - heat)), cells[..., 4:8], values], axis=2).astype(np.float32), 0.3)


def candidates(boxes: list[tuple[float, float, float, float]], heat: list[float]) -> Candidates:
    return Candidates(np.array(boxes, float).reshape(-1, 4), np.array(heat), np.zeros((len(boxes), 10)))


def test_what_is_taught_comes_back_as_the_same_digits() -> None:
    digits = [(10.0, 20.0, 24.0, 40.0, 7.0), (60.0, 22.5, 9.0, 30.0, 1.0), (100.0, 10.0, 50.0, 70.0, 0.0)]
    found = taught(*digits)
    order = np.argsort(found.boxes[:, 0])
    assert found.boxes[order] == pytest.approx(np.array(digits)[:, :4], abs=0.1)
    assert found.values[order].argmax(axis=1).tolist() == [7, 1, 0]


def test_two_digits_that_overlap_are_taught_as_two() -> None:
    found = once(taught((20, 20, 26, 40, 3), (40, 20, 26, 40, 8)))
    assert sorted(found.values.argmax(axis=1).tolist()) == [3, 8]


def test_what_is_cut_by_the_rim_is_neither_asked_for_nor_wrong() -> None:
    inside, partly = cut_to(truth([(90, 10, 20, 30, 5), (52, 10, 20, 30, 6), (120, 10, 20, 30, 1)]), 60, 100)
    assert inside[:, 4].tolist() == [6]
    assert partly.tolist() == [[90, 10, 10, 30, 5]]
    cells = encode(Scene(np.zeros((60, 100), np.uint8), inside, partly))
    assert cells[6, 23, 1] == 0  # no heat is asked for in the cut digit …
    assert cells[6, 15, :2].tolist() == [1, 1]  # … and full heat in the middle of the whole one


def test_touching_digits_survive_and_a_second_sight_of_one_does_not() -> None:
    touching = candidates([(0, 0, 20, 30), (16, 0, 20, 30)], [0.9, 0.8])
    again = candidates([(0, 0, 20, 30), (3, 2, 22, 30)], [0.8, 0.9])
    assert len(once(touching)) == 2
    assert once(again).heat.tolist() == [0.9]


def test_a_second_look_confirms_what_both_see_and_cools_what_it_does_not() -> None:
    first = candidates([(0, 0, 20, 30), (40, 0, 20, 30)], [0.7, 0.7])
    second = candidates([(1, 1, 20, 30)], [0.9])
    heat = joined(first, second).heat
    assert heat[0] > 0.7 > 0.4 > heat[1]
    assert (joined(first, candidates([], [])).heat < 0.4).all()


def test_digits_one_above_the_other_are_two() -> None:
    assert len(once(candidates([(0, 0, 20, 30), (0, 32, 20, 30)], [0.9, 0.8]))) == 2


def test_the_tone_of_a_page_is_that_of_its_darker_and_its_fainter_print() -> None:
    bright, dim = page(["2035"], paper=200, ink=80), page(["2035"], paper=100, ink=40)
    assert toned(dim) == pytest.approx(toned(bright), abs=0.05)


def test_blank_paper_is_not_stretched_to_clutter() -> None:
    grainy = np.random.default_rng(1).normal(200, 2, (64, 64)).astype(np.uint8)
    assert np.abs(toned(grainy)).max() < 0.5


def test_printed_digits_are_found_where_they_are(finder: Finder) -> None:
    found = finder.find(page(["2035"], scale=1.4), 0.2)
    order = np.argsort(found.boxes[:, 0])
    assert found.values[order].argmax(axis=1).tolist() == [2, 0, 3, 5]
    middles = found.boxes[order, 0] + found.boxes[order, 2] / 2
    assert np.diff(middles) == pytest.approx([42, 42, 42], abs=6)


@pytest.mark.parametrize("level", [0, 128, 255])
def test_nothing_is_found_on_an_empty_page(finder: Finder, level: int) -> None:
    assert len(finder.find(np.full((300, 700), level, np.uint8), 0.3)) == 0


def wide_page() -> tuple[Grey, list[int]]:
    """More than two tiles wide, a printed digit every 44 pixels, so that some stand on every seam; their middles."""
    sheet = np.full((96, 2 * TILE + 200), 240, np.uint8)
    lefts = list(range(20, sheet.shape[1] - 40, 44))
    for left in lefts:
        cv2.putText(sheet, "8", (left, 66), cv2.FONT_HERSHEY_SIMPLEX, 1.3, 40, 3, cv2.LINE_AA)
    return sheet, [left + 13 for left in lefts]


def test_a_digit_on_the_seam_of_two_tiles_is_found_once(finder: Finder) -> None:
    sheet, middles = wide_page()
    found = finder.find(sheet, 0.3)
    seen = np.sort(found.boxes[:, 0] + found.boxes[:, 2] / 2)
    assert len(seen) == len(middles)
    assert seen == pytest.approx(np.array(middles), abs=8)


def test_tiles_overlap_by_more_than_the_largest_digit() -> None:
    assert OVERLAP > 90


@pytest.mark.parametrize("scale", [0.5, 5.0])
def test_a_page_whose_ink_tells_the_wrong_size_is_searched_again_at_the_right_one(finder: Finder, scale: float) -> None:
    sheet = page(["2035"], scale=scale)
    found = search.search(finder, sheet, tall=40.0)
    sure = found.chosen(found.heat > 0.25)
    order = np.argsort(sure.boxes[:, 0])
    assert sure.values[order].argmax(axis=1).tolist() == [2, 0, 3, 5]
    assert np.median(sure.boxes[:, 3]) == pytest.approx(22 * scale, rel=0.3)


@pytest.mark.parametrize(("key", "value"), [("sha256", "0" * 64), ("tone_version", 0)])
def test_weights_that_do_not_fit_their_card_are_refused(tmp_path: Path, key: str, value: str | int) -> None:
    path = tmp_path / "finder.tflite"
    path.write_bytes(DEFAULT_WEIGHTS.read_bytes())
    card = json.loads(DEFAULT_WEIGHTS.with_suffix(".json").read_text())
    path.with_suffix(".json").write_text(json.dumps(card))
    assert Finder.load(path).model_version == card["model_version"]
    path.with_suffix(".json").write_text(json.dumps(card | {key: value}))
    with pytest.raises(WeightsMismatch, match=r"finder\.tflite"):
        Finder.load(path)


def opinions(count: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A finder's logits that are good, a classifier's chances that are worse, and the labels."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 10, count)
    sure = np.eye(10)[labels]
    values = 4.0 * sure + rng.normal(0, 1, (count, 10))
    other = np.exp(1.5 * sure + rng.normal(0, 1, (count, 10)))
    return values, np.column_stack([0.95 * other / other.sum(axis=1, keepdims=True), np.full(count, 0.05)]), labels


def test_the_better_expert_gets_more_weight_and_both_are_better_than_one() -> None:
    values, glyphs, labels = opinions(3_000, seed=1)
    ours, theirs = experts.fit_value(values, glyphs, labels)
    assert ours > 0.7
    assert theirs > 0.2
    values, glyphs, labels = opinions(3_000, seed=2)
    joined = Experts((ours, theirs)).chances(np.full(3_000, 0.9), values, glyphs, np.zeros(3_000))
    right = (joined[:, :10].argmax(axis=1) == labels).mean()
    assert right > max((values.argmax(axis=1) == labels).mean(), (glyphs[:, :10].argmax(axis=1) == labels).mean())


def test_joined_chances_add_up_to_one_and_a_cold_centre_is_no_digit() -> None:
    values, glyphs, _ = opinions(2, seed=3)
    joined = Experts().chances(np.array([0.95, 0.02]), values, glyphs, np.zeros(2))
    assert joined.sum(axis=1) == pytest.approx([1, 1])
    assert joined[0, 10] < 0.5 < joined[1, 10]


def test_sightings_are_matched_to_digits_once_and_the_warmest_first() -> None:
    digits = truth([(0, 0, 20, 30, 4), (40, 0, 20, 30, 7)])
    boxes = [(1, 1, 20, 30), (0, 0, 20, 30), (42, 0, 18, 30), (90, 0, 20, 30)]
    labels = fitting.matched(boxes, np.array([0.5, 0.9, 0.8, 0.7]), digits)
    assert labels.tolist() == [fitting.NO_DIGIT, 4, 7, fitting.NO_DIGIT]


def test_the_limit_leaves_out_what_is_more_often_invented_than_read() -> None:
    chances = np.zeros((300, 11))
    labels = np.full(300, 4)
    labels[100:200] = fitting.NO_DIGIT
    chances[:, 4] = np.where(labels == 4, 0.9, 0.42)
    chances[:, 10] = 1 - chances[:, 4]
    assert 0.42 < fitting.choose_limit(chances, labels) <= 0.9


def test_a_reader_takes_the_finder_that_lies_beside_its_weights(tmp_path: Path) -> None:
    for name in ("latin.tflite", "latin.json"):
        (tmp_path / name).write_bytes(classifier.DEFAULT_WEIGHTS.with_name(name).read_bytes())
    alone, both = Reader.load(tmp_path / "latin.tflite"), Reader.load()
    assert alone.model_version != both.model_version
    assert alone.read(page(["2035"])).text == both.read(page(["2035"])).text == "2035"


class Counting(Spotter):
    """A spotter that counts how often the finder looks."""

    looks = 0

    def look(self, grey: Grey, ink: Ink) -> Sightings:
        self.looks += 1
        return super().look(grey, ink)


def looks(picture: Grey) -> int:
    """How often the finder looks at a picture when it is read."""
    one = classifier.Classifier.load()
    spotter = Counting(Finder.load(), one)
    assert Reader(one, spotter).read(picture).text != ""
    return spotter.looks


def test_a_clean_page_never_pays_for_the_finder() -> None:
    assert looks(page(["2035"])) == 0


def test_printed_digits_that_touch_are_found_each_by_a_look(finder: Finder) -> None:
    sheet = np.full((90, 160), 235, np.uint8)
    for at, sign in enumerate("205"):
        cv2.putText(sheet, sign, (20 + at * 28, 66), cv2.FONT_HERSHEY_SIMPLEX, 1.8, 40, 4, cv2.LINE_AA)
    found = finder.find(sheet, 0.25)
    assert found.values[np.argsort(found.boxes[:, 0])].argmax(axis=1).tolist() == [2, 0, 5]
    assert looks(sheet) == 1


def test_what_the_finder_read_can_be_cut_out_for_an_explanation() -> None:
    sheet = page(["2035"])
    rough = np.random.default_rng(3).normal(0, 14, sheet.shape)
    picture = np.clip(sheet + rough, 0, 255).astype(np.uint8)
    reader = Reader.load()
    read, cut_outs = reader.read(picture), reader.cut_outs(picture)
    assert len(read.digits) >= 3
    assert all(cut_outs[digit.box].size for digit in read.digits)
