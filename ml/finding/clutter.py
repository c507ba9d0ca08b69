"""What else stands on a page and is no digit: words, signs, scribbles, dots and dashes, stamps, smudges."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ml import datasets, fonts, negatives
from ml.finding.scene import Draft, Field
from ml.preprocessing import Grey
from ml.stroke_letters import written

# In a word letters that resemble digits are letters all the same: what is around them tells.
_VOWELS, _CONSONANTS = "aeiouy", "bcdfghjklmnpqrstvwxz"
_WORDS = 400


@dataclass(frozen=True, slots=True)
class Signs:
    """Tight cut-outs, light on dark: real written letters, perhaps none, printed words and printed lone signs."""

    letters: tuple[Grey, ...]
    words: tuple[Grey, ...]
    printed: tuple[Grey, ...]


def signs(folder: Path | None, part: datasets.Part) -> Signs:
    """What is no digit, of one part: its letters, where the set is there, and its printed faces."""
    rng = np.random.default_rng(23)
    words = tuple(_by_hand(_text(_word(rng), rng, part), rng) for _ in range(_WORDS))
    printed = tuple(_by_hand(_cut(fonts.not_a_digit(rng, part)), rng) for _ in range(_WORDS))
    if folder is None or not (folder / f"{datasets.LETTERS}.npz").exists():
        return Signs((), words, printed)
    cuts = [_cut(image) for image in datasets.letters(folder, part).images]
    return Signs(tuple(cut for cut in cuts if cut.size), words, printed)


def word(
    draft: Draft, signs: Signs, rng: Generator, place: tuple[float, float], height: float, strength: float
) -> float:
    """A printed or written word from `place` (left, baseline); where it ends."""
    if rng.random() < 0.5:
        ink = _sized(signs.words[int(rng.integers(_WORDS))], height * float(rng.uniform(0.6, 1.2)), 1.0, wide=True)
        draft.put(ink * np.float32(strength), int(place[0]), int(place[1] - 0.8 * ink.shape[0]))
        return float(place[0] + ink.shape[1])
    left = place[0]
    real = len(signs.letters) > 0 and rng.random() < 0.6
    shown = signs.letters[int(rng.integers(len(signs.letters))) // 20 * 20 :][:400] if real else ()
    edge, gap = float(rng.uniform(1.0, 2.0)), float(rng.uniform(-0.1, 0.25))
    for _ in range(int(rng.integers(2, 8))):
        glyph = shown[int(rng.integers(len(shown)))] if real else _cut(written(rng))
        own = height * float(rng.choice([0.65, 0.75, 1.0])) * float(rng.uniform(0.9, 1.1))
        ink = _sized(glyph, own, edge)
        draft.put(ink * np.float32(strength), int(left), int(place[1] - ink.shape[0]))
        left += ink.shape[1] + gap * height
    return left


def sign(
    draft: Draft, signs: Signs, rng: Generator, place: tuple[float, float], height: float, strength: float
) -> float:
    """One sign that is no digit even alone; where it ends."""
    kind = rng.random()
    if kind < 0.35 and signs.letters:
        glyph = signs.letters[int(rng.integers(len(signs.letters)))]
    elif kind < 0.6:
        glyph = _cut(written(rng))
    elif kind < 0.75:
        glyph = signs.printed[int(rng.integers(_WORDS))]
    else:
        glyph = _cut(negatives.scribble(rng) if rng.random() < 0.5 else negatives.mark(rng))
    if not glyph.size:
        return place[0]
    ink = _sized(glyph, height, float(rng.uniform(1.0, 2.0)))
    draft.put(ink * np.float32(strength), int(place[0]), int(place[1] - ink.shape[0]))
    return float(place[0] + ink.shape[1])


def mark(draft: Draft, rng: Generator, place: tuple[float, float], height: float, strength: float) -> float:
    """A dot, comma, dash, slash, equals sign, star or plus beside a digit; where it ends."""
    left, base = place
    kind = str(rng.choice(["dot", "dot", "comma", "comma", "dash", "dash", "equals", "slash", "star", "plus", "wave"]))
    thick = max(1, int(height * rng.uniform(0.05, 0.13)))
    canvas = np.zeros((int(height * 1.6) + 8, int(height * 1.2) + 8), np.uint8)
    x, y, r = 4 + thick, int(height * 1.2), height * rng.uniform(0.25, 0.8)
    if kind == "dot":
        cv2.circle(canvas, (x, y - thick), max(1, int(thick * rng.uniform(0.6, 1.1))), 255, -1, cv2.LINE_AA)
    if kind == "comma":
        _line(canvas, (x + height * 0.1, y - thick), (x - height * 0.03, y + height * rng.uniform(0.08, 0.28)), thick)
    if kind == "slash":
        _line(canvas, (x, y + height * 0.1), (x + height * rng.uniform(0.35, 0.7), y - height * 1.05), thick)
    middle = y - height * rng.uniform(0.25, 0.6)
    if kind in ("dash", "equals", "plus"):
        _line(canvas, (x, middle), (x + r, middle + rng.normal(0, 0.06) * height), thick)
    if kind == "equals":
        _line(canvas, (x, middle + height * 0.22), (x + r, middle + height * (0.22 + rng.normal(0, 0.05))), thick)
    if kind == "plus":
        _line(canvas, (x + r / 2, middle - r / 2), (x + r / 2, middle + r / 2), thick)
    if kind == "star":
        for angle in rng.uniform(0, 0.5) + np.arange(3) * np.pi / 3:
            dx, dy = 0.22 * height * np.cos(angle), 0.22 * height * np.sin(angle)
            _line(canvas, (x + 0.25 * height - dx, middle - dy), (x + 0.25 * height + dx, middle + dy), thick)
    if kind == "wave":
        xs = np.linspace(0, r, 12)
        ys = middle + np.sin(xs / r * rng.uniform(4, 9)) * height * 0.1
        cv2.polylines(canvas, [np.stack([xs + x, ys], 1).astype(np.int32)], False, 255, thick, cv2.LINE_AA)
    cx, cy, w, h = cv2.boundingRect(canvas)
    ink = canvas[cy : cy + h, cx : cx + w].astype(np.float32) * np.float32(strength / 255)
    draft.put(ink, int(left), int(base - y + cy))
    return float(left + w)


def stamp(draft: Draft, rng: Generator) -> None:
    """A round or square stamp, a ring of a cup, a smudge or a long scribble somewhere on the page."""
    height, width = draft.shape
    centre = int(rng.uniform(0, width)), int(rng.uniform(0, height))
    radius = int(rng.uniform(0.15, 0.6) * min(height, width))
    layer = np.zeros((height, width), np.uint8)
    kind = int(rng.integers(4))
    thick = int(rng.integers(1, 5))
    if kind == 0:
        for share in (1.0, 0.8)[: int(rng.integers(1, 3))]:
            cv2.ellipse(
                layer, centre, (int(radius * share), int(radius * share * 0.8)), 0, 0, 360, 255, thick, cv2.LINE_AA
            )
    elif kind == 1:
        cv2.rectangle(
            layer,
            (centre[0] - radius, centre[1] - radius // 2),
            (centre[0] + radius, centre[1] + radius // 2),
            255,
            thick,
        )
    elif kind == 2:
        cv2.ellipse(layer, centre, (radius // 2 + 2, radius // 4 + 2), float(rng.uniform(0, 180)), 0, 360, 255, -1)
        layer = np.asarray(cv2.GaussianBlur(layer, (0, 0), float(rng.uniform(3, 10))), np.uint8)
    else:
        points = np.array(centre) + np.cumsum(rng.normal(0, radius / 3 + 4, (int(rng.integers(4, 14)), 2)), axis=0)
        cv2.polylines(layer, [points.astype(np.int32)], False, 255, thick, cv2.LINE_AA)
    np.maximum(draft.ink, layer.astype(np.float32) * np.float32(rng.uniform(0.1, 0.7) / 255), out=draft.ink)


def _word(rng: Generator) -> str:
    """Two to eight letters that could be spoken, in one case or another, or letters of another alphabet."""
    length = int(rng.integers(2, 9))
    if rng.random() < 0.3:
        alphabet = str(rng.choice([fonts.GREEK, fonts.CYRILLIC, fonts.HEBREW]))
        return "".join(str(rng.choice(list(alphabet))) for _ in range(length))
    vowels = [bool((at + length) % 2) and rng.random() < 0.8 for at in range(length)]
    text = "".join(str(rng.choice(list(_VOWELS if vowel else _CONSONANTS))) for vowel in vowels)
    case = rng.random()
    return text.upper() if case < 0.3 else text.capitalize() if case < 0.6 else text


def _by_hand(glyph: Grey, rng: Generator) -> Grey:
    """Half of what is printed, bent as if written."""
    if rng.random() < 0.5:
        return glyph
    bent = _cut(fonts.handwritten(np.pad(glyph, 6), rng))
    return bent if bent.size else glyph


def scribbles(draft: Draft, rng: Generator, size: float, strength: float) -> None:
    """Some scribbles and marks anywhere on a page, up to two and a half times as high as its digits would be."""
    height, width = draft.shape
    for _ in range(int(rng.integers(1, 9))):
        drawn = _cut(negatives.scribble(rng) if rng.random() < 0.75 else negatives.mark(rng))
        if drawn.size:
            ink = _sized(drawn, size * float(rng.uniform(0.5, 2.5)), float(rng.uniform(1.0, 2.0)))
            draft.put(
                ink * np.float32(strength), int(rng.uniform(-0.05, 0.9) * width), int(rng.uniform(-0.05, 0.9) * height)
            )


def _text(text: str, rng: Generator, part: datasets.Part) -> Grey:
    """Printed in a face of one part or in one of OpenCV's."""
    if rng.random() < 0.65:
        return _cut(fonts.typeset(text, rng, part))
    face = int(rng.choice(negatives.FONTS)) | (16 if rng.random() < 0.3 else 0)
    thick = int(rng.integers(1, 6))
    (wide, high), below = cv2.getTextSize(text, face, 1.4, thick)
    canvas = np.zeros((high + below + 2 * thick + 4, wide + 2 * thick + 4), np.uint8)
    cv2.putText(canvas, text, (thick + 2, high + thick + 2), face, 1.4, 255, thick, cv2.LINE_AA)
    return _cut(canvas)


def _sized(glyph: Grey, height: float, edge: float, *, wide: bool = False) -> Field:
    scale = max(4.0, height) / (glyph.shape[0] if wide else max(glyph.shape[0], 0.7 * glyph.shape[1]))
    size = max(2, round(glyph.shape[1] * scale)), max(2, round(glyph.shape[0] * scale))
    method = cv2.INTER_AREA if scale < 0.6 else cv2.INTER_LINEAR
    drawn: NDArray[np.float32] = cv2.resize(glyph, size, interpolation=method).astype(np.float32) / np.float32(255)
    return np.asarray(np.clip((drawn - 0.5) * edge + 0.5, 0, 1) * (drawn > 0.04), np.float32)


def _cut(image: Grey) -> Grey:
    x, y, w, h = cv2.boundingRect(np.asarray(image > 80, np.uint8))
    return image[y : y + h, x : x + w]


def _line(canvas: Grey, start: tuple[float, float], end: tuple[float, float], thick: int) -> None:
    begin, stop = (int(start[0]), int(start[1])), (int(end[0]), int(end[1]))
    cv2.line(canvas, begin, stop, 255, thick, cv2.LINE_AA)
