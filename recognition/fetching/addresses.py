"""Web addresses as people give them, taken apart once: what is checked is what is asked."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import unquote

from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

from recognition.fetching.guards import Guards
from recognition.fetching.refusals import NotFetched

LONGEST = 2_000
USUAL_PORTS = {"http": 80, "https": 443}
LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?")
NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
"""A last label of this kind makes a name an IPv4 address, for some (URL standard, "ends in a number")."""


@dataclass(frozen=True, slots=True)
class WebAddress:
    """A web address that may be asked, as far as that shows before its name is resolved.

    `host`: a name in lower case (IDNA), or a numeric address without brackets; `target`: path and query, encoded.
    """

    scheme: str
    host: str
    port: int
    target: str

    @property
    def authority(self) -> str:
        """Host, and port where it is not the usual one, as the header `Host` has it (RFC 9110, 7.2)."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == USUAL_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def path(self) -> str:
        """Without the query."""
        return self.target.partition("?")[0]

    @property
    def file_name(self) -> str:
        """The last part of the path as people read it; the host where there is none."""
        return unquote(self.path).rstrip("/").rpartition("/")[2] or self.host

    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}{self.target}"


def checked(text: str, guards: Guards) -> WebAddress:
    """The address in `text`; one without a scheme is asked by https.  Raises NotFetched."""
    given = text.strip()
    if len(given) > LONGEST or any(unicodedata.category(letter)[0] == "C" for letter in given):
        raise NotFetched("bad_address")
    try:
        found = parse_url(given if "://" in given else f"https://{given}")
    except LocationParseError:
        raise NotFetched("bad_address") from None
    scheme = found.scheme or ""
    if scheme not in USUAL_PORTS or not found.host:
        raise NotFetched("bad_address")
    if scheme not in guards.schemes:
        raise NotFetched("not_https")
    if found.auth is not None:
        raise NotFetched("address_credentials")
    port = found.port or USUAL_PORTS[scheme]
    if port not in dict(guards.ports):
        raise NotFetched("address_port")
    target = (found.path or "/") + (f"?{found.query}" if found.query else "")
    address = WebAddress(scheme, _host(found.host, guards), port, target)
    if len(str(address)) > LONGEST:
        raise NotFetched("bad_address")
    return address


def _host(host: str, guards: Guards) -> str:
    if found := numeric(host):
        if not guards.permit(found):
            raise NotFetched("address_forbidden")
        return found
    name = host.removesuffix(".").lower()
    labels = name.split(".")
    if len(name) > 253 or not all(LABEL.fullmatch(label) for label in labels) or NUMBER.fullmatch(labels[-1]):
        raise NotFetched("bad_address")
    if len(labels) < 2:  # a name of the own network, if any
        raise NotFetched("host_unknown", host=name)
    return name


def numeric(host: str) -> str | None:
    """The numeric address that `host` is, with or without brackets; None for a name."""
    try:
        found = ip_address(host.removeprefix("[").removesuffix("]"))
    except ValueError:
        return None
    return str(found)
