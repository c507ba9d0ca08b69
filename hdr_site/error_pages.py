"""Errors as people and programs see them: a page, or under /api/ the one JSON shape of all API errors.

A page for a fault of ours is rendered without the request, so that it touches neither session nor database.
"""

import logging
import sys
from collections.abc import Mapping
from typing import Any

from django.contrib.auth import get_user_model
from django.db import IntegrityError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.translation import gettext, gettext_lazy

logger = logging.getLogger(__name__)

API = "/api/"
OUTAGE_RETRY_SECONDS = 5
BROKEN_FORM = gettext_lazy(
    "What you sent breaks off, or the name of the file in it is too long. "
    "Rename the file to at most 255 characters and send it again."
)
OUTAGES = (OperationalError, InterfaceError)


def error_response(
    path: str,
    status: int,
    code: str,
    message: str,
    *,
    request: HttpRequest | None = None,
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """The answer to a request for `path` that failed: `code` for programs, `message` for people.

    `request` lets the page show who is signed in; leave it out where session or database may be at fault.
    """
    response: HttpResponse
    if path.startswith(API) or (request is not None and _is_asked_by_a_script(request)):
        response = JsonResponse({"error": {"code": code, "message": message}}, status=status, headers=headers)
    else:
        response = HttpResponse(_page(status, code, message, request), status=status, headers=headers)
    # Some of these leave the house before Django's CommonMiddleware could say how long they are.
    response.headers["Content-Length"] = str(len(response.content))
    return response


def _is_asked_by_a_script(request: HttpRequest) -> bool:
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def _page(status: int, code: str, message: str, request: HttpRequest | None) -> str:
    context = {"status": status, "code": code, "message": message}
    templates = [f"errors/{status}.html", "errors/error.html"]
    for asking in (request, None):
        try:
            return render_to_string(templates, context, request=asking)
        except Exception:
            logger.exception("The page for error %s could not be rendered", status)
    return f"<!doctype html><title>{status}</title><h1>{status}</h1><p>{escape(message)}</p>"


def outage(path: str) -> HttpResponse:
    """503: the database is away for the moment."""
    message = gettext(
        "Our database does not answer at the moment. Nothing that was accepted is lost; try again in a few seconds."
    )
    headers = {"Retry-After": str(OUTAGE_RETRY_SECONDS), "Cache-Control": "no-store"}
    return error_response(path, 503, "database_unavailable", message, headers=headers)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the request is malformed."""
    if isinstance(exception, MultiPartParserError):
        return error_response(request.path, 400, "broken_form", str(BROKEN_FORM))
    message = gettext("This request cannot be understood. Go back, reload the page and try again.")
    return error_response(request.path, 400, "bad_request", message)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: signed in, but not allowed."""
    message = gettext("You are not allowed to do this. Log in with another account, or ask an administrator.")
    return error_response(request.path, 403, "permission_denied", message, request=request)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: nothing there, or somebody else's, which looks the same on purpose."""
    message = gettext("There is nothing here, or it is not yours. Check the address, or begin at the home page.")
    return error_response(request.path, 404, "not_found", message, request=request)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault; or 503 when it is the database that is away, wherever that was noticed.

    Or 401 when the account was erased while it asked for something: what was to be written has no owner any more.
    """
    problem = sys.exc_info()[1]
    if isinstance(problem, OUTAGES):
        return outage(request.path)
    if isinstance(problem, IntegrityError) and _is_erased(getattr(request, "user", None)):
        message = gettext("This account has been deleted meanwhile. Nothing that you sent was kept.")
        return error_response(request.path, 401, "account_gone", message)
    message = gettext("Something went wrong on our side; it has been written down. Try again in a moment.")
    return error_response(request.path, 500, "server_error", message)


def _is_erased(user: Any) -> bool:
    number = getattr(user, "pk", None)
    return number is not None and not get_user_model().objects.filter(pk=number).exists()


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form is not one that this browser got from us, or it is too old."""
    message = gettext(
        "This form has expired, or your browser blocks cookies. Go back, reload the page and send it again."
    )
    return error_response(request.path, 403, "csrf_failed", message)
