"""How a recognition looks to a program. The serializers describe it (OpenAPI); `summary` and `body` build it.

The body is built by hand because a page of 300 digits has 3,300 probabilities, and to serialise them field by field
costs more than to read the picture. A test holds the two to each other.
"""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from rest_framework import serializers

from recognition import correction_bodies
from recognition.answers import Answer
from recognition.correction_bodies import CorrectionBody
from recognition.models import Batch, Digit, Intake, Recognition, Status
from recognition.notice_bodies import NoticeBody, NoticeTakenBody
from recognition.number_bodies import ErrorBody as ErrorBody
from recognition.number_bodies import ErrorDetail, NumberBody, error_of
from recognition.progress import Progress
from recognition.wording import worded


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
    format = serializers.CharField(allow_null=True, help_text="What the numbers are to be read as, as length:6.")
    text = serializers.CharField(help_text="What the machine read: the numbers in order, with one space between.")
    corrected_text = serializers.CharField(
        allow_null=True, help_text="What a person says instead; null: not corrected."
    )
    confidence = serializers.FloatField(allow_null=True, help_text="The chance that everything is right.")
    error = ErrorDetail(allow_null=True)
    model_version = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    image_url = serializers.URLField(allow_null=True, help_text="null: erased, see `image_erased_at`.")
    image_erased_at = serializers.DateTimeField(allow_null=True, help_text="As you chose; see `/keeping/`.")


class RecognitionBody(RecognitionSummary):
    """A recognition in full. Boxes are in pixels of the stored, upright image."""

    lines = serializers.ListField(child=serializers.CharField())
    numbers = NumberBody(many=True)
    digits = DigitBody(many=True)
    answer_version = serializers.CharField(
        allow_null=True, help_text="Names the answer on show, for a correction of it."
    )
    correction = CorrectionBody(allow_null=True, help_text="What counts instead of the machine's answer above.")
    sent_before = serializers.URLField(
        allow_null=True, help_text="The first time that you sent this very file; null: this is it."
    )


class RecognitionPage(serializers.Serializer[Any]):
    """A page of the history, newest first."""

    results = RecognitionSummary(many=True)
    next = serializers.URLField(allow_null=True, help_text="The page of older ones.")
    previous = serializers.URLField(allow_null=True, help_text="The page of newer ones.")


class UploadBody(serializers.Serializer[Any]):
    """What is sent."""

    image = serializers.FileField(help_text="PNG, JPEG, WebP, BMP, TIFF, GIF or HEIC; 20 MB, 40 megapixels at most.")
    format = serializers.CharField(required=False, help_text="What the numbers are, as postal:IN; see `/formats/`.")


class BatchUploadBody(serializers.Serializer[Any]):
    """Several pictures, PDF, TIFF and ZIP files, and web addresses; 20 MB and 100 files at most in one request."""

    image = serializers.ListField(child=serializers.FileField(), required=False, help_text="One field a file.")
    address = serializers.ListField(
        child=serializers.CharField(max_length=2_000),
        required=False,
        max_length=20,
        help_text="Of a picture, PDF, TIFF or ZIP, or a link shared from Google Drive; one field each.",
    )
    format = serializers.CharField(required=False, help_text="What the numbers are, as postal:IN; see `/formats/`.")
    name = serializers.CharField(required=False, max_length=120)
    open = serializers.BooleanField(required=False, help_text="True: more pictures follow at `…/pictures/`.")
    notify = serializers.CharField(
        required=False, max_length=2_000, help_text="An https address that gets a signed call when all is read."
    )


class BatchPictureBody(serializers.Serializer[Any]):
    """One more picture: a file, or its web address."""

    image = serializers.FileField(required=False)
    address = serializers.CharField(required=False, max_length=2_000)


class BatchFacts(serializers.Serializer[Any]):
    """How far a batch is."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    format = serializers.CharField(allow_null=True)
    open = serializers.BooleanField(help_text="Whether more pictures may be sent to it.")
    finished = serializers.BooleanField(help_text="Whether nothing more is to come.")
    total = serializers.IntegerField()
    waiting = serializers.IntegerField()
    read = serializers.IntegerField()
    unsure = serializers.IntegerField(help_text="Of those read, how many want a look.")
    without_digits = serializers.IntegerField(help_text="Of those read, how many have no digit.")
    failed = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True, help_text="When all had ended for the first time.")


class BatchPage(serializers.Serializer[Any]):
    """A page of your batches, newest first."""

    results = BatchFacts(many=True)
    next = serializers.URLField(allow_null=True, help_text="The page of older ones.")


class RefusedBody(serializers.Serializer[Any]):
    """A file that was not taken."""

    name = serializers.CharField()
    error = ErrorDetail()


class IntakeBody(serializers.Serializer[Any]):
    """A file with several pictures that is taken apart, or a web address from which one is fetched."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(Intake.Kind.choices)
    address = serializers.CharField(allow_null=True, help_text="Where it came from, without what stands behind “?”.")
    status = serializers.ChoiceField(Status.values)
    error = ErrorDetail(allow_null=True)
    taken = serializers.IntegerField(help_text="Pictures that were found in it; 0 until it is done.")
    refused = RefusedBody(many=True, help_text="What in it was not taken.")


class BatchIntakesBody(BatchFacts):
    """A batch with a file that is taken apart for it."""

    intakes = IntakeBody(many=True)


class BatchBody(BatchFacts):
    """A batch with a page of its pictures."""

    pictures = RecognitionSummary(many=True)
    intakes = IntakeBody(many=True)
    notice = NoticeBody(allow_null=True)
    next = serializers.URLField(allow_null=True, help_text="The next page of pictures.")


class BatchTakenBody(BatchFacts):
    """What became of several files."""

    pictures = RecognitionSummary(many=True)
    intakes = IntakeBody(many=True)
    refused = RefusedBody(many=True)
    notice = NoticeTakenBody(allow_null=True)


class RetryBody(serializers.Serializer[Any]):
    """How it is to be read again."""

    format = serializers.CharField(
        required=False, allow_blank=True, help_text="Another format; empty for none. Without it, as before."
    )


def summary(recognition: Recognition, request: HttpRequest) -> dict[str, Any]:
    """A recognition as lists show it."""
    address = reverse("api:image", args=[recognition.public_id])
    return {
        "id": str(recognition.public_id),
        "name": recognition.name,
        "status": recognition.status,
        "format": recognition.format or None,
        "text": recognition.text,
        "corrected_text": recognition.corrected_text,
        "confidence": recognition.confidence,
        "error": error_of(recognition),
        "model_version": recognition.model_version or None,
        "created_at": recognition.created_at,
        "finished_at": recognition.finished_at,
        "width": recognition.width,
        "height": recognition.height,
        "image_url": None if recognition.pictures_erased_at else request.build_absolute_uri(address),
        "image_erased_at": recognition.pictures_erased_at,
    }


def batch(batch: Batch, progress: Progress) -> dict[str, Any]:
    """How far a batch is."""
    return {
        "id": str(batch.public_id),
        "name": batch.name,
        "format": batch.format or None,
        "open": progress.is_open,
        "finished": progress.is_finished,
        "total": progress.total,
        "waiting": progress.waiting,
        "read": progress.read,
        "unsure": progress.unsure,
        "without_digits": progress.without_digits,
        "failed": progress.failed,
        "created_at": batch.created_at,
        "finished_at": batch.finished_at,
    }


def intakes(rows: Iterable[Intake]) -> list[dict[str, Any]]:
    """What is taken apart, and what in it was not taken."""
    return [
        {
            "id": str(row.public_id),
            "name": row.name,
            "kind": row.kind,
            "address": row.shown_address or None,
            "status": row.status,
            "error": error_of(row),
            "taken": row.taken,
            "refused": [
                {"name": bad["name"], "error": {"code": bad["code"], "message": worded(bad["sentence"])}}
                for bad in row.refused
            ],
        }
        for row in rows
    ]


def body(recognition: Recognition, answer: Answer | None, request: HttpRequest) -> dict[str, Any]:
    """A recognition in full, with the digits of its reading on show and what a person says instead."""
    reading, corrected = recognition.reading, answer.correction if answer else None
    return summary(recognition, request) | {
        "lines": reading.lines if reading else [],
        "numbers": reading.numbers if reading else [],
        "digits": [_digit(digit) for digit in answer.read] if answer else [],
        "answer_version": answer.version if answer else None,
        "correction": correction_bodies.body(corrected) if corrected else None,
    }


def sent_before(earlier: Recognition | None, request: HttpRequest) -> dict[str, str | None]:
    """Where the recognition is that came as the very same file before."""
    address = None if earlier is None else reverse("api:detail", args=[earlier.public_id])
    return {"sent_before": address and request.build_absolute_uri(address)}


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
