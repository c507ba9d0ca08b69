"""What the recognition app keeps of a person."""

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from hdr_site.foundation.archive_files import ArchiveFile
from recognition import exporting, exports, selectors, storage
from recognition.models import (
    Batch,
    Correction,
    Explanation,
    Export,
    Intake,
    Notice,
    OwnerChoices,
    OwnerUsage,
    Recognition,
    SavedFilter,
)

MODELS = (Recognition, Explanation, OwnerUsage, OwnerChoices, Correction, Batch, Intake, Notice, SavedFilter, Export)
TOGETHER = 100
"""Rows erased at once, with all their digits: a page may have hundreds."""


def counts(user: AbstractBaseUser) -> dict[str, int]:
    """Pictures that are still there, and answers: these may be kept without their picture."""
    rows = selectors.visible_to(user)
    return {"pictures": rows.filter(image__isnull=False).count(), "answers": rows.count()}


def export(user: AbstractBaseUser, archive: ArchiveFile) -> None:
    """All recognitions of `user` with their pictures, and the explanations they asked for."""
    exporting.write(user, archive)


def erase(user: AbstractBaseUser) -> None:
    """Remove pictures, readings and usage, some hundreds at a time."""
    _erase_intakes(user)  # before their pictures, so that no more of these come
    exports.remove(exports.of(user))
    while _erase_some(user):
        pass
    Batch.objects.filter(owner_id=user.pk).delete()
    SavedFilter.objects.filter(owner_id=user.pk).delete()
    OwnerUsage.objects.filter(owner_id=user.pk).delete()
    OwnerChoices.objects.filter(owner_id=user.pk).delete()


@transaction.atomic
def _erase_intakes(user: AbstractBaseUser) -> None:
    rows = Intake.objects.filter(owner_id=user.pk).select_for_update().order_by("pk")
    numbers = [row.pk for row in rows]
    names = storage.names_of_intakes(Intake.objects.filter(pk__in=numbers))
    Intake.objects.filter(pk__in=numbers).delete()
    transaction.on_commit(lambda: storage.remove(names))


@transaction.atomic
def _erase_some(user: AbstractBaseUser) -> bool:
    """Rows first, locked because a worker may be about to write an answer; files once the rows are gone for certain."""
    theirs = Recognition.objects.filter(owner_id=user.pk)  # also what is in no list
    rows = list(theirs.select_for_update().order_by("pk")[:TOGETHER])
    names = storage.names_of([row.pk for row in rows])
    Recognition.objects.filter(pk__in=[row.pk for row in rows]).delete()
    transaction.on_commit(lambda: storage.remove(names))
    return bool(rows)
