"""What is done at every request for the sake of people's accounts."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import add_never_cache_headers

from accounts import sessions
from accounts.models import User
from hdr_site.preferences import ASK_NOBODY


class LastSeenMiddleware:
    """Notes when and from which network a session was last used."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        has_session = settings.SESSION_COOKIE_NAME in request.COOKIES and request.path not in ASK_NOBODY
        if has_session and isinstance(request.user, User):
            sessions.note_use(request, request.user)
        return self.get_response(request)


class KeptByNobodyMiddleware:
    """Account pages show secrets of second factors, recovery codes, keys and addresses: no browser keeps them.

    Else whoever comes next to the same browser finds them with its "back" button.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.path.startswith("/accounts/") and not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response
