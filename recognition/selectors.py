"""Every read of recognitions. `visible_to` decides who sees what, and every query here goes through it."""

import base64
import binascii
import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from django.db.models import F, Q, QuerySet

from recognition.models import UNSURE, Digit, Explanation, Recognition, Status

PAGE_SIZE = 20
LARGEST_PAGE = 100


class InvalidCursor(ValueError):
    """A page's address that we did not make."""


@dataclass(frozen=True, slots=True)
class HistoryFilter:
    """What part of a history is asked for; days are whole days in `zone`, both included."""

    status: Status | None = None
    since: date | None = None
    until: date | None = None
    zone: tzinfo = UTC


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """One page of a history, newest first, and the cursors of its neighbours (None where there is none)."""

    items: list[Recognition]
    older: str | None
    newer: str | None


def visible_to(user: Any, *, at_the_desk: bool = False) -> QuerySet[Recognition]:
    """The recognitions that `user` may see: their own; at the desk (the admin site), what their permission gives."""
    if not at_the_desk:
        return Recognition.objects.filter(owner=user)
    everything = Recognition.objects.select_related("owner", "reading")
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


def digits_of(recognition: Recognition) -> list[Digit]:
    """The digits of the reading on show, in reading order."""
    if recognition.reading_id is None:
        return []
    return list(Digit.objects.filter(reading_id=recognition.reading_id).order_by("position"))


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


def history(user: Any, wanted: HistoryFilter, cursor: str | None = None, size: int = PAGE_SIZE) -> HistoryPage:
    """A page of `user`'s history by keyset: as fast at the end as at the beginning. Raises InvalidCursor."""
    rows = _filtered(visible_to(user).select_related("reading"), wanted)
    if cursor is None:
        return _downwards(rows, size, at_the_top=True)
    direction, created_at, public_id = _parse(cursor)
    if direction == "o":
        return _downwards(rows.filter(_older_than(created_at, public_id)), size, at_the_top=False)
    return _upwards(rows.filter(_newer_than(created_at, public_id)), size)


def _filtered(rows: QuerySet[Recognition], wanted: HistoryFilter) -> QuerySet[Recognition]:
    if wanted.status:
        rows = rows.filter(status=wanted.status)
    if wanted.since:
        rows = rows.filter(created_at__gte=_midnight(wanted.since, wanted.zone))
    if wanted.until:
        rows = rows.filter(created_at__lt=_midnight(wanted.until + timedelta(days=1), wanted.zone))
    return rows


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time.min, tzinfo=zone)


def _downwards(rows: QuerySet[Recognition], size: int, *, at_the_top: bool) -> HistoryPage:
    found = list(rows.order_by("-created_at", "-public_id")[: size + 1])
    items = found[:size]
    older = _cursor("o", items[-1]) if len(found) > size else None
    newer = None if at_the_top or not items else _cursor("n", items[0])
    return HistoryPage(items, older, newer)


def _upwards(rows: QuerySet[Recognition], size: int) -> HistoryPage:
    found = list(rows.order_by("created_at", "public_id")[: size + 1])
    items = found[:size][::-1]
    newer = _cursor("n", items[0]) if len(found) > size else None
    older = _cursor("o", items[-1]) if items else None
    return HistoryPage(items, older, newer)


def _older_than(created_at: datetime, public_id: uuid.UUID) -> Q:
    return Q(created_at__lte=created_at) & (Q(created_at__lt=created_at) | Q(public_id__lt=public_id))


def _newer_than(created_at: datetime, public_id: uuid.UUID) -> Q:
    return Q(created_at__gte=created_at) & (Q(created_at__gt=created_at) | Q(public_id__gt=public_id))


def _cursor(direction: str, item: Recognition) -> str:
    plain = f"{direction} {item.created_at.isoformat()} {item.public_id.hex}"
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def _parse(cursor: str) -> tuple[str, datetime, uuid.UUID]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        direction, created_at, public_id = base64.urlsafe_b64decode(padded.encode()).decode().split(" ")
        if direction not in {"o", "n"}:
            raise InvalidCursor(cursor)
        return direction, _aware(datetime.fromisoformat(created_at)), uuid.UUID(public_id)
    except (binascii.Error, UnicodeError, ValueError) as problem:
        raise InvalidCursor("This page address is not one of ours; start again without a cursor.") from problem


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise InvalidCursor("A moment without a time zone.")
    return moment
