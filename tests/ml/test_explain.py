"""Why a digit was read so, by the served network on drawn digits."""

import io
import json

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from ml import explanation_pictures
from ml.explain import Explanation, explain, explain_glyph
from ml.preprocessing import SIDE, batch, normalise
from ml.reader import Reader
from tests.browser.handwriting import sheet


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader.load()


def explained(reader: Reader, line: str, wanted: list[int] | None = None) -> list[Explanation]:
    """Of the digits of a line that is read as it was written."""
    picture = sheet(line).convert("L")
    page = reader.read(picture)
    assert page.text == line
    digits = [(digit.box, digit.value) for digit in page.digits]
    found = explain(reader, picture, digits, range(len(digits)) if wanted is None else wanted)
    assert all(found)
    return [one for one in found if one]


@pytest.fixture(scope="module")
def digits(reader: Reader) -> list[Explanation]:
    """Those of 40865."""
    return explained(reader, "40865")


def test_the_frames_are_those_that_the_reader_classified(reader: Reader) -> None:
    picture = sheet("40865").convert("L")
    page, cut_outs = reader.read(picture), reader.cut_outs(picture)
    frames = [normalise(cut_outs[digit.box]) for digit in page.digits]
    chances = reader.classifier.probabilities(batch([frame for frame in frames if frame is not None]))
    assert chances[:, :10] == pytest.approx(np.array([digit.probabilities for digit in page.digits]), abs=1e-4)


def test_the_heat_lies_where_the_ink_is(digits: list[Explanation]) -> None:
    for one in digits:
        assert one.heat.shape == (SIDE, SIDE)
        near = cv2.dilate((one.frame > 64).astype(np.uint8), np.ones((11, 11), np.uint8))
        assert not one.heat[near == 0].any()
        assert 0 < one.heat.max() <= 1


def test_the_loop_of_a_six_is_what_makes_it_one(digits: list[Explanation]) -> None:
    six = digits[3]
    assert (six.value, six.chance > 0.9) == (6, True)
    assert six.stroke is not None
    assert six.stroke.fall > 0.2
    assert six.stroke.y > SIDE / 2  # the loop is in the lower half
    upper, lower = six.heat[: SIDE // 2].max(), six.heat[SIDE // 2 :].max()
    assert lower > upper


def test_covering_a_place_again_gives_what_was_noted(reader: Reader, digits: list[Explanation]) -> None:
    eight = digits[2]
    assert eight.stroke is not None
    copy = eight.frame.copy()
    x, y = round(eight.stroke.x), round(eight.stroke.y)
    copy[max(0, y - 3) : y + 3, max(0, x - 3) : x + 3] = 0
    before, after = reader.classifier.probabilities(batch([eight.frame, copy]))
    assert before[8] - after[8] == pytest.approx(eight.stroke.fall, abs=1e-4)
    assert after.argmax() == eight.stroke.reads_as


def test_a_drop_of_ink_on_the_same_paper_gives_what_was_noted(reader: Reader, digits: list[Explanation]) -> None:
    five = digits[4]
    assert five.gap is not None
    copy = five.frame.copy()
    x, y = round(five.gap.x), round(five.gap.y)
    assert not copy[y - 2 : y + 2, x - 2 : x + 2].max() > 24  # paper, inside the frame
    copy[y - 2 : y + 2, x - 2 : x + 2] = 255
    before, after = reader.classifier.probabilities(batch([five.frame, copy]))
    assert before[5] - after[5] == pytest.approx(five.gap.fall, abs=1e-4)
    assert five.gaps.max() > 0
    assert not five.gaps[five.frame > 64].any()


def test_the_map_in_figures_holds_the_largest_fall(digits: list[Explanation]) -> None:
    for one in digits:
        assert one.stroke is not None
        falls = [fall for row in one.thirds for fall in row if fall is not None]
        assert max(falls) == one.stroke.fall
        assert [len(row) for row in one.thirds] == [3, 3, 3]


def test_about_a_hundred_copies_go_through_the_network(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    ask = reader.classifier.probabilities

    def counted(frames: NDArray[np.float32]) -> NDArray[np.float64]:
        sizes.append(len(frames))
        return ask(frames)

    [eight] = explained(reader, "8", [0])
    monkeypatch.setattr(reader.classifier, "probabilities", counted)
    explain_glyph(reader.classifier, eight.frame, (0, 0, 20, 20), 8)
    [copies] = sizes
    assert 60 <= copies <= 160


def test_the_feature_maps_are_those_of_the_frame(reader: Reader, digits: list[Explanation]) -> None:
    one = digits[0]
    assert one.maps.shape[:2] == (SIDE, SIDE)
    assert one.maps.min() >= 0
    assert one.maps == pytest.approx(reader.classifier.first_layer(batch([one.frame]))[0])


def test_the_frame_lies_on_the_digit_in_the_picture(reader: Reader) -> None:
    picture = sheet("40865").convert("L")
    page = reader.read(picture)
    for one, digit in zip(explained(reader, "40865"), page.digits, strict=True):
        left, top, width, _ = one.area
        rows, columns = np.nonzero(one.frame > 64)
        scale = width / SIDE
        x, y, w, h = digit.box
        assert left + columns.min() * scale == pytest.approx(x, abs=2 * scale)
        assert left + (columns.max() + 1) * scale == pytest.approx(x + w, abs=2 * scale)
        assert top + rows.min() * scale == pytest.approx(y, abs=2 * scale)
        assert top + (rows.max() + 1) * scale == pytest.approx(y + h, abs=2 * scale)


def test_a_box_that_the_reader_does_not_find_has_no_explanation(reader: Reader) -> None:
    assert explain(reader, sheet("40865").convert("L"), [((1, 1, 5, 5), 4)], [0]) == [None]


def test_only_what_is_wanted_is_explained_and_the_hand_is_that_of_all(reader: Reader) -> None:
    picture = sheet("40865").convert("L")
    digits = [(digit.box, digit.value) for digit in reader.read(picture).digits]
    [six] = explain(reader, picture, digits, [3])
    assert six is not None
    assert six.hand is not None
    assert (six.value, six.hand.digits) == (6, 5)


def test_a_digit_that_was_overruled_is_explained_as_what_it_was_read_as(
    reader: Reader, digits: list[Explanation]
) -> None:
    six = digits[3]
    overruled = explain_glyph(reader.classifier, six.frame, (0, 0, 20, 20), 0)
    assert overruled is not None
    assert (overruled.value, overruled.reads_as, six.reads_as) == (0, 6, 6)
    assert overruled.chance < 0.5


def test_an_explanation_is_json(digits: list[Explanation]) -> None:
    said = json.loads(json.dumps(digits[0].as_dict()))
    assert (said["value"], len(said["heat"]), len(said["heat"][0])) == (4, SIDE, SIDE)
    assert said["style"]["loops"] in {0, 1}
    assert 0 <= said["stroke"]["x"] <= 1


def test_the_pictures_are_png_and_the_heat_is_clear_where_nothing_depends_on_it(digits: list[Explanation]) -> None:
    one = digits[3]
    shown = {name: Image.open(io.BytesIO(png)) for name, png in explanation_pictures.pictures(one).items()}
    assert {name: picture.format for name, picture in shown.items()} == dict.fromkeys(("glyph", "heat", "maps"), "PNG")
    assert shown["glyph"].size == shown["heat"].size == (224, 224)
    alpha = np.asarray(shown["heat"])[..., 3]
    assert alpha[:8, :8].max() == 0
    assert alpha.max() > 150


def test_the_deepest_orange_is_where_the_heat_is_greatest(digits: list[Explanation]) -> None:
    one = digits[3]
    heat = np.where(one.frame > 200, one.heat, 0)
    row, column = np.unravel_index(int(heat.argmax()), heat.shape)
    red, green, blue, alpha = explanation_pictures.heat_over(one)[row * 8 + 4, column * 8 + 4]
    assert (red, green, blue) == explanation_pictures.ORANGE
    assert alpha > 100
