"""The reader on pictures drawn here."""

import time

import cv2
import numpy as np
import pytest
from PIL import Image

from ml.reader import Reader
from tests.ml.drawing import Grey, page
from tests.ml.generated import digits


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader.load()


def scribble() -> Grey:
    sheet = np.full((300, 400), 240, np.uint8)
    chance = np.random.default_rng(8)
    points = chance.integers(40, 260, (60, 2)).astype(np.int32)
    cv2.polylines(sheet, [points], False, 40, 3, cv2.LINE_AA)
    return sheet


def test_numbers_are_read_line_by_line(reader: Reader) -> None:
    seen = reader.read(page(["20 35", "3520"]))
    assert seen.lines == ("20 35", "3520")
    assert seen.text == "20 35 3520"
    assert [(number.text, number.line) for number in seen.numbers] == [("20", 0), ("35", 0), ("3520", 1)]


def test_digits_numbers_and_page_refer_to_each_other(reader: Reader) -> None:
    seen = reader.read(page(["20 35", "3520"]))
    for at, number in enumerate(seen.numbers):
        members = [seen.digits[index] for index in number.digits]
        assert "".join(str(digit.value) for digit in members) == number.text
        assert {(digit.number, digit.line) for digit in members} == {(at, number.line)}
        assert 0 < number.confidence <= min(digit.confidence for digit in members)
    assert seen.confidence is not None
    assert 0 < seen.confidence <= min(number.confidence for number in seen.numbers)


def test_probabilities_are_plain_numbers_that_add_up_to_one(reader: Reader) -> None:
    for digit in reader.read(page(["2035"])).digits:
        assert len(digit.probabilities) == 10
        assert sum(digit.probabilities) + digit.not_a_digit == pytest.approx(1)
        assert digit.confidence == max(digit.probabilities) == digit.probabilities[digit.value]
        assert type(digit.confidence) is type(digit.not_a_digit) is type(digit.probabilities[0]) is float
        assert {type(side) for side in digit.box} == {int}


@pytest.mark.parametrize("size", [(28, 28), (400, 300), (1, 1), (5, 2000), (3000, 2000)])
@pytest.mark.parametrize("value", [0, 200, 255])
def test_a_blank_picture_has_no_digit(reader: Reader, size: tuple[int, int], value: int) -> None:
    seen = reader.read(np.full(size, value, np.uint8))
    assert (seen.digits, seen.numbers, seen.lines, seen.text, seen.confidence) == ((), (), (), "", None)
    assert (seen.height, seen.width) == size


def test_pictures_of_any_shape_and_content_are_read_without_trouble(reader: Reader) -> None:
    chance = np.random.default_rng(11)
    for _ in range(80):
        height, width = (int(side) for side in np.exp(chance.uniform(0, 6, 2)))
        picture = chance.integers(0, int(chance.integers(2, 257)), (height, width), dtype=np.uint8)
        blurred = cv2.GaussianBlur(picture, (0, 0), float(chance.uniform(0.2, 6)))
        seen = reader.read(np.asarray(blurred, np.uint8).reshape(height, width))
        for digit in seen.digits:
            left, top, wide, high = digit.box
            assert 0 <= left < left + wide <= width
            assert 0 <= top < top + high <= height


def test_a_scribble_has_no_digit(reader: Reader) -> None:
    assert reader.read(scribble()).text == ""


def test_letters_are_no_digits(reader: Reader) -> None:
    assert reader.read(page(["HKWRM"])).text == ""


def test_light_ink_on_dark_reads_the_same(reader: Reader) -> None:
    dark_on_light = page(["2035"])
    assert reader.read(np.asarray(255 - dark_on_light, np.uint8)).text == "2035"


def test_colours_and_image_types_read_the_same(reader: Reader) -> None:
    grey = page(["2035"])
    blue = np.dstack([grey, grey, np.maximum(grey, 180)])
    images: list[Grey | Image.Image] = [
        grey,
        blue,
        Image.fromarray(grey),
        Image.fromarray(blue),
        Image.fromarray(blue).convert("RGBA"),
    ]
    assert [reader.read(image).text for image in images] == ["2035"] * 5


def test_boxes_are_in_pixels_of_the_picture_even_when_it_is_read_reduced(reader: Reader) -> None:
    small = page(["35"], scale=8.0)
    large = np.asarray(cv2.resize(small, None, fx=5, fy=5, interpolation=cv2.INTER_LINEAR), np.uint8)
    assert large.size > 4_000_000
    for one, other in zip(reader.read(small).digits, reader.read(large).digits, strict=True):
        assert np.array(other.box) == pytest.approx(np.array(one.box) * 5, abs=12)


def test_a_28_pixel_digit_is_read(reader: Reader) -> None:
    tiny = np.zeros((28, 28), np.uint8)
    cv2.putText(tiny, "3", (7, 22), cv2.FONT_HERSHEY_SIMPLEX, 0.75, 255, 2, cv2.LINE_AA)
    seen = reader.read(tiny)
    assert seen.text == "3"
    left, top, width, height = seen.digits[0].box
    assert 0 <= left < left + width <= 28
    assert 0 <= top < top + height <= 28


def test_digits_of_eight_pixels_are_mostly_read(reader: Reader) -> None:
    frames, labels = digits(40, seed=9)
    small = [np.asarray(cv2.resize(frame, (11, 11), interpolation=cv2.INTER_AREA), np.uint8) for frame in frames]
    right = [reader.read(picture).text == str(label) for picture, label in zip(small, labels, strict=True)]
    assert sum(right) >= 32


def test_nothing_is_kept_between_pictures(reader: Reader) -> None:
    first = reader.read(page(["2035"]))
    reader.read(page(["8 8 8", "999"]))
    assert reader.read(page(["2035"])) == first


def test_one_small_picture_takes_a_few_milliseconds_of_work(reader: Reader) -> None:
    picture = page(["3"], scale=8.0)
    reader.read(picture)
    started = time.process_time()
    for _ in range(20):
        reader.read(picture)
    assert (time.process_time() - started) / 20 < 0.05


def in_boxes(text: str) -> Grey:
    """Each digit in a printed box of its own, as for a postal code."""
    sheet = np.full((260, 130 * len(text) + 100, 3), 245, np.uint8)
    for at, sign in enumerate(text):
        cv2.rectangle(sheet, (50 + 130 * at, 60), (160 + 130 * at, 200), (70, 70, 70), 4)
        cv2.putText(sheet, sign, (80 + 130 * at, 165), cv2.FONT_HERSHEY_SIMPLEX, 3.0, (40, 40, 60), 7, cv2.LINE_AA)
    return np.asarray(sheet, np.uint8)


def test_the_sides_of_boxes_around_digits_are_no_ones(reader: Reader) -> None:
    assert reader.read(in_boxes("725830")).text == "725830"


def test_a_white_sheet_on_a_dark_desk_is_read(reader: Reader) -> None:
    desk = np.full((700, 1100), 60, np.uint8)
    sheet = page(["30528", "7256"])
    desk[150 : 150 + sheet.shape[0], 200 : 200 + sheet.shape[1]] = sheet
    turned = cv2.warpAffine(desk, cv2.getRotationMatrix2D((550, 350), 3, 1), (1100, 700), borderValue=60)
    assert reader.read(np.asarray(turned, np.uint8)).text == "30528 7256"


@pytest.mark.parametrize("value", ["1", "4", "7", "9"])
def test_a_digit_whose_stroke_runs_through_the_picture_is_no_ruled_line(reader: Reader, value: str) -> None:
    sheet = np.full((900, 800), 190, np.uint8)
    cv2.putText(sheet, value, (120, 860), cv2.FONT_HERSHEY_SIMPLEX, 38.0, 40, 30, cv2.LINE_AA)
    assert reader.read(sheet).text == value


def test_the_boxes_around_digits_do_not_speak_against_their_number(reader: Reader) -> None:
    assert reader.read(in_boxes("725830")).numbers[0].confidence > 0.3
