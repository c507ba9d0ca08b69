"""Bodies at the door: received whole, within limits, with a declared length or without."""

import errno
import io
import json
from collections.abc import Iterable
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse
from pytest_django.fixtures import Settings

from hdr_site import request_limits
from hdr_site.request_limits import FORM_OVERHEAD_BYTES, BodyLimitMiddleware, BodyReceiver

LIMIT = 1_000_000 + FORM_OVERHEAD_BYTES


@pytest.fixture(autouse=True)
def one_megabyte(settings: Settings) -> None:
    settings.UPLOAD_MAX_BYTES = 1_000_000


class Network(io.BytesIO):
    """What a client sends; counts what was taken of it."""

    taken = 0

    def read(self, size: int | None = -1, /) -> bytes:
        """As a server's input: at most `size` bytes."""
        chunk = super().read(size)
        self.taken += len(chunk)
        return chunk


class Answer:
    """What came back through WSGI."""

    def __init__(self, status: str, headers: dict[str, str], body: bytes) -> None:
        self.status, self.headers, self.body = int(status.split()[0]), headers, body

    @property
    def code(self) -> str:
        """The error's code."""
        return str(json.loads(self.body)["error"]["code"])


def echo(request: HttpRequest) -> HttpResponse:
    """Answers with how many bytes the application saw."""
    return HttpResponse(str(len(request.body)))


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """A small Django: the limit, then the echo."""
    response = BodyLimitMiddleware(echo)(WSGIRequest(environ))
    start_response(f"{response.status_code} {response.reason_phrase}", list(response.items()))
    assert isinstance(response, HttpResponse)
    return [response.content]


def send(network: io.BytesIO, receiver: BodyReceiver | None = None, **environ: str) -> Answer:
    """One POST to the API through the receiver."""
    seen: dict[str, Any] = {}

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        seen.update(status=status, headers=dict(headers))

    request = {"REQUEST_METHOD": "POST", "PATH_INFO": "/api/v1/recognitions/", "wsgi.input": network, **environ}
    body = b"".join((receiver or BodyReceiver(application))(request, start_response))
    return Answer(seen["status"], seen["headers"], body)


def test_a_declared_body_arrives_whole() -> None:
    assert send(Network(b"x" * 300_000), CONTENT_LENGTH="300000").body == b"300000"


def test_a_body_without_a_declared_length_arrives_whole() -> None:
    assert send(Network(b"x" * 300_000), HTTP_TRANSFER_ENCODING="chunked").body == b"300000"


def test_no_more_is_read_than_was_declared() -> None:
    network = Network(b"x" * 10)
    assert send(network, CONTENT_LENGTH="4").body == b"4"
    assert network.taken == 4


def test_a_body_of_exactly_the_limit_passes(settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = None
    assert send(Network(b"x" * LIMIT), CONTENT_LENGTH=str(LIMIT)).body == str(LIMIT).encode()


def test_a_declared_body_over_the_limit_is_refused_before_it_is_read() -> None:
    network = Network(b"x" * (LIMIT + 1))
    taken_when_answered = []

    def watching(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        taken_when_answered.append(network.taken)
        return application(environ, start_response)

    answer = send(network, BodyReceiver(watching), CONTENT_LENGTH=str(LIMIT + 1))
    assert (answer.status, answer.code) == (413, "too_large")
    assert taken_when_answered == [0]


def test_an_undeclared_body_is_refused_as_soon_as_the_limit_is_passed() -> None:
    network = Network(b"x" * 10 * LIMIT)
    taken_when_answered = []

    def watching(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        taken_when_answered.append(network.taken)
        return application(environ, start_response)

    answer = send(network, BodyReceiver(watching), HTTP_TRANSFER_ENCODING="chunked")
    assert (answer.status, answer.code) == (413, "too_large")
    assert LIMIT < taken_when_answered[0] <= LIMIT + request_limits.CHUNK_BYTES


def test_the_rest_of_a_refused_body_is_taken_and_dropped_so_that_the_client_sees_the_answer() -> None:
    network = Network(b"x" * 3 * LIMIT)
    send(network, CONTENT_LENGTH=str(3 * LIMIT))
    assert network.taken == 3 * LIMIT


def test_the_refusal_names_the_limit_and_its_own_length() -> None:
    answer = send(Network(b""), CONTENT_LENGTH=str(LIMIT + 1))
    assert "larger than 1 MB" in answer.body.decode()
    assert answer.headers["Content-Length"] == str(len(answer.body))


def test_a_page_is_refused_with_a_page() -> None:
    answer = send(Network(b""), CONTENT_LENGTH=str(LIMIT + 1), PATH_INFO="/recognitions/new/")
    assert answer.status == 413
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "larger than 1 MB" in answer.body.decode()


def test_a_body_that_breaks_off_is_refused() -> None:
    answer = send(Network(b"x" * 10), CONTENT_LENGTH="11")
    assert (answer.status, answer.code) == (400, "incomplete")


def test_a_length_that_is_no_number_counts_as_none() -> None:
    assert send(Network(b""), CONTENT_LENGTH="many").body == b"0"


def test_a_sender_who_is_slower_than_any_connection_is_given_up_on() -> None:
    answer = send(Network(b"x" * 10), BodyReceiver(application, patience=-1.0), CONTENT_LENGTH="10")
    assert (answer.status, answer.code) == (408, "too_slow")


def test_slow_senders_leave_threads_for_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_limits, "RECEIVING_AT_ONCE", 1)
    receiver = BodyReceiver(application)
    inner: list[Answer] = []

    class Slow(Network):
        def read(self, size: int | None = -1, /) -> bytes:
            if not inner:  # while this one still sends, another one comes, and somebody asks for a page
                inner.append(send(Network(b"x"), receiver, CONTENT_LENGTH="1"))
                inner.append(send(Network(b""), receiver, REQUEST_METHOD="GET"))
            return super().read(size)

    assert send(Slow(b"x"), receiver, CONTENT_LENGTH="1").body == b"1"
    assert (inner[0].status, inner[0].code, inner[0].headers["Retry-After"]) == (503, "busy", "5")
    assert inner[1].status == 200


def test_a_place_is_free_again_after_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_limits, "RECEIVING_AT_ONCE", 1)
    receiver = BodyReceiver(application)
    send(Network(b""), receiver, CONTENT_LENGTH="1")
    assert send(Network(b"x"), receiver, CONTENT_LENGTH="1").body == b"1"


def test_a_body_takes_no_room_any_more_once_it_is_answered() -> None:
    received = []

    def keeping(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        received.append(environ["wsgi.input"])
        return application(environ, start_response)

    assert send(Network(b"x" * 300_000), BodyReceiver(keeping), CONTENT_LENGTH="300000").body == b"300000"
    assert received[0].closed


def test_a_full_disk_is_told_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    class FullDisk(io.BytesIO):
        def write(self, content: Any, /) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("tempfile.SpooledTemporaryFile", lambda size: FullDisk())
    answer = send(Network(b"x"), CONTENT_LENGTH="1")
    assert (answer.status, answer.code) == (507, "disk_full")
