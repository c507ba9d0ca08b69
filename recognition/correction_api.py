"""The REST interface to corrections: what was said about a picture, and to say it."""

import uuid
from typing import Any, ClassVar

from django.http import Http404
from django.utils.translation import gettext
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from hdr_site.api_errors import ApiError
from hdr_site.foundation.scopes import Scope
from recognition import answers, correcting, correction_bodies, selectors, serializers
from recognition.models import Correction, Recognition
from recognition.uploads import UploadRejected

ERRORS: dict[Any, Any] = dict.fromkeys([401, 403, 404], serializers.ErrorBody)
TOGETHER = 20


def _mine(request: Request, public_id: uuid.UUID) -> Recognition:
    found = selectors.one(request.user, public_id)
    if found is None:
        raise Http404
    return found


class Corrections(APIView):
    """What people say a picture's numbers are."""

    scopes: ClassVar = {"GET": Scope.READ, "POST": Scope.WRITE}

    @extend_schema(
        operation_id="recognitions_corrections_list",
        summary="Its corrections",
        parameters=[OpenApiParameter("before", OpenApiTypes.UUID, description="From `next`.")],
        responses={200: correction_bodies.CorrectionPage, 400: serializers.ErrorBody} | ERRORS,
    )
    def get(self, request: Request, public_id: uuid.UUID) -> Response:
        """Twenty at a time, the last first."""
        rows = selectors.corrections_of(_mine(request, public_id))
        if before := request.query_params.get("before"):
            rows = rows.filter(pk__lt=_number_of(rows, before))
        found = list(rows[: TOGETHER + 1])
        results = [correction_bodies.body(one) for one in found[:TOGETHER]]
        earlier = f"{request.path}?before={results[-1]['id']}" if len(found) > TOGETHER else None
        return Response({"results": results, "next": earlier and request.build_absolute_uri(earlier)})

    @extend_schema(
        operation_id="recognitions_corrections_create",
        summary="Correct its answer",
        request=correction_bodies.CorrectionRequest,
        responses={201: correction_bodies.CorrectionBody}
        | dict.fromkeys([400, 409, 429], serializers.ErrorBody)
        | ERRORS,
    )
    def post(self, request: Request, public_id: uuid.UUID) -> Response:
        """Say what all of its digits are. Nothing is overwritten: each correction is kept, an undo too."""
        recognition = _mine(request, public_id)
        asked = correction_bodies.CorrectionRequest(data=request.data)
        if not asked.is_valid():
            raise ApiError("invalid_correction", _sentence(asked.errors), 400)
        try:
            correction = _noted(recognition, request.user, asked.validated_data)
        except UploadRejected as refusal:
            raise ApiError(refusal.code, refusal.sentence, refusal.status, retry_after=refusal.retry_after) from refusal
        return Response(correction_bodies.body(correction), status.HTTP_201_CREATED)


def _noted(recognition: Recognition, author: Any, asked: dict[str, Any]) -> Correction:
    version = asked["answer_version"]
    if asked["undo"]:
        return correcting.undo(recognition, author, version)
    if asked["digits"] is None:
        return correcting.take_machines(recognition, author, version)
    answer = answers.of(recognition)
    before = {one.box: one for one in answer.placed} if answer else {}
    digits = [correction_bodies.placed(one, before) for one in asked["digits"]]
    return correcting.correct(recognition, author, digits, version)


def _number_of(rows: Any, public_id: str) -> int:
    try:
        found = rows.filter(public_id=uuid.UUID(public_id)).first()
    except ValueError:
        found = None
    if found is None:
        raise ApiError(
            "invalid_cursor", gettext("This page address is not one of ours; start again without `before`."), 400
        )
    return int(found.pk)


def _sentence(errors: Any) -> str:
    """Which field is wrong, and why; of many digits the first that is."""
    said = []
    for field, why in errors.items():
        first = next((one for one in why if one), why) if isinstance(why, list) else why
        said.append(f"{field}: {first if isinstance(first, str) else _sentence(first)}")
    return " ".join(said)
