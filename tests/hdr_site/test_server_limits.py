"""Junk of 200 MB against the real web server: refused with a sentence, and without taking its memory."""

import http.client
import json
import os
import re
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest

from hdr_site.launcher import trial
from hdr_site.launcher.processes import wait_for
from hdr_site.launcher.trial import TrialProduct
from hdr_site.request_limits import RECEIVING_AT_ONCE
from tests.e2e import house, pictures

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

JUNK_BYTES = 200_000_000
GROWTH_BYTES = 200_000_000
CONNECTIONS = 1024  # that one web process takes at once
API = "/api/v1/recognitions/"


def junk() -> Iterator[bytes]:
    """200 MB, a piece at a time."""
    piece = bytes(100_000)
    for _ in range(JUNK_BYTES // len(piece)):
        yield piece


def send_junk(product: TrialProduct, path: str, *, declared: bool) -> tuple[int, bytes]:
    """Send all of it, then read the answer, as simple clients do."""
    connection = http.client.HTTPConnection("localhost", product.port, timeout=120)
    headers = {"Content-Length": str(JUNK_BYTES)} if declared else {"Transfer-Encoding": "chunked"}
    try:
        connection.request("POST", path, body=junk(), headers=headers, encode_chunked=not declared)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def web_memory(product: TrialProduct) -> int:
    """The most memory, in bytes, that the web processes have ever had in use, added up."""
    master = product.pid("web")
    workers = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    peaks = [re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text()) for pid in (master, *workers)]
    return sum(int(peak[1]) * 1024 for peak in peaks if peak)


@pytest.mark.parametrize("declared", [True, False], ids=["declared length", "no declared length"])
def test_the_api_refuses_junk_with_its_sentence(product: TrialProduct, declared: bool) -> None:
    status, body = send_junk(product, API, declared=declared)
    assert status == 413
    assert json.loads(body)["error"]["code"] == "too_large"


@pytest.mark.parametrize("declared", [True, False], ids=["declared length", "no declared length"])
def test_a_page_refuses_junk_with_a_page(product: TrialProduct, declared: bool) -> None:
    status, body = send_junk(product, "/recognitions/new/", declared=declared)
    assert status == 413
    assert b"larger than 20 MB" in body


def test_declared_junk_is_answered_before_it_is_sent(product: TrialProduct) -> None:
    with socket.create_connection(("localhost", product.port), timeout=30) as client:
        client.sendall(f"POST {API} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {JUNK_BYTES}\r\n\r\n".encode())
        assert client.recv(100).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize("declared", [True, False], ids=["declared length", "no declared length"])
def test_eight_at_once_take_little_memory(product: TrialProduct, declared: bool) -> None:
    send_junk(product, API, declared=declared)  # what the first request loads is not what junk costs
    before = web_memory(product)
    with ThreadPoolExecutor(8) as clients:
        answers = list(clients.map(lambda _: send_junk(product, API, declared=declared)[0], range(8)))
    assert answers == [413] * 8
    assert web_memory(product) - before < GROWTH_BYTES


# --- Clients that begin to send and fall silent -----------------------------------------------------------------------

SILENT = {
    "a declared body": f"POST {API} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nx",
    "a body without a length": f"POST {API} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nx",
    "a body over the limit": f"POST {API} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {JUNK_BYTES}\r\n\r\nx",
    "nothing": "",
}


@pytest.fixture(scope="module")
def hurried() -> Iterator[TrialProduct]:
    """A product with one web process that waits two seconds for a silent sender."""
    extra = {"SENDER_PATIENCE_SECONDS": "2", "WEB_PROCESSES": "1", "STATIC_ROOT": os.environ["STATIC_ROOT"]}
    with trial.product(extra) as running:
        yield running


@contextmanager
def silent(product: TrialProduct, sent: str, count: int) -> Iterator[list[socket.socket]]:
    """So many clients that have sent this much, and send no more."""
    with ExitStack() as stack:
        yield [stack.enter_context(beginning(product, sent)) for _ in range(count)]


@contextmanager
def every_place_taken(product: TrialProduct, sent: str) -> Iterator[None]:
    """So many silent clients that the API was seen to take no body.

    A slow machine may have given up on the first of them before the last is there: then as many come once more.
    """
    with ExitStack() as stack:

        def is_refused_with_more() -> bool:
            stack.enter_context(silent(product, sent, RECEIVING_AT_ONCE))
            return is_refused(product)

        assert wait_for(is_refused_with_more, 60)
        yield


def beginning(product: TrialProduct, sent: str) -> socket.socket:
    """A client that has begun to send."""
    client = socket.create_connection(("localhost", product.port), timeout=60)
    client.sendall(sent.encode())
    return client


def is_refused(product: TrialProduct) -> bool:
    """Whether the API takes no body just now."""
    status, _ = post_nothing_much(product)
    return status == 503


def post_nothing_much(product: TrialProduct) -> tuple[int, bytes]:
    """A small body; the status and the answer."""
    connection = http.client.HTTPConnection("localhost", product.port, timeout=60)
    connection.request("POST", API, body=b"x")
    response = connection.getresponse()
    return response.status, response.read()


def test_pages_go_on_while_very_many_send_slowly(hurried: TrialProduct) -> None:
    with silent(hurried, SILENT["a declared body"], RECEIVING_AT_ONCE * 8):
        began = time.monotonic()
        assert hurried.is_ready()
        assert time.monotonic() - began < 5


@pytest.mark.parametrize("sent", ["a declared body", "a body without a length"])
def test_signing_in_and_uploading_go_on_after_silent_senders_were_given_up_on(hurried: TrialProduct, sent: str) -> None:
    alice = house.arrive(hurried, "Alice")
    with every_place_taken(hurried, SILENT[sent]):
        assert wait_for(lambda: not is_refused(hurried), 30)
        alice.browser()
        house.read_within(hurried, alice.api.submit(pictures.small()), 60)


@pytest.mark.parametrize("sent", ["a declared body", "a body without a length"])
def test_a_silent_sender_is_told(hurried: TrialProduct, sent: str) -> None:
    with beginning(hurried, SILENT[sent]) as client:
        assert client.recv(100).startswith(b"HTTP/1.1 408 ")


def test_who_sends_one_byte_now_and_then_is_given_up_on_too(hurried: TrialProduct) -> None:
    with beginning(hurried, SILENT["a declared body"]) as client:
        client.settimeout(0.3)
        for _ in range(100):
            with suppress(TimeoutError):
                assert client.recv(100).startswith(b"HTTP/1.1 408 ")
                return
            client.sendall(b"x")
    raise AssertionError("the server still waits for it")


def test_refused_senders_who_fall_silent_keep_no_place(hurried: TrialProduct) -> None:
    with every_place_taken(hurried, SILENT["a body over the limit"]):
        assert wait_for(lambda: not is_refused(hurried), 30)


def test_a_slow_sender_who_keeps_on_sending_is_waited_for(hurried: TrialProduct) -> None:
    head = f"POST {API} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 600000\r\n\r\n"
    with beginning(hurried, head) as client:
        for _ in range(6):  # 100 kB/s, three times as long as a silent sender is waited for
            client.sendall(bytes(100_000))
            time.sleep(1)
        assert client.recv(100).startswith(b"HTTP/1.1 401 ")


def test_connections_that_never_ask_anything_make_room(hurried: TrialProduct) -> None:
    with silent(hurried, SILENT["nothing"], CONNECTIONS + 50):
        assert wait_for(hurried.is_ready, 60)
