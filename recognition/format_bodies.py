"""How the formats of numbers look to a program."""

from typing import Any

from rest_framework import serializers

from recognition import uploads


class FormatEntry(serializers.Serializer[Any]):
    """A format that numbers can be read as."""

    code = serializers.CharField()
    title = serializers.CharField()
    sentence = serializers.CharField()
    parameter = serializers.CharField(allow_null=True, help_text="What stands behind a colon.")
    parameter_required = serializers.BooleanField()
    example = serializers.CharField()


class FormatList(serializers.Serializer[Any]):
    """All formats."""

    results = FormatEntry(many=True)


def format_list() -> dict[str, Any]:
    """All formats."""
    entries = [
        {
            "code": entry.code,
            "title": entry.title,
            "sentence": entry.sentence,
            "parameter": entry.parameter or None,
            "parameter_required": entry.required,
            "example": entry.example,
        }
        for entry in uploads.FORMATS
    ]
    return {"results": entries}
