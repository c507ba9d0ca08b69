"""While PostgreSQL is away: 503 with Retry-After, as a page or as JSON; afterwards everything goes on by itself."""

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from hdr_site import error_pages

logger = logging.getLogger(__name__)


class DatabaseOutageMiddleware:
    """Answers for views that lost the database.

    What other middleware loses it for (sessions above all) arrives at `error_pages.server_error`, which answers the
    same. The broken connection is closed by Django at the end of the request, and the next one makes a new one.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Django's hook for what a view raised."""
        if not isinstance(exception, error_pages.OUTAGES):
            return None
        logger.error("The database failed %s: %s", request.path, type(exception).__name__)
        return error_pages.outage(request.path)
