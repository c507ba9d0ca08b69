"""What the child says to its parent: lines of JSON, each followed by as many bytes as it announces."""

from __future__ import annotations

import json
import os
import select
import time
from typing import IO, Any

LONGEST_LINE = 20_000
LONGEST_ATTACHMENT = 100_000_000
PIECE = 1 << 16


class BrokenOff(Exception):
    """The other side ended, fell silent or talks nonsense."""


def tell(out: IO[bytes], message: dict[str, Any], *attachments: bytes) -> None:
    """Say one thing."""
    out.write(json.dumps(message | {"sizes": [len(part) for part in attachments]}).encode() + b"\n")
    for part in attachments:
        out.write(part)
    out.flush()


class Listener:
    """Hears what is told into a pipe, and is patient for some seconds at a time."""

    def __init__(self, pipe: int, patience: float) -> None:
        self._pipe, self._patience, self._heard = pipe, patience, bytearray()

    def next(self) -> tuple[dict[str, Any], list[bytes]]:
        """The next message with its attachments.  Raises BrokenOff."""
        end = time.monotonic() + self._patience
        while (line := self._heard.find(b"\n")) < 0:
            if len(self._heard) > LONGEST_LINE:
                raise BrokenOff("a line without an end")
            self._hear(end)
        try:
            message = json.loads(self._take(line + 1, end))
            sizes = [int(size) for size in message["sizes"]]
        except (ValueError, KeyError, TypeError) as problem:
            raise BrokenOff("no message") from problem
        if min(sizes, default=0) < 0 or sum(sizes) > LONGEST_ATTACHMENT:
            raise BrokenOff("attachments beyond measure")
        return message, [self._take(size, end) for size in sizes]

    def _take(self, size: int, end: float) -> bytes:
        while len(self._heard) < size:
            self._hear(end)
        taken = bytes(self._heard[:size])
        del self._heard[:size]
        return taken

    def _hear(self, end: float) -> None:
        ready, _, _ = select.select([self._pipe], [], [], max(0.0, end - time.monotonic()))
        piece = os.read(self._pipe, PIECE) if ready else b""
        if not piece:
            raise BrokenOff("silence" if not ready else "its end")
        self._heard += piece
