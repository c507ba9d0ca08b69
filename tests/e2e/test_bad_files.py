"""What people send by mistake or on purpose: a clear sentence and a code, nothing stored, little memory, no 500."""

import re
import socket
import threading
from collections.abc import Callable

import pytest

from hdr_site.launcher.trial import TrialProduct
from tests.e2e import house, pictures
from tests.e2e.house import Person
from tests.e2e.http import Answer, Browser

UNACCEPTABLE = pictures.unacceptable()
MOST_MEMORY = 200_000_000
"""Bytes by which a web process may grow at its peak."""


@pytest.fixture(scope="module")
def ann(product: TrialProduct) -> Person:
    """Somebody who sends whatever comes to hand."""
    return house.arrive(product, "Ann")


@pytest.mark.parametrize("what", UNACCEPTABLE)
def test_the_api_refuses_with_status_code_and_sentence(product: TrialProduct, ann: Person, what: str) -> None:
    name, content, status, code = UNACCEPTABLE[what]
    before = house.stored_files(product)
    answer = ann.api.send(content, name)
    assert (answer.status, answer.error_code) == (status, code), answer.text
    assert re.fullmatch(r"[A-Z].{20,200}\.", answer.json["error"]["message"])
    assert (house.pictures_of(product, ann), house.stored_files(product)) == (0, before)


# A PDF is taken by the page, as a batch; what is wrong with it stands there.
@pytest.mark.parametrize("what", [what for what in UNACCEPTABLE if what != "PDF"])
def test_the_page_refuses_with_status_and_the_same_sentence(product: TrialProduct, ann: Person, what: str) -> None:
    name, content, status, code = UNACCEPTABLE[what]
    before = house.stored_files(product)
    answer = _browser(ann).send_form("/recognitions/new/", {"image": (name, content)})
    assert (answer.status, code in answer.text) == (status, True), answer.text
    assert (house.pictures_of(product, ann), house.stored_files(product)) == (0, before)


@pytest.mark.parametrize(
    ("given", "kept"),
    [("../../etc/passwd.png", "passwd.png"), ("..\\..\\7.png", "7.png"), ("7" * 255 + ".png", "7" * 115 + "….png")],
    ids=["dots", "backslashes", "255 characters"],
)
def test_a_strange_name_is_cleaned_and_leads_nowhere(product: TrialProduct, given: str, kept: str) -> None:
    bob = house.arrive(product, "Bob")
    before = house.stored_files(product)
    assert bob.api.send(pictures.small(), given).status == 202
    assert bob.browser().send_form("/recognitions/new/", {"image": (given, pictures.small())}).status == 302
    named = house.rows(product, "SELECT name, image FROM recognition_recognition WHERE owner_id = %s", bob.id)
    assert [name for name, _ in named] == [kept, kept]
    assert all(re.fullmatch(r"pictures/[\d-]{10}/[0-9a-f]{32}", image) for _, image in named)
    assert len(house.stored_files(product) - before) == 4


def test_a_name_of_5_000_characters_is_refused_in_a_sentence(product: TrialProduct, ann: Person) -> None:
    before = house.stored_files(product)
    answer = ann.api.send(pictures.small(), "7" * 5_000 + ".png")
    page = _browser(ann).send_form("/recognitions/new/", {"image": ("7" * 5_000 + ".png", pictures.small())})
    assert (answer.status, answer.error_code, page.status) == (400, "broken_form", 400)
    assert "name of the file" in answer.json["error"]["message"]
    assert "name of the file" in page.text
    assert (house.pictures_of(product, ann), house.stored_files(product)) == (0, before)


def test_200_megabytes_are_refused_by_their_declared_length_before_they_are_sent(
    product: TrialProduct, ann: Person
) -> None:
    with _connection(product) as connection:
        connection.sendall(_post(ann, "Content-Length: 200000000"))
        assert b" 413 " in connection.recv(65_536).split(b"\r\n")[0]


def test_200_megabytes_without_a_length_are_refused_while_they_arrive(product: TrialProduct, ann: Person) -> None:
    web = house.family(product.pid("web"))
    start = house.reset_peak_memory(web)
    with _connection(product) as connection:
        connection.sendall(_post(ann, "Transfer-Encoding: chunked"))
        sent = _pour(connection, 200_000_000)
        assert b" 413 " in connection.recv(65_536).split(b"\r\n")[0]
    assert sent < 60_000_000
    assert _growth(web, start) < MOST_MEMORY
    assert house.pictures_of(product, ann) == 0


@pytest.mark.slow
@pytest.mark.parametrize("what", ["900 megapixels", "21 MB", "truncated JPEG", "text named png"])
def test_eight_bad_files_at_once_cost_little_memory(product: TrialProduct, ann: Person, what: str) -> None:
    name, content, status, _ = UNACCEPTABLE[what]
    web = house.family(product.pid("web"))
    start = house.reset_peak_memory(web)
    said = _at_once(8, lambda: ann.api.send(content, name))
    assert [answer.status for answer in said] == [status] * 8
    assert _growth(web, start) < MOST_MEMORY


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["JPEG", "PNG"])
def test_eight_of_the_largest_photos_at_once_cost_little_memory(product: TrialProduct, encoding: str) -> None:
    alice = house.arrive(product, "Alice")
    content = pictures.forty_megapixels(encoding)
    web = house.family(product.pid("web"))
    start = house.reset_peak_memory(web)
    said = _at_once(8, lambda: alice.api.send(content))
    assert [answer.status for answer in said] == [202] * 8
    assert _growth(web, start) < MOST_MEMORY
    for answer in said:
        house.read_within(product, answer.json["id"], 60)
        assert alice.api.recognition(answer.json["id"])["text"] == pictures.NUMBER


def test_a_form_without_a_file_asks_for_one(product: TrialProduct, ann: Person) -> None:
    answer = ann.api.ask("POST", "/api/v1/recognitions/", {"note": "no file"})
    assert (answer.status, answer.error_code) == (400, "no_picture")
    page = _browser(ann).send_form("/recognitions/new/")
    assert (page.status, "Choose a picture first" in page.text) == (400, True)


def test_a_body_that_is_no_form_is_refused_cleanly(product: TrialProduct, ann: Person) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    for body in (b"", b"--x\r\n", b"--x\r\nContent-Disposition: form-data; name=image; filename=a\r\n\r\nabc"):
        with _connection(product) as connection:
            head = _post(ann, f"Content-Length: {len(body)}", headers["Content-Type"])
            connection.sendall(head + body)
            assert b" 400 " in connection.recv(65_536).split(b"\r\n")[0]


# --- Tools ------------------------------------------------------------------------------------------------------------

_browsers: dict[str, Browser] = {}


def _browser(person: Person) -> Browser:
    """One sign-in for all pages of a person: signing in is limited."""
    if person.email not in _browsers:
        _browsers[person.email] = person.browser()
    return _browsers[person.email]


def _at_once(count: int, ask: Callable[[], Answer]) -> list[Answer]:
    said: list[Answer] = []
    barrier = threading.Barrier(count)

    def run() -> None:
        barrier.wait()
        said.append(ask())

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said


def _growth(pids: list[int], start: dict[int, int]) -> int:
    """The most by which any of the processes has grown since, in bytes."""
    peaks = house.peak_memory(pids)
    return max(peaks[pid] - start[pid] for pid in pids)


def _connection(product: TrialProduct) -> socket.socket:
    return socket.create_connection(("127.0.0.1", product.port), timeout=60)


def _post(person: Person, length: str, kind: str = "multipart/form-data; boundary=x") -> bytes:
    key = person.api.token
    lines = [
        "POST /api/v1/recognitions/ HTTP/1.1",
        "Host: localhost",
        f"Authorization: Token {key}",
        f"Content-Type: {kind}",
        length,
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


def _pour(connection: socket.socket, total: int) -> int:
    """Send junk in chunks until there is an answer, or all is sent; returns how many bytes went."""
    chunk = b"10000\r\n" + b"j" * 65_536 + b"\r\n"
    sent = 0
    connection.settimeout(0)
    while sent < total and not _has_answer(connection):
        connection.settimeout(60)
        connection.sendall(chunk)
        sent += 65_536
        connection.settimeout(0)
    connection.settimeout(60)
    return sent


def _has_answer(connection: socket.socket) -> bool:
    try:
        return bool(connection.recv(1, socket.MSG_PEEK))
    except BlockingIOError:
        return False
