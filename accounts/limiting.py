"""The limits of the account pages at work: counted before a form is looked at, answered with a page that says when."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from accounts import limits
from accounts.hashers import TooManyAtOnce
from hdr_site.error_pages import error_response
from hdr_site.foundation.limits import Refusal

ACCOUNT_PAGES = "/accounts/"
CODE = "too_many_attempts"


class AttemptLimitMiddleware:
    """Counts what is sent to the account pages (accounts/limits.py)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        """After Django has seen whether the form is one of ours; before the page sees it."""
        if request.method != "POST" or not request.path.startswith(ACCOUNT_PAGES) or request.resolver_match is None:
            return None
        refusal = limits.count(request, request.resolver_match.view_name)
        return refused(request, refusal) if refusal else None

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        """503 when more people log in at the same moment than can wait for it."""
        if not isinstance(problem, TooManyAtOnce):
            return None
        message = _("Very many people log in at this moment. Try again in a few seconds.")
        headers = {"Retry-After": "5", "Cache-Control": "no-store"}
        return error_response(request.path, 503, "busy", message, request=request, headers=headers)


def refused(request: HttpRequest, refusal: Refusal, way_out: str = "") -> HttpResponse:
    """429 with a sentence that says what, the limit, and when to try again."""
    message = " ".join(part for part in (refusal.sentence(), way_out) if part)
    headers = {"Retry-After": str(refusal.wait), "Cache-Control": "no-store"}
    return error_response(request.path, 429, CODE, message, request=request, headers=headers)


def other_ways_in() -> str:
    """What somebody can do whose password has been tried too often, perhaps by somebody else."""
    return _("You can also log in with a passkey, or with a code that we send you by email.")
