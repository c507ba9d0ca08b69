"""How pages write figures."""

from django import template
from django.utils.formats import date_format
from django.utils.translation import gettext

from hdr_site import numbering
from recognition.figures import Step
from recognition.history_forms import HistoryForm

register = template.Library()


@register.filter
def whole_percent(share: float) -> str:
    """A share (0 to 1) in percent, rounded; the smallest is told as such, and all but all is not all."""
    if 0 < share < 0.01:
        return str(numbering.shown(gettext("under 1\u00a0%")))
    return str(numbering.shown(f"{min(round(share * 100), 99) if share < 1 else 100}\u00a0%"))


@register.filter
def megabytes(size: int) -> str:
    """Bytes in MB, with a place after the point where there are few."""
    told = f"{size / 1e6:.1f}" if size < 10_000_000 else f"{size / 1e6:.0f}"
    return gettext("%(size)s\u00a0MB") % {"size": numbering.shown(told)}


@register.filter
def days(step: Step) -> str:
    """The days of a step: one, or from when to when."""
    last = date_format(step.last, "j M Y")
    return str(numbering.shown(last if step.first == step.last else f"{date_format(step.first, 'j M')} – {last}"))


@register.filter
def way_in(source: str) -> str:
    """How a picture came, in words."""
    words = dict(HistoryForm.base_fields["source"].choices)  # type: ignore[attr-defined]
    return str(words.get(source, source))
