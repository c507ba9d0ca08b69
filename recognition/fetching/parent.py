"""Asking in a child process, and wording what came of it."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from threading import Timer
from typing import IO, Any, cast

from django.conf import settings

from recognition.fetching import addresses, drive
from recognition.fetching.addresses import WebAddress
from recognition.fetching.child import Task
from recognition.fetching.download import Arrived
from recognition.fetching.guards import Guards
from recognition.fetching.refusals import NotFetched
from recognition.fetching.words import rejected

ROOT = Path(__file__).resolve().parent.parent.parent
FILES = Guards()
CALLS = Guards(schemes=("https",), ports=((443, 443),))
FETCH_SECONDS = 60.0
CALL_SECONDS = 15.0
STARTING_SECONDS = 30.0
"""What a busy machine may take until the child's own clock runs."""
LONGEST_ANSWER = 20_000
ENVIRONMENT = {"PYTHONDONTWRITEBYTECODE": "1", "MALLOC_ARENA_MAX": "1", "LANG": "C.UTF-8"}
"""All of it: our own holds secrets, and may name a proxy."""


def checked_file(address: str) -> WebAddress:
    """The address of a file as far as it can be judged without asking anybody.  Raises UploadRejected."""
    try:
        place = addresses.checked(address, _guards(FILES))
        drive.direct(place)
    except NotFetched as refusal:
        raise rejected(refusal) from None
    return place


def checked_call(address: str) -> WebAddress:
    """The same for an address that is to be called.  Raises NotFetched."""
    return addresses.checked(address, _guards(CALLS))


def fetch(address: str, file: IO[bytes], most: int) -> Arrived:
    """Download what lies at `address` into `file`, a real one, `most` bytes at most.  Raises UploadRejected."""
    out = file.fileno()
    task = Task(address, _guards(FILES), FETCH_SECONDS, os.getpid(), out=out, most=most)
    try:
        said = _said(task, pass_fds=(out,))
    except NotFetched as refusal:
        raise rejected(refusal) from None
    return Arrived(str(said["name"]), bool(said["is_page"]))


def call(address: str, body: str, headers: Mapping[str, str]) -> int:
    """POST `body` to an address; returns the status of the answer.  Raises NotFetched."""
    task = Task(address, _guards(CALLS), CALL_SECONDS, os.getpid(), body=body, headers=dict(headers))
    return int(_said(task)["status"])


def _guards(guards: Guards) -> Guards:
    return replace(guards, denied=tuple(settings.FETCH_DENIED_NETWORKS))


def _said(task: Task, pass_fds: tuple[int, ...] = ()) -> dict[str, Any]:
    """What the child answers.  Raises NotFetched: for what it says, and where it says nothing."""
    process = subprocess.Popen(
        [sys.executable, "-m", "recognition.fetching.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        env=ENVIRONMENT,
        pass_fds=pass_fds,
    )
    watch = Timer(task.seconds + STARTING_SECONDS, process.kill)
    watch.start()
    try:
        answer = _exchange(process, task.as_json())
        process.wait()
    finally:
        watch.cancel()
        process.kill()
        process.wait()
    return _understood(answer, process.returncode)


def _exchange(process: subprocess.Popen[bytes], task: str) -> bytes:
    stdin, stdout = cast("IO[bytes]", process.stdin), cast("IO[bytes]", process.stdout)
    with stdout as told:
        try:
            with stdin as asked:
                asked.write(task.encode() + b"\n")
        except BrokenPipeError:  # it died already
            return b""
        return told.read(LONGEST_ANSWER)


def _understood(answer: bytes, ended: int) -> dict[str, Any]:
    if ended in {-signal.SIGALRM, -signal.SIGKILL}:
        raise NotFetched("address_too_slow")
    try:
        said: dict[str, Any] = json.loads(answer)
        if "code" not in said:
            return said
        refusal = NotFetched(said["code"], **said["facts"])
    except (ValueError, TypeError, KeyError):  # it died, or talks nonsense
        raise NotFetched("fetching_failed") from None
    raise refusal
