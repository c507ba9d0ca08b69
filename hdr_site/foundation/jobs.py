"""The queue: a row in Postgres is the job, and everything that moves it is written here once.

A kind of job is a model that inherits from `Job`. Rows move by guarded UPDATEs: `claim` takes due rows for one worker,
raises their `attempt` (the fencing token: it never goes down) and lends them for a while; `extend` renews the loan;
`settle`, `fail`, `postpone` and `release` end it, each only if the row still runs under the same attempt. `sweep`
returns what was lent to workers that died. All clocks are the database's.

Redis is only the doorbell (see bells.py): a bell that is lost costs seconds, because the sweep rings again.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar, TypeVar

from django.apps import apps
from django.conf import settings
from django.db import connection, models
from django.db.models import F, Q
from django.db.models.functions import Now

MAX_LOSSES = 3
"""After so many workers have died over a row, it fails for good."""


class Status(models.TextChoices):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


LEGAL_MOVES: frozenset[tuple[Status, Status]] = frozenset(
    {
        (Status.QUEUED, Status.RUNNING),  # claimed
        (Status.RUNNING, Status.DONE),
        (Status.RUNNING, Status.FAILED),
        (Status.RUNNING, Status.QUEUED),  # its worker was lost, or it was put off
        (Status.DONE, Status.QUEUED),  # somebody asks again
        (Status.FAILED, Status.QUEUED),
    }
)


class Priority(models.IntegerChoices):
    """Who waits for the job. Bulk is taken when nothing is due that a person waits for."""

    PERSON = 0, "a person waits"
    BULK = 1, "one of many"


CLAIM_TOGETHER = 8
"""Rows that one worker takes at once when there is a backlog."""
SPACING = timedelta(seconds=1)
"""Distance in the queue between two rows of one lane, so that lanes (owners) take turns."""


class Job(models.Model):
    """Abstract base of every row that a worker works off."""

    queue: ClassVar[str] = "default"
    """The Celery queue its bell rings in."""
    bell: ClassVar[str]
    """The Celery task that works off what is due of this kind."""
    lane_field: ClassVar[str | None] = None
    """Rows that differ in this column take turns; None: first come, first served."""

    status = models.CharField(max_length=8, choices=Status.choices, default=Status.QUEUED, db_default=Status.QUEUED)
    priority = models.SmallIntegerField(choices=Priority.choices, default=Priority.PERSON, db_default=Priority.PERSON)
    turn = models.DateTimeField(db_default=Now(), help_text="Place in the queue: an order, not an appointment.")
    due_at = models.DateTimeField(db_default=Now(), help_text="Not to be claimed before.")
    attempt = models.IntegerField(default=0, db_default=0, help_text="Fencing token; never goes down.")
    losses = models.SmallIntegerField(default=0, db_default=0, help_text="Workers that died over it.")
    lease_until = models.DateTimeField(null=True, blank=True)
    error_code = models.CharField(max_length=40, blank=True, default="", db_default="")
    error_message = models.CharField(max_length=300, blank=True, default="", db_default="")
    created_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["priority", "turn", "id"], condition=Q(status="queued"), name="%(class)s_queued"),
            models.Index(fields=["lease_until"], condition=Q(status="running"), name="%(class)s_running"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(status__in=Status.values), name="%(class)s_status"),
            models.CheckConstraint(
                condition=Q(status="running", lease_until__isnull=False)
                | (~Q(status="running") & Q(lease_until__isnull=True)),
                name="%(class)s_leased_iff_running",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["done", "failed"], finished_at__isnull=False)
                | Q(status__in=["queued", "running"], finished_at__isnull=True),
                name="%(class)s_finished_iff_ended",
            ),
            models.CheckConstraint(
                condition=~Q(status="failed") | ~Q(error_code=""), name="%(class)s_failed_with_a_reason"
            ),
        ]


J = TypeVar("J", bound=Job)


def kinds() -> list[type[Job]]:
    """Every concrete kind of job of this installation."""
    return [model for model in apps.get_models() if issubclass(model, Job)]


def next_turn(kind: type[Job], lane: int | None, priority: Priority = Priority.PERSON) -> datetime:
    """The place in the queue for one more row of `lane`, as a value for `turn`.

    Virtual-clock scheduling (Zhang 1990): a lane's rows stand `SPACING` apart, and a lane that waits for nothing
    stands at the present. So somebody's single picture goes before the second of somebody else's five hundred.
    Rows of nobody (`lane` None) stand at the present, too.
    """
    table, column = _table(kind), connection.ops.quote_name(_lane_column(kind))
    sql = f"""
        SELECT greatest(statement_timestamp(), max(turn) + %s::interval) FROM {table}
        WHERE status = 'queued' AND priority = %s AND {column} = %s"""  # noqa: S608 - names come from the model
    with connection.cursor() as cursor:
        cursor.execute(sql, [str(SPACING), priority.value, lane])
        row = cursor.fetchone()
    turn: datetime = row[0]
    return turn


def claim(kind: type[J], *, at_most: int = CLAIM_TOGETHER) -> list[J]:
    """Take due rows for this worker: what people wait for before bulk, then by turn; [] when nothing is due.

    One guarded UPDATE, one index scan. Rows that never lost a worker are taken together; a row that did is taken
    alone, so that a picture which kills its worker takes no neighbour with it.
    """
    claimed = kind._default_manager.raw(claim_statement(kind), [at_most, settings.JOB_LEASE])
    return sorted(claimed, key=lambda job: (job.priority, job.turn, job.pk))


def claim_statement(kind: type[Job]) -> str:
    """The UPDATE behind `claim`; its parameters are how many rows at most, and for how long they are lent."""
    table = _table(kind)
    return f"""
        WITH waiting AS (
            SELECT id, priority, turn, losses FROM {table}
            WHERE status = 'queued' AND due_at <= statement_timestamp()
            ORDER BY priority, turn, id LIMIT %s FOR UPDATE SKIP LOCKED
        ), ranked AS (
            SELECT id, losses, row_number() OVER line AS place, first_value(losses) OVER line AS losses_of_first
            FROM waiting WINDOW line AS (ORDER BY priority, turn, id)
        )
        UPDATE {table} AS job
        SET status = 'running', attempt = attempt + 1, lease_until = statement_timestamp() + %s
        FROM ranked
        WHERE job.id = ranked.id AND (ranked.place = 1 OR (ranked.losses = 0 AND ranked.losses_of_first = 0))
        RETURNING job.*"""  # noqa: S608 - names come from the model


def extend(jobs: Sequence[Job]) -> None:
    """Renew the loan of rows that this worker still has before it; what was taken from it stays taken."""
    if jobs:
        _running(jobs).update(lease_until=Now() + settings.JOB_LEASE)


def lock_mine(jobs: Sequence[J]) -> list[J]:
    """Inside a transaction: lock the rows, and return those that still run under this worker's attempt.

    Whoever writes results calls this first: a worker that was presumed dead and comes back gets nothing to write to.
    """
    if not jobs:
        return []
    sql = f"""
        SELECT id FROM {_table(type(jobs[0]))}
        WHERE status = 'running' AND (id, attempt) IN %s ORDER BY id FOR UPDATE"""  # noqa: S608 - the name comes from the model
    with connection.cursor() as cursor:
        cursor.execute(sql, [tuple((job.pk, job.attempt) for job in jobs)])
        mine = {pk for (pk,) in cursor.fetchall()}
    return [job for job in jobs if job.pk in mine]


def settle(job: Job, **fields: Any) -> bool:
    """The job is done; False if it was no longer ours."""
    return _end(job, status=Status.DONE, finished_at=Now(), error_code="", error_message="", **fields)


def fail(job: Job, code: str, message: str, **fields: Any) -> bool:
    """The job failed for good, for a reason that trying again would not change; False if it was no longer ours."""
    return _end(job, status=Status.FAILED, finished_at=Now(), error_code=code, error_message=message[:300], **fields)


def postpone(job: Job, delay: timedelta, code: str, message: str) -> bool:
    """Something outside is down: try again after `delay`. Not counted as a loss. False if it was no longer ours."""
    due = Now() + delay
    return _end(job, status=Status.QUEUED, due_at=due, turn=due, error_code=code, error_message=message[:300])


def put_off(kind: type[Job], delay: timedelta) -> None:
    """What all rows of a kind need is down: whatever is due now waits for `delay`. They keep their turn."""
    due = kind._default_manager.filter(status=Status.QUEUED, due_at__lte=Now())
    due.update(due_at=Now() + delay)


def release(jobs: Sequence[Job]) -> None:
    """Give back rows that were claimed and not begun; they keep their turn."""
    if jobs:
        _running(jobs).update(status=Status.QUEUED, lease_until=None)


def ask_again(rows: models.QuerySet[Any], turn: datetime) -> int:
    """Queue ended rows anew for a person who waits, at `turn` (see `next_turn`), with a clean slate of losses.

    Returns how many; rows that still wait or run stay as they are.
    """
    return rows.filter(status__in=[Status.DONE, Status.FAILED]).update(
        status=Status.QUEUED,
        priority=Priority.PERSON,
        turn=turn,
        due_at=Now(),
        losses=0,
        finished_at=None,
        error_code="",
        error_message="",
    )


def ask_again_in_bulk(kind: type[Job], numbers: Iterable[int]) -> int:
    """The same for many rows that nobody waits for: behind what people wait for, and their lanes take turns."""
    table, lane = _table(kind), connection.ops.quote_name(_lane_column(kind))
    sql = f"""
        UPDATE {table} AS job
        SET status = 'queued', priority = %s, turn = statement_timestamp() + ended.place * %s::interval, losses = 0,
            due_at = statement_timestamp(), finished_at = NULL, error_code = '', error_message = ''
        FROM (
            SELECT id, row_number() OVER (PARTITION BY {lane} ORDER BY id) AS place
            FROM {table} WHERE id = ANY(%s) AND status IN ('done', 'failed')
        ) AS ended
        WHERE job.id = ended.id AND job.status IN ('done', 'failed')"""  # noqa: S608 - names come from the model
    with connection.cursor() as cursor:
        cursor.execute(sql, [Priority.BULK.value, str(SPACING), list(numbers)])
        return int(cursor.rowcount)


def sweep(kind: type[Job]) -> int:
    """Return what was lent to workers that died, fail what lost `MAX_LOSSES`; returns how many rows are overdue.

    Both are single guarded UPDATEs, so two sweeps at once do no harm.
    """
    expired = kind._default_manager.filter(status=Status.RUNNING, lease_until__lt=Now())
    expired.filter(losses__gte=MAX_LOSSES - 1).update(
        status=Status.FAILED,
        losses=F("losses") + 1,
        lease_until=None,
        finished_at=Now(),
        error_code="lost_too_often",
        error_message=f"The work broke off {MAX_LOSSES} times. Try again, or send it differently.",
    )
    expired.update(status=Status.QUEUED, losses=F("losses") + 1, lease_until=None)
    return overdue(kind)


def overdue(kind: type[Job], *, count_to: int = 100) -> int:
    """How many rows wait although they are due for a second or more; never counts beyond `count_to`."""
    due = kind._default_manager.filter(status=Status.QUEUED, due_at__lt=Now() - timedelta(seconds=1))
    return due.order_by("priority", "turn", "id")[:count_to].count()


def oldest_waiting(kind: type[Job]) -> timedelta | None:
    """Since when the longest-waiting due row has been due; None when nothing waits."""
    table = _table(kind)
    sql = f"""
        SELECT statement_timestamp() - min(due_at) FROM {table}
        WHERE status = 'queued' AND due_at <= statement_timestamp()"""  # noqa: S608 - names come from the model
    with connection.cursor() as cursor:
        cursor.execute(sql)
        row = cursor.fetchone()
    age: timedelta | None = row[0]
    return age


def _end(job: Job, **fields: Any) -> bool:
    return _running([job]).update(lease_until=None, **fields) == 1


def _running(jobs: Sequence[J]) -> models.QuerySet[J]:
    """The given rows, as far as they still run under the attempt that these objects carry."""
    ours = Q()
    for job in jobs:
        ours |= Q(pk=job.pk, attempt=job.attempt)
    return type(jobs[0])._default_manager.filter(ours, status=Status.RUNNING)


def _table(kind: type[Job]) -> str:
    return connection.ops.quote_name(kind._meta.db_table)


def _lane_column(kind: type[Job]) -> str:
    if kind.lane_field is None:
        raise TypeError(f"{kind.__name__} names no lane_field, so its rows take no turns.")
    return str(getattr(kind._meta.get_field(kind.lane_field), "column"))  # noqa: B009 - reverse relations have none
