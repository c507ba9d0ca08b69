"""How an explanation looks to a program."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from recognition.models import Explanation, Status
from recognition.number_bodies import ErrorDetail, error_of


class SpotBody(serializers.Serializer[Any]):
    """A place of the frame that was covered. `x` and `y` are shares of its width and height."""

    x = serializers.FloatField(min_value=0, max_value=1)
    y = serializers.FloatField(min_value=0, max_value=1)
    row = serializers.IntegerField(min_value=0, max_value=2, help_text="Upper, middle or lower third of the ink.")
    column = serializers.IntegerField(min_value=0, max_value=2, help_text="Left, middle or right third of the ink.")
    fall = serializers.FloatField(help_text="What the chance of `value` loses, 0 to 1.")
    reads_as = serializers.IntegerField(allow_null=True, help_text="What is read then; null: not a digit.")


class StyleBody(serializers.Serializer[Any]):
    """How a digit was written."""

    slant_degrees = serializers.FloatField(help_text="From upright, positive to the right.")
    stroke_width = serializers.FloatField(help_text="As a share of the height.")
    aspect_ratio = serializers.FloatField(help_text="Width through height.")
    loops = serializers.IntegerField(min_value=0, help_text="Closed ones.")
    ink_share = serializers.FloatField(min_value=0, max_value=1, help_text="How much of its box is ink.")


class HandBody(serializers.Serializer[Any]):
    """The medians of so many digits of the page."""

    digits = serializers.IntegerField()
    slant_degrees = serializers.FloatField()
    stroke_width = serializers.FloatField()


def _rows(cell: serializers.Field[Any, Any, Any, Any], side: int, told: str) -> serializers.ListField:
    row = serializers.ListField(child=cell, min_length=side, max_length=side)
    return serializers.ListField(child=row, min_length=side, max_length=side, help_text=told)


class FindingsBody(serializers.Serializer[Any]):
    """Why a digit was read as `value`, by covering parts of the frame of 28 × 28 pixels that the network saw."""

    value = serializers.IntegerField(min_value=0, max_value=9)
    chance = serializers.FloatField(help_text="What the network alone gives to `value`.")
    reads_as = serializers.IntegerField(allow_null=True, help_text="What it reads alone; null: not a digit.")
    heat = _rows(serializers.FloatField(), 28, "By how much the chance falls where ink is covered; below 0: it rises.")
    gaps = _rows(serializers.FloatField(), 28, "The same where ink is put on empty paper.")
    scale = serializers.FloatField(help_text="The fall that has the deepest colour in the picture `heat`.")
    stroke = SpotBody(allow_null=True, help_text="The ink that most depends on.")
    gap = SpotBody(allow_null=True, help_text="The empty paper that most depends on.")
    thirds = _rows(
        serializers.FloatField(allow_null=True), 3, "The largest fall in each ninth of the ink; null without ink."
    )
    filters = serializers.IntegerField(help_text="How many feature maps the picture `maps` shows.")
    style = StyleBody(allow_null=True)  # type: ignore[assignment] # a field of that name; Field.style is set elsewhere
    hand = HandBody(allow_null=True)
    area = serializers.ListField(
        child=serializers.FloatField(),
        min_length=4,
        max_length=4,
        help_text="Where the frame lies in the picture: x, y, width, height in pixels.",
    )


class ExplanationPictures(serializers.Serializer[Any]):
    """PNG files: `heat` is to be laid over `glyph`, or over `area` of the picture."""

    glyph = serializers.URLField()
    heat = serializers.URLField()
    maps = serializers.URLField()


class ExplanationBody(serializers.Serializer[Any]):
    """An explanation; `findings` and `pictures` once `status` is `done`."""

    status = serializers.ChoiceField(choices=Status.values)
    error = ErrorDetail(allow_null=True)
    findings = FindingsBody(allow_null=True)
    pictures = ExplanationPictures(allow_null=True)


def body(explanation: Explanation, addresses: Mapping[str, str]) -> dict[str, Any]:
    """An explanation, with the addresses of its pictures."""
    done = explanation.status == Status.DONE
    return {
        "status": explanation.status,
        "error": error_of(explanation),
        "findings": explanation.findings if done else None,
        "pictures": dict(addresses) if done else None,
    }
