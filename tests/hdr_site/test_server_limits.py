"""Junk of 200 MB against the real web server: refused with a sentence, and without taking its memory."""

import http.client
import json
import re
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hdr_site.launcher.trial import TrialProduct
from hdr_site.request_limits import RECEIVING_AT_ONCE

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

JUNK_BYTES = 200_000_000
GROWTH_BYTES = 200_000_000
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


def test_pages_go_on_while_very_many_send_slowly(product: TrialProduct) -> None:
    head = f"POST {API} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nx".encode()
    slow = [socket.create_connection(("localhost", product.port)) for _ in range(RECEIVING_AT_ONCE * 8)]
    try:
        for client in slow:
            client.sendall(head)
        began = time.monotonic()
        assert product.is_ready()
        assert time.monotonic() - began < 5
    finally:
        for client in slow:
            client.close()
