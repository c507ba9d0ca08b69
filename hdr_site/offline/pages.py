"""The pages that a browser keeps. They are rendered without a request, so nothing of anybody can be in them."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from recognition import drawing_views, views

Context = Callable[[], dict[str, Any]]

ELSEWHERE = "offline"
STAND_IN: dict[str, str] = {"offline-new": "recognition:new", "offline-draw": "recognition:draw"}
"""Which page stands in for which; for every other address it is ELSEWHERE."""

_CONTEXTS: dict[str, Context] = {
    ELSEWHERE: dict,
    "offline-new": views.upload_context,
    "offline-draw": drawing_views.context,
}


def language_of(wanted: str | None) -> str:
    """The language asked for if we have it, else that of the request."""
    return wanted if wanted in dict(settings.LANGUAGES) else translation.get_language() or settings.LANGUAGE_CODE


def rendered(name: str, language: str) -> str:
    """One of the pages."""
    with translation.override(language):
        context = _CONTEXTS[name]() | {"site_url": settings.SITE_URL, "shell": True}
        return render_to_string(f"offline/{name}.html", context)


def addresses(language: str) -> dict[str, str]:
    """Where each lies."""
    return {name: f"{reverse(name)}?language={language}" for name in _CONTEXTS}
