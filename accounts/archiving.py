"""What a worker does for an archive: claim it, write the file, hand it over with a mail.

The file is written and stored outside any transaction; row, mail and audit entry are one transaction, fenced by the
row's attempt. So whatever dies in between, there is one mail and one file in the end; a file that was stored for
nobody is removed by `archives.tidy`.
"""

import errno
import logging
import secrets
import tempfile
from contextlib import suppress
from datetime import timedelta
from threading import Lock
from typing import IO

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from accounts import archives, languages, letters
from accounts.models import Archive, User
from hdr_site.foundation import audit, bells, jobs, leases, register
from hdr_site.foundation.actions import Action
from hdr_site.foundation.archive_files import ArchiveFile, StoreDown, scratch_folder

logger = logging.getLogger(__name__)

STORE_DOWN_DELAY = timedelta(seconds=30)
GIVE_UP_AFTER = timedelta(days=1)
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_at_work = Lock()


def work_off() -> None:
    """Make what is due, one after the other, and one at a time in this process.

    The courier's other threads have mails and the sweep to see to: a bell that finds an archive in the making is
    ignored, since whoever makes that one looks for the next.
    """
    if not _at_work.acquire(blocking=False):
        return
    try:
        bells.heard(Archive)
        while claimed := jobs.claim(Archive, at_most=1):
            _make(claimed[0])
    finally:
        _at_work.release()


def tell_of_losses() -> None:
    """Write to those whose archive was given up by the sweep, because workers died over it: once each."""
    for archive in Archive.objects.filter(error_code="lost_too_often").select_related("owner"):
        with transaction.atomic():
            told = Archive.objects.filter(pk=archive.pk, error_code="lost_too_often")
            if told.update(error_code="archive_failed"):
                _tell_of_failure(archive.owner, "archive_failed")


def _make(archive: Archive) -> None:
    owner = User.objects.filter(pk=archive.owner_id).first()
    if owner is None:  # erased meanwhile, and the row with them
        return
    try:
        with leases.held(archive), tempfile.TemporaryFile(dir=scratch_folder()) as file:
            size = _write(owner, file)
            name = _stored(file)
            _hand_over(archive, name, size)
    except StoreDown as problem:
        _try_later(archive, problem)
    except Exception as problem:
        if isinstance(problem, OSError) and problem.errno in NO_ROOM:
            _fail(archive, "archive_no_room", "There was no room for your archive. Ask again in some hours.")
            return
        logger.exception("Archive %s could not be made", archive.pk)
        _fail(archive, "archive_failed", "Your archive could not be made. Ask for it again.")


def _write(owner: User, file: IO[bytes]) -> int:
    """All that is kept of `owner`; returns the size."""
    with languages.of_recipient(owner.email, owner), ArchiveFile(file) as archive:
        register.export(owner, archive)
    return file.tell()


def _stored(file: IO[bytes]) -> str:
    """Copy it into the store; returns its name there. Leaves nothing when that fails."""
    file.seek(0)
    name = archives.new_name()
    try:
        default_storage.save(name, File(file, name))
    except BaseException as problem:
        with suppress(Exception):  # what is out of reach now is removed by `archives.tidy`
            default_storage.delete(name)
        if isinstance(problem, Exception) and not isinstance(problem, OSError):
            raise StoreDown(name) from problem
        raise
    return name


def _hand_over(archive: Archive, name: str, size: int) -> None:
    """Nobody's file, if the job is no longer ours or its owner is gone, is removed."""
    if not _announced(archive, name, size):
        default_storage.delete(name)


@transaction.atomic
def _announced(archive: Archive, name: str, size: int) -> bool:
    if not jobs.lock_mine([archive]):
        return False
    key = secrets.token_urlsafe(32)
    jobs.settle(archive, digest=Archive.digest_of(key), file=name, stored_bytes=size)
    audit.record(archive.owner, Action.ARCHIVE_READY)
    until = timezone.now() + Archive.LINK_LIVES
    letters.send(archive.owner, "archive_ready", link=("accounts:archive", key), size=size, until=until)
    return True


def _try_later(archive: Archive, problem: StoreDown) -> None:
    logger.warning("Archive %s: store not reachable, trying again: %s", archive.pk, type(problem.__cause__).__name__)
    if archive.created_at < timezone.now() - GIVE_UP_AFTER:
        _fail(archive, "archive_failed", "Your pictures could not be fetched for a day. Ask for the archive again.")
    else:
        jobs.postpone(archive, STORE_DOWN_DELAY, "store_down", "The pictures could not be fetched; trying again.")


@transaction.atomic
def _fail(archive: Archive, code: str, sentence: str) -> None:
    if jobs.fail(archive, code, sentence):
        _tell_of_failure(archive.owner, code)


def _tell_of_failure(owner: User, code: str) -> None:
    audit.record(owner, Action.ARCHIVE_FAILED, code)
    letters.send(owner, "archive_failed", code=code, link=("accounts:data",))
