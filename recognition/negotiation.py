"""What a program gets when it asks for a picture."""

from typing import Any

from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request


class AsItIs(BaseContentNegotiation):
    """A picture is sent whatever the client says it accepts; errors are JSON."""

    def select_parser(self, request: Request, parsers: Any) -> BaseParser:
        """The only one there is."""
        parser: BaseParser = next(iter(parsers))
        return parser

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """JSON, which only errors use."""
        renderer = next(iter(renderers))
        return renderer, renderer.media_type
