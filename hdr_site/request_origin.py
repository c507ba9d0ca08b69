"""Tells the rest of the product from which network the request comes that is being answered."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from hdr_site.foundation import origin


class RequestOriginMiddleware:
    """See hdr_site/foundation/origin.py."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with origin.coming_from(request):
            return self.get_response(request)
