"""Bodies of requests: received at the door, within limits of size and patience, with a declared length or without.

`BodyReceiver` wraps the WSGI application. It takes a body off the network completely, into memory while it is small and
onto disk when it is not, before Django's work begins, so that a slow sender holds no database connection; it gives a
body without a declared length the length that it has. `BodyLimitMiddleware` then refuses what is too large: a declared
length before anything is read, an undeclared one as soon as the limit is passed.
"""

import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import IO, TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext

from hdr_site import slow_senders
from hdr_site.error_pages import error_response
from hdr_site.slow_senders import Body, Watch

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

FORM_OVERHEAD_BYTES = 1_000_000  # the other fields of the form, and the lines between them
CHUNK_BYTES = 65_536
KEPT_IN_MEMORY_BYTES = 262_144  # of one body; more waits on disk
RECEIVING_AT_ONCE = 24  # of the 32 threads of a web process: the rest answer pages, however slow senders are
SLOWEST_BYTES_PER_SECOND = 20_000
LINGER_SECONDS = 30.0
LINGER_BYTES = 1_000_000_000


def body_limit() -> int:
    """The most bytes that the body of a request may have."""
    limit: int = settings.UPLOAD_MAX_BYTES
    return limit + FORM_OVERHEAD_BYTES


def refusal(path: str) -> HttpResponse:
    """413, with the limit and the remedy."""
    return error_response(path, 413, "too_large", too_large(settings.UPLOAD_MAX_BYTES))


def too_large(limit: int) -> str:
    """That it was more than so many bytes."""
    message = gettext(
        "What you sent is larger than %(limit)d MB, the most that is taken at once. Send a smaller picture, or fewer "
        "at a time."
    )
    return message % {"limit": limit // 1_000_000}


class BodyLimitMiddleware:
    """Refuses a body by its length, before anything of it is read here."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if _declared(request.META) > body_limit():
            return refusal(request.path)
        return self.get_response(request)


class BodyReceiver:
    """WSGI middleware, outermost: takes the body off the network before the application sees the request."""

    def __init__(self, application: "WSGIApplication", patience: float | None = None) -> None:
        """`patience`: seconds that a sender may be silent; None takes it from the environment."""
        self._application = application
        self._places = BoundedSemaphore(RECEIVING_AT_ONCE)
        self._watch = Watch(slow_senders.patience() if patience is None else patience)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        self._watch.begin(environ.get("SERVER_PORT", ""))
        chunked = "HTTP_TRANSFER_ENCODING" in environ
        if not chunked and not _declared(environ):
            environ["CONTENT_LENGTH"] = ""  # also for one that is no number
            return self._application(environ, start_response)
        network = environ["wsgi.input"]
        with self._place(environ) as sender:
            fault = _receive(environ, sender, chunked=chunked) if sender else _busy(environ["PATH_INFO"])
        if fault is not None:
            return _answer(fault, start_response)
        try:
            response = self._application(environ, start_response)
        finally:
            if environ["wsgi.input"] is not network:
                environ["wsgi.input"].close()  # at once, because it takes room on the disk
        if _declared(environ) > body_limit():
            return self._lingering(response, environ)
        return response

    @contextmanager
    def _place(self, environ: "WSGIEnvironment") -> Iterator[Body | None]:
        """One of the places for receiving, under the eye of the watch; None when none is free."""
        if not self._places.acquire(blocking=False):
            yield None
            return
        try:
            with self._watch.over(environ.get("REMOTE_ADDR", "")) as sender:
                yield sender
        finally:
            self._places.release()

    def _lingering(self, response: Iterable[bytes], environ: "WSGIEnvironment") -> Iterator[bytes]:
        """The response to a body that is too large, then for a while the rest of that body, read and dropped.

        A connection that is closed while its client still sends is reset, and many clients then never see the answer.
        """
        try:
            yield from response
            with self._place(environ) as sender:
                if sender:
                    _drop(environ["wsgi.input"])
        finally:
            close = getattr(response, "close", None)
            if close:
                close()


def _receive(environ: "WSGIEnvironment", sender: Body, *, chunked: bool) -> HttpResponse | None:
    """Replace `wsgi.input` by the whole body and set its length; an answer if it does not arrive.

    A body over the limit is left on the network, with a length that tells that it is too long.
    """
    declared = _declared(environ)
    if not chunked and declared > body_limit():
        return None
    body: IO[bytes] = tempfile.SpooledTemporaryFile(KEPT_IN_MEMORY_BYTES)  # noqa: SIM115 - lives as long as the request
    try:
        length = _copy(environ["wsgi.input"], body, None if chunked else declared, sender)
    except TimeoutError:
        return _too_slow(environ["PATH_INFO"])
    except OSError:
        return _no_space(environ["PATH_INFO"])
    if not chunked and length < declared:
        return error_response(
            environ["PATH_INFO"], 400, "incomplete", gettext("The request broke off before its end. Send it again.")
        )
    environ["CONTENT_LENGTH"] = str(length)
    environ.pop("HTTP_TRANSFER_ENCODING", None)
    if length <= body_limit():
        body.seek(0)
        environ["wsgi.input"] = body
    return None


def _copy(source: Any, target: IO[bytes], length: int | None, sender: Body) -> int:
    """Read until the end, `length` or the limit is passed; returns how many bytes came.

    Raises TimeoutError when they come more slowly than anybody's connection is, also when the watch has ended the wait.
    """
    received = 0
    while received <= body_limit() and (length is None or received < length):
        chunk = source.read(CHUNK_BYTES if length is None else min(CHUNK_BYTES, length - received))
        received += len(chunk)
        allowed = sender.patience + received / SLOWEST_BYTES_PER_SECOND
        if time.monotonic() - sender.began > allowed or (sender.given_up and not chunk):
            raise TimeoutError
        if not chunk:
            break
        target.write(chunk)
    return received


def _drop(rest: Any) -> None:
    """Read what a client still sends, within limits, and keep nothing of it."""
    began, dropped = time.monotonic(), 0
    while dropped < LINGER_BYTES and time.monotonic() - began < LINGER_SECONDS:
        chunk = rest.read(CHUNK_BYTES)
        if not chunk:
            break
        dropped += len(chunk)


def _declared(environ: dict[str, Any]) -> int:
    """The declared length in bytes; 0 when there is none, or none that is a number."""
    try:
        return max(0, int(environ.get("CONTENT_LENGTH") or 0))
    except ValueError:
        return 0


def _answer(response: HttpResponse, start_response: "StartResponse") -> Iterable[bytes]:
    """An answer of ours in WSGI's terms."""
    start_response(f"{response.status_code} {response.reason_phrase}", list(response.items()))
    return [response.content]


def _busy(path: str) -> HttpResponse:
    message = gettext("Too many people send something at this moment. Try again in a few seconds.")
    return error_response(path, 503, "busy", message, headers={"Retry-After": "5"})


def _too_slow(path: str) -> HttpResponse:
    message = gettext(
        "What you sent arrived too slowly. Try again with a better connection, or send a smaller picture."
    )
    return error_response(path, 408, "too_slow", message)


def _no_space(path: str) -> HttpResponse:
    message = gettext("There is no room left on our disk. Nothing was stored; try again later.")
    return error_response(path, 507, "disk_full", message)
