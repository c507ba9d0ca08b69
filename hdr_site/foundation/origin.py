"""Where a request comes from: its network, never the single address.

A network of 256 addresses (IPv4 /24) or of one customer (IPv6 /48) is enough to limit abuse and to recognise one's own
sign-ins by, and names nobody. The full address is neither kept nor counted by.
"""

import ipaddress
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings
from django.http import HttpRequest

PREFIXES = {4: 24, 6: 48}
UNKNOWN = ""

_network: ContextVar[str] = ContextVar("network", default=UNKNOWN)


def network_of(address: str) -> str:
    """The network of an address, such as `192.0.2.0/24`; "" when it is none. IPv4 written as IPv6 counts as IPv4."""
    try:
        found = ipaddress.ip_address(address.strip().partition("%")[0])
    except ValueError:
        return UNKNOWN
    found = getattr(found, "ipv4_mapped", None) or found
    return str(ipaddress.ip_network((found, PREFIXES[found.version]), strict=False))


def client_address(request: HttpRequest) -> str:
    """The client's address as the outermost of the trusted proxies saw it; without proxies, the connection's own.

    `X-Forwarded-For` is believed as far from its end as there are TRUSTED_PROXIES; what stands before is hearsay.
    """
    connection: str = request.META.get("REMOTE_ADDR", UNKNOWN)
    trusted = settings.TRUSTED_PROXIES
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    return hops[-trusted] if 0 < trusted <= len(hops) else connection


@contextmanager
def coming_from(request: HttpRequest) -> Iterator[None]:
    """Inside the block, `network()` is that of the request."""
    token = _network.set(network_of(client_address(request)))
    try:
        yield
    finally:
        _network.reset(token)


def network() -> str:
    """The network of the request that is being answered; "" where there is none, as in a worker."""
    return _network.get()
