"""Where pictures lie: under random names in Django's storage (a folder, or an S3-compatible store).

A picture's thumbnail lies beside it under the same name with `.thumb`. Files are written before their row and removed
after it, so a row never lacks its file; files that were left without a row are removed by `remove_orphans`.
"""

import secrets
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import islice

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from recognition.models import Recognition

FOLDER = "pictures"
THUMBNAIL = ".thumb"
ORPHANED_AFTER = timedelta(hours=1)
"""No upload takes as long, so a file of that age without a row is nobody's."""
CHUNK = 500


def put(picture: bytes, thumbnail: bytes) -> str:
    """Store both under a random name below a folder of the day; returns the name. Raises OSError, leaving nothing."""
    name = f"{FOLDER}/{timezone.now():%Y-%m-%d}/{secrets.token_hex(16)}"
    try:
        default_storage.save(name, ContentFile(picture))
        default_storage.save(name + THUMBNAIL, ContentFile(thumbnail))
    except BaseException:
        remove([name])
        raise
    return name


def remove(names: Iterable[str]) -> None:
    """Remove pictures with their thumbnails; what is not there is gone already."""
    for name in names:
        default_storage.delete(name + THUMBNAIL)
        default_storage.delete(name)


def remove_orphans() -> int:
    """Remove pictures older than `ORPHANED_AFTER` that no row names; returns how many."""
    removed = 0
    names = _old_names()
    while chunk := set(islice(names, CHUNK)):
        orphans = chunk - set(Recognition.objects.filter(image__in=chunk).values_list("image", flat=True))
        remove(orphans)
        removed += len(orphans)
    return removed


def _old_names() -> Iterator[str]:
    latest = timezone.now() - ORPHANED_AFTER
    for day in _folders():
        for file in default_storage.listdir(f"{FOLDER}/{day}")[1]:
            name = f"{FOLDER}/{day}/{file}"
            if default_storage.get_modified_time(name) < latest:
                yield name.removesuffix(THUMBNAIL)


def _folders() -> list[str]:
    try:
        folders, _ = default_storage.listdir(FOLDER)
    except FileNotFoundError:  # nothing was ever stored
        return []
    return folders
