"""The decoder: what a person sees comes out, and nothing but `PictureRejected` is raised."""

import io
import random
import re
import struct
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pillow_heif
import pytest
from PIL import Image, PngImagePlugin

from ml.images import Limits, PictureRejected, open_picture, probe
from tests.ml.drawing import encoded, stroke_picture

pillow_heif.register_heif_opener()

ON_BAR, ON_PAPER = (60, 100), (200, 100)
KINDS = ["PNG", "JPEG", "WEBP", "BMP", "TIFF", "GIF", "HEIF"]


def level(picture: Image.Image, place: tuple[int, int]) -> int:
    value = picture.getpixel(place)
    assert isinstance(value, int)
    return value


def rejection(source: bytes, limits: Limits | None = None) -> PictureRejected:
    with pytest.raises(PictureRejected) as caught:
        open_picture(source, limits or Limits())
    return caught.value


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int, height: int, depth: int, colour: int, rows: bytes, *before: bytes) -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(before) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_every_accepted_kind_is_seen_as_it_is(kind: str, mode: Literal["RGB", "L"]) -> None:
    seen = open_picture(encoded(stroke_picture(), kind), mode=mode)
    grey = seen.convert("L")
    assert (seen.mode, seen.size) == (mode, (300, 200))
    assert level(grey, ON_BAR) < 30
    assert level(grey, ON_PAPER) > 245


@pytest.mark.parametrize("kind", KINDS)
def test_colours_keep_their_places(kind: str) -> None:
    seen = open_picture(encoded(Image.new("RGB", (40, 30), (200, 40, 10)), kind)).getpixel((20, 15))
    assert seen == pytest.approx((200, 40, 10), abs=12)


@pytest.mark.parametrize("mode", ["CMYK", "LAB", "1", "P", "L", "LA", "RGBA"])
def test_unusual_colour_modes_are_seen_as_a_person_would(mode: str) -> None:
    kind = "TIFF" if mode in ("CMYK", "LAB") else "PNG"
    grey = open_picture(encoded(stroke_picture().convert(mode), kind)).convert("L")
    assert level(grey, ON_BAR) < 30
    assert level(grey, ON_PAPER) > 245


def test_a_cmyk_photograph_is_not_inverted() -> None:
    grey = open_picture(encoded(stroke_picture().convert("CMYK"), "JPEG"), mode="L")
    assert level(grey, ON_BAR) < 40 < 200 < level(grey, ON_PAPER)


@pytest.mark.parametrize(
    ("dtype", "white"), [(np.uint16, 65535), (np.int32, 65535), (np.float32, 1.0), (np.float32, 255.0)]
)
def test_deep_pictures_keep_their_tones(dtype: type, white: float) -> None:
    levels = np.asarray(stroke_picture().convert("L")).astype(np.float64) / 255 * white
    kind = "PNG" if dtype is np.uint16 else "TIFF"
    grey = open_picture(encoded(Image.fromarray(levels.astype(dtype)), kind), mode="L")
    assert level(grey, ON_BAR) == pytest.approx(18, abs=2)
    assert level(grey, ON_PAPER) >= 254


@pytest.mark.parametrize(("ink", "ground"), [(0, 255), (255, 0)])
def test_ink_on_transparent_ground_stays_visible(ink: int, ground: int) -> None:
    pixels = np.zeros((200, 300, 4), np.uint8)
    pixels[40:160, 40:80] = (ink, ink, ink, 255)
    grey = open_picture(encoded(Image.fromarray(pixels), "PNG"), mode="L")
    assert (grey.getpixel(ON_BAR), grey.getpixel(ON_PAPER)) == (ink, ground)


def test_a_transparent_palette_colour_becomes_white() -> None:
    picture = stroke_picture().convert("P")
    seen = open_picture(encoded(picture, "PNG", transparency=picture.getpixel(ON_BAR)))
    assert seen.getpixel(ON_BAR) == (255, 255, 255)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_a_turned_photograph_comes_out_upright(kind: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    seen = open_picture(encoded(stroke_picture(), kind, exif=exif), mode="L")
    assert seen.size == (200, 300)
    assert level(seen, (100, 60)) < 30


def test_metadata_is_dropped() -> None:
    exif = Image.Exif()
    exif[0x010E] = "written by Alice at home"
    seen = open_picture(encoded(stroke_picture(), "JPEG", exif=exif))
    assert not seen.info
    assert not dict(seen.getexif())


def test_the_first_frame_of_an_animation_is_taken() -> None:
    frames = [stroke_picture(), Image.new("RGB", (300, 200), "black")]
    for kind in ("GIF", "WEBP", "PNG", "TIFF"):
        seen = open_picture(encoded(frames[0], kind, save_all=True, append_images=frames[1:]), mode="L")
        assert level(seen, ON_PAPER) > 245, kind


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "HEIF"])
def test_large_pictures_are_reduced_to_the_target(kind: str) -> None:
    limits = Limits(target_pixels=20_000)
    seen = open_picture(encoded(stroke_picture(), kind), limits, mode="L")
    assert seen.size == (150, 100)
    assert level(seen, (30, 50)) < 40


def test_streams_and_paths_are_read_and_a_stream_is_left_open_at_its_start(tmp_path: Path) -> None:
    data = encoded(stroke_picture(), "PNG")
    path = tmp_path / "picture.txt"  # the name says nothing
    path.write_bytes(data)
    stream = io.BytesIO(data)
    assert open_picture(path).size == open_picture(stream).size == (300, 200)
    assert (stream.closed, stream.tell()) == (False, 0)


def test_the_header_tells_size_and_memory_without_decoding() -> None:
    seen = probe(encoded(stroke_picture(), "PNG"))
    assert (seen.format, seen.width, seen.height) == ("PNG", 300, 200)
    assert seen.decoded_bytes >= 300 * 200 * 4


@pytest.mark.parametrize(
    ("content", "code", "named"),
    [
        (b"", "empty_file", "empty"),
        (b"just some words\n" * 50, "not_a_picture", "PNG, JPEG"),
        (b"<!doctype html><html><img src=x></html>", "not_a_picture", "PNG, JPEG"),
        (bytes(range(256)) * 20, "not_a_picture", "PNG, JPEG"),
        (b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", "unsupported_format", "SVG"),
        (b"%PDF-1.7\n%abc", "unsupported_format", "PDF"),
        (b"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00avifmif1", "unsupported_format", "AVIF"),
        (b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom", "unsupported_format", "video"),
        (b"PK\x03\x04" + bytes(200), "unsupported_format", "ZIP"),
        (b"\x89PNG\r\n\x1a\n", "truncated_picture", "PNG"),
        (b"\xff\xd8\xff\xe0", "truncated_picture", "JPEG"),
        (b"GIF89a", "truncated_picture", "GIF"),
        (b"BM" + bytes(40), "truncated_picture", "BMP"),
        (b"II*\x00" + bytes(40), "truncated_picture", "TIFF"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "truncated_picture", "WebP"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00heicmif1", "truncated_picture", "HEIC"),
    ],
)
def test_what_is_no_picture_is_refused_with_its_kind_and_a_remedy(content: bytes, code: str, named: str) -> None:
    refused = rejection(content)
    assert refused.code == code
    assert named in refused.sentence
    assert "send" in refused.sentence


def test_too_many_bytes_are_refused_with_the_numbers() -> None:
    refused = rejection(b"\xff\xd8\xff" + bytes(25_000_000))
    assert (refused.code, refused.sentence) == ("too_many_bytes", "This file has 25.0 MB; send at most 20 MB.")


def test_too_many_pixels_are_refused_with_the_numbers() -> None:
    bomb = png(12_000, 9_000, 8, 2, b"")
    refused = rejection(bomb)
    assert refused.code == "too_many_pixels"
    assert refused.sentence == "This picture has 12000×9000 pixels; send at most 40 megapixels."


def test_a_picture_of_two_pixels_is_too_small() -> None:
    assert rejection(encoded(stroke_picture().resize((2, 2)), "PNG")).code == "too_small"


def test_a_decoding_limit_refuses_what_needs_more_memory() -> None:
    refused = rejection(encoded(stroke_picture(), "PNG"), Limits(max_decoded_bytes=100_000))
    assert refused.code == "too_many_pixels"
    assert "300×200" in refused.sentence


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_cut_short_is_refused(kind: str) -> None:
    noise = Image.fromarray(np.random.default_rng(1).integers(0, 256, (90, 120, 3), dtype=np.uint8))
    data = encoded(noise, kind)
    assert rejection(data[: len(data) // 2]).code == "truncated_picture"


def test_an_enormous_text_beside_the_pixels_does_no_harm() -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", "x" * 70_000_000, zip=True)
    assert rejection(encoded(stroke_picture(), "PNG", pnginfo=notes)).code == "truncated_picture"


def test_a_palette_index_without_a_colour_does_no_harm() -> None:
    two_colours = chunk(b"PLTE", bytes([255, 255, 255, 0, 0, 0]))
    rows = (b"\x00" + bytes([7] * 8)) * 8
    assert open_picture(png(8, 8, 8, 3, rows, two_colours), mode="L").size == (8, 8)


def _outcome(data: bytes, mode: Literal["RGB", "L"]) -> str:
    try:
        return "a picture" if open_picture(data, mode=mode).width > 0 else "nothing"
    except PictureRejected as refusal:
        return "a refusal" if refusal.code and refusal.sentence else "a refusal without words"


@pytest.mark.parametrize("kind", KINDS)
def test_damaged_files_raise_nothing_else(kind: str) -> None:
    """300 files with bytes changed, removed or doubled: a picture or a refusal, never another exception."""
    data = encoded(stroke_picture().resize((60, 40)), kind)
    chance = random.Random(kind)
    for _ in range(300):
        broken = bytearray(data)
        for _ in range(chance.randint(1, 12)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        cut = chance.randrange(len(broken)) if chance.random() < 0.3 else len(broken)
        assert _outcome(bytes(broken[:cut]), chance.choice(["RGB", "L"])) in {"a picture", "a refusal"}


MEASURE = """
import sys
from ml.images import Limits, PictureRejected, open_picture
def peak():
    return int(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1])
data = sys.stdin.buffer.read()
open_picture(open(sys.argv[1], "rb").read(), mode="L")
before = peak()
try:
    open_picture(data, Limits(max_decoded_bytes=200_000_000))
except PictureRejected as refused:
    print(refused.code, (peak() - before) // 1024)
else:
    print("picture", (peak() - before) // 1024)
"""


def measured(data: bytes, tmp_path: Path) -> tuple[str, int]:
    """What becomes of a file in a process of its own, and by how many MiB its memory grew at most."""
    warm = tmp_path / "warm.png"
    warm.write_bytes(encoded(stroke_picture(), "PNG"))
    done = subprocess.run([sys.executable, "-c", MEASURE, str(warm)], input=data, capture_output=True, check=True)
    code, grown = done.stdout.split()
    return code.decode(), int(grown)


@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak memory from /proc")
def test_a_huge_one_bit_picture_is_refused_without_memory(tmp_path: Path) -> None:
    rows = (b"\x00" + bytes(30_000 // 8)) * 30_000
    code, grown = measured(png(30_000, 30_000, 1, 0, rows), tmp_path)
    assert code == "too_many_pixels"
    assert grown < 5


@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak memory from /proc")
def test_a_forty_megapixel_photograph_takes_a_bounded_memory(tmp_path: Path) -> None:
    code, grown = measured(encoded(Image.new("RGB", (7_300, 5_470), "white"), "JPEG"), tmp_path)
    assert code == "picture"
    assert grown < 110


FORTY_MEGAPIXELS = (7_300, 5_470)
EXPENSIVE: dict[str, tuple[str, dict[str, Any]]] = {
    "PNG": ("RGB", {"compress_level": 1}),
    "PNG with transparency": ("RGBA", {"compress_level": 1}),
    "JPEG progressive": ("RGB", {"progressive": True}),
    "WEBP": ("RGB", {"method": 0}),
}


@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak memory from /proc")
@pytest.mark.parametrize("what", EXPENSIVE)
def test_what_takes_most_memory_still_takes_less_than_200_megabytes(what: str, tmp_path: Path) -> None:
    colours, options = EXPENSIVE[what]
    white = Image.new(colours, FORTY_MEGAPIXELS, (255, 255, 255, 128)[: len(colours)])
    code, grown = measured(encoded(white, what.split()[0], **options), tmp_path)
    assert code == "picture"
    assert grown * 2**20 < 200_000_000


@pytest.mark.parametrize(
    ("kind", "colours", "options"),
    [
        ("JPEG", "RGB", {"progressive": True, "subsampling": 0}),
        ("TIFF", "RGB", {"compression": "tiff_lzw", "tiffinfo": {278: 5_470}}),
        ("WEBP", "RGBA", {"method": 0}),
        ("WEBP", "RGB", {"lossless": True, "method": 0, "quality": 0}),
    ],
)
def test_what_would_take_more_memory_is_refused_with_the_limit_of_its_kind(
    kind: str, colours: str, options: dict[str, Any]
) -> None:
    white = Image.new(colours, FORTY_MEGAPIXELS, (255, 255, 255, 128)[: len(colours)])
    refused = rejection(encoded(white, kind, **options), Limits(max_decoded_bytes=200_000_000))
    assert refused.code == "too_many_pixels"
    most = re.search(r"at most ([\d.]+) megapixels of this kind", refused.sentence)
    assert most is not None
    assert 20 < float(most[1]) < 27
