"""The history for programs: what numbers add up to, answers as a file, saved searches."""

from dataclasses import asdict
from decimal import Decimal
from typing import Any, ClassVar

from django.http import Http404, HttpResponseBase, QueryDict
from django.utils.translation import gettext
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from hdr_site.api_errors import ApiError
from hdr_site.foundation.scopes import Scope
from recognition import history, saved_filters, selections
from recognition.answer_files import Kind
from recognition.history_forms import HistoryForm, HistoryQuery
from recognition.history_parameters import FILTERS
from recognition.history_views import file_response
from recognition.models import SavedFilter
from recognition.negotiation import AsItIs
from recognition.serializers import ErrorBody
from recognition.uploads import UploadRejected

REFUSED: dict[Any, Any] = dict.fromkeys([401, 403], ErrorBody)
ERRORS = REFUSED | {400: ErrorBody}
AT_ONCE = [kind for kind in Kind if kind is not Kind.PDF]


class TotalsBody(serializers.Serializer[Any]):
    """What numbers add up to; decimals are texts, so that no digit is lost. null where there is no number."""

    pictures = serializers.IntegerField()
    numbers = serializers.IntegerField()
    without = serializers.IntegerField(help_text="Pictures without any number: no digit, failed, or still waiting.")
    others = serializers.IntegerField(help_text="Numbers without a decimal value, such as dates.")
    sum = serializers.CharField(allow_null=True)
    mean = serializers.CharField(allow_null=True, help_text="Rounded to four places.")
    least = serializers.CharField(allow_null=True)
    most = serializers.CharField(allow_null=True)


class HistoryTotals(APIView):
    """Sums over what fits."""

    scopes: ClassVar = {"GET": Scope.READ}

    @extend_schema(
        operation_id="recognitions_totals",
        summary="Add up numbers",
        parameters=[*FILTERS],
        responses={200: TotalsBody} | ERRORS,
    )
    def get(self, request: Request) -> Response:
        """Sum, mean, least and most of the numbers of all that fits, 10,000 pictures at most."""
        wanted = query(request).wanted()
        try:
            found = selections.totals(history.matching(request.user, wanted))
        except UploadRejected as refusal:
            raise ApiError(refusal.code, refusal.sentence, refusal.status) from None
        return Response({name: f"{v:f}" if isinstance(v, Decimal) else v for name, v in asdict(found).items()})


class HistoryExport(APIView):
    """Answers as a file."""

    scopes: ClassVar = {"GET": Scope.READ}
    content_negotiation_class = AsItIs

    @extend_schema(
        operation_id="recognitions_export",
        summary="Answers as a file",
        parameters=[OpenApiParameter("kind", str, enum=AT_ONCE, description="`csv` if not given."), *FILTERS],
        responses={(200, kind.content_type.partition(";")[0]): OpenApiResponse(OpenApiTypes.BINARY) for kind in AT_ONCE}
        | ERRORS,
    )
    def get(self, request: Request) -> HttpResponseBase:
        """All that fits, in the order that was asked for, 10,000 pictures at most.

        More, and PDF files, are made in the background: see `POST /exports/`.
        """
        wanted = query(request).wanted()
        kind = request.query_params.get("kind", Kind.CSV)
        if kind == Kind.PDF:
            told = gettext("A PDF is made in the background: POST to /api/v1/exports/.")
            raise ApiError("made_in_background", told, 400)
        if kind not in Kind.values:
            told = gettext("There is no “%(kind)s”; choose %(kinds)s.")
            raise ApiError("unknown_kind", told % {"kind": kind[:20], "kinds": ", ".join(Kind.values)}, 400)
        try:
            return file_response(history.sorted_rows(request.user, wanted), Kind(kind))
        except UploadRejected as refusal:
            raise ApiError(refusal.code, refusal.sentence, refusal.status) from None


class SavedSearch(serializers.Serializer[Any]):
    """A search of yours with a name."""

    id = serializers.IntegerField(read_only=True)
    name = serializers.CharField(max_length=60)
    query = serializers.CharField(help_text="As behind the `?` of the list: `number=12*45&match=contains`.")


class SearchPage(serializers.Serializer[Any]):
    """All of them, by name."""

    results = SavedSearch(many=True)


class SearchList(APIView):
    """Saved searches."""

    scopes: ClassVar = {"GET": Scope.READ, "POST": Scope.WRITE}

    @extend_schema(operation_id="searches_list", summary="Saved searches", responses={200: SearchPage} | REFUSED)
    def get(self, request: Request) -> Response:
        """All of yours, by name."""
        return Response({"results": [_search(saved) for saved in saved_filters.of(request.user)]})

    @extend_schema(
        operation_id="searches_create",
        summary="Save a search",
        request=SavedSearch,
        responses={201: SavedSearch} | ERRORS,
    )
    def post(self, request: Request) -> Response:
        """Keep a search under a name; another one of that name is replaced."""
        body = SavedSearch(data=request.data)
        if not body.is_valid():
            raise ApiError(
                "invalid_search", gettext("Send “name” (up to 60 characters) and “query”, as number=12*45."), 400
            )
        form = HistoryForm(QueryDict(body.validated_data["query"]))
        if not form.is_valid() or not form.query():
            raise ApiError("invalid_filter", gettext("The query searches for nothing, or is not possible."), 400)
        try:
            saved = saved_filters.save(request.user, body.validated_data["name"], form.query())
        except UploadRejected as refusal:
            raise ApiError(refusal.code, refusal.sentence, refusal.status) from None
        return Response(_search(saved), status.HTTP_201_CREATED)


class SearchDetail(APIView):
    """One saved search."""

    scopes: ClassVar = {"DELETE": Scope.WRITE}

    @extend_schema(
        operation_id="searches_destroy",
        summary="Forget a saved search",
        responses={204: None, 404: ErrorBody} | REFUSED,
    )
    def delete(self, request: Request, filter_id: int) -> Response:
        """Forget it; no picture goes with it."""
        if not saved_filters.forget(request.user, filter_id):
            raise Http404
        return Response(status=status.HTTP_204_NO_CONTENT)


def _search(saved: SavedFilter) -> dict[str, Any]:
    return {"id": saved.pk, "name": saved.name, "query": saved.query}


def query(request: Request) -> HistoryQuery:
    """What is searched for, by the parameters of the address. Raises ApiError."""
    form = HistoryQuery(request.query_params)
    if not form.is_valid():
        said = " ".join(f"{field}: {' '.join(map(str, errors))}" for field, errors in form.errors.items())
        raise ApiError("invalid_filter", said, 400)
    return form
