"""The home page, and the samples that anybody may try on it.

A try is its visitor's alone: a signed cookie, set when one is tried and for as long as a try lasts, says which are. Who
looks at the page gets none, and no session is made.
"""

import uuid
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from recognition import answers, samples, temporary
from recognition.models import Recognition
from recognition.uploads import UploadRejected

SALT = "samples"
MOST_REMEMBERED = 6
ANCHOR = "#sample"
"""Where on the page the answer stands."""


@never_cache
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What this is, the way in, and the samples; with the answer to one that this visitor tried."""
    wanted = request.GET.get("sample", "")
    recognition = _tried(request, wanted) if wanted else None
    facts = {"is_over": bool(wanted) and recognition is None, "next_look": _address(recognition, _looks(request) + 1)}
    return _page(request, facts | _facts(recognition))


@never_cache
@require_POST
def try_one(request: HttpRequest, name: str) -> HttpResponse:
    """Have a sample read; leads back to the page, which shows the answer."""
    sample = samples.SAMPLES.get(name)
    if sample is None:
        raise Http404("No such sample.")
    try:
        recognition = samples.send(sample)
    except UploadRejected as refusal:
        return _refused(request, refusal)
    response = redirect(_address(recognition))
    _remember(request, response, recognition)
    return response


@never_cache
@require_GET
def answer(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """What the page polls: 204 while the sample is being read, then the part of the page with the answer.

    404 for what is over, and for what another visitor tried.
    """
    recognition = _tried(request, str(public_id))
    if recognition is None:
        raise Http404("No such try of this visitor.")
    if recognition.is_waiting:
        return HttpResponse(status=204)
    return render(request, "samples/_answer.html", _facts(recognition))


def _address(recognition: Recognition | None, look: int = 0) -> str:
    """The page with the answer; `look` makes each an address of its own, to which browsers then really go."""
    if recognition is None:
        return reverse("home")
    query = {"sample": str(recognition.public_id)} | ({"look": look} if look else {})
    return f"{reverse('home')}?{urlencode(query)}{ANCHOR}"


def _looks(request: HttpRequest) -> int:
    given = request.GET.get("look", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 4 else 0


def _page(request: HttpRequest, facts: dict[str, Any], status: int = 200) -> HttpResponse:
    return render(request, "home.html", {"samples": samples.SAMPLES.values()} | facts, status=status)


def _refused(request: HttpRequest, refusal: UploadRejected) -> HttpResponse:
    response = _page(request, {"refusal": refusal}, refusal.status)
    if refusal.retry_after is not None:
        response["Retry-After"] = str(refusal.retry_after)
    return response


def _facts(recognition: Recognition | None) -> dict[str, Any]:
    """What the answer's part of the page shows."""
    if recognition is None:
        return {}
    found = answers.of(recognition)
    return {
        "recognition": recognition,
        "sample": samples.sample_of(recognition),
        "reading": recognition.reading,
        "answer": found,
        "digits": found.digits if found else [],
    }


def _tried(request: HttpRequest, public_id: str) -> Recognition | None:
    """A try of this visitor's, while it lasts."""
    return samples.tried(uuid.UUID(public_id)) if public_id in _remembered(request) else None


def _remembered(request: HttpRequest) -> list[str]:
    """The public ids of this visitor's last tries."""
    kept = request.get_signed_cookie(settings.SAMPLES_COOKIE_NAME, default="", salt=SALT, max_age=temporary.LIFETIME)
    return (kept or "").split(".")


def _remember(request: HttpRequest, response: HttpResponse, recognition: Recognition) -> None:
    known = [*_remembered(request), str(recognition.public_id)]
    response.set_signed_cookie(
        settings.SAMPLES_COOKIE_NAME,
        ".".join(known[-MOST_REMEMBERED:]),
        salt=SALT,
        max_age=temporary.LIFETIME,
        httponly=True,
        samesite="Lax",
        secure=settings.HTTPS,
    )
