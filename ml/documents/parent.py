"""Taking a file apart in a child process, and going on after a page that kills it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ml.documents.child import Task
from ml.documents.document import Bounds
from ml.documents.kinds import Opened
from ml.documents.wire import BrokenOff, Listener
from ml.reencoding import CleanPicture
from ml.rejections import PictureRejected

ROOT = Path(__file__).resolve().parent.parent.parent
MOST_DEATHS = 5
"""So many pages may each cost a process; a file with more of them is made to do harm."""
MEMORY_BYTES = 800_000_000
"""Address space: the interpreter and its libraries have 140 MB of it, the rest is for one picture and its copies."""
PICTURE_SECONDS = 20.0
ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    "LANG": "C.UTF-8",
}
"""All of it: our own holds secrets, which a file that takes over the child should not find."""
CONTENT_TYPES = {"image/jpeg", "image/png"}


@dataclass(frozen=True, slots=True)
class Taken:
    """One picture of the file, at its place from 0."""

    place: int
    name: str
    picture: CleanPicture
    digest: str


@dataclass(frozen=True, slots=True)
class Refused:
    """One that is not taken, and why."""

    place: int
    name: str
    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Confines:
    """What the child may take: bytes of address space, and seconds of the clock for opening and for each picture."""

    memory: int = MEMORY_BYTES
    seconds: float = PICTURE_SECONDS


def take_apart(
    file: IO[bytes], kind: Opened, bounds: Bounds, done: Collection[int] = (), confines: Confines = Confines()
) -> Iterator[Taken | Refused]:
    """Every picture of the file in order, bad ones with their reason; the places `done` are passed over.

    `file` is a real one, with everything written: a child process reads it. Raises PictureRejected when none of it can
    be taken, and when it kills process after process.
    """
    passed = set(done)
    for _ in range(MOST_DEATHS):
        begun: Refused | None = None
        with _started(file, _task(kind, bounds, passed, confines), confines) as child:
            try:
                while (said := _next(child)) is not None:
                    begun = said if isinstance(said, Refused) and said.code == "" else None
                    if begun is None:
                        passed.add(said.place)
                        yield said
                return
            except BrokenOff:
                pass
        if begun is None:
            raise PictureRejected("too_heavy", "This file takes too much memory or time to open; send it in parts.")
        passed.add(begun.place)
        yield Refused(begun.place, begun.name, "too_heavy", "This one takes too much memory or time; send it smaller.")
    raise PictureRejected("too_heavy", "Too much of this file takes too much memory or time; save it anew, or smaller.")


def _next(child: Listener) -> Taken | Refused | None:
    """The next picture; with an empty code one that is only begun; None at the end."""
    message, parts = child.next()
    try:
        if message.get("refused"):
            raise PictureRejected(str(message["code"]), str(message["sentence"]))
        if message.get("end"):
            return None
        place, name = int(message["place"]), str(message["name"])
        if message.get("begin"):
            return Refused(place, name, "", "")
        if "code" in message:
            return Refused(place, name, str(message["code"]), str(message["sentence"]))
        if message["content_type"] not in CONTENT_TYPES:
            raise BrokenOff("no picture of ours")
        content, thumbnail = parts
        width, height = int(message["width"]), int(message["height"])
        picture = CleanPicture(content, message["content_type"], thumbnail, width, height)
        return Taken(place, name, picture, str(message["digest"])[:64])
    except (KeyError, ValueError, TypeError) as problem:
        raise BrokenOff("no message") from problem


def _task(kind: Opened, bounds: Bounds, done: Collection[int], confines: Confines) -> str:
    task = Task(kind, bounds, confines.memory, confines.seconds, os.getpid(), sorted(done))
    return task.as_json()


@contextmanager
def _started(file: IO[bytes], task: str, confines: Confines) -> Iterator[Listener]:
    """The child at work; inside the block it is heard, behind it there is none."""
    command = [sys.executable, "-m", "ml.documents.child", task]
    process = subprocess.Popen(  # noqa: S603 - our own command line
        command, stdin=file, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT, env=ENVIRONMENT
    )
    assert process.stdout is not None
    try:
        yield Listener(process.stdout.fileno(), 2 * confines.seconds + 10)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
