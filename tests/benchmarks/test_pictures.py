"""The pictures of the benchmark: always the same mix, never the same picture."""

import io

from PIL import Image

from benchmarks import pictures
from benchmarks.pictures import PHOTO_SIZE
from benchmarks.plan import BOUNDARY, form


def test_of_ten_neighbours_seven_are_single_digits_two_strings_and_one_a_photograph() -> None:
    kinds = [picture.kind for picture in pictures.mix(20)]
    for part in (kinds[:10], kinds[10:]):
        assert {kind: part.count(kind) for kind in part} == {"single": 7, "string": 2, "photo": 1}


def test_every_picture_is_another_one() -> None:
    drawn = pictures.mix(30)
    assert len({picture.content for picture in drawn}) == 30


def test_the_same_seed_draws_the_same_pictures_and_another_one_others() -> None:
    assert pictures.mix(10, seed=1) == pictures.mix(10, seed=1)
    assert pictures.mix(10, seed=1) != pictures.mix(10, seed=2)


def test_single_digits_are_small_lossless_pictures_of_what_they_say() -> None:
    single = pictures.draw("single", 0)
    image = Image.open(io.BytesIO(single.content))
    assert image.format == "PNG"
    assert 200 <= image.width <= 500
    assert single.text in set("0123456789")


def test_photographs_have_two_megapixels_and_compress_as_photographs_do() -> None:
    photo = pictures.draw("photo", 0)
    image = Image.open(io.BytesIO(photo.content))
    bits_per_pixel = 8 * len(photo.content) / (image.width * image.height)
    assert (image.format, image.size) == ("JPEG", PHOTO_SIZE)
    assert 0.4 < bits_per_pixel < 4


def test_a_form_carries_the_picture_unchanged_between_its_boundaries() -> None:
    single = pictures.draw("single", 0)
    body = form(single)
    assert single.content in body
    assert body.startswith(f"--{BOUNDARY}\r\n".encode())
    assert body.endswith(f"\r\n--{BOUNDARY}--\r\n".encode())
