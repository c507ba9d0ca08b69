"""What programs put into their requests, and the ways in which they are refused."""

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext
from rest_framework.request import Request

from hdr_site.api_errors import ApiError
from recognition import serializers
from recognition.models import Source
from recognition.uploads import UploadRejected

LONGEST_KEY = 200
REFUSED: dict[Any, Any] = dict.fromkeys([401, 403], serializers.ErrorBody)
ERRORS = REFUSED | {404: serializers.ErrorBody}
OF_A_PICTURE = ERRORS | {410: serializers.ErrorBody}
UPLOAD_ERRORS: dict[Any, Any] = dict.fromkeys([400, 401, 403, 409, 413, 415, 429, 503, 507], serializers.ErrorBody)


def refusal(problem: UploadRejected) -> ApiError:
    """The same in the shape of all errors."""
    return ApiError(problem.code, problem.sentence, problem.status, retry_after=problem.retry_after)


def idempotency_key(request: Request) -> str | None:
    """The header `Idempotency-Key`; None where there is none. Raises ApiError."""
    key = request.headers.get("Idempotency-Key")
    if key is not None and not (0 < len(key) <= LONGEST_KEY and key.isprintable()):
        told = gettext("An Idempotency-Key has 1 to %(most)d visible characters.")
        raise ApiError("invalid_idempotency_key", told % {"most": LONGEST_KEY}, 400)
    return key


def number_format(request: Request) -> str | None:
    """The field `format`; None where there is none. Raises ApiError."""
    return text(request, "format")


def text(request: Request, field: str) -> str | None:
    """A field that is a text; None where there is none. Raises ApiError."""
    data = request.data
    given = data.get(field) if isinstance(data, Mapping) else None
    if given is None or isinstance(given, str):
        return given
    if field == "format":
        raise ApiError("bad_format_parameter", gettext("A format is a text, as “postal:IN” or “length:6”."), 400)
    raise ApiError("bad_request", gettext("The field “%(field)s” is a text.") % {"field": field}, 400)


def texts(request: Request, field: str) -> list[str]:
    """A field that may come several times, each a text; in JSON a list. Empty ones are none. Raises ApiError."""
    data = request.data
    if isinstance(data, QueryDict):
        given: Any = data.getlist(field)
    else:
        given = data.get(field) if isinstance(data, Mapping) else None
    found = given if isinstance(given, list) else [] if given is None else [given]
    if not all(isinstance(each, str) for each in found):
        raise ApiError("bad_request", gettext("The field “%(field)s” is a text.") % {"field": field}, 400)
    return [each.strip() for each in found if each.strip()]


def truth(request: Request, field: str) -> bool:
    """A field that says yes or no; no where there is none. Raises ApiError."""
    given = (text(request, field) or "").lower()
    if given not in {"", "true", "false"}:
        told = gettext("The field “%(field)s” is “true” or “false”.")
        raise ApiError("bad_request", told % {"field": field}, 400)
    return given == "true"


def page_address(request: Request, cursor: str | None) -> str | None:
    """The same question about another page; None where there is none."""
    if cursor is None:
        return None
    query = request.query_params.copy()
    query["cursor"] = cursor
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")


def source(request: Request) -> Source:
    """How the picture came: a browser of ours says whether it was the camera, everything else is a program."""
    if request.auth is not None:
        return Source.API
    return Source.CAMERA if text(request, "source") == Source.CAMERA else Source.PAGE
