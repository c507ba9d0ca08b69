"""Several pictures together, for programs."""

import uuid
from typing import Any, ClassVar

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, PolymorphicProxySerializer, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from hdr_site.api_errors import ApiError
from hdr_site.foundation.scopes import Scope
from recognition import api_requests, batch_lists, batches, intakes, notice_bodies, progress, serializers
from recognition.api_requests import ERRORS, REFUSED, UPLOAD_ERRORS, refusal
from recognition.batches import Taken
from recognition.models import Batch, Intake
from recognition.submissions import Submission
from recognition.uploads import UploadRejected

LARGEST_PAGE = 100
KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="The same key gives the same answer, however often it is sent.",
)
MORE = PolymorphicProxySerializer(
    "BatchMoreBody", [serializers.RecognitionSummary, serializers.BatchIntakesBody], resource_type_field_name=None
)
OF_A_BATCH = UPLOAD_ERRORS | {404: serializers.ErrorBody, 410: serializers.ErrorBody}


def _mine(request: Request, public_id: uuid.UUID) -> Batch:
    found = progress.one(request.user, public_id)
    if found is None:
        raise Http404
    return found


class BatchList(APIView):
    """Send several pictures; list what was sent together."""

    scopes: ClassVar = {"GET": Scope.READ, "POST": Scope.WRITE}

    @extend_schema(
        operation_id="batches_list",
        summary="Your batches",
        parameters=[
            OpenApiParameter("name", str, description="A part of the name, in whatever case."),
            OpenApiParameter("cursor", str, description="From `next`."),
            OpenApiParameter("page_size", int, description="1 to 100; 20 if not given."),
        ],
        responses={200: serializers.BatchPage, 400: serializers.ErrorBody} | REFUSED,
    )
    def get(self, request: Request) -> Response:
        """A page of your batches, newest first, each with its counts."""
        asked = request.query_params
        try:
            found = batch_lists.page(request.user, asked.get("name", ""), asked.get("cursor"), _size(request))
        except batch_lists.InvalidCursor as problem:
            raise ApiError("invalid_cursor", str(problem), 400) from None
        results = [serializers.batch(listed.batch, listed.progress) for listed in found.items]
        return Response({"results": results, "next": api_requests.page_address(request, found.next)})

    @extend_schema(
        operation_id="batches_create",
        summary="Send several pictures",
        request={"multipart/form-data": serializers.BatchUploadBody},
        parameters=[KEY],
        responses={202: serializers.BatchTakenBody} | UPLOAD_ERRORS,
    )
    def post(self, request: Request) -> Response:
        """Queue several pictures. Bad ones are in `refused`, each with its reason; the rest is read.

        What lies at a web address is fetched by a worker: what comes of it is said in `intakes` of the batch.
        """
        files, stays_open = request.FILES.getlist("image"), api_requests.truth(request, "open")
        addresses = api_requests.texts(request, "address")
        if not files and not addresses and not stays_open:
            told = gettext(
                "Send the pictures in multipart fields named “image”, or their web addresses in fields named "
                "“address”, or say open=true."
            )
            raise ApiError("no_picture", told, 400)
        try:
            taken = batches.take_together(
                request.user,
                files,
                api_requests.source(request),
                addresses=addresses,
                notify=(api_requests.text(request, "notify") or "").strip(),
                idempotency_key=api_requests.idempotency_key(request),
                number_format=api_requests.text(request, "format") or "",
                name=api_requests.text(request, "name") or "",
                stays_open=stays_open,
            )
        except UploadRejected as reason:
            raise refusal(reason) from None
        return Response(_taken(taken, request), status.HTTP_202_ACCEPTED, headers=_headers(taken, request))


class BatchDetail(APIView):
    """One batch."""

    scopes: ClassVar = {"GET": Scope.READ, "DELETE": Scope.DELETE}

    @extend_schema(
        operation_id="batches_retrieve",
        summary="How far a batch is",
        parameters=[
            OpenApiParameter("after", OpenApiTypes.UUID, description="The last picture of the page before; see `next`.")
        ],
        responses={200: serializers.BatchBody, 400: serializers.ErrorBody} | ERRORS,
    )
    def get(self, request: Request, public_id: uuid.UUID) -> Response:
        """Counts, and its pictures in the order in which they were sent, 100 a page."""
        batch = _mine(request, public_id)
        found, more = progress.page(batch, _after(request), LARGEST_PAGE)
        where = request.build_absolute_uri(reverse("api:batch", args=[batch.public_id]))
        pages = {
            "pictures": [serializers.summary(picture, request) for picture in found],
            "intakes": serializers.intakes(intakes.of(batch)),
            "notice": notice_bodies.body(batch),
            "next": f"{where}?after={found[-1].public_id}" if more else None,
        }
        return Response(serializers.batch(batch, progress.of(batch)) | pages)

    @extend_schema(
        operation_id="batches_destroy", summary="Delete it with its pictures", responses={204: None} | ERRORS
    )
    def delete(self, request: Request, public_id: uuid.UUID) -> Response:
        """Remove the batch with all its pictures."""
        batches.delete(_mine(request, public_id), request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


class BatchPictures(APIView):
    """More pictures for an open batch."""

    scopes: ClassVar = {"POST": Scope.WRITE}

    @extend_schema(
        operation_id="batches_add",
        summary="Send one more picture",
        request={"multipart/form-data": serializers.BatchPictureBody},
        parameters=[KEY],
        responses={202: MORE} | OF_A_BATCH,
    )
    def post(self, request: Request, public_id: uuid.UUID) -> Response:
        """Add a picture to a batch that was made with `open`; it is read at once.

        A PDF, a TIFF of several pages, a ZIP or a web address is answered with the batch, whose `intakes` has it alone.
        """
        upload, address = request.FILES.get("image"), api_requests.text(request, "address")
        batch = _mine(request, public_id)
        if upload is None and not address:
            told = gettext(
                "Send the picture in a multipart field named “image”, or its web address in a field named “address”."
            )
            raise ApiError("no_picture", told, 400)
        try:
            key = api_requests.idempotency_key(request)
            submission: Submission | Intake
            if upload is None:
                submission = batches.add_address(batch, address or "", key)
            else:
                submission = batches.add(batch, upload, api_requests.source(request), key)
        except UploadRejected as reason:
            raise refusal(reason) from None
        if isinstance(submission, Intake):
            body = serializers.batch(batch, progress.of(batch)) | {"intakes": serializers.intakes([submission])}
            return Response(body, status.HTTP_202_ACCEPTED)
        headers = {} if submission.created else {"Idempotent-Replayed": "true"}
        return Response(serializers.summary(submission.recognition, request), status.HTTP_202_ACCEPTED, headers=headers)


class BatchClose(APIView):
    """That was all."""

    scopes: ClassVar = {"POST": Scope.WRITE}

    @extend_schema(
        operation_id="batches_close",
        summary="No more pictures come",
        request=None,
        responses={200: serializers.BatchFacts} | ERRORS,
    )
    def post(self, request: Request, public_id: uuid.UUID) -> Response:
        """Close an open batch; it is finished as soon as all its pictures have ended."""
        batch = _mine(request, public_id)
        batches.close(batch)
        return Response(serializers.batch(_mine(request, public_id), progress.of(batch)))


def _after(request: Request) -> uuid.UUID | None:
    given = request.query_params.get("after")
    try:
        return uuid.UUID(given) if given else None
    except ValueError:
        raise ApiError("invalid_cursor", gettext("Take the address of the next page from “next”."), 400) from None


def _size(request: Request) -> int:
    given = request.query_params.get("page_size") or str(batch_lists.PAGE_SIZE)
    longest = len(str(batch_lists.LARGEST_PAGE))
    if not (given.isdecimal() and len(given) <= longest and 1 <= int(given) <= batch_lists.LARGEST_PAGE):
        raise ApiError(
            "invalid_filter",
            gettext("page_size: a whole number from 1 to %(most)d.") % {"most": batch_lists.LARGEST_PAGE},
            400,
        )
    return int(given)


def _taken(taken: Taken, request: Request) -> dict[str, Any]:
    refused = [
        {"name": each.name, "error": {"code": each.reason.code, "message": each.reason.sentence}}
        for each in taken.refused
    ]
    pictures = [serializers.summary(picture, request) for picture in taken.pictures]
    opened = serializers.intakes(taken.intakes)
    notice = notice_bodies.body(taken.batch, with_secret=True)
    lists = {"pictures": pictures, "intakes": opened, "refused": refused, "notice": notice}
    return serializers.batch(taken.batch, progress.of(taken.batch)) | lists


def _headers(taken: Taken, request: Request) -> dict[str, str]:
    where = request.build_absolute_uri(reverse("api:batch", args=[taken.batch.public_id]))
    return {"Location": where} | ({} if taken.created else {"Idempotent-Replayed": "true"})
