"""What operations that search a history take, for the OpenAPI document."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from recognition.history import Order
from recognition.models import Source, Status
from recognition.numerals import Match

FILTERS = (
    OpenApiParameter("number", str, description="Digits to look for; `*` any digits, `?` one, as `12*45`."),
    OpenApiParameter(
        "match", str, enum=Match.values, description="How the answer has to fit; `contains` if not given."
    ),
    OpenApiParameter("status", str, enum=Status.values),
    OpenApiParameter("since", OpenApiTypes.DATE, description="First day, UTC."),
    OpenApiParameter("until", OpenApiTypes.DATE, description="Last day, UTC."),
    OpenApiParameter("source", str, enum=[value for value in Source.values if value != Source.SAMPLE]),
    OpenApiParameter("batch", OpenApiTypes.UUID, description="Pictures of one batch."),
    OpenApiParameter("at_least", int, description="Confidence in percent, 0 to 100."),
    OpenApiParameter("at_most", int, description="Confidence in percent, 0 to 100."),
    OpenApiParameter("corrected", str, enum=["yes", "no"], description="Whether a person corrected the answer."),
    OpenApiParameter(
        "look", str, enum=["yes"], description="Only what its owner should look at: unsure, without a digit, or failed."
    ),
    OpenApiParameter(
        "order",
        str,
        enum=Order.values,
        description="`newest` if not given; `unsure` and `surest` list what has a confidence.",
    ),
)
