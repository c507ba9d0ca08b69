"""Where pictures lie: under random names in Django's storage (a folder, or an S3-compatible store).

A picture's thumbnail lies beside it under the same name with `.thumb`, the pictures of an explanation under one name
with an ending each, a file with several pictures under one until it is taken apart, and a file of answers for a day.
Files are written before their row and removed after it, so a row never lacks its file; files without a row are removed
by `remove_orphans`.
"""

import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import islice
from typing import IO, Any

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.utils import timezone

from recognition.models import Explanation, Export, Intake, Recognition

FOLDER = "pictures"
EXPLANATIONS = "explanations"
INTAKES = "intakes"
EXPORTS = "exports"
THUMBNAIL = ".thumb"
PARTS = {FOLDER: ("", THUMBNAIL), EXPLANATIONS: (".glyph", ".heat", ".maps"), INTAKES: ("",), EXPORTS: ("",)}
"""The endings of the files that lie under one name, by folder."""
ORPHANED_AFTER = timedelta(hours=1)
"""No upload takes as long, so a file of that age without a row is nobody's."""
CHUNK = 500


def put(picture: bytes, thumbnail: bytes) -> str:
    """Store both under a random name below a folder of the day; returns the name. Raises OSError, leaving nothing."""
    return _put(FOLDER, {"": picture, THUMBNAIL: thumbnail})


def put_explanation(pictures: Mapping[str, bytes]) -> str:
    """The same for the pictures of an explanation: `glyph`, `heat` and `maps`."""
    return _put(EXPLANATIONS, {f".{what}": content for what, content in pictures.items()})


def put_intake(file: "File[Any] | IO[bytes]") -> str:
    """The same for a file with several pictures, as it was sent."""
    return _put(INTAKES, {"": file})


def put_export(file: IO[bytes]) -> str:
    """The same for a file of answers, from its beginning."""
    file.seek(0)
    return _put(EXPORTS, {"": File(file, "answers")})


def remove(names: Iterable[str]) -> None:
    """Remove what lies under these names; what is not there is gone already."""
    for name in names:
        for ending in reversed(PARTS[name.partition("/")[0]]):
            default_storage.delete(name + ending)


def names_of(recognitions: Collection[int]) -> list[str]:
    """What is stored for recognitions, by primary key: their pictures, and those of their explanations."""
    pictures = Recognition.objects.filter(pk__in=recognitions, image__isnull=False).values_list("image", flat=True)
    explanations = Explanation.objects.filter(
        digit__reading__recognition__in=recognitions, pictures__isnull=False
    ).values_list("pictures", flat=True)
    return [str(name) for name in (*pictures, *explanations)]


def names_of_intakes(intakes: QuerySet[Intake]) -> list[str]:
    """The files of intakes that are not yet taken apart."""
    return [str(name) for name in intakes.filter(file__isnull=False).values_list("file", flat=True)]


def remove_orphans() -> int:
    """Remove what is older than `ORPHANED_AFTER` and named by no row; returns how many."""
    removed = 0
    names = _old_names()
    while chunk := set(islice(names, CHUNK)):
        orphans = chunk - set(Recognition.objects.filter(image__in=chunk).values_list("image", flat=True))
        orphans -= set(Explanation.objects.filter(pictures__in=chunk).values_list("pictures", flat=True))
        orphans -= set(Intake.objects.filter(file__in=chunk).values_list("file", flat=True))
        orphans -= set(Export.objects.filter(file__in=chunk).values_list("file", flat=True))
        remove(orphans)
        removed += len(orphans)
    return removed


def _put(folder: str, files: "Mapping[str, bytes | File[Any] | IO[bytes]]") -> str:
    name = f"{folder}/{timezone.now():%Y-%m-%d}/{secrets.token_hex(16)}"
    try:
        for ending, content in files.items():
            default_storage.save(name + ending, ContentFile(content) if isinstance(content, bytes) else content)
    except BaseException:
        remove([name])
        raise
    return name


def _old_names() -> Iterator[str]:
    latest = timezone.now() - ORPHANED_AFTER
    for day in _folders():
        for file in default_storage.listdir(day)[1]:
            if _was_written_before(latest, f"{day}/{file}"):
                yield f"{day}/{file.partition('.')[0]}"


def _was_written_before(latest: datetime, path: str) -> bool:
    try:
        return default_storage.get_modified_time(path) < latest
    except FileNotFoundError:  # removed since it was listed: with its picture, or beside another orphan's part
        return False


def _folders() -> Iterator[str]:
    for folder in PARTS:
        try:
            days, _ = default_storage.listdir(folder)
        except FileNotFoundError:  # nothing was ever stored there
            continue
        yield from (f"{folder}/{day}" for day in days)
