"""One request to one host: its name is resolved once, every address of it checked, and one of these connected to.

The connection goes to the numeric address, so that nobody resolves the name a second time; the certificate, SNI and
the header `Host` are the name's. urllib3's pools take nothing from the environment: no proxy, no cookies, no password.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import certifi
from urllib3 import BaseHTTPResponse, HTTPConnectionPool, HTTPSConnectionPool, Timeout
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError, ReadTimeoutError, SSLError

from recognition.fetching.addresses import WebAddress, numeric
from recognition.fetching.guards import Guards
from recognition.fetching.refusals import NotFetched

CONNECT_SECONDS = 5.0
READ_SECONDS = 10.0
"""Of silence; how long all may take is the child's clock's business."""
MOST_TRIED = 4
"""Addresses of one name that are connected to, one after the other, until one answers."""
HEADERS = {"User-Agent": "handwritten-digits/1.0", "Accept": "*/*", "Accept-Encoding": "identity"}


@contextmanager
def asked(
    address: WebAddress, guards: Guards, *, body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> Iterator[BaseHTTPResponse]:
    """The answer's head, its body still to be read; a POST if there is a `body`, else a GET.  Raises NotFetched."""
    sent = HEADERS | {"Host": address.authority} | dict(headers or {})
    try:
        with _answered(address, resolved(address.host, guards), guards, body, sent) as response:
            yield response
    except SSLError:
        raise NotFetched("address_certificate", host=address.host) from None
    except ReadTimeoutError:
        raise NotFetched("address_too_slow", host=address.host) from None
    except HTTPError:  # refused, broken off, or not HTTP
        raise NotFetched("address_unreachable", host=address.host) from None


def resolved(host: str, guards: Guards) -> list[str]:
    """The numeric addresses of a host, of which a few are tried.

    Raises NotFetched: a name that is not known and one that leads into a private network are told alike, or names of
    these networks could be found out.
    """
    found = list(dict.fromkeys([host] if numeric(host) else dict(guards.hosts).get(host) or _looked_up(host)))
    if not found or not all(guards.permit(each) for each in found):
        raise NotFetched("host_unknown", host=host)
    return found[:MOST_TRIED]


def _looked_up(host: str) -> list[str]:
    """By the resolver of the system; the dot at the end keeps it from trying the names of its own network."""
    try:
        found = socket.getaddrinfo(f"{host}.", None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return [str(entry[4][0]) for entry in found]


@contextmanager
def _answered(
    address: WebAddress, places: list[str], guards: Guards, body: bytes | None, headers: Mapping[str, str]
) -> Iterator[BaseHTTPResponse]:
    for number, one in enumerate(places, start=1):
        pool = _pool(address, one, guards)
        try:
            response = _head(pool, address.target, body, headers)
        except (NewConnectionError, ConnectTimeoutError):
            pool.close()
            if number == len(places):
                raise
            continue
        try:
            yield response
        finally:
            response.close()
            pool.close()
        return


def _head(pool: HTTPConnectionPool, target: str, body: bytes | None, headers: Mapping[str, str]) -> BaseHTTPResponse:
    return pool.urlopen(
        "GET" if body is None else "POST",
        target,
        body=body,
        headers=headers,
        retries=False,
        redirect=False,
        assert_same_host=False,  # the pool has the number, we have the name
        preload_content=False,
        decode_content=False,
    )


def _pool(address: WebAddress, place: str, guards: Guards) -> HTTPConnectionPool:
    port = dict(guards.ports)[address.port]
    timeout = Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
    if address.scheme == "http":
        return HTTPConnectionPool(place, port, timeout=timeout, maxsize=1)
    context = ssl.create_default_context(cafile=guards.ca_file or certifi.where())
    return HTTPSConnectionPool(
        place,
        port,
        timeout=timeout,
        maxsize=1,
        ssl_context=context,
        cert_reqs="CERT_REQUIRED",
        server_hostname=address.host,
        assert_hostname=address.host,
    )
