"""How a worker gets hold of what is to be taken apart: out of the store, or from a web address.

What was fetched is stored before it is taken apart: a worker that takes over goes on with the same bytes, whatever the
address answers by then.
"""

import os
from typing import IO, BinaryIO, cast

from django.core.files.base import File
from django.db import transaction

from hdr_site.foundation import jobs, stored_files
from ml import picture_formats
from ml.documents.kinds import Opened, kind_of
from ml.rejections import PictureRejected
from recognition import quotas, storage, uploads
from recognition.fetching import parent as fetching
from recognition.fetching.download import Arrived
from recognition.fetching.refusals import NotFetched
from recognition.fetching.words import rejected
from recognition.models import Intake
from recognition.uploads import UploadRejected

PAGE_BEGINS = (b"<!doctype html", b"<html")


class TakenAway(Exception):
    """The job is no longer ours: another worker has it, or its owner deleted it."""


class StoreDown(Exception):
    """The store cannot be reached; it may be another time."""


def bring(intake: Intake, file: IO[bytes]) -> Opened:
    """Copy what was sent, or what lies at the address, into `file`; returns what it is to be opened as.

    Raises UploadRejected for an address that hands out nothing to open, TakenAway, StoreDown and FileNotFoundError.
    """
    if intake.kind == Intake.Kind.ADDRESS and not intake.file:
        _fetch(intake, file)
    else:
        _copy(str(intake.file), file)
    file.seek(0)
    if intake.kind != Intake.Kind.ADDRESS:
        return cast("Opened", intake.kind)
    return kind_of(cast("BinaryIO", file)) or "picture"


def _copy(stored_as: str, file: IO[bytes]) -> None:
    try:
        for piece in stored_files.pieces(stored_as):
            file.write(piece)
    except FileNotFoundError:
        raise
    except Exception as problem:
        raise StoreDown from problem
    file.flush()


def _fetch(intake: Intake, file: IO[bytes]) -> None:
    arrived = fetching.fetch(intake.address, file, uploads.limits().max_bytes)
    file.seek(0)
    _refuse_page(file, arrived)
    try:
        with os.fdopen(os.dup(file.fileno()), "rb") as again:  # a store may close what it is given
            stored_as = storage.put_intake(File(again))
    except Exception as problem:
        raise StoreDown from problem
    try:
        _keep(intake, stored_as, arrived.name, file.seek(0, os.SEEK_END))
    except (UploadRejected, TakenAway):
        storage.remove([stored_as])
        raise


def _refuse_page(file: IO[bytes], arrived: Arrived) -> None:
    """What is sent is judged by its content; only what is no picture then is a page, if its host or it says so."""
    head = file.read(picture_formats.HEAD_BYTES)
    file.seek(0)
    if kind_of(cast("BinaryIO", file)):
        return
    try:
        picture_formats.recognise(head)
    except PictureRejected:
        if arrived.is_page or head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(PAGE_BEGINS):
            raise rejected(NotFetched("address_shows_page")) from None


@transaction.atomic
def _keep(intake: Intake, stored_as: str, name: str, size: int) -> None:
    if not jobs.lock_mine([intake]):
        raise TakenAway
    quotas.reserve(intake.owner, size)
    intake.file, intake.stored_bytes, intake.name = stored_as, size, uploads.clean_name(name)
    intake.save(update_fields=["file", "stored_bytes", "name"])
