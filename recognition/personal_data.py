"""What the recognition app keeps of a person."""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from recognition import selectors, storage
from recognition.models import Explanation, OwnerChoices, OwnerUsage, Recognition

MODELS = (Recognition, Explanation, OwnerUsage, OwnerChoices)
TOGETHER = 500


def export(user: AbstractBaseUser) -> dict[str, Any]:
    """All recognitions of `user` with the digits on show, and the explanations they asked for."""
    rows = selectors.visible_to(user).select_related("reading").order_by("created_at").iterator(TOGETHER)
    whys = selectors.explanations_of(user).iterator(TOGETHER)
    chosen = OwnerChoices.objects.filter(owner_id=user.pk)
    return {
        "recognitions": [_exported(row) for row in rows],
        "explanations": [_explained(row) for row in whys],
        "choices": list(chosen.values("erase_pictures_after_days", "erase_texts_too", "staff_may_look")),
    }


def erase(user: AbstractBaseUser) -> None:
    """Remove pictures, readings and usage, some hundreds at a time."""
    while _erase_some(user):
        pass
    OwnerUsage.objects.filter(owner_id=user.pk).delete()
    OwnerChoices.objects.filter(owner_id=user.pk).delete()


@transaction.atomic
def _erase_some(user: AbstractBaseUser) -> bool:
    """Rows first, locked because a worker may be about to write an answer; files once the rows are gone for certain."""
    rows = list(selectors.visible_to(user).select_for_update().order_by("pk")[:TOGETHER])
    names = storage.names_of([row.pk for row in rows])
    Recognition.objects.filter(pk__in=[row.pk for row in rows]).delete()
    transaction.on_commit(lambda: storage.remove(names))
    return bool(rows)


def _exported(row: Recognition) -> dict[str, Any]:
    return {
        "id": str(row.public_id),
        "name": row.name,
        "sent": row.created_at.isoformat(),
        "picture_erased": row.pictures_erased_at.isoformat() if row.pictures_erased_at else None,
        "status": row.status,
        "format": row.format,
        "text": row.text,
        "confidence": row.confidence,
        "model_version": row.model_version,
        "numbers": row.reading.numbers if row.reading else [],
    }


def _explained(row: Explanation) -> dict[str, Any]:
    return {
        "recognition": str(row.digit.reading.recognition.public_id),
        "digit": row.digit.position,
        "asked": row.created_at.isoformat(),
        "status": row.status,
        "findings": row.findings,
    }
