"""What every mail about an account has in common: links lead to SITE_URL, whatever host name the request carried."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from accounts import devices
from hdr_site.foundation import origin


def with_our_links(context: dict[str, Any]) -> dict[str, Any]:
    """A mail's context whose links (`…_url`) are at SITE_URL, and which names a network instead of an address,
    and the browser as people call it."""
    ours = {name: at_site(value) for name, value in context.items() if name.endswith("_url")}
    place = {"ip": origin.network()} if "ip" in context else {}
    browser = {"user_agent": devices.in_words(str(context["user_agent"]))} if "user_agent" in context else {}
    return context | ours | place | browser | {"site_host": settings.SITE_HOST}


def at_site(link: str) -> str:
    """The same page at the address that people use."""
    parts = urlsplit(link)
    return settings.SITE_URL + parts.path + (f"?{parts.query}" if parts.query else "")
