"""How far training is: one line that renews itself on a terminal, a line now and then in a log."""

from __future__ import annotations

import sys
import time
from typing import TextIO

_WIDTH = 24
_SECONDS = 0.5  # between two looks on a terminal …
_LOG_SECONDS = 30.0  # … and in a log


class Progress:
    """Counts `total` steps, of which `done` were done before; `stream` is where it tells."""

    def __init__(self, total: int, done: int = 0, stream: TextIO = sys.stdout) -> None:
        self._total, self._done, self._first, self._stream = max(1, total), done, done, stream
        self._started = self._told = time.monotonic()
        self._renews = stream.isatty()

    def step(self, what: str, loss: float) -> None:
        """One more step is done; `what` says where in training, such as "epoch 3/16, batch 20/838"."""
        now = time.monotonic()
        if self._done == self._first:
            self._started = now  # what comes before the first step says nothing about the rest
        self._done += 1
        if now - self._told < (_SECONDS if self._renews else _LOG_SECONDS) and self._done < self._total:
            return
        self._told = now
        line = f"{self._bar()} {what}, loss {loss:.4f}, {self._left(now)} left"
        self._stream.write(f"\r{line:<100}" if self._renews else f"{line}\n")
        self._stream.flush()

    def close(self) -> None:
        """Leave the line that renews itself."""
        if self._renews:
            self._stream.write("\n")

    def _bar(self) -> str:
        full = round(_WIDTH * min(1.0, self._done / self._total))
        return f"[{'#' * full}{'.' * (_WIDTH - full)}] {self._done / self._total:4.0%}"

    def _left(self, now: float) -> str:
        seconds = (now - self._started) / max(1, self._done - self._first) * (self._total - self._done)
        return f"{seconds / 60:.0f} min" if seconds >= 90 else f"{seconds:.0f} s"
