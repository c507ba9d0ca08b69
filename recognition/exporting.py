"""What the recognition app puts into a person's archive: every picture with all that was read on it, and why."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import islice
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.utils.translation import gettext as _

from hdr_site.foundation.archive_files import ArchiveFile, readable_name
from recognition import progress, selectors, storage
from recognition.models import (
    Batch,
    Correction,
    Digit,
    Explanation,
    Export,
    Intake,
    OwnerChoices,
    Reading,
    Recognition,
    SavedFilter,
)

TOGETHER = 50
"""Rows fetched at once, with all their digits: a page may have hundreds."""
COLUMNS = (
    "id", "name", "sent", "status", "format", "text", "corrected_text", "confidence", "model_version",
    "numbers", "picture", "error",
)  # fmt: skip
ENDINGS = {"image/png": ".png", "image/jpeg": ".jpg"}


def write(user: AbstractBaseUser, archive: ArchiveFile) -> None:
    """All recognitions of `user`, oldest first, in one pass: rows, table and pictures agree with each other."""
    _describe_folders(archive)
    with ExitStack() as parts:
        rows = parts.enter_context(archive.listing("recognitions.json", _("every picture and all that was read on it")))
        about = _("the same as a table, without the single digits")
        table = parts.enter_context(archive.table("recognitions.csv", COLUMNS, about))
        for number, (recognition, corrected, explained) in enumerate(_recognitions_of(user), start=1):
            said = _corrections_of(recognition) if corrected else ()
            entry = _entry(recognition, archive, number, said, _explanations_of(recognition) if explained else ())
            rows.add(entry)
            table.add(_as_row(entry))
    with archive.listing("batches.json", _("pictures that you sent together")) as batches:
        for batch in progress.visible_to(user).select_related("notice").order_by("created_at", "pk").iterator(TOGETHER):
            batches.add(_batch(batch))
    searches = SavedFilter.objects.filter(owner_id=user.pk)
    saved = list(searches.values("name", "query", "created_at"))
    archive.add_json("searches.json", saved, _("searches of your history that you gave a name"))
    _intakes(user, archive)
    files = Export.objects.filter(owner_id=user.pk).order_by("pk")
    asked = list(files.values("kind", "query", "created_at", "status", "rows"))
    archive.add_json("exports.json", asked, _("files of numbers that you had made in the last day"))
    chosen = OwnerChoices.objects.filter(owner_id=user.pk)
    choices = list(chosen.values("erase_pictures_after_days", "erase_texts_too", "staff_may_look"))
    archive.add_json("choices.json", choices, _("what you chose about keeping your pictures"))


def _batch(batch: Batch) -> dict[str, Any]:
    facts = {"name": batch.name, "source": batch.source, "format": batch.format}
    notice = getattr(batch, "notice", None)
    facts |= {"called": notice.address, "call": notice.status} if notice else {}
    return {"id": str(batch.public_id), "sent": batch.created_at, "finished": batch.finished_at} | facts


def _intakes(user: AbstractBaseUser, archive: ArchiveFile) -> None:
    """What was sent to be taken apart; the file itself while it is not."""
    about = _("files with several pictures, and what in them was not taken")
    with archive.listing("intakes.json", about) as entries:
        for number, row in enumerate(Intake.objects.filter(owner_id=user.pk).order_by("pk").iterator(), start=1):
            file = f"intakes/{readable_name(number, row.name, '.' + row.kind)}"
            entries.add(
                {
                    "name": row.name,
                    "kind": row.kind,
                    "address": row.address,
                    "sent": row.created_at,
                    "status": row.status,
                    "error": row.error_message,
                    "taken": row.taken,
                    "not_taken": row.refused,
                    "file": file if row.file and archive.add_stored(file, row.file) else None,
                }
            )


def _describe_folders(archive: ArchiveFile) -> None:
    archive.describe("pictures/", _("the pictures as we keep them, numbered from the oldest on"))
    archive.describe("intakes/", _("files with several pictures that are still to be taken apart"))
    archive.describe("explanations/", _("maps of why a digit was read as it was, where you asked"))


def _recognitions_of(user: AbstractBaseUser) -> Iterator[tuple[Recognition, bool, bool]]:
    """By a list of numbers made at the beginning: what comes later is left out, what is deleted is passed over.

    With whether anybody corrected it and whether anybody asked why: most never do, and to look for each costs more
    than the rest of it.
    """
    numbers = iter(list(selectors.visible_to(user).order_by("created_at", "pk").values_list("pk", flat=True)))
    while some := list(islice(numbers, TOGETHER)):
        rows = (
            Recognition.objects.filter(pk__in=some)
            .select_related("reading", "batch")
            .prefetch_related("readings__digits")
        )
        asked = Explanation.objects.filter(digit__reading__recognition__in=some)
        explained = set(asked.values_list("digit__reading__recognition", flat=True))
        corrected = set(Correction.objects.filter(recognition__in=some).values_list("recognition", flat=True))
        for row in rows.order_by("created_at", "pk"):
            yield row, row.pk in corrected, row.pk in explained


def _entry(
    recognition: Recognition,
    archive: ArchiveFile,
    number: int,
    corrections: Iterable[Correction],
    explanations: Iterable[Explanation],
) -> dict[str, Any]:
    return {
        "id": str(recognition.public_id),
        "name": recognition.name,
        "sent": recognition.created_at,
        "source": recognition.source,
        "batch": str(recognition.batch.public_id) if recognition.batch else None,
        "picture": _picture(recognition, archive, number),
        "picture_erased": recognition.pictures_erased_at,
        "width": recognition.width,
        "height": recognition.height,
        "status": recognition.status,
        "error": recognition.error_message,
        "format": recognition.format,
        "text": recognition.text,
        "corrected_text": recognition.corrected_text,
        "confidence": recognition.confidence,
        "model_version": recognition.model_version,
        "numbers": recognition.reading.numbers if recognition.reading else [],
        "corrections": [_correction(said) for said in corrections],
        "readings": [_reading(reading, recognition) for reading in recognition.readings.all()],
        "explanations": [_explanation(why, archive, number) for why in explanations],
    }


def _picture(recognition: Recognition, archive: ArchiveFile, number: int) -> str | None:
    """Its name in the archive; None when it is gone."""
    stored = recognition.image.name
    if not stored:
        return None
    name = f"pictures/{readable_name(number, recognition.name, ENDINGS.get(recognition.content_type, ''))}"
    return name if archive.add_stored(name, stored) else None


def _reading(reading: Reading, recognition: Recognition) -> dict[str, Any]:
    return {
        "on_show": reading.pk == recognition.reading_id,
        "read": reading.created_at,
        "model_version": reading.model_version,
        "format": reading.format,
        "lines": reading.lines,
        "confidence": reading.confidence,
        "digits": [_digit(digit) for digit in reading.digits.all()],
    }


def _digit(digit: Digit) -> dict[str, Any]:
    box = [digit.x, digit.y, digit.width, digit.height]
    return {"position": digit.position, "value": digit.value, "confidence": digit.confidence, "box": box}


def _corrections_of(recognition: Recognition) -> Iterator[Correction]:
    """A few at a time, for one picture at a time: each is a whole answer, and there may be many."""
    return recognition.corrections.defer("lines").order_by("-pk").iterator(10)


def _correction(said: Correction) -> dict[str, Any]:
    text = None if said.digits is None else said.text
    return {"said": said.created_at, "role": said.role, "text": text, "digits": said.digits}


def _explanations_of(recognition: Recognition) -> Iterator[Explanation]:
    """One at a time: what was found out about a digit is long."""
    whys = Explanation.objects.filter(digit__reading__recognition=recognition).select_related("digit__reading")
    return whys.order_by("created_at", "pk").iterator(10)


def _explanation(why: Explanation, archive: ArchiveFile, number: int) -> dict[str, Any]:
    return {
        "digit": why.digit.position,
        "model_version": why.digit.reading.model_version,
        "asked": why.created_at,
        "status": why.status,
        "findings": why.findings,
        "pictures": _maps(why, archive, number),
    }


def _maps(why: Explanation, archive: ArchiveFile, number: int) -> list[str]:
    """The names in the archive of what was drawn."""
    if why.pictures is None:
        return []
    names = {
        f"explanations/{number:06d} {why.pk} digit {why.digit.position}{ending.replace('.', ' ')}.png": ending
        for ending in storage.PARTS[storage.EXPLANATIONS]
    }
    return [name for name, ending in names.items() if archive.add_stored(name, why.pictures + ending)]


def _as_row(entry: dict[str, Any]) -> dict[str, Any]:
    numbers = "; ".join(str(number.get("text", "")) for number in entry["numbers"])
    return entry | {"numbers": numbers, "sent": entry["sent"].isoformat()}
