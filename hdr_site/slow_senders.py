"""Clients that fall silent while they send are given up on, so that none keeps a thread or a connection for ever.

The web server has a limit of time for the head of a request (commands.py sets it), and none for the body: it waits for
the next bytes without end, and nothing can be asked of it meanwhile. But the connections are files of this process and
the kernel counts their bytes. While bodies are being received a watch looks at those counts: when one is overdue, the
connections from its sender that moved less than `PROGRESS_BYTES` within the patience are closed for reading. The
server's wait then ends as if the client had hung up, and a client that still listens hears that it was too slow.
"""

import os
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from hdr_site import env

LOOK_EVERY_SECONDS = 1.0
PROGRESS_BYTES = 65_536  # whoever sends more within the patience is judged by the pace of the whole body instead
OPEN_FILES = Path("/proc/self/fd")
BYTES_SENT, BYTES_RECEIVED = slice(120, 128), slice(128, 136)  # of struct tcp_info: tcpi_bytes_acked, _received


def patience() -> int:
    """For how many seconds a client may fall silent while it sends a request, head or body."""
    return env.integer("SENDER_PATIENCE_SECONDS", 30, at_least=1, at_most=60)


@dataclass(eq=False)
class Body:
    """A body that is being received: from whom, for how long at least, since when; and whether it was given up on."""

    peer: str
    patience: float
    began: float = field(default_factory=time.monotonic)
    given_up: bool = False

    @property
    def overdue(self) -> bool:
        """Whether it has taken as long as a sender may be silent."""
        return time.monotonic() - self.began >= self.patience


@dataclass(frozen=True)
class Progress:
    """What had gone over a connection when it last got on."""

    sent: int
    received: int
    at: float


class Watch:
    """Minds the connections of this process; one thread, which starts with the first request."""

    def __init__(self, patience: float) -> None:
        self.patience = patience
        self._bodies: list[Body] = []
        self._lock = threading.Lock()
        self._port = 0
        self._progress: dict[tuple[str, int], Progress] = {}

    def begin(self, port: str) -> None:
        """Mind the connections at this port of ours from now on; the server tells it with every request."""
        if self._port or not port or sys.platform != "linux":  # elsewhere the kernel does not tell
            return
        with self._lock:
            if not self._port:
                self._port = int(port)
                threading.Thread(target=self._mind, name="slow-senders", daemon=True).start()

    @contextmanager
    def over(self, peer: str) -> Iterator[Body]:
        """While this lasts, a body is received from `peer`, an address."""
        body = Body(_plain(peer), self.patience)
        with self._lock:
            self._bodies.append(body)
        try:
            yield body
        finally:
            with self._lock:
                self._bodies.remove(body)

    def _mind(self) -> None:
        while True:
            time.sleep(LOOK_EVERY_SECONDS)
            with self._lock:
                bodies = list(self._bodies)
            if not bodies:
                self._progress.clear()
                continue
            with suppress(OSError):  # no more files may be opened just now: in a second, then
                self._look([body for body in bodies if body.overdue])

    def _look(self, overdue: list[Body]) -> None:
        now, seen = time.monotonic(), {}
        for connection in _connections(self._port):
            with connection, suppress(OSError):  # it may end at any moment
                peer = connection.getpeername()[:2]
                last = seen[peer] = _later(self._progress.get(peer), Progress(*_counts(connection), now))
                theirs = [body for body in overdue if body.peer == _plain(peer[0])]
                if now - last.at >= self.patience and theirs:
                    for body in theirs:
                        body.given_up = True
                    connection.shutdown(socket.SHUT_RD)
        self._progress = seen


def _later(before: Progress | None, present: Progress) -> Progress:
    """The earlier state as long as the connection has hardly got on since then, else the present one."""
    if before and present.sent == before.sent and 0 <= present.received - before.received < PROGRESS_BYTES:
        return before
    return present


def _counts(connection: socket.socket) -> tuple[int, int]:
    """Bytes sent and received over a connection since it was made (Linux 4.1 and newer)."""
    if sys.platform != "linux":
        return 0, 0
    told = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, BYTES_RECEIVED.stop)
    return int.from_bytes(told[BYTES_SENT], sys.byteorder), int.from_bytes(told[BYTES_RECEIVED], sys.byteorder)


def _connections(port: int) -> Iterator[socket.socket]:
    """This process's connections at this port of ours, each as a socket of its own, to be closed after use."""
    for name in os.listdir(OPEN_FILES):
        with suppress(OSError):  # closed meanwhile, or no connection
            connection = _as_socket(int(name))
            if connection.family in {socket.AF_INET, socket.AF_INET6} and connection.getsockname()[1] == port:
                yield connection
            else:
                connection.close()


def _as_socket(descriptor: int) -> socket.socket:
    """A second handle on an open file that is a socket. Raises OSError when it is none."""
    copy = os.dup(descriptor)
    try:
        return socket.socket(fileno=copy)
    except OSError:
        os.close(copy)
        raise


def _plain(address: str) -> str:
    """An IPv4 address in its own spelling, also when it came over an IPv6 socket."""
    return address.removeprefix("::ffff:")
