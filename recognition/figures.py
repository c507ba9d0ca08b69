"""What an owner has sent in some time, and what became of it: the figures of the dashboard and of the report.

Each step (a day, a week, a month) is counted by a range of the index `recognition_history`, which holds all that is
counted, so Postgres need not look at the table.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from django.conf import settings
from django.db import connection

from recognition.models import SURE, OwnerUsage

MOST_DAYS = 31
MOST_DAYS_BY_WEEK = 371
LONGEST_DAYS = 3660
WEEKS_SHOWN = 12
A_DAY, A_WEEK = timedelta(days=1), timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many pictures were sent, and what became of them. `read` counts those with an answer that stands.

    Of those read, `unsure` and `without_digits` are as the machine left them, and `corrected` as their owner said.
    `wanting_a_look`: both of the first, and what failed.
    """

    sent: int = 0
    read: int = 0
    unsure: int = 0
    without_digits: int = 0
    corrected: int = 0
    failed: int = 0
    wanting_a_look: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(Counts)))

    @property
    def waiting(self) -> int:
        """Pictures that are still to be read, or read again."""
        return self.sent - self.read - self.failed

    @property
    def share_corrected(self) -> float | None:
        """Of those read, from 0 to 1; None where nothing was read."""
        return self.corrected / self.read if self.read else None


@dataclass(frozen=True, slots=True)
class Step:
    """A day, a week or a month of a period, from its first to its last day."""

    first: date
    last: date
    counts: Counts


@dataclass(frozen=True, slots=True)
class Storage:
    """Bytes that an owner's pictures take, of those they may take."""

    used: int
    limit: int

    @property
    def share(self) -> float:
        """From 0 to 1."""
        return min(1.0, self.used / self.limit)


@dataclass(frozen=True, slots=True)
class Figures:
    """A period step by step and in whole, and how the pictures came (the most frequent way first)."""

    first: date
    last: date
    steps: list[Step]
    whole: Counts
    sources: list[tuple[str, int]]


def of_period(owner: Any, first: date, last: date, zone: tzinfo) -> Figures:
    """What `owner` sent from the first to the last day, both included, as days go in `zone`.

    Days are counted up to a month, weeks (from Monday) up to a year, else months.
    """
    steps = counted(owner, _cut(first, last), zone)
    whole = sum((step.counts for step in steps), Counts())
    return Figures(first, last, steps, whole, _sources(owner, first, last, zone))


def last_weeks(owner: Any, today: date, zone: tzinfo) -> list[Step]:
    """The last twelve weeks, from Monday to Sunday, with the one that `today` is in."""
    monday = today - timedelta(days=today.weekday())
    firsts = [monday - A_WEEK * ago for ago in reversed(range(WEEKS_SHOWN))]
    return counted(owner, [(each, each + A_WEEK - A_DAY) for each in firsts], zone)


def storage(owner: Any) -> Storage:
    """How full the owner's store is."""
    used = OwnerUsage.objects.filter(owner_id=owner.pk).values_list("stored_bytes", flat=True).first()
    return Storage(used or 0, settings.OWNER_STORAGE_BYTES)


def counted(owner: Any, days: Sequence[tuple[date, date]], zone: tzinfo) -> list[Step]:
    """Each span of days, both included, with what was sent in it."""
    since, until = zip(*((_midnight(first, zone), _midnight(last + A_DAY, zone)) for first, last in days), strict=True)
    with connection.cursor() as cursor:
        cursor.execute(BY_STEP, [list(since), list(until), SURE, SURE, owner.pk])
        rows = cursor.fetchall()
    return [Step(first, last, Counts(*row)) for (first, last), row in zip(days, rows, strict=True)]


def _sources(owner: Any, first: date, last: date, zone: tzinfo) -> list[tuple[str, int]]:
    with connection.cursor() as cursor:
        cursor.execute(BY_SOURCE, [owner.pk, _midnight(first, zone), _midnight(last + A_DAY, zone)])
        return list(cursor.fetchall())


def _cut(first: date, last: date) -> list[tuple[date, date]]:
    """The period as spans of days, the first and the last as short as the period has them."""
    begin, days = first, []
    while begin <= last:
        end = min(_end(begin, (last - first).days + 1), last)
        days.append((begin, end))
        begin = end + A_DAY
    return days


def _end(day: date, length: int) -> date:
    """The last day of the step that `day` is in, in a period of so many days."""
    if length <= MOST_DAYS:
        return day
    if length <= MOST_DAYS_BY_WEEK:
        return day + timedelta(days=6 - day.weekday())
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1) - A_DAY


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time.min, tzinfo=zone)


BY_STEP = """
    SELECT counted.*
    FROM unnest(%s::timestamptz[], %s::timestamptz[]) WITH ORDINALITY AS step (since, until, nth)
    CROSS JOIN LATERAL (
        SELECT count(*),
               count(*) FILTER (WHERE status = 'done'),
               count(*) FILTER (WHERE status = 'done' AND NOT is_corrected AND answer_start <> '' AND confidence < %s),
               count(*) FILTER (WHERE status = 'done' AND NOT is_corrected AND answer_start = ''),
               count(*) FILTER (WHERE status = 'done' AND is_corrected),
               count(*) FILTER (WHERE status = 'failed'),
               count(*) FILTER (WHERE NOT is_corrected AND (
                   status = 'failed' OR status = 'done' AND (answer_start = '' OR confidence < %s)))
        FROM recognition_recognition
        WHERE owner_id = %s AND temporary_until IS NULL AND created_at >= step.since AND created_at < step.until
    ) AS counted
    ORDER BY step.nth"""
BY_SOURCE = """
    SELECT source, count(*)
    FROM recognition_recognition
    WHERE owner_id = %s AND temporary_until IS NULL AND created_at >= %s AND created_at < %s
    GROUP BY source ORDER BY count(*) DESC, source"""
