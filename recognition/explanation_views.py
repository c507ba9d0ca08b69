"""The pages that say why a digit was read as it was."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from recognition import pictures, selectors, submissions
from recognition.models import Digit, Explanation
from recognition.uploads import UploadRejected


def _mine(request: HttpRequest, public_id: uuid.UUID, position: int) -> Digit:
    found = selectors.digit_on_show(request.user, public_id, position)
    if found is None:
        raise Http404("No such digit of this owner.")
    return found


def _is_inline(request: HttpRequest) -> bool:
    """Whether a script asks, which puts the explanation into the page of the whole answer."""
    return "X-Inline" in request.headers


def _asked(digit: Digit) -> Explanation | None:
    explanation: Explanation | None = getattr(digit, "explanation", None)
    return explanation


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def why(request: HttpRequest, public_id: uuid.UUID, position: int) -> HttpResponse:
    """GET: the explanation, or the offer to make it. POST: have it made."""
    digit = _mine(request, public_id, position)
    if request.method == "GET":
        return render(request, "recognition/why.html", _context(digit))
    try:
        if submissions.ask_why(digit, request.user) is None:
            raise Http404("The picture was deleted meanwhile.")
    except UploadRejected as refusal:
        if _is_inline(request):
            return HttpResponse(refusal.sentence, "text/plain", refusal.status)
        messages.error(request, refusal.sentence)
    return HttpResponse(status=204) if _is_inline(request) else redirect("recognition:why", public_id, position)


@never_cache
@login_required
@require_GET
def answer(request: HttpRequest, public_id: uuid.UUID, position: int) -> HttpResponse:
    """What that page polls: 204 while the explanation is being made, then the part of the page that holds it.

    The page of the whole answer asks for it too, and shows it inside the digit.
    """
    digit = _mine(request, public_id, position)
    explanation = _asked(digit)
    if explanation and explanation.is_waiting:
        return HttpResponse(status=204)
    template = "recognition/_why_inline.html" if _is_inline(request) else "recognition/_why.html"
    return render(request, template, _context(digit))


@login_required
@require_GET
def picture(request: HttpRequest, public_id: uuid.UUID, position: int, what: str) -> HttpResponseBase:
    """One of its pictures, for the owner."""
    explanation = _asked(_mine(request, public_id, position))
    if explanation is None:
        raise Http404("Nobody has asked for it.")
    return pictures.explanation(request, explanation, what)


def _context(digit: Digit) -> dict[str, Any]:
    recognition, explanation = digit.reading.recognition, _asked(digit)
    return {
        "digit": digit,
        "recognition": recognition,
        "explanation": explanation,
        "findings": explanation.findings if explanation else None,
        "image_url": reverse("recognition:image", args=[recognition.public_id]),
        "area": _around(digit),
    }


def _around(digit: Digit) -> list[float]:
    """What of the picture to show before it is known how the network cut it: the digit's box with a margin."""
    margin = 0.2 * max(digit.width, digit.height)
    return [digit.x - margin, digit.y - margin, digit.width + 2 * margin, digit.height + 2 * margin]
