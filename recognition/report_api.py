"""The figures of a period for programs."""

from dataclasses import asdict
from datetime import UTC
from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from hdr_site.api_errors import ApiError
from hdr_site.foundation.scopes import Scope
from hdr_site.preferences import zone_of
from recognition import figures
from recognition.api_requests import REFUSED
from recognition.figures import Counts, Figures, Storage
from recognition.models import Source
from recognition.number_bodies import ErrorBody
from recognition.report_forms import PeriodForm


class _Days(serializers.Serializer[Any]):
    """From one day to another, both included."""

    def get_fields(self) -> Any:
        """`from` is a word of Python's own, so it cannot be written as the other fields are."""
        return {"from": serializers.DateField(), "to": serializers.DateField()} | super().get_fields()


class CountsBody(_Days):
    """How many pictures were sent in these days, and what became of them."""

    sent = serializers.IntegerField()
    read = serializers.IntegerField()
    waiting = serializers.IntegerField()
    failed = serializers.IntegerField()
    unsure = serializers.IntegerField(help_text="Of those read, how many want a look.")
    without_digits = serializers.IntegerField(help_text="Of those read, how many have no digit.")
    wanting_a_look = serializers.IntegerField(help_text="These, and what failed, without those you have corrected.")
    corrected = serializers.IntegerField(help_text="Of those read, how many you have corrected.")


class SourceCount(serializers.Serializer[Any]):
    """How pictures came."""

    source = serializers.ChoiceField([value for value in Source.values if value != Source.SAMPLE])  # type: ignore[assignment] # a field of that name
    sent = serializers.IntegerField()


class StorageBody(serializers.Serializer[Any]):
    """How full your store is now."""

    used_bytes = serializers.IntegerField()
    limit_bytes = serializers.IntegerField()


class ReportBody(CountsBody):
    """The figures of a period; `steps` are days up to a month, weeks from Monday up to a year, else months."""

    time_zone = serializers.CharField(help_text="In which days are counted: the one of your account, or UTC.")
    share_corrected = serializers.FloatField(allow_null=True, help_text="0 to 1; null where nothing was read.")
    steps = CountsBody(many=True)
    sources = SourceCount(many=True)
    storage = StorageBody()


class Report(APIView):
    """What was sent in a period, and what became of it."""

    scopes: ClassVar = {"GET": Scope.READ}

    @extend_schema(
        operation_id="report_retrieve",
        summary="Figures of a period",
        parameters=[
            OpenApiParameter(
                "from", OpenApiTypes.DATE, description="First day; twelve weeks before `to` if not given."
            ),
            OpenApiParameter("to", OpenApiTypes.DATE, description="Last day; today if not given."),
        ],
        responses={200: ReportBody, 400: ErrorBody} | REFUSED,
    )
    def get(self, request: Request) -> Response:
        """Up to ten years, in the time zone of your account."""
        zone = zone_of(request.user) or UTC
        form = PeriodForm(request.query_params, timezone.localdate(timezone=zone))
        if not form.is_valid():
            said = " ".join(f"{field}: {' '.join(map(str, errors))}" for field, errors in form.errors.items())
            raise ApiError("invalid_period", said, 400)
        found = figures.of_period(request.user, *form.days, zone)
        return Response(_body(found, figures.storage(request.user), str(zone)))


def _body(found: Figures, storage: Storage, zone: str) -> dict[str, Any]:
    return {
        "from": found.first,
        "to": found.last,
        "time_zone": zone,
        **_counts(found.whole),
        "share_corrected": found.whole.share_corrected,
        "steps": [{"from": step.first, "to": step.last, **_counts(step.counts)} for step in found.steps],
        "sources": [{"source": source, "sent": sent} for source, sent in found.sources],
        "storage": {"used_bytes": storage.used, "limit_bytes": storage.limit},
    }


def _counts(counts: Counts) -> dict[str, int]:
    return asdict(counts) | {"waiting": counts.waiting}
