"""Sending an archive to its owner: from the store through this process, from where an earlier download broke off.

A download keeps a thread of the web server for as long as it takes, and phones take long. So few are sent at once by a
process, and fewer to one person: pages go on.
"""

import contextvars
import re
from collections import Counter
from collections.abc import Iterator
from threading import Lock
from typing import Self

from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils.http import quote_etag

from accounts import archives
from accounts.models import Archive
from hdr_site.foundation import stored_files

AT_ONCE = 4
"""Of the 32 threads of a web process, 24 of which may be receiving uploads (hdr_site/request_limits.py)."""
OF_ONE_AT_ONCE = 2
FROM_HERE_ON = re.compile(r"bytes=(\d+)-")


class Busy(Exception):
    """As many downloads as this process sends at once are on their way."""


class Gate:
    """Counts what is being sent in this process, by the number of the archive."""

    def __init__(self, at_once: int, of_one: int) -> None:
        self._at_once, self._of_one = at_once, of_one
        self._open: Counter[int] = Counter()
        self._lock = Lock()

    def enter(self, number: int) -> None:
        """Raises Busy."""
        with self._lock:
            if self._open.total() >= self._at_once or self._open[number] >= self._of_one:
                raise Busy
            self._open[number] += 1

    def leave(self, number: int) -> None:
        """One less."""
        with self._lock:
            self._open[number] -= 1


_gate = Gate(AT_ONCE, OF_ONE_AT_ONCE)


class Download:
    """The pieces of a file on their way; the archive is used up once the last was handed over.

    An iterator with `close`, because Django and the web server close what they send whether or not it was begun.
    """

    def __init__(self, archive: Archive, start: int) -> None:
        _gate.enter(archive.pk)
        self._archive, self._open = archive, True
        self._context = contextvars.copy_context()  # of the request: the audit log notes its network
        try:
            self._pieces = stored_files.pieces(archive.file, start)
        except BaseException:
            self.close()
            raise

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        piece = next(self._pieces, None)
        if piece is None:
            self.close()
            self._context.run(archives.fetched, self._archive)
            raise StopIteration
        return piece

    def close(self) -> None:
        """Whether the end was reached or not; a second time does nothing."""
        if self._open:
            self._open = False
            _gate.leave(self._archive.pk)


def sent(request: HttpRequest, archive: Archive) -> HttpResponseBase:
    """The answer to a request for the file. Raises Busy, and FileNotFoundError when it was removed at this moment."""
    etag = quote_etag(archive.file.rpartition("/")[2])  # a random name, given once
    start = _start(request, etag, archive.stored_bytes)
    content: Iterator[bytes] = iter(()) if request.method == "HEAD" else Download(archive, start)
    response = StreamingHttpResponse(content, content_type="application/zip", status=206 if start else 200)
    response["Content-Length"] = str(archive.stored_bytes - start)
    if start:
        response["Content-Range"] = f"bytes {start}-{archive.stored_bytes - 1}/{archive.stored_bytes}"
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = etag
    response["Content-Disposition"] = f'attachment; filename="handwritten-digits-{archive.created_at:%Y-%m-%d}.zip"'
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["X-Accel-Buffering"] = "no"  # else a proxy has all of it long before the person has
    return response


def _start(request: HttpRequest, etag: str, size: int) -> int:
    """Where a download goes on that broke off (RFC 9110, 14.2); other kinds of ranges get the whole file."""
    asked = FROM_HERE_ON.fullmatch(request.headers.get("Range", ""))
    if asked is None or request.headers.get("If-Range", etag) != etag:
        return 0
    start = int(asked[1])
    return start if start < size else 0
