"""How a recognition looks to a program. The serializers describe it (OpenAPI); `summary` and `body` build it.

The body is built by hand because a page of 300 digits has 3,300 probabilities, and to serialise them field by field
costs more than to read the picture. A test holds the two to each other.
"""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from rest_framework import serializers

from recognition.models import Digit, Recognition, Status


class ErrorDetail(serializers.Serializer[Any]):
    """A code for programs and a sentence for people."""

    code = serializers.CharField()
    message = serializers.CharField()


class ErrorBody(serializers.Serializer[Any]):
    """The shape of every error."""

    error = ErrorDetail()


class NumberBody(serializers.Serializer[Any]):
    """A number: digits that belong together."""

    text = serializers.CharField()
    marked_text = serializers.CharField(allow_null=True, help_text="With its decimal points and signs, where seen.")
    confidence = serializers.FloatField(help_text="The chance that all of it is right.")
    box = serializers.ListField(child=serializers.IntegerField(), min_length=4, max_length=4)
    line = serializers.IntegerField()
    digits = serializers.ListField(child=serializers.IntegerField(), help_text="Positions in `digits`.")


class DigitBody(serializers.Serializer[Any]):
    """A digit. The ten probabilities and `not_a_digit` add up to 1."""

    value = serializers.IntegerField(min_value=0, max_value=9)
    confidence = serializers.FloatField(help_text="The calibrated chance that the value is right.")
    box = serializers.ListField(
        child=serializers.IntegerField(), min_length=4, max_length=4, help_text="x, y, width, height in pixels."
    )
    line = serializers.IntegerField()
    number = serializers.IntegerField()
    probabilities = serializers.ListField(child=serializers.FloatField(), min_length=10, max_length=10)
    not_a_digit = serializers.FloatField()


class RecognitionSummary(serializers.Serializer[Any]):
    """A recognition as lists show it."""

    id = serializers.UUIDField()
    name = serializers.CharField(help_text="The file's name, cleaned.")
    status = serializers.ChoiceField(choices=Status.values)
    text = serializers.CharField(help_text="The numbers in reading order, with one space between.")
    confidence = serializers.FloatField(allow_null=True, help_text="The chance that everything is right.")
    error = ErrorDetail(allow_null=True)
    model_version = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    image_url = serializers.URLField()


class RecognitionBody(RecognitionSummary):
    """A recognition in full. Boxes are in pixels of the stored, upright image."""

    lines = serializers.ListField(child=serializers.CharField())
    numbers = NumberBody(many=True)
    digits = DigitBody(many=True)


class RecognitionPage(serializers.Serializer[Any]):
    """A page of the history, newest first."""

    results = RecognitionSummary(many=True)
    next = serializers.URLField(allow_null=True, help_text="The page of older ones.")
    previous = serializers.URLField(allow_null=True, help_text="The page of newer ones.")


class UploadBody(serializers.Serializer[Any]):
    """What is sent."""

    image = serializers.FileField(help_text="PNG, JPEG, WebP, BMP, TIFF, GIF or HEIC; 20 MB, 40 megapixels at most.")


def summary(recognition: Recognition, request: HttpRequest) -> dict[str, Any]:
    """A recognition as lists show it."""
    address = reverse("api:image", args=[recognition.public_id])
    return {
        "id": str(recognition.public_id),
        "name": recognition.name,
        "status": recognition.status,
        "text": recognition.text,
        "confidence": recognition.confidence,
        "error": _error(recognition),
        "model_version": recognition.model_version or None,
        "created_at": recognition.created_at,
        "finished_at": recognition.finished_at,
        "width": recognition.width,
        "height": recognition.height,
        "image_url": request.build_absolute_uri(address),
    }


def body(recognition: Recognition, digits: Sequence[Digit], request: HttpRequest) -> dict[str, Any]:
    """A recognition in full, with the digits of its reading on show."""
    reading = recognition.reading
    return summary(recognition, request) | {
        "lines": reading.lines if reading else [],
        "numbers": reading.numbers if reading else [],
        "digits": [_digit(digit) for digit in digits],
    }


def _error(recognition: Recognition) -> dict[str, str] | None:
    if recognition.status != Status.FAILED:
        return None
    return {"code": recognition.error_code, "message": recognition.error_message}


def _digit(digit: Digit) -> dict[str, Any]:
    return {
        "value": digit.value,
        "confidence": digit.confidence,
        "box": [digit.x, digit.y, digit.width, digit.height],
        "line": digit.line,
        "number": digit.number,
        "probabilities": digit.probabilities,
        "not_a_digit": digit.not_a_digit,
    }
