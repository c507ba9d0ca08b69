"""The REST interface to explanations: ask for one, look whether it is made, fetch its pictures."""

import uuid
from typing import Any, ClassVar

from django.http import Http404, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from hdr_site.api_errors import ApiError
from hdr_site.foundation.scopes import Scope
from recognition import explanation_bodies, keeping, pictures, selectors, serializers, submissions
from recognition.models import Digit, Explanation
from recognition.negotiation import AsItIs
from recognition.uploads import UploadRejected

PICTURES = ("glyph", "heat", "maps")
ERRORS: dict[Any, Any] = dict.fromkeys([401, 403, 404, 410], serializers.ErrorBody)
POSITION = OpenApiParameter("position", int, OpenApiParameter.PATH, description="Place in `digits`, from 0.")


def _mine(request: Request, public_id: uuid.UUID, position: int) -> Digit:
    found = selectors.digit_on_show(request.user, public_id, position)
    if found is None:
        raise Http404
    try:
        keeping.refuse_erased(found.reading.recognition)
    except UploadRejected as refusal:
        raise _refusal(refusal) from None
    return found


def _refusal(problem: UploadRejected) -> ApiError:
    return ApiError(problem.code, problem.sentence, problem.status, retry_after=problem.retry_after)


def _asked(digit: Digit) -> Explanation:
    explanation: Explanation | None = getattr(digit, "explanation", None)
    if explanation is None:
        raise ApiError("not_asked", gettext("Nobody has asked yet why this digit was read so. Ask with POST."), 404)
    return explanation


def _answer(request: Request, digit: Digit, explanation: Explanation) -> Response:
    """202 while it is being made, 200 from then on."""
    where = [digit.reading.recognition.public_id, digit.position]
    addresses = {
        what: request.build_absolute_uri(reverse("api:explanation-picture", args=[*where, what])) for what in PICTURES
    }
    code = status.HTTP_202_ACCEPTED if explanation.is_waiting else status.HTTP_200_OK
    return Response(explanation_bodies.body(explanation, addresses), code)


class DigitExplanation(APIView):
    """Why one digit was read as it was, and how it was written."""

    scopes: ClassVar = {"GET": Scope.READ, "POST": Scope.WRITE}

    @extend_schema(
        operation_id="recognitions_explanation_create",
        summary="Ask why a digit was read so",
        parameters=[POSITION],
        request=None,
        responses={
            200: explanation_bodies.ExplanationBody,
            202: explanation_bodies.ExplanationBody,
            429: serializers.ErrorBody,
        }
        | ERRORS,
    )
    def post(self, request: Request, public_id: uuid.UUID, position: int) -> Response:
        """Queue it, once for each digit of a reading; poll the same address with GET."""
        digit = _mine(request, public_id, position)
        try:
            explanation = submissions.ask_why(digit, request.user)
        except UploadRejected as refusal:
            raise _refusal(refusal) from None
        if explanation is None:
            raise Http404
        return _answer(request, digit, explanation)

    @extend_schema(
        operation_id="recognitions_explanation_retrieve",
        summary="Why a digit was read so",
        parameters=[POSITION],
        responses={200: explanation_bodies.ExplanationBody, 202: explanation_bodies.ExplanationBody} | ERRORS,
    )
    def get(self, request: Request, public_id: uuid.UUID, position: int) -> Response:
        """202 while it is being made, then 200."""
        digit = _mine(request, public_id, position)
        return _answer(request, digit, _asked(digit))


class ExplanationPicture(APIView):
    """One picture of an explanation."""

    scopes: ClassVar = {"GET": Scope.READ}
    content_negotiation_class = AsItIs

    @extend_schema(
        operation_id="recognitions_explanation_picture",
        summary="A picture of it",
        parameters=[POSITION, OpenApiParameter("what", str, OpenApiParameter.PATH, enum=PICTURES)],
        responses={(200, "image/png"): OpenApiResponse(OpenApiTypes.BINARY)} | ERRORS,
    )
    def get(self, request: Request, public_id: uuid.UUID, position: int, what: str) -> HttpResponseBase:
        """The glyph as the network saw it, the heat to be laid over it, or the first layer's feature maps."""
        return pictures.explanation(request, _asked(_mine(request, public_id, position)), what)
