"""How pages write moments."""

from datetime import UTC, datetime

from django import template
from django.template.context import Context
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from hdr_site import numbering

register = template.Library()

FORMAT = "j M Y, H:i T"


@register.simple_tag(takes_context=True)
def moment(context: Context, at: datetime) -> SafeString:
    """`at` in the zone that the person has chosen; else in UTC, for js/local-time.js to show in that of the device."""
    chosen = getattr(context.get("user"), "time_zone", "")
    return format_html(
        '<time datetime="{}"{}>{}</time>',
        at.astimezone(UTC).isoformat(timespec="seconds"),
        "" if chosen else SafeString(" data-local"),
        numbering.shown(date_format(localtime(at), FORMAT)),
    )
