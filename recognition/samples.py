"""The samples that anybody may try without an account: drawn by us, and really read by a worker at each try.

A try is a temporary recognition of nobody's: behind every picture that somebody sent, in no list, and erased with its
file within five minutes. The file is a copy of the sample, so that nothing in the way differs from that of any picture.
"""

import uuid
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from hdr_site.foundation import bells, jobs, limits, origin
from hdr_site.foundation.jobs import Priority
from hdr_site.foundation.limits import MINUTE, Limit
from recognition import submissions, temporary, uploads
from recognition.models import Recognition, Source
from recognition.uploads import CleanPicture, UploadRejected

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise

FROM_ONE_NETWORK = Limit("samples from a network", _("tries of the samples from your network"), 60, MINUTE)
ALTOGETHER = Limit("samples", _("tries of the samples by all visitors together"), 240, MINUTE)


@dataclass(frozen=True, slots=True)
class Sample:
    """One of our pictures. `written`: what stands on it, as the reader should answer; `format`: what it is read as."""

    name: str
    title: "StrOrPromise"
    description: "StrOrPromise"
    written: str = ""
    format: str = ""

    @property
    def picture(self) -> str:
        """Where the file lies among the static files."""
        return f"images/samples/{self.name}.webp"


SAMPLES = {
    sample.name: sample
    for sample in (
        Sample("mark-sheet", _("A mark sheet"), _("A column of six handwritten marks."), "17 9 23 18 30 6"),
        Sample("cheque", _("A cheque"), _("An amount on paper with a pattern."), "1250.75", "amount"),
        Sample("envelope", _("A postal code"), _("Six digits, one in each box."), "560 034", "postal:IN"),
        Sample("meter", _("A meter"), _("Five light digits on a dark counter."), "04172", "meter:5"),
        Sample("blank", _("An empty page"), _("Ruled paper on which nothing is written.")),
        Sample("scribble", _("A scribble"), _("A tangle of lines without a digit.")),
    )
}


def send(sample: Sample) -> Recognition:
    """Queue a copy of the sample. Raises UploadRejected over a limit, or when there is no room for it."""
    _admit()
    picture = _picture(sample)
    return _queued(sample, picture, submissions.stored(picture))


def tried(public_id: uuid.UUID) -> Recognition | None:
    """A try with its answer, while it lasts; None if there is none such. Who may see it is the caller's to know."""
    return _tries().select_related("reading").filter(public_id=public_id, temporary_until__gt=Now()).first()


def sample_of(recognition: Recognition) -> Sample:
    """Which sample was tried."""
    return SAMPLES[recognition.name]


def _tries() -> QuerySet[Recognition]:
    return Recognition.objects.filter(owner=None, source=Source.SAMPLE)


def _admit() -> None:
    for limit, subject in ((FROM_ONE_NETWORK, origin.network() or "unknown"), (ALTOGETHER, "")):
        refusal = limits.count(limit, subject)[1]
        if refusal:
            raise UploadRejected("too_many_samples", refusal.sentence(), 429, refusal.wait)


@cache
def _picture(sample: Sample) -> CleanPicture:
    """As what somebody sends is checked and encoded; once in a process, since it is always the same."""
    content = (settings.BASE_DIR / "static" / sample.picture).read_bytes()
    return uploads.clean(SimpleUploadedFile(f"{sample.name}.webp", content))


@transaction.atomic
def _queued(sample: Sample, picture: CleanPicture, stored_as: str) -> Recognition:
    recognition = Recognition.objects.create(
        owner=None,
        source=Source.SAMPLE,
        temporary_until=Now() + temporary.LIFETIME,
        name=sample.name,
        format=sample.format,
        image=stored_as,
        content_type=picture.content_type,
        width=picture.width,
        height=picture.height,
        stored_bytes=len(picture.content) + len(picture.thumbnail),
        priority=Priority.BULK,
        turn=jobs.next_turn(Recognition, None, Priority.BULK),
    )
    bells.ring_on_commit(Recognition)
    return recognition
