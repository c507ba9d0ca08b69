"""The process in which an untrusted file is opened: `python -m ml.documents.child`, the file its standard input.

It has no secrets in its environment, little memory and little time. Whatever kills it (the kernel for taking too long
or too much, a fault of a library) ends this process and nothing else; its parent goes on behind the page that did it.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import sys
from dataclasses import asdict, dataclass, field
from typing import IO, Any

from ml.documents.document import Bounds, Document
from ml.documents.kinds import Opened
from ml.documents.wire import tell
from ml.images import Limits
from ml.rejections import PictureRejected

DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG, prctl(2)
NICE = 10
"""Workers that read pictures go first: people wait for these."""


@dataclass(frozen=True, slots=True)
class Task:
    """What to open, and within which limits: bytes of address space, seconds of the clock for each picture.

    `done`: places to pass over, since an earlier process has dealt with them.
    """

    kind: Opened
    bounds: Bounds
    memory: int
    seconds: float
    parent: int
    done: list[int] = field(default_factory=list)

    def as_json(self) -> str:
        """For `from_json`."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Task:
        """The task that `as_json` wrote."""
        given = json.loads(text)
        bounds = given.pop("bounds")
        picture = Limits(**bounds.pop("picture"))
        return cls(bounds=Bounds(picture=picture, **bounds), **given)


def main() -> None:
    """Tell of every picture in turn; the end is told, too, so that a silent one is a death."""
    task = Task.from_json(sys.argv[1])
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # libraries that print do not talk to our parent
    _confine(task)
    try:
        with _Clock(task.seconds):
            document = _opened(task)
    except PictureRejected as refusal:
        tell(out, {"refused": True, "code": refusal.code, "sentence": refusal.sentence})
        return
    for place in range(len(document)):
        if place not in task.done:
            _deal_with(document, place, task, out)
    tell(out, {"end": True})


def _opened(task: Task) -> Document:
    file = open(0, "rb")  # noqa: SIM115 - as long as this process lives
    file.seek(0)
    if task.kind == "pdf":
        from ml.documents.pdf import PdfDocument

        return PdfDocument(file, task.bounds)
    if task.kind == "tiff":
        from ml.documents.tiff import TiffDocument

        return TiffDocument(file, task.bounds)
    if task.kind == "picture":
        from ml.documents.single import SingleDocument

        return SingleDocument(file, task.bounds)
    from ml.documents.zipped import ZipDocument

    return ZipDocument(file, task.bounds)


def _deal_with(document: Document, place: int, task: Task, out: IO[bytes]) -> None:
    about: dict[str, Any] = {"place": place, "name": document.name(place)[:1000]}
    tell(out, {"begin": True} | about)
    try:
        with _Clock(task.seconds):
            page = document.page(place)
    except PictureRejected as refusal:
        tell(out, about | {"code": refusal.code, "sentence": refusal.sentence})
        return
    except MemoryError:
        sentence = "This one takes too much memory to open; send it smaller."
        tell(out, about | {"code": "too_heavy", "sentence": sentence})
        return
    except Exception:  # what a library makes of a broken file; the rest may be well
        sentence = "This one is damaged and cannot be opened; save it again."
        tell(out, about | {"code": "truncated_picture", "sentence": sentence})
        return
    picture = page.picture
    shape = {"content_type": picture.content_type, "width": picture.width, "height": picture.height}
    tell(out, about | shape | {"digest": page.digest}, picture.content, picture.thumbnail)


class _Clock:
    """Inside, the kernel ends this process after so many seconds: native code looks at no flag and raises nothing."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def __enter__(self) -> None:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, self._seconds)

    def __exit__(self, *_: object) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _confine(task: Task) -> None:
    import resource

    os.nice(NICE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core file would hold the picture
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (task.memory, task.memory))
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)
        if os.getppid() != task.parent:  # it died before it could take us along
            os._exit(1)


if __name__ == "__main__":
    main()
