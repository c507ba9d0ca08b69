"""The process that asks a host: `python -m recognition.fetching.child`, what to ask in one line of its standard input.

It has no secrets in its environment, little memory and little time: the kernel ends it when that is over, in whatever
it waits then, a resolver included. Addresses may hold secrets, which is why they stand in no command line.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import sys
from dataclasses import asdict, dataclass, field
from typing import Any

from recognition.fetching import addresses
from recognition.fetching.download import download
from recognition.fetching.exchange import asked
from recognition.fetching.guards import Guards
from recognition.fetching.refusals import NotFetched

DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG, prctl(2)
MEMORY_BYTES = 400_000_000
NICE = 5


@dataclass(frozen=True, slots=True)
class Task:
    """What to ask: a file of `most` bytes at most into the open file `out`, or a call with `body` and `headers`.

    `seconds`: how long all of it may take. `parent`: the process that waits for it.
    """

    address: str
    guards: Guards
    seconds: float
    parent: int
    out: int = -1
    most: int = 0
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> str:
        """For `from_json`."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Task:
        """The task that `as_json` wrote."""
        given = json.loads(text)
        guards = given.pop("guards")
        known = Guards(
            schemes=tuple(guards["schemes"]),
            ports=tuple((named, connected) for named, connected in guards["ports"]),
            denied=tuple(guards["denied"]),
            allowed=tuple(guards["allowed"]),
            hosts=tuple((name, tuple(places)) for name, places in guards["hosts"]),
            ca_file=guards["ca_file"],
        )
        return cls(guards=known, **given)


def main() -> None:
    """Do it, and say in one line what came of it."""
    task = Task.from_json(sys.stdin.readline())
    _confine(task)
    try:
        answer = _called(task) if task.out < 0 else _downloaded(task)
    except NotFetched as refusal:
        answer = {"code": refusal.code, "facts": refusal.facts}
    sys.stdout.write(json.dumps(answer))


def _downloaded(task: Task) -> dict[str, Any]:
    with os.fdopen(task.out, "wb") as out:
        return asdict(download(task.address, out, task.most, task.guards))


def _called(task: Task) -> dict[str, Any]:
    """The answer's status is all that is read of it; nobody is called where a redirect leads."""
    place = addresses.checked(task.address, task.guards)
    with asked(place, task.guards, body=task.body.encode(), headers=task.headers) as answer:
        return {"status": answer.status}


def _confine(task: Task) -> None:
    os.nice(NICE)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, task.seconds)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core file would hold the address
    resource.setrlimit(resource.RLIMIT_FSIZE, (task.most, task.most))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)
        if os.getppid() != task.parent:  # it died before it could take us along
            os._exit(1)


if __name__ == "__main__":
    main()
