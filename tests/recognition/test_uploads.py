"""Untrusted bytes become a clean picture, or a clear refusal."""

import io
import threading

import pytest
from PIL import Image, ImageChops

from recognition import uploads
from recognition.uploads import DecodeGate, UploadRejected
from tests.drawing import blank, encoded, page, upload


def test_a_lossless_picture_stays_lossless() -> None:
    clean = uploads.clean(upload(encoded(page("42"))))
    assert clean.content_type == "image/png"
    assert Image.open(io.BytesIO(clean.content)).format == "PNG"


def test_a_lossless_picture_full_of_grain_is_stored_as_a_fine_jpeg() -> None:
    grain = Image.effect_noise((300, 300), 20).convert("RGB")
    clean = uploads.clean(upload(encoded(grain)))
    stored = Image.open(io.BytesIO(clean.content))
    assert clean.content_type == "image/jpeg"
    difference = ImageChops.difference(stored, grain).convert("L").histogram()
    assert sum(difference[12:]) == 0  # of 255 levels


def test_a_photograph_stays_a_jpeg() -> None:
    assert uploads.clean(upload(encoded(page("42"), "JPEG"))).content_type == "image/jpeg"


def test_what_is_stored_was_encoded_by_us_without_metadata() -> None:
    exif = Image.Exif()
    exif[0x010E] = "taken at Ann's house"
    clean = uploads.clean(upload(encoded(page("42"), "JPEG", exif=exif)))
    assert b"Ann's house" not in clean.content
    assert not Image.open(io.BytesIO(clean.content)).getexif()


def test_a_picture_taken_sideways_is_stored_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    clean = uploads.clean(upload(encoded(blank(400, 300), "JPEG", exif=exif)))
    assert (clean.width, clean.height) == (300, 400)


def test_the_thumbnail_is_small_and_keeps_the_proportions() -> None:
    clean = uploads.clean(upload(encoded(blank(1200, 600))))
    assert Image.open(io.BytesIO(clean.thumbnail)).size == (240, 120)


@pytest.mark.parametrize(
    ("content", "code", "status"),
    [
        (b"", "empty_file", 400),
        (b"just some text", "not_a_picture", 415),
        (b"<html><body>hello</body></html>", "not_a_picture", 415),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "unsupported_format", 415),
        (b"%PDF-1.7\n", "unsupported_format", 415),
        (encoded(page("42"), "JPEG")[:900], "truncated_picture", 400),
    ],
    ids=["empty", "text", "HTML", "SVG", "PDF", "truncated"],
)
def test_what_is_no_picture_is_refused_with_a_code(content: bytes, code: str, status: int) -> None:
    with pytest.raises(UploadRejected) as refusal:
        uploads.clean(upload(content))
    assert (refusal.value.code, refusal.value.status) == (code, status)
    assert refusal.value.sentence.endswith(".")


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/passwd.png", "passwd.png"),
        ("C:\\pictures\\meter.jpg", "meter.jpg"),
        ("two\nlines\x00.png", "twolines.png"),
        ("\u202egnp.exe", "gnp.exe"),
        ("   ", "picture"),
        ("..", "picture"),
        ("चेक.png", "चेक.png"),
    ],
)
def test_a_file_name_is_cleaned_for_display(given: str, shown: str) -> None:
    assert uploads.clean_name(given) == shown


def test_a_name_of_5000_characters_is_shortened_and_keeps_its_ending() -> None:
    name = uploads.clean_name("a" * 5000 + ".jpeg")
    assert len(name) <= 120
    assert name.endswith("….jpeg")


@pytest.mark.parametrize("size", [(70_000, 30), (30, 70_000)])
def test_a_picture_longer_than_any_browser_shows_is_refused(size: tuple[int, int]) -> None:
    with pytest.raises(UploadRejected) as refusal:
        uploads.clean(upload(encoded(blank(*size))))
    assert (refusal.value.code, refusal.value.status) == ("too_long", 413)


def test_the_gate_lets_two_pictures_in_and_the_third_wait() -> None:
    gate = DecodeGate(slots=2, budget_bytes=100, patience_seconds=0.05)
    with gate.room_for(10), gate.room_for(10), pytest.raises(UploadRejected) as refusal, gate.room_for(10):
        pass
    assert (refusal.value.code, refusal.value.status, refusal.value.retry_after) == ("busy", 503, 10)


def test_a_large_picture_is_decoded_alone() -> None:
    gate = DecodeGate(slots=2, budget_bytes=100, patience_seconds=0.05)
    with gate.room_for(1000), pytest.raises(UploadRejected), gate.room_for(10):
        pass


def test_who_waits_at_the_gate_is_let_in_when_somebody_leaves() -> None:
    gate = DecodeGate(slots=1, budget_bytes=100, patience_seconds=30)
    entered = threading.Event()

    def second() -> None:
        with gate.room_for(10):
            entered.set()

    with gate.room_for(10):
        waiting = threading.Thread(target=second)
        waiting.start()
        assert not entered.is_set()
    waiting.join()
    assert entered.is_set()
