"""Why a digit was read as it was, and how it was written, in words."""

from typing import Any

from django import template
from django.utils.translation import gettext, ngettext

from hdr_site import numbering

register = template.Library()

UPRIGHT = 5.0
"""Degrees: what leans less is called upright."""
THIN, THICK = 0.07, 0.14
"""Stroke widths as shares of the height: half as wide, and wider, than what is usual with a pen on a form."""
LEAST_SCALE = 0.02
"""Falls of a chance below this stay pale, however little else there is."""


@register.filter
def place(spot: dict[str, Any]) -> str:
    """Where in the digit a place lies, to be put behind "at the"."""
    names = (
        (gettext("upper left"), gettext("top"), gettext("upper right")),
        (gettext("left side"), gettext("middle"), gettext("right side")),
        (gettext("lower left"), gettext("bottom"), gettext("lower right")),
    )
    return names[spot["row"]][spot["column"]]


@register.filter
def row_name(row: int) -> str:
    """A row of the map in figures."""
    return (gettext("upper"), gettext("middle"), gettext("lower"))[row]


@register.filter
def less(chance: float, fall: float) -> float:
    """What is left of a chance."""
    return min(1.0, max(0.0, chance - fall))


@register.filter
def points(fall: float) -> str:
    """A fall of a chance in percentage points; a rise has a plus."""
    rounded = round(fall * 100)
    return f"−{rounded}" if rounded > 0 else f"+{-rounded}" if rounded < 0 else "0"


@register.filter
def shade(fall: float | None, thirds: list[list[float | None]]) -> str:
    """A step of the table's colour scale, 0 to 4, which reaches to its largest fall."""
    largest = max([LEAST_SCALE, *(other for row in thirds for other in row if other is not None)])
    return str(round(4 * max(fall or 0.0, 0.0) / largest))


@register.filter
def slant(degrees: float) -> str:
    """How it leans."""
    if abs(degrees) < UPRIGHT:
        return gettext("stands upright")
    angle = round(abs(degrees))
    if degrees > 0:
        return gettext("leans %(angle)s° to the right") % {"angle": numbering.shown(angle)}
    return gettext("leans %(angle)s° to the left") % {"angle": numbering.shown(angle)}


@register.filter
def strokes(width: float) -> str:
    """How thick its strokes are."""
    if width < THIN:
        return gettext("thin strokes")
    return gettext("thick strokes") if width > THICK else gettext("strokes of medium width")


@register.filter
def loops(count: int) -> str:
    """How many loops are closed."""
    if count == 0:
        return gettext("no closed loop")
    return ngettext("one closed loop", "%(count)s closed loops", count) % {"count": numbering.shown(count)}


@register.filter
def rounded_percent(share: float) -> str:
    """A measure, not a chance, in percent."""
    return str(numbering.shown(f"{share * 100:.0f}\u00a0%"))
