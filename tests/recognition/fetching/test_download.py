"""Files downloaded from real servers, which behave as servers do, and as those of attackers do."""

import io
import socket
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from threading import Event
from typing import Any

import pytest

from recognition.fetching import download as downloading
from recognition.fetching import exchange
from recognition.fetching.download import Arrived, download
from recognition.fetching.refusals import NotFetched
from tests.outside import DRIVE, HOST, INSIDE, OUTSIDE, SIGNING_IN, Outside, body, outside, raw, serving, status

MOST = 100_000
SHARED = "https://drive.google.com/file/d/1AbC-d_EfGhIjKlMnOp/view?usp=sharing"


@pytest.fixture
def web() -> Iterator[Outside]:
    """The internet."""
    with outside() as found:
        yield found


def got(web: Outside, address: str = f"https://{HOST}/marks.png", most: int = MOST) -> tuple[bytes, Arrived]:
    out = io.BytesIO()
    arrived = download(address, out, most, web.guards)
    return out.getvalue(), arrived


def refusal(web: Outside, address: str = f"https://{HOST}/marks.png", most: int = MOST) -> NotFetched:
    with pytest.raises(NotFetched) as refused:
        got(web, address, most)
    return refused.value


# --- What is asked ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["https", "http"])
def test_a_file_comes_as_it_is_with_its_name(web: Outside, scheme: str) -> None:
    web.answers["/a%20b.png"] = body(b"\x89PNG" * 50_000)
    content, arrived = got(web, f"{scheme}://{HOST}/a b.png?q=1", 200_000)
    assert (content, arrived) == (b"\x89PNG" * 50_000, Arrived("a b.png", is_page=False))
    [asked] = web.asked
    assert (asked.method, asked.path, asked.headers["Host"]) == ("GET", "/a%20b.png?q=1", HOST)


def test_nothing_of_the_environment_goes_along(web: Outside, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    web.answers["/"] = status(302, Location="/marks.png", **{"Set-Cookie": "who=alice"})
    web.answers["/marks.png"] = body(b"picture")
    assert got(web, f"http://{HOST}/")[0] == b"picture"
    for asked in web.asked:
        assert {name.lower() for name in asked.headers} == {"host", "user-agent", "accept", "accept-encoding"}
        assert asked.headers["Accept-Encoding"] == "identity"


def test_the_host_may_name_the_file(web: Outside) -> None:
    web.answers["/"] = body(b"x", Content_Disposition="attachment; filename*=UTF-8''M%C3%A4rz.pdf")
    assert got(web)[1].name == "März.pdf"


@pytest.mark.parametrize(
    "header", ['attachment; filename="', "filename*=x'y", "=?;=;", "attachment; filename*=zz''%FF"]
)
def test_a_header_that_is_none_names_nothing_and_breaks_nothing(web: Outside, header: str) -> None:
    web.answers["/"] = body(b"x", Content_Disposition=header)
    assert got(web)[0] == b"x"


# --- Where the connection goes ----------------------------------------------------------------------------------------


def answering(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """A resolver that says something else each time; returns the names that it was asked for."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def resolver(name: Any, *args: Any, **options: Any) -> Any:
        if not str(name).startswith(HOST):
            return real(name, *args, **options)
        asked.append(str(name))
        places = answers[min(len(asked), len(answers)) - 1]
        return [entry for place in places for entry in real(place, *args, **options)]

    monkeypatch.setattr(socket, "getaddrinfo", resolver)
    return asked


def test_the_connection_goes_to_the_address_that_was_checked(web: Outside, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name whose second answer is another ("DNS rebinding") is asked for once."""
    web.answers["/"] = body(b"picture")
    web.guards = replace(web.guards, hosts=())
    asked = answering(monkeypatch, [OUTSIDE], [INSIDE])
    assert got(web)[0] == b"picture"
    assert asked == [f"{HOST}."]


def test_a_name_is_checked_anew_when_it_is_asked_again(web: Outside, monkeypatch: pytest.MonkeyPatch) -> None:
    web.answers["/"] = status(302, Location="/further")
    web.guards = replace(web.guards, hosts=())
    answering(monkeypatch, [OUTSIDE], [INSIDE])
    assert refusal(web).code == "host_unknown"
    assert len(web.asked) == 1


@pytest.mark.parametrize("also", [INSIDE, "10.0.0.1", "::1", "::ffff:127.0.0.1", "169.254.169.254", "100.64.1.1"])
def test_a_name_with_one_forbidden_address_is_not_asked_at_all(web: Outside, also: str) -> None:
    web.guards = replace(web.guards, hosts=((HOST, (OUTSIDE, also)),))
    assert refusal(web).code == "host_unknown"
    assert web.asked == []


def test_a_private_name_is_told_like_one_that_is_unknown(web: Outside, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: Any, **__: Any) -> Any:
        raise socket.gaierror

    web.guards = replace(web.guards, hosts=((HOST, ("10.0.0.1",)),))
    private = refusal(web)
    web.guards = replace(web.guards, hosts=())
    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert (refusal(web).code, refusal(web).facts) == (private.code, private.facts)


def test_a_host_that_does_not_answer_at_one_address_is_asked_at_the_next(web: Outside) -> None:
    web.answers["/"] = body(b"picture")
    web.guards = replace(web.guards, allowed=("127.0.0.0/8",), hosts=((HOST, ("127.0.0.9", OUTSIDE)),))
    assert got(web)[0] == b"picture"


def test_nobody_there_is_said_without_the_numeric_address(web: Outside) -> None:
    web.guards = replace(web.guards, allowed=("127.0.0.0/8",), hosts=((HOST, ("127.0.0.9",)),))
    problem = refusal(web)
    assert (problem.code, problem.facts) == ("address_unreachable", {"host": HOST})


# --- Redirects --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed(web: Outside, code: int) -> None:
    web.answers["/"] = status(code, Location="../marks.png")
    web.answers["/marks.png"] = body(b"picture")
    assert got(web, f"http://{HOST}/a/b/")[0] == b"picture"


def test_five_redirects_are_followed_and_not_a_sixth(web: Outside) -> None:
    for number in range(6):
        web.answers[f"/{number}"] = status(302, Location=f"/{number + 1}")
    web.answers["/6"] = body(b"picture")
    assert got(web, f"https://{HOST}/1")[0] == b"picture"
    assert refusal(web, f"https://{HOST}/0").code == "too_many_redirects"


@pytest.mark.parametrize(
    ("location", "code"),
    [
        ("http://127.0.0.1/", "address_forbidden"),
        ("//127.0.0.1/", "address_forbidden"),
        ("http://[::ffff:127.0.0.1]/", "address_forbidden"),
        ("http://169.254.169.254/latest/meta-data/", "address_forbidden"),
        ("http://2130706433/", "bad_address"),
        ("http://localhost/", "host_unknown"),
        ("http://inside.example.org/", "host_unknown"),
        ("https://alice:secret@other.example.org/", "address_credentials"),
        ("http://other.example.org:22/", "address_port"),
        ("file:///etc/passwd", "bad_address"),
        ("ftp://other.example.org/", "bad_address"),
        ("http://[::1", "bad_address"),
    ],
)
def test_a_redirect_leads_nowhere_that_an_address_may_not(web: Outside, location: str, code: str) -> None:
    web.guards = replace(web.guards, hosts=(*web.guards.hosts, ("inside.example.org", (INSIDE,))))
    web.answers["/"] = status(302, Location=location)
    assert refusal(web).code == code
    assert len(web.asked) == 1


def test_a_server_inside_is_not_asked_by_way_of_one_outside(web: Outside) -> None:
    with serving(INSIDE) as inside:
        web.guards = replace(web.guards, ports=(web.guards.ports[0], (80, inside.server_port)))
        web.answers["/"] = status(302, Location="http://127.0.0.1/secret")
        inside.answers["/"] = body(b"secret")
        assert refusal(web).code == "address_forbidden"
        assert inside.asked == []


# --- TLS --------------------------------------------------------------------------------------------------------------


def test_a_certificate_of_another_name_is_refused() -> None:
    with outside(("stranger.example.org",)) as web:
        web.answers["/"] = body(b"picture")
        problem = refusal(web, "https://stranger.example.org/")
        assert (problem.code, problem.facts) == ("address_certificate", {"host": "stranger.example.org"})
        assert web.asked == []


def test_a_certificate_that_nobody_vouches_for_is_refused(web: Outside) -> None:
    web.guards = replace(web.guards, ca_file="")
    assert refusal(web).code == "address_certificate"
    assert web.asked == []


# --- What comes -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("length", [{}, {"Content-Length": "10"}, {"Content-Length": str(10**30)}], ids=str)
def test_no_more_is_taken_than_was_agreed_whatever_the_length_is_said_to_be(
    web: Outside, length: dict[str, str]
) -> None:
    head = "".join(f"{name}: {value}\r\n" for name, value in length.items())
    web.answers["/"] = raw(f"HTTP/1.0 200 OK\r\n{head}\r\n".encode(), b"x" * (MOST + 1))
    out = io.BytesIO()
    with suppress(NotFetched):
        download(f"http://{HOST}/", out, MOST, web.guards)
    assert len(out.getvalue()) <= MOST


def test_what_is_too_long_is_said_with_the_limit(web: Outside) -> None:
    web.answers["/"] = body(b"x" * (MOST + 1))
    problem = refusal(web)
    assert (problem.code, problem.facts) == ("too_many_bytes", {"most": "0.1"})


def test_what_is_announced_as_too_long_is_not_read(web: Outside) -> None:
    web.answers["/"] = raw(b"HTTP/1.0 200 OK\r\nContent-Length: 999999999\r\n\r\n")
    assert refusal(web).code == "too_many_bytes"


def test_pieces_without_end_end_at_the_limit(web: Outside) -> None:
    pieces = b"2710\r\n" + b"x" * 10_000 + b"\r\n"
    web.answers["/"] = raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", *[pieces] * 20)
    assert refusal(web).code == "too_many_bytes"


def test_what_breaks_off_is_refused(web: Outside) -> None:
    web.answers["/"] = raw(b"HTTP/1.0 200 OK\r\nContent-Length: 100\r\n\r\nhalf of it")
    assert refusal(web).code == "address_unreachable"


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate, gzip"])
def test_what_comes_packed_is_refused_unopened(web: Outside, encoding: str) -> None:
    web.answers["/"] = body(b"\x1f\x8b" + bytes(100), Content_Encoding=encoding)
    assert refusal(web).code == "address_encoded"


@pytest.mark.parametrize("code", [204, 206, 304, 401, 403, 404, 410, 418, 500, 503])
def test_another_status_is_refused_and_named(web: Outside, code: int) -> None:
    web.answers["/"] = status(code)
    problem = refusal(web)
    assert (problem.code, problem.facts["status"]) == ("address_refused", str(code))


def test_what_the_host_says_stands_in_no_refusal(web: Outside) -> None:
    web.answers["/"] = raw(b"HTTP/1.0 500 a secret\r\nX-Secret: a secret\r\n\r\na secret")
    problem = refusal(web)
    assert "secret" not in f"{problem.code}{problem.facts}"


@pytest.mark.parametrize(
    "answer", [b"SSH-2.0-OpenSSH_9.2\r\n", b"", b"HTTP/1.1 abc\r\n\r\n", b"HTTP/1.0 200 OK\r\n" * 9_000]
)
def test_what_speaks_no_http_is_refused(web: Outside, answer: bytes) -> None:
    web.answers["/"] = raw(answer)
    assert refusal(web, f"http://{HOST}/").code == "address_unreachable"


def test_a_host_that_falls_silent_is_not_waited_for(web: Outside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "READ_SECONDS", 0.2)
    web.answers["/"] = raw(b"HTTP/1.0 200 OK\r\n\r\n", then=lambda: Event().wait(30))
    assert refusal(web, f"http://{HOST}/").code == "address_too_slow"


@pytest.mark.parametrize("content_type", ["text/html", "Text/HTML; charset=utf-8", "application/xhtml+xml"])
def test_a_page_is_known_by_its_type(web: Outside, content_type: str) -> None:
    web.answers["/"] = body(b"<p>", content_type)
    assert got(web)[1].is_page


# --- Google Drive -----------------------------------------------------------------------------------------------------


def test_a_shared_file_of_drive_is_downloaded(web: Outside) -> None:
    web.answers["/download"] = body(b"picture", Content_Disposition='attachment; filename="marks.png"')
    assert got(web, SHARED) == (b"picture", Arrived("marks.png", is_page=False))
    [asked] = web.asked
    assert (asked.headers["Host"], asked.path) == (DRIVE, "/download?id=1AbC-d_EfGhIjKlMnOp&export=download")


@pytest.mark.parametrize(
    "answer",
    [
        status(302, Location=f"https://{SIGNING_IN}/ServiceLogin?continue=x"),
        body(b"<html>Sign in</html>", "text/html; charset=utf-8"),
        status(403),
        status(404),
    ],
    ids=["signing in", "a page", "403", "404"],
)
def test_a_private_file_of_drive_is_said_to_be_one(web: Outside, answer: Any) -> None:
    web.answers["/download"] = answer
    assert refusal(web, SHARED).code == "drive_private"


def test_a_short_link_that_leads_to_drive_is_followed_to_the_file(web: Outside) -> None:
    web.answers["/short"] = status(301, Location=SHARED)
    web.answers["/download"] = body(b"picture")
    assert got(web, f"https://{HOST}/short")[0] == b"picture"


def test_the_limits_are_those_that_are_promised() -> None:
    assert downloading.MOST_REDIRECTS == 5
