"""Pages that tell: how to use this, how it reads and how well, what is stored."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts import known_browsers
from hdr_site import model_card


@never_cache
@require_GET
def guide(request: HttpRequest) -> HttpResponse:
    """How to take a good picture, send it, and use the answer."""
    limits = {
        "megabytes": settings.UPLOAD_MAX_BYTES // 1_000_000,
        "megapixels": settings.UPLOAD_MAX_PIXELS // 1_000_000,
        "a_minute": settings.OWNER_UPLOADS_PER_MINUTE,
        "stored_megabytes": settings.OWNER_STORAGE_BYTES // 1_000_000,
    }
    return render(request, "pages/guide.html", {"limits": limits})


@never_cache
@require_GET
def about(request: HttpRequest) -> HttpResponse:
    """How it reads, how often it is wrong, and what it was made of."""
    figures = {
        "card": model_card.card(),
        "finder": model_card.finder(),
        "pictures": model_card.pictures(),
        "blanks": model_card.blanks(),
        "digits": model_card.digits(),
        "letters": model_card.letters(),
        "plots": model_card.plots(),
    }
    return render(request, "pages/about.html", figures)


@never_cache
@require_GET
def privacy(request: HttpRequest) -> HttpResponse:
    """What is stored of whom, for how long, who sees it, and whom to ask."""
    facts = {
        "operator": settings.OPERATOR_NAME,
        "contact": settings.OPERATOR_CONTACT,
        "is_address": "@" in settings.OPERATOR_CONTACT,
        "session_cookie": settings.SESSION_COOKIE_NAME,
        "csrf_cookie": settings.CSRF_COOKIE_NAME,
        "known_cookie": known_browsers.cookie_name(),
        "language_cookie": settings.LANGUAGE_COOKIE_NAME,
        "samples_cookie": settings.SAMPLES_COOKIE_NAME,
    }
    return render(request, "pages/privacy.html", facts)
