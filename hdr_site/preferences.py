"""Language, digits and time zone as the signed-in person has chosen them; where they have not, their browser's.

The language is then LocaleMiddleware's choice. Times are written in UTC, and js/local-time.js shows them in the
device's zone.
"""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from hdr_site import numbering

ASK_NOBODY = ("/healthz", "/readyz", "/sw.js")
"""Whoever watches the process asks here, and must get an answer while the database is away; and browsers ask for the
service worker's script with every page, by themselves: that is no use of a session."""


class PreferencesMiddleware:
    """Pages in the person's language, and times in their zone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with timezone.override(None), numbering.override():  # what is activated inside ends with the request
            if settings.SESSION_COOKIE_NAME in request.COOKIES and request.path not in ASK_NOBODY:
                activate(request.user)
            response = self.get_response(request)
        patch_vary_headers(response, ("Cookie",))  # one cookie has the language
        return response


def activate(person: Any) -> None:
    """Go on in the language, the digits and the zone that somebody has chosen."""
    language, zone = language_of(person), zone_of(person)
    if language:
        translation.activate(language)
    if zone:
        timezone.activate(zone)
    numbering.choose(getattr(person, "numerals", ""))


def language_of(person: Any) -> str | None:
    """The language that somebody has chosen; None for nobody, for no choice, and for a language we no longer have."""
    chosen = getattr(person, "language", "")
    return chosen if chosen in dict(settings.LANGUAGES) else None


def zone_of(person: Any) -> ZoneInfo | None:
    """The time zone that somebody has chosen; None as above."""
    chosen = getattr(person, "time_zone", "")
    try:
        return ZoneInfo(chosen) if chosen else None
    except (ZoneInfoNotFoundError, ValueError):  # one that existed when it was chosen
        return None
