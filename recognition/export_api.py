"""Files of answers that are made in the background, for programs."""

import uuid
from typing import Any, ClassVar

from django.http import Http404, HttpResponseBase, QueryDict
from django.urls import reverse
from django.utils.translation import gettext
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from hdr_site.api_bodies import ShortList
from hdr_site.api_errors import ApiError
from hdr_site.foundation.scopes import Scope
from recognition import export_views, exports
from recognition.answer_files import Kind
from recognition.history_forms import HistoryQuery
from recognition.history_views import without_place
from recognition.models import Export, Status
from recognition.negotiation import AsItIs
from recognition.number_bodies import ErrorDetail, error_of
from recognition.selections import MOST_CHOSEN
from recognition.serializers import ErrorBody
from recognition.uploads import UploadRejected

REFUSED: dict[Any, Any] = dict.fromkeys([401, 403], ErrorBody)
OF_ONE = REFUSED | {404: ErrorBody}


class ExportAsked(serializers.Serializer[Any]):
    """What a file is to hold: all that fits a search, or some recognitions. Neither: everything."""

    kind = serializers.ChoiceField(Kind.choices)
    query = serializers.CharField(
        required=False, allow_blank=True, max_length=1000, help_text="As behind the `?` of the list: `number=12*45`."
    )
    ids = ShortList(child=serializers.UUIDField(), required=False, max_length=MOST_CHOSEN)


class ExportBody(serializers.Serializer[Any]):
    """A file and how far it is."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(Kind.choices)
    status = serializers.ChoiceField(Status.values)
    total = serializers.IntegerField(help_text="Pictures that fitted when it was asked for.")
    written = serializers.IntegerField(help_text="Pictures that are written so far.")
    size = serializers.IntegerField(allow_null=True, help_text="Bytes.")
    file_url = serializers.URLField(allow_null=True, help_text="Where it can be fetched, with the same token.")
    error = ErrorDetail(allow_null=True)
    created_at = serializers.DateTimeField()
    erased_at = serializers.DateTimeField(allow_null=True, help_text="It is kept until then: a day.")


class ExportsBody(serializers.Serializer[Any]):
    """All of yours, newest first."""

    results = ExportBody(many=True)


class ExportList(APIView):
    """Files made in the background."""

    scopes: ClassVar = {"GET": Scope.READ, "POST": Scope.READ}

    @extend_schema(operation_id="exports_list", summary="Files of answers", responses={200: ExportsBody} | REFUSED)
    def get(self, request: Request) -> Response:
        """All of yours, newest first."""
        return Response({"results": [_body(export, request) for export in exports.of(request.user)]})

    @extend_schema(
        operation_id="exports_create",
        summary="Have a file made",
        request={"application/json": ExportAsked},
        responses={202: ExportBody, 400: ErrorBody, 429: ErrorBody} | REFUSED,
    )
    def post(self, request: Request) -> Response:
        """Have a file made in the background, of 100,000 pictures at most, 2,000 for a PDF; then ask for its state."""
        asked = ExportAsked(data=request.data)
        if not asked.is_valid():
            kinds = ", ".join(Kind.values)
            told = gettext("Send “kind” (%(kinds)s), and “query” or “ids” (up to %(most)d).")
            raise ApiError("invalid_export", told % {"kinds": kinds, "most": MOST_CHOSEN}, 400)
        export = _asked(request, asked.validated_data)
        where = request.build_absolute_uri(reverse("api:export-detail", args=[export.public_id]))
        return Response(_body(export, request), status.HTTP_202_ACCEPTED, headers={"Location": where})


class ExportDetail(APIView):
    """One file."""

    scopes: ClassVar = {"GET": Scope.READ, "DELETE": Scope.READ}

    @extend_schema(operation_id="exports_retrieve", summary="How far a file is", responses={200: ExportBody} | OF_ONE)
    def get(self, request: Request, public_id: uuid.UUID) -> Response:
        """Its state; `file_url` once it is done."""
        return Response(_body(_mine(request, public_id), request))

    @extend_schema(operation_id="exports_destroy", summary="Delete a file", responses={204: None} | OF_ONE)
    def delete(self, request: Request, public_id: uuid.UUID) -> Response:
        """Remove it before its day is over; no picture goes with it."""
        exports.remove(exports.of(request.user).filter(pk=_mine(request, public_id).pk))
        return Response(status=status.HTTP_204_NO_CONTENT)


class ExportFile(APIView):
    """What was made."""

    scopes: ClassVar = {"GET": Scope.READ}
    content_negotiation_class = AsItIs

    @extend_schema(
        operation_id="exports_file",
        summary="Fetch a file",
        responses={(200, kind.content_type.partition(";")[0]): OpenApiResponse(OpenApiTypes.BINARY) for kind in Kind}
        | OF_ONE
        | {409: ErrorBody},
    )
    def get(self, request: Request, public_id: uuid.UUID) -> HttpResponseBase:
        """The file, as often as you like, for a day."""
        export = _mine(request, public_id)
        if not export.is_ready:
            told = gettext("This file is not made yet. Ask for its state until it is “done”.")
            raise ApiError("not_ready", told, 409)
        return export_views.sent(export)


def _asked(request: Request, data: dict[str, Any]) -> Export:
    kind, ids = Kind(data["kind"]), data.get("ids") or []
    try:
        if ids:
            return exports.ask(request.user, kind, chosen=ids)
        query = QueryDict(data.get("query", ""))
        form = HistoryQuery(query)
        if not form.is_valid():
            said = " ".join(f"{field}: {' '.join(map(str, errors))}" for field, errors in form.errors.items())
            raise ApiError("invalid_filter", said, 400)
        return exports.ask(request.user, kind, form.wanted(), query=without_place(query))
    except UploadRejected as refusal:
        raise ApiError(refusal.code, refusal.sentence, refusal.status, retry_after=refusal.retry_after) from None


def _mine(request: Request, public_id: uuid.UUID) -> Export:
    found = exports.one(request.user, public_id)
    if found is None:
        raise Http404
    return found


def _body(export: Export, request: Request) -> dict[str, Any]:
    where = request.build_absolute_uri(reverse("api:export-file", args=[export.public_id]))
    return {
        "id": export.public_id,
        "kind": export.kind,
        "status": export.status,
        "total": export.total,
        "written": export.rows,
        "size": export.stored_bytes if export.is_ready else None,
        "file_url": where if export.is_ready else None,
        "error": error_of(export),
        "created_at": export.created_at,
        "erased_at": export.finished_at + exports.LIVES if export.finished_at else None,
    }
