"""Bar charts that pages draw as SVG, without a script and without inline style."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 640, 240
TOP, BOTTOM = 30, 34
"""Room for the figure above the highest bar, and for what stands under the bars, in units of the drawing."""
GAP = 0.25
"""Between two bars, as a share of the room that one of them has."""
MOST_FIGURES = 16
"""With more bars than this, figures above them would run into each other."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar in units of the drawing. `middle` is where its figure stands; `part` of its height is marked."""

    x: float
    y: float
    width: float
    height: float
    part: float
    middle: float
    value: int
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars, the lines of `values` behind them, and whether each bar bears its figure."""

    bars: list[Bar]
    has_figures: bool
    ground: int = HEIGHT - BOTTOM
    width: int = WIDTH
    height: int = HEIGHT


def bars(values: Sequence[int], parts: Sequence[int], labels: Sequence[str]) -> Chart:
    """A bar for each value, in order. `parts`: how much of each is to be marked; an empty label is left out."""
    highest, room = max([1, *values]), WIDTH / max(1, len(values))
    scale = (HEIGHT - TOP - BOTTOM) / highest
    drawn = [
        Bar(
            x=round(room * (nth + GAP / 2), 1),
            y=round(HEIGHT - BOTTOM - value * scale, 1),
            width=round(room * (1 - GAP), 1),
            height=round(value * scale, 1),
            part=round(part * scale, 1),
            middle=round(room * (nth + 0.5), 1),
            value=value,
            label=label,
        )
        for nth, (value, part, label) in enumerate(zip(values, parts, labels, strict=True))
    ]
    return Chart(drawn, len(drawn) <= MOST_FIGURES)
