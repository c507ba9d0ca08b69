"""A pen on a sheet: digits in one hand, with pressure and a tremble, and what a phone's camera makes of the sheet."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from ml.handwriting import STROKES, Point, curve, points

FINENESS = 3
"""Drawn so many times larger, then made smaller: soft edges."""
Colour = tuple[int, int, int]


@dataclass
class Sheet:
    """Paper of width × height pixels to draw on. `seed`: whose hand it is."""

    width: int
    height: int
    seed: int
    colour: Colour = (248, 246, 239)
    picture: Image.Image = field(init=False)

    def __post_init__(self) -> None:
        self.picture = Image.new("RGB", (self.width * FINENESS, self.height * FINENESS), self.colour)
        self.random = random.Random(self.seed)
        self.slant = self.random.uniform(0.05, 0.2)

    def line(self, ends: tuple[float, float, float, float], colour: Colour, width: float = 2) -> None:
        """A straight line, as forms have them; all in pixels of the sheet."""
        draw = ImageDraw.Draw(self.picture)
        draw.line([round(end * FINENESS) for end in ends], fill=colour, width=round(width * FINENESS))

    def box(self, corners: tuple[float, float, float, float], fill: Colour | None, edge: Colour | None = None) -> None:
        """A rectangle from left, top to right, bottom."""
        draw = ImageDraw.Draw(self.picture)
        draw.rectangle([round(side * FINENESS) for side in corners], fill=fill, outline=edge, width=2 * FINENESS)

    def write(self, text: str, left: float, base: float, size: float, ink: Colour, gap: float = 0.26) -> float:
        """A number on the line at `base`, about `size` pixels high; where the pen stands then."""
        for sign in text:
            left += self.sign(sign, left, base, size, ink) + gap * size
        return left

    def sign(self, sign: str, left: float, base: float, size: float, ink: Colour) -> float:
        """One digit, point or slash; its width."""
        if sign == ".":
            self._stroke([(left, base - 2), (left + 2, base)], size * 0.09, ink)
            return size * 0.06
        tall = size * self.random.uniform(0.93, 1.06)
        wide = tall * self.random.uniform(0.5, 0.6)
        lean, lift = self.slant * tall, self.random.gauss(0, 0.02) * size
        for stroke in STROKES[sign]:
            shaken = [(x + self.random.gauss(0, 0.02), y + self.random.gauss(0, 0.02)) for x, y in points(stroke)]
            path = [(left + x * wide + (1 - y) * lean, base + lift - (1 - y) * tall) for x, y in curve(shaken)]
            self._stroke(path, size * 0.066, ink)
        return wide + lean * 0.5

    def scribble(self, left: float, top: float, width: float, height: float, ink: Colour) -> None:
        """A tangle of loops that says nothing."""
        turns = [self.random.uniform(0.75, 1.0) for _ in range(40)]
        path = [
            (
                left + width * (at / 40 * 0.7 + 0.15 + 0.13 * math.cos(at * 1.9)),
                top + height * (0.5 + 0.42 * turn * math.sin(at * 2.3)),
            )
            for at, turn in enumerate(turns)
        ]
        self._stroke(curve(path), height * 0.02, ink)

    def photographed(self, *, turn: float = 0.0, shade: float = 0.12, grain: float = 2.0) -> Image.Image:
        """The sheet as a camera sees it: turned by degrees, light falling off to one side, some grain."""
        small = self.picture.rotate(turn, Image.Resampling.BICUBIC, fillcolor=self.colour)
        small = small.resize((self.width, self.height), Image.Resampling.LANCZOS)
        light = (
            np.linspace(1.0, 1.0 - shade, self.width)[None, :] * np.linspace(1.0, 1.0 - shade / 3, self.height)[:, None]
        )
        noise = np.random.default_rng(self.seed).normal(0, grain, (self.height, self.width))
        seen = np.asarray(small, np.float64) * light[..., None] + noise[..., None]
        return Image.fromarray(np.clip(seen, 0, 255).astype(np.uint8))

    def _stroke(self, path: list[Point], width: float, ink: Colour) -> None:
        """Ink darkens what is under it; the pen presses in the middle of a stroke and lifts at its ends."""
        layer = Image.new("RGB", self.picture.size, (255, 255, 255))
        draw = ImageDraw.Draw(layer)
        last, phase = max(1, len(path) - 1), self.random.uniform(0, 6)
        before = path[0]
        for at, (x, y) in enumerate(path):
            press = 0.72 + 0.33 * math.sin(math.pi * at / last) ** 0.6 + 0.08 * math.sin(phase + at / 9)
            radius, here = width / 2 * press * FINENESS, (x * FINENESS, y * FINENESS)
            draw.line((before[0] * FINENESS, before[1] * FINENESS, *here), fill=ink, width=round(2 * radius))
            draw.ellipse((here[0] - radius, here[1] - radius, here[0] + radius, here[1] + radius), fill=ink)
            before = x, y
        soft = layer.filter(ImageFilter.GaussianBlur(FINENESS * 0.4))
        self.picture = ImageChops.darker(self.picture, soft) if sum(ink) < 384 else _over(self.picture, layer, ink)


def _over(below: Image.Image, layer: Image.Image, ink: Colour) -> Image.Image:
    """Light ink, which covers what is under it."""
    mask = ImageChops.invert(ImageChops.difference(layer, Image.new("RGB", layer.size, ink)).convert("L")).point(
        lambda value: 255 if value > 250 else 0
    )
    return Image.composite(Image.new("RGB", below.size, ink), below, mask)
