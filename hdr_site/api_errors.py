"""Every error of the API has one shape: `{"error": {"code", "message"}}`, with the right HTTP status."""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import Http404
from django.utils.translation import gettext
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import exception_handler as drf_exception_handler

from hdr_site.error_pages import BROKEN_FORM
from hdr_site.request_limits import too_large

MULTIPART = "Multipart form parse error"  # how DRF begins what it says about a form that it cannot read


class ApiError(exceptions.APIException):
    """An error with a code for programs and a sentence for people."""

    def __init__(self, code: str, message: str, status_code: int, *, retry_after: int | None = None) -> None:
        super().__init__(message, code)
        self.status_code = status_code
        self.wait = retry_after  # DRF turns this into a Retry-After header


def exception_handler(problem: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's hook: the usual handling, with the body brought into our shape."""
    if isinstance(problem, RequestDataTooBig):  # of JSON, or of a form's fields: Django's word for it has no shape
        problem = ApiError("too_large", too_large(settings.DATA_UPLOAD_MAX_MEMORY_SIZE), 413)
    response = drf_exception_handler(problem, context)
    if response is not None:
        response.data = {"error": {"code": _code(problem), "message": _message(problem)}}
    return response


def _code(problem: Exception) -> str:
    if isinstance(problem, Http404):
        return "not_found"
    if _is_broken_form(problem):
        return "broken_form"
    codes = problem.get_codes() if isinstance(problem, exceptions.APIException) else None
    if isinstance(codes, str):
        return codes
    return "invalid" if getattr(problem, "status_code", 0) == status.HTTP_400_BAD_REQUEST else "permission_denied"


def _message(problem: Exception) -> str:
    if isinstance(problem, Http404):
        return gettext("There is nothing here, or it is not yours.")
    if _is_broken_form(problem):
        return str(BROKEN_FORM)
    detail = getattr(problem, "detail", None)
    if isinstance(detail, dict):
        return " ".join(f"{field}: {' '.join(map(str, _list(said)))}" for field, said in detail.items())
    if isinstance(detail, list):
        return " ".join(map(str, detail))
    return str(detail) if detail is not None else gettext("You may not do this.")


def _is_broken_form(problem: Exception) -> bool:
    return isinstance(problem, exceptions.ParseError) and str(problem.detail).startswith(MULTIPART)


def _list(said: Any) -> list[Any]:
    return said if isinstance(said, list) else [said]
