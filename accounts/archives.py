"""What people do with the archive of everything that is kept of them: ask for it, fetch it once, within a day."""

import secrets
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import islice

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import ngettext

from accounts.models import Archive, User
from hdr_site.foundation import audit, bells, jobs
from hdr_site.foundation.actions import Action
from hdr_site.foundation.jobs import Status

FOLDER = "archives"
MOST_A_DAY = 3
"""An archive may take minutes of a worker and gigabytes of the disk."""
DAY = timedelta(days=1)
NOTED_FOR = timedelta(days=30)
ORPHANED_AFTER = timedelta(hours=1)
"""A file that has not grown for so long and is in no row is what a killed worker left."""
CHUNK = 500


class TooManyArchives(Exception):
    """The owner has had as many archives as one may have in a day."""


@transaction.atomic
def ask(owner: User) -> Archive:
    """Have an archive made; one that is still to come is returned as it is. Raises TooManyArchives.

    An earlier one that was not fetched ends: there is one at a time.
    """
    User.objects.select_for_update(no_key=True).get(pk=owner.pk)
    earlier = Archive.objects.filter(owner=owner)
    waiting = earlier.filter(status__in=[Status.QUEUED, Status.RUNNING]).first()
    if waiting:
        return waiting
    _refuse_too_many(earlier)
    remove(earlier)
    archive = Archive.objects.create(owner=owner, turn=jobs.next_turn(Archive, owner.pk))
    audit.record(owner, Action.ARCHIVE_ASKED)
    bells.ring_on_commit(Archive)
    return archive


def latest(owner: User) -> Archive | None:
    """The one that was asked for last."""
    return Archive.objects.filter(owner=owner).order_by("created_at", "pk").last()


def find(owner: User, key: str) -> Archive | None:
    """The archive of `owner` that `key` is the link of, whether or not it can still be had."""
    return Archive.objects.filter(owner=owner, digest=Archive.digest_of(key)).first()


@transaction.atomic
def fetched(archive: Archive) -> None:
    """All of it was handed over: the link is used up."""
    if Archive.objects.filter(pk=archive.pk, fetched_at=None).update(fetched_at=Now()):
        audit.record(archive.owner, Action.ARCHIVE_FETCHED)


@transaction.atomic
def remove(rows: QuerySet[Archive]) -> None:
    """Make links useless; the files go once that is certain."""
    names = list(rows.exclude(file="").select_for_update().values_list("file", flat=True))
    rows.filter(file__in=names).update(file="")
    transaction.on_commit(lambda: _delete_files(names))


def _delete_files(names: Iterable[str]) -> None:
    for name in names:
        default_storage.delete(name)


def new_name() -> str:
    """A random name in the store, below a folder of the day."""
    return f"{FOLDER}/{timezone.now():%Y-%m-%d}/{secrets.token_hex(16)}.zip"


def tidy() -> None:
    """Remove what was fetched or not wanted for a day, what no row names, and after a month the rows."""
    remove(Archive.objects.filter(fetched_at__lt=Now()))
    remove(Archive.objects.filter(finished_at__lt=Now() - Archive.LINK_LIVES))
    Archive.objects.filter(finished_at__lt=Now() - NOTED_FOR, file="").delete()
    names = _old_files()
    while chunk := set(islice(names, CHUNK)):
        _delete_files(chunk - set(Archive.objects.filter(file__in=chunk).values_list("file", flat=True)))


def _refuse_too_many(earlier: QuerySet[Archive]) -> None:
    recent = list(earlier.filter(created_at__gt=Now() - DAY).order_by("-created_at")[:MOST_A_DAY])
    if len(recent) == MOST_A_DAY:
        again = date_format(timezone.localtime(recent[-1].created_at + DAY), "j F, H:i")
        told = ngettext(
            "You may ask for %(most)d archive in 24 hours. Ask again after %(when)s (%(zone)s).",
            "You may ask for %(most)d archives in 24 hours. Ask again after %(when)s (%(zone)s).",
            MOST_A_DAY,
        )
        raise TooManyArchives(told % {"most": MOST_A_DAY, "when": again, "zone": timezone.get_current_timezone_name()})


def _old_files() -> Iterator[str]:
    latest_change = timezone.now() - ORPHANED_AFTER
    try:
        days, _files = default_storage.listdir(FOLDER)
    except FileNotFoundError:  # there never was one
        return
    for day in days:
        for file in default_storage.listdir(f"{FOLDER}/{day}")[1]:
            name = f"{FOLDER}/{day}/{file}"
            if default_storage.get_modified_time(name) < latest_change:
                yield name
