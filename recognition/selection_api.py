"""Many recognitions at once, for programs: delete them, read them again."""

from typing import Any, ClassVar

from django.http import QueryDict
from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from hdr_site.api_bodies import ShortList
from hdr_site.api_errors import ApiError
from hdr_site.foundation.scopes import Scope
from recognition import history, selections
from recognition.history import HistoryFilter
from recognition.history_forms import HistoryQuery
from recognition.selections import MOST_CHOSEN
from recognition.serializers import ErrorBody
from recognition.uploads import UploadRejected

ERRORS: dict[Any, Any] = dict.fromkeys([400, 401, 403], ErrorBody)


class ChosenBody(serializers.Serializer[Any]):
    """Which of your recognitions: some by id, all that fits a search (10,000 at most), or all."""

    ids = ShortList(child=serializers.UUIDField(), required=False, min_length=1, max_length=MOST_CHOSEN)
    query = serializers.CharField(
        required=False, max_length=1000, help_text="As behind the `?` of the list: `number=12*45&status=failed`."
    )
    all = serializers.BooleanField(required=False, help_text="true: all of them.")


class ReadAgainAsked(ChosenBody):
    """The same, and what their numbers are to be read as."""

    format = serializers.CharField(
        required=False, allow_blank=True, help_text="As postal:IN; empty: any numbers. Left out: as before."
    )


class DeletedBody(serializers.Serializer[Any]):
    """What became of them."""

    deleted = serializers.IntegerField(help_text="What was not yours, or not there, is not counted.")


class ReadAgainBody(serializers.Serializer[Any]):
    """What became of them."""

    queued = serializers.IntegerField()
    left = serializers.IntegerField(help_text="Waiting already, without a picture, or over your rate.")
    error = serializers.DictField(child=serializers.CharField(), allow_null=True, help_text="Why some were left.")


class HistoryDelete(APIView):
    """Delete many."""

    scopes: ClassVar = {"POST": Scope.DELETE}

    @extend_schema(
        operation_id="recognitions_delete_many",
        summary="Delete many",
        request={"application/json": ChosenBody},
        responses={200: DeletedBody} | ERRORS,
    )
    def post(self, request: Request) -> Response:
        """Remove them: 100 by id at once with their pictures, or all that fits, whose pictures go within minutes."""
        asked = _asked(request, ChosenBody)
        try:
            if "ids" in asked:
                count = selections.delete(request.user, asked["ids"])
            else:
                count = selections.delete_all(request.user, history.sorted_rows(request.user, _wanted(asked)))
        except UploadRejected as refusal:
            raise _refused(refusal) from None
        return Response({"deleted": count})


class HistoryReadAgain(APIView):
    """Read many again."""

    scopes: ClassVar = {"POST": Scope.WRITE}

    @extend_schema(
        operation_id="recognitions_retry_many",
        summary="Read many again",
        request={"application/json": ReadAgainAsked},
        responses={202: ReadAgainBody, 429: ErrorBody} | ERRORS,
    )
    def post(self, request: Request) -> Response:
        """Queue them anew: 100 by id as far as your rate goes, or all that fits, behind what people wait for."""
        asked = _asked(request, ReadAgainAsked)
        wanted = asked.get("format")
        try:
            if "ids" in asked:
                outcome = selections.read_again(request.user, asked["ids"], wanted)
            else:
                rows = history.sorted_rows(request.user, _wanted(asked))
                outcome = selections.read_all_again(request.user, rows, wanted)
        except UploadRejected as refusal:
            raise _refused(refusal) from None
        why = outcome.refusal
        error = {"code": why.code, "message": why.sentence} if why else None
        return Response({"queued": outcome.done, "left": outcome.left, "error": error}, status.HTTP_202_ACCEPTED)


def _asked(request: Request, kind: type[ChosenBody]) -> dict[str, Any]:
    body = kind(data=request.data)
    if not body.is_valid() or (not {"ids", "query"} & set(body.validated_data) and not body.validated_data.get("all")):
        told = gettext("Send “ids”, a list of 1 to %(most)d ids of recognitions, or “query”, a search, or “all”: true.")
        raise ApiError("nothing_chosen", told % {"most": MOST_CHOSEN}, 400)
    return dict(body.validated_data)


def _wanted(asked: dict[str, Any]) -> HistoryFilter:
    """Raises ApiError for a search that is not possible, or that leaves out nothing: for that there is “all”."""
    form = HistoryQuery(QueryDict(asked.get("query", "")))
    if not form.is_valid() or not (form.query() or asked.get("all")):
        raise ApiError("invalid_filter", gettext("The query searches for nothing, or is not possible."), 400)
    return form.wanted()


def _refused(refusal: UploadRejected) -> ApiError:
    return ApiError(refusal.code, refusal.sentence, refusal.status, retry_after=refusal.retry_after)
