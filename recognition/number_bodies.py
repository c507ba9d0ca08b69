"""How numbers, and errors, look to a program."""

from typing import Any

from rest_framework import serializers

from hdr_site.foundation.jobs import Job, Status
from recognition.wording import worded


class ErrorDetail(serializers.Serializer[Any]):
    """A code for programs and a sentence for people."""

    code = serializers.CharField()
    message = serializers.CharField()


class ErrorBody(serializers.Serializer[Any]):
    """The shape of every error."""

    error = ErrorDetail()


class OverruledBody(serializers.Serializer[Any]):
    """A digit that the format answers otherwise than the network, and why."""

    place = serializers.IntegerField(help_text="In the number as it was read, from 1.")
    digit = serializers.IntegerField(allow_null=True, help_text="Position in `digits`; null for what is no digit.")
    read = serializers.CharField()
    answer = serializers.CharField()
    code = serializers.CharField()
    message = serializers.CharField()


class FormatAnswerBody(serializers.Serializer[Any]):
    """What the format says to a number."""

    code = serializers.CharField()
    legal = serializers.BooleanField(help_text="Whether the number is one of the format; if not, it is as it was read.")
    text = serializers.CharField(allow_null=True, help_text="As such numbers are written.")
    overruled = OverruledBody(many=True)
    error = ErrorDetail(allow_null=True, help_text="Why it is none: wrong_count, wrong_marks or nothing_legal.")


class NumberBody(serializers.Serializer[Any]):
    """A number: digits that belong together."""

    text = serializers.CharField(help_text="Its digits.")
    marked_text = serializers.CharField(allow_null=True, help_text="With its decimal points and signs, where seen.")
    value = serializers.CharField(allow_null=True, help_text="Its decimal value, as 1234.50, where it has one.")
    confidence = serializers.FloatField(
        allow_null=True, help_text="The chance that all of it is right; null where a person says it."
    )
    box = serializers.ListField(child=serializers.IntegerField(), min_length=4, max_length=4)
    line = serializers.IntegerField()
    digits = serializers.ListField(child=serializers.IntegerField(), help_text="Positions in `digits`.")
    format = FormatAnswerBody(allow_null=True)


def error_of(job: Job) -> dict[str, str] | None:
    """Why a job failed; None where it did not."""
    if job.status != Status.FAILED:
        return None
    return {"code": job.error_code, "message": worded(job.error_message)}
