"""Hosts on this machine that stand for the internet: real sockets, real TLS, and names that need no resolver.

They answer at 127.0.0.2, which tests allow. What answers at 127.0.0.1 stands for what nobody may reach.
"""

import datetime
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import gettempdir, mkstemp
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from recognition.fetching.guards import Guards

OUTSIDE, INSIDE = "127.0.0.2", "127.0.0.1"
HOST, DRIVE, SIGNING_IN = "pictures.example.org", "drive.usercontent.google.com", "accounts.google.com"
NAMES = (HOST, "other.example.org", DRIVE, "drive.google.com", SIGNING_IN)


@dataclass
class Asked:
    """What one request asked for."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


Answer = Callable[["Conversation"], None]


class Conversation(BaseHTTPRequestHandler):
    """One request; the answer is that of the first path that it begins with."""

    server: "Host"

    def do_GET(self) -> None:
        """Answer as the test wants it."""
        length = int(self.headers.get("Content-Length") or 0)
        self.server.asked.append(Asked(self.command, self.path, dict(self.headers), self.rfile.read(length)))
        path = max((path for path in self.server.answers if self.path.startswith(path)), key=len, default=None)
        (self.server.answers[path] if path else status(404))(self)

    do_POST = do_GET  # noqa: N815 - the name is the library's

    def log_message(self, *_: Any) -> None:
        """Nothing."""


class Host(ThreadingHTTPServer):
    """A web server in threads."""

    daemon_threads = True
    answers: dict[str, Answer]
    asked: list[Asked]

    def handle_error(self, *_: Any) -> None:
        """Whoever asks may hang up."""


@dataclass
class Outside:
    """Both servers of a test, one with TLS, and the guards that let it ask them."""

    guards: Guards
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    @property
    def calls(self) -> Guards:
        """The guards for calls."""
        ports = tuple(pair for pair in self.guards.ports if pair[0] == 443)
        return replace(self.guards, schemes=("https",), ports=ports)


def body(content: bytes, content_type: str = "application/octet-stream", **headers: str) -> Answer:
    """A file."""

    def answer(to: Conversation) -> None:
        to.send_response(200)
        for name, value in {"Content-Type": content_type, "Content-Length": str(len(content))}.items():
            to.send_header(name, value)
        for name, value in headers.items():
            to.send_header(name.replace("_", "-"), value)
        to.end_headers()
        to.wfile.write(content)

    return answer


def status(code: int, **headers: str) -> Answer:
    """A status without a body."""

    def answer(to: Conversation) -> None:
        to.send_response(code)
        for name, value in headers.items():
            to.send_header(name, value)
        to.send_header("Content-Length", "0")
        to.end_headers()

    return answer


def raw(*pieces: bytes, then: Callable[[], object] = lambda: None) -> Answer:
    """These bytes as they are, and `then`."""

    def answer(to: Conversation) -> None:
        for piece in pieces:
            to.wfile.write(piece)
        to.wfile.flush()
        then()

    return answer


@contextmanager
def outside(names: tuple[str, ...] = NAMES) -> Iterator[Outside]:
    """Servers that answer for all these names; those of `NAMES` have a certificate."""
    with serving(OUTSIDE) as plain, serving(OUTSIDE, tls=True) as safe:
        ports = ((443, safe.server_port), (80, plain.server_port))
        hosts = tuple((name, (OUTSIDE,)) for name in names)
        guards = Guards(ports=ports, allowed=(f"{OUTSIDE}/32",), hosts=hosts, ca_file=str(authority()[0]))
        both = Outside(guards)
        for host in (plain, safe):
            host.answers, host.asked = both.answers, both.asked
        yield both


@contextmanager
def serving(numeric: str, *, tls: bool = False) -> Iterator[Host]:
    """One server at a numeric address."""
    host = Host((numeric, 0), Conversation)
    host.answers, host.asked = {}, []
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(authority()[1])
        host.socket = context.wrap_socket(host.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=host.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield host
    finally:
        host.shutdown()
        host.server_close()
        thread.join()


@cache
def authority() -> tuple[Path, Path]:
    """Files with the certificate of an authority, and with a key and a certificate of it for `NAMES`."""
    root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root = _certificate("Tests", root_key, None, root_key)
    leaf = _certificate(HOST, key, root, root_key)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return _file(_pem(root)), _file(private + _pem(leaf))


def _certificate(
    name: str, key: ec.EllipticCurvePrivateKey, by: x509.Certificate | None, by_key: ec.EllipticCurvePrivateKey
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=2))
        .add_extension(x509.BasicConstraints(ca=by is None, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by_key.public_key()), critical=False)
    )
    if by:
        names = x509.SubjectAlternativeName([x509.DNSName(each) for each in NAMES])
        built = built.add_extension(names, critical=False)
    return built.sign(by_key, hashes.SHA256())


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _file(content: bytes) -> Path:
    handle, name = mkstemp(suffix=".pem", dir=gettempdir())
    with open(handle, "wb") as file:
        file.write(content)
    return Path(name)
