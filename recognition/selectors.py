"""Reads of single recognitions; lists are in `history`. `visible_to` decides who sees what, for both."""

import uuid
from typing import Any

from django.db.models import F, QuerySet

from recognition.models import LISTED, UNSURE, Correction, Digit, Explanation, Recognition, Role


def visible_to(user: Any, *, at_the_desk: bool = False) -> QuerySet[Recognition]:
    """The recognitions that `user` may see: their own; at the desk (the admin site), what their permission gives.

    Never what is only looked at for some minutes: see `looked_at`.
    """
    if not at_the_desk:
        return Recognition.objects.filter(LISTED, owner=user)
    everything = Recognition.objects.filter(LISTED).select_related("owner", "reading")
    if user.has_perm("recognition.view_recognition"):
        return everything
    return waiting_for_review(everything) if user.has_perm("recognition.review_recognition") else everything.none()


def waiting_for_review(rows: QuerySet[Recognition]) -> QuerySet[Recognition]:
    """Of these, what the reader was unsure of or found no digit in, of owners who allow staff to look."""
    return rows.filter(UNSURE, owner__choices__staff_may_look=True)


def one(user: Any, public_id: uuid.UUID) -> Recognition | None:
    """One recognition with its current reading; None if there is none such that `user` may see."""
    try:
        return visible_to(user).select_related("reading").get(public_id=public_id)
    except Recognition.DoesNotExist:
        return None


def looked_at(user: Any, public_id: uuid.UUID) -> Recognition | None:
    """What `user` sent only to look at, while it lasts; None if there is none such."""
    theirs = Recognition.objects.filter(~LISTED, owner=user, public_id=public_id)
    return theirs.select_related("reading").first()


def sent_before(recognition: Recognition) -> Recognition | None:
    """The first picture of the same owner that came as the very same file, earlier; None if there is none."""
    if not recognition.content_digest:
        return None
    same = Recognition.objects.filter(owner=recognition.owner_id, content_digest=recognition.content_digest)
    return same.filter(temporary_until=None, pk__lt=recognition.pk).order_by("pk").first()


def digits_of(recognition: Recognition) -> list[Digit]:
    """The digits of the reading on show, in reading order."""
    if recognition.reading_id is None:
        return []
    return list(Digit.objects.filter(reading_id=recognition.reading_id).order_by("position"))


def corrections_of(recognition: Recognition) -> QuerySet[Correction]:
    """What its owner has said instead of the machine, the last first."""
    return (
        Correction.objects.filter(recognition_id=recognition.pk, role=Role.OWNER)
        .select_related("reading")
        .order_by("-pk")
    )


def correction_on_show(recognition: Recognition) -> Correction | None:
    """The owner's last word; None where the machine's answer counts."""
    if recognition.corrected_text is None:
        return None
    return corrections_of(recognition).filter(digits__isnull=False).first()


def digit_on_show(user: Any, public_id: uuid.UUID, position: int) -> Digit | None:
    """One digit of the reading on show, with its explanation if there is one; None if `user` may see none such."""
    pictures = visible_to(user).filter(public_id=public_id)
    return (
        Digit.objects.filter(reading__recognition__in=pictures, reading=F("reading__recognition__reading"))
        .select_related("reading__recognition", "explanation")
        .filter(position=position)
        .first()
    )


def explanations_of(user: Any) -> QuerySet[Explanation]:
    """What `user` has asked for, oldest first."""
    asked = Explanation.objects.filter(digit__reading__recognition__in=visible_to(user))
    return asked.select_related("digit__reading__recognition").order_by("created_at", "pk")
