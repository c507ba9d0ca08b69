"""The pictures that are sent: 7 in 10 single digits (PNG), 2 in 10 strings (JPEG), 1 in 10 photographs (JPEG).

Every picture is another one, and the same ones are drawn at every run. Paper has a tone, uneven light and a grain; the
grain of photographs is soft, as a camera's own noise reduction leaves it, so that they compress as photographs do.
"""

import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from PIL import Image

from benchmarks import handwriting
from benchmarks.handwriting import Ink

SEED = 20_270
IN_TEN = {"single": 7, "string": 2, "photo": 1}
PHOTO_SIZE = 1632, 1224  # 2 megapixels
STRING_SIZE = 800, 200


@dataclass(frozen=True, slots=True)
class Picture:
    """A file as it is sent, and what is written on it."""

    kind: str
    name: str
    content_type: str
    content: bytes
    text: str


def mix(count: int, seed: int = SEED) -> list[Picture]:
    """`count` different pictures in an order where any ten neighbours hold the whole mix."""
    kinds = [kind for kind, share in IN_TEN.items() for _ in range(share)]
    order = np.random.default_rng(seed).permutation(len(kinds))
    return [draw(kinds[order[at % len(kinds)]], at, seed) for at in range(count)]


def draw(kind: str, number: int, seed: int = SEED) -> Picture:
    """Picture `number` of the kind."""
    rng = np.random.default_rng([seed, number])
    ink, text = {"single": _single, "string": _string, "photo": _photo}[kind](rng)
    pixels = _on_paper(ink, rng, grain_blur=1.0 if kind == "photo" else 0.6)
    if kind == "single":
        return Picture(kind, f"{kind}-{number}.png", "image/png", _encoded(pixels, "PNG"), text)
    return Picture(kind, f"{kind}-{number}.jpg", "image/jpeg", _encoded(pixels, "JPEG", quality=88), text)


def describe(pictures: Sequence[Picture]) -> dict[str, dict[str, float]]:
    """Of each kind: how many, and the kilobytes of a file in the mean."""
    counts = Counter(picture.kind for picture in pictures)
    sizes: Counter[str] = Counter()
    for picture in pictures:
        sizes[picture.kind] += len(picture.content)
    return {kind: {"count": n, "kilobytes": round(sizes[kind] / n / 1000, 1)} for kind, n in counts.items()}


def _single(rng: Generator) -> tuple[Ink, str]:
    side = int(rng.integers(200, 501))
    ink = np.zeros((side, side), np.float32)
    value = int(rng.integers(10))
    written = handwriting.digit(value, int(side * rng.uniform(0.4, 0.7)), rng)
    room = side - written.shape[0], side - written.shape[1]
    _put(ink, written, int(rng.uniform(0.2, 0.8) * room[1]), int(rng.uniform(0.2, 0.8) * room[0]))
    return ink, str(value)


def _string(rng: Generator) -> tuple[Ink, str]:
    width, height = (int(side * rng.uniform(0.9, 1.1)) for side in STRING_SIZE)
    ink = np.zeros((height, width), np.float32)
    text = _write(ink, rng, int(rng.integers(4, 9)), left=int(0.05 * width), top=int(0.2 * height), tall=height * 0.5)
    return ink, text


def _photo(rng: Generator) -> tuple[Ink, str]:
    width, height = PHOTO_SIZE
    ink = np.zeros((height, width), np.float32)
    rows = int(rng.integers(3, 7))
    tops = [int(height * (0.08 + 0.84 * row / rows)) for row in range(rows)]
    texts = [_write(ink, rng, int(rng.integers(3, 8)), int(0.1 * width), top, 0.5 * height / rows) for top in tops]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), rng.normal(0, 1.0), 1)
    return np.asarray(cv2.warpAffine(ink, turn, (width, height)), np.float32), " ".join(texts)


def _write(ink: Ink, rng: Generator, digits: int, left: int, top: int, tall: float) -> str:
    """One number from `left` on, as far as the page goes; returns what was written."""
    text = ""
    for _ in range(digits):
        value = int(rng.integers(10))
        written = handwriting.digit(value, int(min(tall, 180) * rng.uniform(0.9, 1.1)), rng)
        if left + written.shape[1] > ink.shape[1]:
            break
        _put(ink, written, left, top + int(rng.normal(0, 0.03) * tall))
        left += int(written.shape[1] * rng.uniform(0.85, 1.0))
        text += str(value)
    return text


def _put(ink: Ink, written: Ink, left: int, top: int) -> None:
    top = max(0, min(top, ink.shape[0] - written.shape[0]))
    place = ink[top : top + written.shape[0], left : left + written.shape[1]]
    np.maximum(place, written[: place.shape[0], : place.shape[1]], out=place)


def _on_paper(ink: Ink, rng: Generator, grain_blur: float) -> NDArray[np.uint8]:
    """(height, width, 3) uint8: ink of some colour on paper of some tone, in uneven light, with the camera's grain."""
    height, width = ink.shape
    paper = rng.uniform(205, 245) * np.array([1.0, rng.uniform(0.96, 1.0), rng.uniform(0.88, 0.98)])
    pen = np.array([rng.uniform(20, 60), rng.uniform(20, 60), rng.uniform(40, 130)])
    soft = cv2.GaussianBlur(ink, (0, 0), 0.7)[..., None] * rng.uniform(0.75, 1.0)
    coarse = rng.normal(1, 0.05, (4, 5)).astype(np.float32)
    light = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)[..., None]
    grain = cv2.GaussianBlur(rng.standard_normal((height, width)).astype(np.float32), (0, 0), grain_blur)
    grain *= rng.uniform(1.0, 3.0) / max(float(grain.std()), 1e-6)
    seen = (paper * (1 - soft) + pen * soft) * light + grain[..., None]
    return np.asarray(np.clip(seen, 0, 255), np.uint8)


def _encoded(pixels: NDArray[np.uint8], encoding: str, **options: int) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, encoding, **options)
    return buffer.getvalue()
