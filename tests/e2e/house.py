"""Looking into a running product from outside: its people, its rows, its files, its processes."""

import os
import secrets
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2

from hdr_site.launcher.processes import wait_for
from hdr_site.launcher.trial import TrialProduct
from tests import people
from tests.e2e.http import Browser, Program

PASSWORD = "correct horse battery staple"


@dataclass(frozen=True)
class Person:
    """Somebody with an account, a token for programs, and on demand a browser."""

    url: str
    id: int
    email: str
    api: Program

    def browser(self) -> Browser:
        """A browser in which the person has signed in through the page."""
        browser = Browser(self.url)
        assert browser.sign_in(self.email, PASSWORD)
        return browser


def rows(product: TrialProduct, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
    """What a statement returns, on a connection of its own."""
    connection = psycopg2.connect(product.postgres.url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return list(cursor.fetchall()) if cursor.description else []
    finally:
        connection.close()


def arrive(product: TrialProduct, name: str) -> Person:
    """A new person of that name, with a confirmed address and a token, whom no earlier test has met."""
    from django.contrib.auth.hashers import Argon2PasswordHasher, make_password

    from accounts.models import ApiToken

    email = f"{name.lower()}-{secrets.token_hex(4)}@example.org"
    key = ApiToken.new_key()
    person = """
        INSERT INTO accounts_user (password, email, name, is_superuser, is_staff, is_active, date_joined)
        VALUES (%s, %s, %s, false, false, true, now()) RETURNING id"""
    [(number,)] = rows(product, person, make_password(PASSWORD, hasher=Argon2PasswordHasher()), email, name)
    address = """
        INSERT INTO account_emailaddress (email, verified, "primary", user_id) VALUES (%s, true, true, %s)"""
    rows(product, address, email, number)
    token = "INSERT INTO accounts_apitoken (owner_id, name, digest, hint) VALUES (%s, 'tests', %s, 'hdr_')"
    rows(product, token, number, ApiToken.digest_of(key))
    return Person(product.url, number, email, Program(product.url, key))


def give_an_app(product: TrialProduct, email: str) -> None:
    """The person gets an authenticator app that shows the codes of `people.code_of()`."""
    app = """
        INSERT INTO mfa_authenticator (type, data, created_at, user_id)
        SELECT 'totp', jsonb_build_object('secret', %s), now(), id FROM accounts_user WHERE lower(email) = lower(%s)"""
    rows(product, app, people.SECRET, email)


# --- Rows and files ---------------------------------------------------------------------------------------------------


def state(product: TrialProduct, public_id: str) -> tuple[str, int, int]:
    """Status, attempt and losses of one picture."""
    sql = "SELECT status, attempt, losses FROM recognition_recognition WHERE public_id = %s"
    [(status, attempt, losses)] = rows(product, sql, public_id)
    return status, attempt, losses


def explanation_state(product: TrialProduct, public_id: str) -> tuple[str, int, int]:
    """Status, attempt and losses of the one explanation of a digit of one picture."""
    sql = """
        SELECT why.status, why.attempt, why.losses FROM recognition_explanation AS why
        JOIN recognition_digit AS digit ON digit.id = why.digit_id
        JOIN recognition_reading AS reading ON reading.id = digit.reading_id
        JOIN recognition_recognition AS picture ON picture.id = reading.recognition_id
        WHERE picture.public_id = %s"""
    [(status, attempt, losses)] = rows(product, sql, public_id)
    return status, attempt, losses


def readings(product: TrialProduct, public_id: str) -> list[tuple[int, str]]:
    """Attempt and text of each answer that was written for one picture."""
    sql = """
        SELECT reading.attempt, reading.text FROM recognition_reading AS reading
        JOIN recognition_recognition AS picture ON picture.id = reading.recognition_id
        WHERE public_id = %s ORDER BY reading.id"""
    return [(attempt, text) for attempt, text in rows(product, sql, public_id)]


def pictures_of(product: TrialProduct, person: Person) -> int:
    """How many rows the person has."""
    [(count,)] = rows(product, "SELECT count(*) FROM recognition_recognition WHERE owner_id = %s", person.id)
    return int(count)


def unfinished_of(product: TrialProduct, person: Person) -> int:
    """How many of the person's pictures wait or are being read."""
    sql = "SELECT count(*) FROM recognition_recognition WHERE owner_id = %s AND status IN ('queued', 'running')"
    [(count,)] = rows(product, sql, person.id)
    return int(count)


def stored_files(product: TrialProduct) -> set[str]:
    """The names of all files in the picture store."""
    return {str(file) for file in product.data.media.rglob("*") if file.is_file()}


def is_done(product: TrialProduct, public_id: str) -> bool:
    """Whether the picture has been read."""
    return state(product, public_id)[0] == "done"


def read_within(product: TrialProduct, public_id: str, seconds: float) -> float:
    """Wait until the picture is read; returns how long that took, fails when it takes longer than `seconds`."""
    began = time.monotonic()
    if not wait_for(lambda: is_done(product, public_id), seconds):
        raise AssertionError(f"not read after {seconds} s: {state(product, public_id)}\n{product.logs()[-4000:]}")
    return time.monotonic() - began


# --- Processes --------------------------------------------------------------------------------------------------------


def children(pid: int) -> list[int]:
    """The processes that `pid` has started, as the kernel counts them."""
    return [
        int(word) for task in Path(f"/proc/{pid}/task").iterdir() for word in (task / "children").read_text().split()
    ]


def family(pid: int) -> list[int]:
    """`pid`, its children, and theirs."""
    return [pid, *(other for child in children(pid) for other in family(child))]


def readers(product: TrialProduct) -> list[int]:
    """The worker's processes that read pictures: the children of Celery's parent, once all of them are there."""
    parent = product.pid("worker")
    options = Path(f"/proc/{parent}/cmdline").read_text().split("\0")
    wanted = int(options[options.index("--concurrency") + 1])
    assert wait_for(lambda: len(_living_children(parent)) == wanted, 60)
    return _living_children(parent)


def _living_children(pid: int) -> list[int]:
    return [child for child in children(pid) if is_alive(child)]


def cpu_ticks(pid: int) -> int:
    """Processor time that a process has used, user and system, in the kernel's ticks."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def reset_peak_memory(pids: Sequence[int]) -> dict[int, int]:
    """Make the kernel forget the peaks so far; returns what each process has resident now, in bytes."""
    for pid in pids:
        Path(f"/proc/{pid}/clear_refs").write_text("5")
    return {pid: _memory(pid, "VmRSS") for pid in pids}


def peak_memory(pids: Sequence[int]) -> dict[int, int]:
    """The most that each process has had resident since, in bytes."""
    return {pid: _memory(pid, "VmHWM") for pid in pids}


def _memory(pid: int, field: str) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(field + ":"))


def libraries(pid: int) -> set[str]:
    """The shared objects that a process has loaded."""
    words = (line.split() for line in Path(f"/proc/{pid}/maps").read_text().splitlines())
    return {word[5] for word in words if len(word) > 5 and ".so" in word[5]}


def is_alive(pid: int) -> bool:
    """Whether a process of that number runs; one that only waits to be collected does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def send_signal(pids: Sequence[int], sign: signal.Signals) -> None:
    """The same signal to each process that still lives."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, sign)


@contextmanager
def frozen(pids: Sequence[int]) -> Iterator[None]:
    """The processes stand still inside the block."""
    send_signal(pids, signal.SIGSTOP)
    try:
        yield
    finally:
        send_signal(pids, signal.SIGCONT)


def freeze_while_reading(product: TrialProduct, send: Callable[[], str], attempt: int = 1) -> tuple[str, list[int]]:
    """Send a picture, and stop all reading processes at a moment at which it is being read for certain.

    The processes are let run for instants much shorter than any reading takes, until one has the picture under the
    given attempt. Returns its public id and the processes; the caller kills them or lets them go on.
    """
    return _freeze_while_running(product, send, state, attempt)


def freeze_while_explaining(product: TrialProduct, ask: Callable[[], str], attempt: int = 1) -> tuple[str, list[int]]:
    """The same for the explanation of a digit of a picture; `ask` returns the picture's public id."""
    return _freeze_while_running(product, ask, explanation_state, attempt)


def _freeze_while_running(
    product: TrialProduct,
    send: Callable[[], str],
    state: Callable[[TrialProduct, str], tuple[str, int, int]],
    attempt: int,
) -> tuple[str, list[int]]:
    send_signal(readers(product), signal.SIGSTOP)
    public_id = send()
    deadline = time.monotonic() + 60
    while state(product, public_id)[1] < attempt and time.monotonic() < deadline:
        send_signal(readers(product), signal.SIGCONT)
        time.sleep(0.02)
        send_signal(readers(product), signal.SIGSTOP)
    found = state(product, public_id)[:2]
    assert found == ("running", attempt), "no process took it, or it was done before it could be stopped"
    return public_id, readers(product)


def becomes_ready(product: TrialProduct, seconds: float = 60) -> None:
    """Wait until all parts answer again, as the next test expects it."""
    assert wait_for(product.is_ready, seconds), product.logs()[-4000:]
