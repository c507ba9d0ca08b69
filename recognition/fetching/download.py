"""Downloading a file: redirects one by one, each checked like the first address, and never more than was agreed."""

from __future__ import annotations

from dataclasses import dataclass
from email.message import Message
from typing import IO
from urllib.parse import urljoin

from urllib3 import BaseHTTPResponse

from recognition.fetching import addresses, drive
from recognition.fetching.addresses import WebAddress
from recognition.fetching.exchange import asked
from recognition.fetching.guards import Guards
from recognition.fetching.refusals import NotFetched

MOST_REDIRECTS = 5
REDIRECTS = {301, 302, 303, 307, 308}
NOT_FOR_US = {401, 403, 404, 410}
PIECE = 1 << 16
LONGEST_NAME = 300


@dataclass(frozen=True, slots=True)
class Arrived:
    """What was downloaded: the name its host or its address gives it, and whether it is a page to look at."""

    name: str
    is_page: bool


def download(address: str, out: IO[bytes], most: int, guards: Guards) -> Arrived:
    """Write what lies at `address` into `out`, `most` bytes of it.  Raises NotFetched."""
    place = addresses.checked(address, guards)
    shared = drive.is_drive(place)
    for _ in range(MOST_REDIRECTS + 1):
        if shared and place.host == drive.SIGNING_IN:
            raise NotFetched("drive_private")
        place = drive.direct(place)
        shared = shared or drive.is_drive(place)
        with asked(place, guards) as answer:
            if further := _further(place, answer):
                place = addresses.checked(further, guards)
                continue
            return _received(place, answer, out, most)
    raise NotFetched("too_many_redirects")


def _further(place: WebAddress, answer: BaseHTTPResponse) -> str | None:
    location = answer.headers.get("Location")
    if answer.status not in REDIRECTS or not location:
        return None
    try:
        return urljoin(str(place), location)
    except ValueError:
        raise NotFetched("bad_address") from None


def _received(place: WebAddress, answer: BaseHTTPResponse, out: IO[bytes], most: int) -> Arrived:
    is_page = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower() in {
        "text/html",
        "application/xhtml+xml",
    }
    if drive.is_drive(place) and (is_page or answer.status in NOT_FOR_US):
        raise NotFetched("drive_private")
    if answer.status != 200:
        raise NotFetched("address_refused", host=place.host, status=str(answer.status))
    if answer.headers.get("Content-Encoding", "identity").strip().lower() not in {"", "identity"}:
        raise NotFetched("address_encoded", host=place.host)
    _copy(answer, out, most)
    return Arrived(_name(place, answer), is_page)


def _copy(answer: BaseHTTPResponse, out: IO[bytes], most: int) -> None:
    """What the host says of the length is believed only where it is too much anyway."""
    told = answer.headers.get("Content-Length", "")
    received = int(told) if told.isascii() and told.isdigit() and len(told) < 20 and int(told) > most else 0
    while received <= most and (piece := answer.read(PIECE)):
        received += len(piece)
        if received <= most:
            out.write(piece)
    if received > most:
        raise NotFetched("too_many_bytes", most=f"{most / 1e6:g}")
    out.flush()


def _name(place: WebAddress, answer: BaseHTTPResponse) -> str:
    """As the header `Content-Disposition` has it (RFC 6266), else as the address ends."""
    message = Message()
    message["Content-Disposition"] = answer.headers.get("Content-Disposition", "")
    try:
        name = message.get_filename() or ""
    except (ValueError, LookupError, TypeError):  # what it makes of a header that is none
        name = ""
    return (name.strip() or place.file_name)[:LONGEST_NAME]
