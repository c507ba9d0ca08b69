"""What programs send as JSON, within limits: of nesting, of characters, and of the length of lists.

Its bytes are limited by Django, as those of a form's fields are: DATA_UPLOAD_MAX_MEMORY_SIZE.
"""

import json
from typing import IO, Any

from rest_framework.exceptions import ParseError
from rest_framework.fields import ListField
from rest_framework.parsers import JSONParser

UNREADABLE = "JSON parse error - %s"  # as DRF begins all that it says about a body that it cannot read


class BoundedJSONParser(JSONParser):
    """JSON that is nested no deeper than Python goes, and that a database can take."""

    def parse(self, stream: IO[Any], media_type: str | None = None, parser_context: Any = None) -> Any:
        """Raises ParseError."""
        try:
            given = super().parse(stream, media_type, parser_context)
            json.dumps(given, ensure_ascii=False).encode()  # half a surrogate pair can be neither stored nor answered
        except RecursionError:
            raise ParseError(UNREADABLE % "nested too deeply") from None
        except UnicodeEncodeError as problem:
            raise ParseError(UNREADABLE % problem) from None
        return given


class ShortList(ListField):
    """A list whose length is judged before anything in it, and not, as DRF does it, after all of it."""

    def run_child_validation(self, data: Any) -> Any:
        """Raises ValidationError."""
        if self.max_length is not None and len(data) > self.max_length:
            self.fail("max_length", max_length=self.max_length)
        return super().run_child_validation(data)
