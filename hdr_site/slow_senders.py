"""Clients that fall silent while they send are given up on, so that none keeps a thread or a connection for ever.

The web server waits for the next bytes of a body, and for the first of a request, without end, and nothing can be asked
of it meanwhile. But the connections are files of this process and the kernel counts their bytes. A watch looks at those
counts: a connection that moved less than `PROGRESS_BYTES` within the patience, while a body from there is overdue or
while connections are many, is closed for reading. The server's wait then ends as if the client had hung up, and a
client that still listens gets the answer that it was too slow.
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

LOOK_EVERY_SECONDS = 1.0
CROWDED = 256  # open files; the server takes twice as many connections (commands.WEB_CONNECTIONS), then no more
PROGRESS_BYTES = 65_536  # whoever sends more within the patience is judged by the pace of the whole body instead
OPEN_FILES = Path("/proc/self/fd")
BYTES_SENT, BYTES_RECEIVED = slice(120, 128), slice(128, 136)  # of struct tcp_info: tcpi_bytes_acked, _received


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
            crowded = len(os.listdir(OPEN_FILES)) > CROWDED
            if bodies or crowded:
                self._look(bodies, crowded=crowded)
            else:
                self._progress.clear()

    def _look(self, bodies: list[Body], *, crowded: bool) -> None:
        now, seen = time.monotonic(), {}
        overdue = [body for body in bodies if body.overdue]
        for connection in _connections(self._port):
            with connection, suppress(OSError):  # it may end at any moment
                peer = connection.getpeername()[:2]
                last = seen[peer] = _later(self._progress.get(peer), Progress(*_counts(connection), now))
                theirs = [body for body in overdue if body.peer == _plain(peer[0])]
                if now - last.at >= self.patience and (theirs or crowded):
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
