"""Searching a history: what fits, in which order, a page at a time.

A page is found by its keys alone, which indexes hold together with everything that can be asked for, so that Postgres
need not look at the table (index-only scans); the rows of the page are fetched then. Pages go on from the last row
that was seen (keyset pagination), not from a number of rows to pass over.
"""

import base64
import binascii
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from django.db.models import Q, QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from recognition import moments, selectors
from recognition.models import LISTED, WANTS_A_LOOK, Batch, Recognition, Source, Status
from recognition.numerals import Match, fitting

PAGE_SIZE = 20
LARGEST_PAGE = 100
MOST_COUNTED = 10_000
"""Nothing is counted beyond this: it would take longer than anybody wants to look at a page."""


class InvalidCursor(ValueError):
    """A page's address that we did not make."""


class Order(TextChoices):
    """How a history is sorted."""

    NEWEST = "newest", _("Newest first")
    OLDEST = "oldest", _("Oldest first")
    UNSURE = "unsure", _("Least sure first")
    SUREST = "surest", _("Surest first")

    @property
    def column(self) -> str:
        """The first key; `public_id` is the second."""
        return "created_at" if self in {Order.NEWEST, Order.OLDEST} else "confidence"

    @property
    def falls(self) -> bool:
        """Whether the largest comes first."""
        return self in {Order.NEWEST, Order.SUREST}


@dataclass(frozen=True, slots=True)
class HistoryFilter:
    """What part of a history is asked for; days are whole days in `zone`, both included; confidences from 0 to 1."""

    status: Status | None = None
    since: date | None = None
    until: date | None = None
    zone: tzinfo = UTC
    number: str = ""
    match: Match = Match.CONTAINS
    source: Source | None = None
    batch: uuid.UUID | None = None
    at_least: float | None = None
    at_most: float | None = None
    corrected: bool | None = None
    look: bool = False
    order: Order = Order.NEWEST


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """One page of a history, and the cursors of its neighbours (None where there is none)."""

    items: list[Recognition]
    older: str | None
    newer: str | None


@dataclass(frozen=True, slots=True)
class _Place:
    """Between two rows: the keys of the row beside it."""

    onwards: bool
    value: datetime | float
    public_id: uuid.UUID


def page(user: Any, wanted: HistoryFilter, cursor: str | None = None, size: int = PAGE_SIZE) -> HistoryPage:
    """A page of `user`'s history: as fast at the end as at the beginning. Raises InvalidCursor.

    `older` leads onwards and `newer` back, whatever the order.
    """
    place = None if cursor is None else _parse(cursor, wanted.order)
    rows = sorted_rows(user, wanted)
    if place is None or place.onwards:
        return _onwards(_beyond(rows, wanted.order, place), wanted.order, size, at_the_top=place is None)
    back = _beyond(rows, wanted.order, place).reverse()
    return _backwards(back, wanted.order, size)


def sorted_rows(user: Any, wanted: HistoryFilter) -> QuerySet[Recognition]:
    """All that fits, in the order that was asked for."""
    sign = "-" if wanted.order.falls else ""
    rows = matching(user, wanted)
    if wanted.order.column == "confidence":
        rows = rows.filter(confidence__isnull=False)
    return rows.order_by(f"{sign}{wanted.order.column}", f"{sign}public_id")


def matching(user: Any, wanted: HistoryFilter) -> QuerySet[Recognition]:
    """All that fits, in no order."""
    rows = selectors.visible_to(user).filter(LISTED, fitting(wanted.number, wanted.match))
    if wanted.status:
        rows = rows.filter(status=wanted.status)
    if wanted.source:
        rows = rows.filter(source=wanted.source)
    if wanted.batch:
        batch = Batch.objects.filter(owner=user, public_id=wanted.batch).values_list("pk", flat=True).first()
        rows = rows.filter(batch=batch) if batch else rows.none()
    if wanted.corrected is not None:
        rows = rows.filter(is_corrected=wanted.corrected)
    if wanted.look:
        rows = rows.filter(WANTS_A_LOOK)
    return rows.filter(_within_days(wanted), _within_confidences(wanted))


def chosen(user: Any, public_ids: Sequence[uuid.UUID]) -> QuerySet[Recognition]:
    """Those of these that are in `user`'s history, newest first."""
    rows = selectors.visible_to(user).filter(LISTED, public_id__in=public_ids)
    return rows.order_by("-created_at", "-public_id")


def _within_days(wanted: HistoryFilter) -> Q:
    within = Q()
    if wanted.since:
        within &= Q(created_at__gte=_midnight(wanted.since, wanted.zone))
    if wanted.until:
        within &= Q(created_at__lt=_midnight(wanted.until + timedelta(days=1), wanted.zone))
    return within


def _within_confidences(wanted: HistoryFilter) -> Q:
    within = Q()
    if wanted.at_least is not None:
        within &= Q(confidence__gte=wanted.at_least)
    if wanted.at_most is not None:
        within &= Q(confidence__lte=wanted.at_most)
    return within


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time.min, tzinfo=zone)


def _onwards(rows: QuerySet[Recognition], order: Order, size: int, *, at_the_top: bool) -> HistoryPage:
    found = _fetched(rows, size + 1)
    items = found[:size]
    older = _cursor(order, items[-1], onwards=True) if len(found) > size else None
    newer = None if at_the_top or not items else _cursor(order, items[0], onwards=False)
    return HistoryPage(items, older, newer)


def _backwards(rows: QuerySet[Recognition], order: Order, size: int) -> HistoryPage:
    found = _fetched(rows, size + 1)
    items = found[:size][::-1]
    newer = _cursor(order, items[0], onwards=False) if len(found) > size else None
    older = _cursor(order, items[-1], onwards=True) if items else None
    return HistoryPage(items, older, newer)


def _fetched(rows: QuerySet[Recognition], count: int) -> list[Recognition]:
    """The first `count` rows: their keys are found in an index, and only these rows are fetched."""
    page = Recognition.objects.filter(pk__in=keys_of(rows)[:count]).order_by(*rows.query.order_by)
    return list((page if rows.query.standard_ordering else page.reverse()).select_related("reading"))


def keys_of(rows: QuerySet[Recognition]) -> QuerySet[Recognition, int]:
    """The primary keys of rows, in their order."""
    return rows.values_list("pk", flat=True)


def _beyond(rows: QuerySet[Recognition], order: Order, place: _Place | None) -> QuerySet[Recognition]:
    if place is None:
        return rows
    side = "lt" if place.onwards == order.falls else "gt"
    column = order.column
    further = Q(**{f"{column}__{side}": place.value}) | Q(**{f"public_id__{side}": place.public_id})
    return rows.filter(Q(**{f"{column}__{side}e": place.value}) & further)


def _cursor(order: Order, item: Recognition, *, onwards: bool) -> str:
    value = getattr(item, order.column)
    said = value.isoformat() if isinstance(value, datetime) else repr(value)
    plain = f"{'o' if onwards else 'n'} {order} {said} {item.public_id.hex}"
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def _parse(cursor: str, order: Order) -> _Place:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        direction, of_order, said, public_id = base64.urlsafe_b64decode(padded.encode()).decode().split(" ")
        if direction not in {"o", "n"} or of_order != order:
            raise InvalidCursor(cursor)
        value = moments.parse(said) if order.column == "created_at" else _number(said)
        return _Place(direction == "o", value, uuid.UUID(public_id))
    except (binascii.Error, UnicodeError, ValueError) as problem:
        raise InvalidCursor("This page address is not one of ours; start again without a cursor.") from problem


def _number(said: str) -> float:
    value = float(said)
    if not 0 <= value <= 1:  # as infinity and what is no number
        raise InvalidCursor(said)
    return value


def count_up_to(rows: QuerySet[Recognition], most: int = MOST_COUNTED) -> int:
    """How many there are, at most `most` + 1: more is not counted."""
    return rows.order_by()[: most + 1].count()
