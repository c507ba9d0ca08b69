"""How corrections look to a program, and what it sends to make one."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext
from rest_framework import serializers

from hdr_site.api_bodies import ShortList
from recognition.correcting import MOST_DIGITS
from recognition.engine import SIGNS, Placed
from recognition.models import Correction, Role
from recognition.number_bodies import NumberBody


class PlacedBody(serializers.Serializer[Any]):
    """A digit as a person says it. What is no digit or lies outside the picture is refused with codes of its own."""

    value = serializers.IntegerField(help_text="0 to 9.")
    box = ShortList(
        child=serializers.IntegerField(), min_length=4, max_length=4, help_text="x, y, width, height in pixels."
    )
    sign = serializers.ChoiceField(
        choices=SIGNS, required=False, help_text="The mark before it. Not given: as the digit with this box had."
    )


class SaidDigitBody(PlacedBody):
    """The same with its line and number, which follow from where the digits stand."""

    line = serializers.IntegerField()
    number = serializers.IntegerField()


class CorrectionBody(serializers.Serializer[Any]):
    """A person's whole answer."""

    id = serializers.UUIDField()
    created_at = serializers.DateTimeField()
    role = serializers.ChoiceField(choices=Role.values)
    attempt = serializers.IntegerField(help_text="On which of the picture's readings, from 1.")
    text = serializers.CharField(allow_null=True, help_text="null: the machine's answer is to count again.")
    numbers = NumberBody(many=True)
    digits = SaidDigitBody(many=True)


class CorrectionRequest(serializers.Serializer[Any]):
    """A whole answer, or `digits` null for the machine's, or `undo`."""

    answer_version = serializers.CharField(max_length=30, help_text="Of the answer that this corrects.")
    # What is a little over the limit is refused in words of its own; what is far over is not even looked at.
    digits: serializers.ListSerializer[Any] = serializers.ListSerializer(
        child=PlacedBody(),
        required=False,
        allow_null=True,
        max_length=2 * MOST_DIGITS,
        help_text="All digits, in any order.",
    )
    undo = serializers.BooleanField(required=False, default=False, help_text="Take back the last correction.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One of the two is asked for."""
        if attrs["undo"] == ("digits" in attrs):
            raise serializers.ValidationError({"digits": gettext("Give the digits (or null), or undo, and not both.")})
        return attrs


class CorrectionPage(serializers.Serializer[Any]):
    """What was said about a picture, the last first."""

    results = CorrectionBody(many=True)
    next = serializers.URLField(allow_null=True, help_text="The page of earlier ones.")


def body(correction: Correction) -> dict[str, Any]:
    """One correction."""
    return {
        "id": str(correction.public_id),
        "created_at": correction.created_at,
        "role": correction.role,
        "attempt": correction.reading.attempt,
        "text": None if correction.digits is None else correction.text,
        "numbers": correction.numbers,
        "digits": [_digit(one) for one in correction.digits or []],
    }


def placed(one: dict[str, Any], before: Mapping[Any, Placed]) -> Placed:
    """A digit that was sent. `before`: those on show, by box: what has the same belongs to the same number."""
    x, y, width, height = one["box"]
    box = (x, y, width, height)
    same = before.get(box, Placed(one["value"], box))
    return replace(same, value=one["value"], sign=one.get("sign", same.sign))


def _digit(one: dict[str, Any]) -> dict[str, Any]:
    named = {key: one[key] for key in ("value", "sign", "line", "number")}
    return named | {"box": [one["x"], one["y"], one["width"], one["height"]]}
