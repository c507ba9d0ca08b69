"""The REST interface to what owners choose about their pictures."""

from typing import Any, ClassVar

from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from hdr_site.api_errors import ApiError
from hdr_site.foundation.scopes import Scope
from recognition import keeping
from recognition.models import LONGEST_KEEPING
from recognition.serializers import ErrorBody

REFUSED: dict[Any, Any] = dict.fromkeys([401, 403], ErrorBody)


class KeepingBody(serializers.Serializer[Any]):
    """What you choose about your pictures; all three are given together."""

    erase_pictures_after_days = serializers.IntegerField(
        allow_null=True,
        min_value=1,
        max_value=LONGEST_KEEPING,
        help_text="Days after a picture was read, or could not be; null: kept until you delete it.",
    )
    erase_texts_too = serializers.BooleanField(help_text="The whole recognition goes then, as if you had deleted it.")
    staff_may_look = serializers.BooleanField(
        help_text="Reviewers may look at pictures that the reader was unsure of. Not needed for anything else."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Texts go with pictures, so they need a time, too."""
        if attrs["erase_texts_too"] and attrs["erase_pictures_after_days"] is None:
            raise serializers.ValidationError({"erase_texts_too": gettext("Say after how many days, or false.")})
        return attrs


class KeepingAnswer(KeepingBody):
    """The same, and what is about to go."""

    due = serializers.IntegerField(help_text="Recognitions over their time now; erased within minutes.")


class Keeping(APIView):
    """How long your pictures are kept, and whether staff may look at them."""

    scopes: ClassVar = {"GET": Scope.READ, "PUT": Scope.DELETE}

    @extend_schema(
        operation_id="keeping_retrieve",
        summary="How long your pictures are kept",
        responses={200: KeepingAnswer} | REFUSED,
    )
    def get(self, request: Request) -> Response:
        """What you have chosen; the defaults if nothing."""
        return Response(_body(request))

    @extend_schema(
        operation_id="keeping_update",
        summary="Choose how long your pictures are kept",
        request=KeepingBody,
        responses={200: KeepingAnswer, 400: ErrorBody, 429: ErrorBody} | REFUSED,
    )
    def put(self, request: Request) -> Response:
        """Replace all three choices. Pictures over their time are erased for good within minutes."""
        body = KeepingBody(data=request.data)
        if not body.is_valid():
            raise ApiError("invalid_keeping", _sentence(body.errors), 400)
        try:
            keeping.choose(request.user, **body.validated_data)
        except keeping.TooManyChanges as too_many:
            raise ApiError("too_many_changes", str(too_many), 429, retry_after=too_many.refusal.wait) from too_many
        return Response(_body(request))


def _sentence(errors: Any) -> str:
    return " ".join(f"{field}: {' '.join(map(str, said))}" for field, said in errors.items())


def _body(request: Request) -> dict[str, Any]:
    chosen = keeping.of(request.user)
    lost = keeping.loss(request.user, chosen.erase_pictures_after_days, texts_too=chosen.erase_texts_too)
    return {
        "erase_pictures_after_days": chosen.erase_pictures_after_days,
        "erase_texts_too": chosen.erase_texts_too,
        "staff_may_look": chosen.staff_may_look,
        "due": lost.total,
    }
