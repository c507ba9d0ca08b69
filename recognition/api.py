"""The REST interface: read the request, call one function, answer."""

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
from recognition import answers, format_bodies, history, keeping, pictures, selectors, serializers, submissions
from recognition.api_requests import (
    ERRORS,
    OF_A_PICTURE,
    REFUSED,
    UPLOAD_ERRORS,
    idempotency_key,
    number_format,
    page_address,
    refusal,
    source,
)
from recognition.history_forms import HistoryQuery
from recognition.history_parameters import FILTERS
from recognition.models import Recognition
from recognition.negotiation import AsItIs
from recognition.uploads import UploadRejected


def _mine(request: Request, public_id: uuid.UUID) -> Recognition:
    found = selectors.one(request.user, public_id)
    if found is None:
        raise Http404
    return found


def _body(recognition: Recognition, request: Request) -> dict[str, Any]:
    earlier = selectors.sent_before(recognition)
    return serializers.body(recognition, answers.of(recognition), request) | serializers.sent_before(earlier, request)


class Root(APIView):
    """Where to begin."""

    scopes: ClassVar = {"GET": Scope.READ}

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        """The addresses of this version."""
        names = {
            "recognitions": "api:list",
            "batches": "api:batches",
            "formats": "api:formats",
            "keeping": "api:keeping",
            "report": "api:report",
            "openapi": "openapi",
            "documentation": "api-docs",
        }
        return Response({name: request.build_absolute_uri(reverse(address)) for name, address in names.items()})


class RecognitionList(APIView):
    """Send a picture; list what was sent."""

    scopes: ClassVar = {"GET": Scope.READ, "POST": Scope.WRITE}

    @extend_schema(
        operation_id="recognitions_create",
        summary="Send a picture",
        request={"multipart/form-data": serializers.UploadBody},
        parameters=[
            OpenApiParameter(
                "Idempotency-Key",
                str,
                OpenApiParameter.HEADER,
                description="The same key gives the same recognition, however often it is sent.",
            )
        ],
        responses={202: serializers.RecognitionBody} | UPLOAD_ERRORS,
    )
    def post(self, request: Request) -> Response:
        """Queue one picture for reading; poll the address in `Location`."""
        upload = request.FILES.get("image")
        if upload is None:
            raise ApiError("no_picture", gettext("Send the picture in a multipart field named “image”."), 400)
        try:
            key, wanted = idempotency_key(request), number_format(request) or ""
            submission = submissions.submit(request.user, upload, source(request), key, wanted)
        except UploadRejected as reason:
            raise refusal(reason) from None
        where = reverse("api:detail", args=[submission.recognition.public_id])
        headers = {"Location": request.build_absolute_uri(where)}
        if not submission.created:
            headers["Idempotent-Replayed"] = "true"
        return Response(_body(submission.recognition, request), status.HTTP_202_ACCEPTED, headers=headers)

    @extend_schema(
        operation_id="recognitions_list",
        summary="Your history",
        parameters=[
            *FILTERS,
            OpenApiParameter("cursor", str, description="From `next` or `previous`."),
            OpenApiParameter("page_size", int, description="1 to 100; 20 if not given."),
        ],
        responses={200: serializers.RecognitionPage, 400: serializers.ErrorBody} | REFUSED,
    )
    def get(self, request: Request) -> Response:
        """A page of your recognitions, newest first unless `order` says otherwise."""
        form = HistoryQuery(request.query_params)
        if not form.is_valid():
            raise ApiError("invalid_filter", _sentence(form), 400)
        try:
            page = history.page(request.user, form.wanted(), request.query_params.get("cursor"), form.size())
        except history.InvalidCursor as problem:
            raise ApiError("invalid_cursor", str(problem), 400) from None
        results = [serializers.summary(item, request) for item in page.items]
        return Response(
            {
                "results": results,
                "next": page_address(request, page.older),
                "previous": page_address(request, page.newer),
            }
        )


class RecognitionDetail(APIView):
    """One recognition."""

    scopes: ClassVar = {"GET": Scope.READ, "DELETE": Scope.DELETE}

    @extend_schema(
        operation_id="recognitions_retrieve",
        summary="One recognition",
        responses={200: serializers.RecognitionBody} | ERRORS,
    )
    def get(self, request: Request, public_id: uuid.UUID) -> Response:
        """The digits, as soon as `status` is `done`."""
        return Response(_body(_mine(request, public_id), request))

    @extend_schema(operation_id="recognitions_destroy", summary="Delete it", responses={204: None} | ERRORS)
    def delete(self, request: Request, public_id: uuid.UUID) -> Response:
        """Remove it with its picture."""
        submissions.delete(_mine(request, public_id), request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


class RecognitionRetry(APIView):
    """Read a picture again."""

    scopes: ClassVar = {"POST": Scope.WRITE}

    @extend_schema(
        operation_id="recognitions_retry",
        summary="Read it again",
        request={"application/json": serializers.RetryBody, "multipart/form-data": serializers.RetryBody},
        responses={202: serializers.RecognitionBody, 400: serializers.ErrorBody, 429: serializers.ErrorBody}
        | OF_A_PICTURE,
    )
    def post(self, request: Request, public_id: uuid.UUID) -> Response:
        """Queue it anew, with another format if one is given; its last answer stays until there is a new one."""
        recognition = _mine(request, public_id)
        try:
            submissions.retry(recognition, number_format(request))
        except UploadRejected as reason:
            raise refusal(reason) from None
        return Response(_body(_mine(request, public_id), request), status.HTTP_202_ACCEPTED)


class FormatList(APIView):
    """What numbers can be read as."""

    scopes: ClassVar = {"GET": Scope.READ}

    @extend_schema(
        operation_id="formats_list",
        summary="Formats of numbers",
        responses={200: format_bodies.FormatList} | REFUSED,
    )
    def get(self, request: Request) -> Response:
        """All formats, each with what may stand behind a colon."""
        return Response(format_bodies.format_list())


class RecognitionImage(APIView):
    """The stored picture."""

    scopes: ClassVar = {"GET": Scope.READ}
    content_negotiation_class = AsItIs

    @extend_schema(
        operation_id="recognitions_image",
        summary="Its picture",
        responses={(200, "image/*"): OpenApiResponse(OpenApiTypes.BINARY)} | OF_A_PICTURE,
    )
    def get(self, request: Request, public_id: uuid.UUID) -> HttpResponseBase:
        """Upright and without metadata, as boxes refer to it."""
        recognition = _mine(request, public_id)
        try:
            keeping.refuse_erased(recognition)
        except UploadRejected as reason:
            raise refusal(reason) from None
        return pictures.picture(request, recognition)


def _sentence(form: HistoryQuery) -> str:
    return " ".join(f"{field}: {' '.join(map(str, said))}" for field, said in form.errors.items())
