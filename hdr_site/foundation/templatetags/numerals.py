"""Numbers on pages, in the digits that the reader has chosen."""

from typing import Any

from django import template

from hdr_site import numbering

register = template.Library()


@register.filter
def digits(value: Any) -> Any:
    """A number, a date or a text in the reader's digits. A count stays one: `{% blocktranslate count n=n|digits %}`."""
    return numbering.shown(value)


@register.simple_tag
def digits_of_page() -> str:
    """The ten digits that scripts write with; empty for 0 to 9."""
    system = numbering.current()
    return "" if system == numbering.LATIN else numbering.DIGITS[system]
