"""What one owner may use: pictures a minute, bytes stored, explanations that wait.

The first two are kept in one row an owner, moved by guarded UPDATEs. The row is locked by the UPDATE until its
transaction ends, so several uploads at once cannot pass the limit together.
"""

from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import F

from recognition.models import Explanation, Intake, Notice, OwnerUsage, Status
from recognition.uploads import UploadRejected

MOST_WAITING_EXPLANATIONS = 50
MOST_WAITING_INTAKES = 20
MOST_WAITING_NOTICES = 100


def admit(owner: Any) -> None:
    """Count one picture more in this minute. Raises UploadRejected("too_many_pictures") over the limit."""
    over = "usage.minute < statement_timestamp() - interval '1 minute'"
    sql = f"""
        INSERT INTO recognition_ownerusage AS usage (owner_id, sent) VALUES (%s, 1)
        ON CONFLICT (owner_id) DO UPDATE SET
            sent = CASE WHEN {over} THEN 1 ELSE usage.sent + 1 END,
            minute = CASE WHEN {over} THEN statement_timestamp() ELSE usage.minute END
        WHERE usage.sent < %s OR {over}"""  # noqa: S608 - a constant above
    with connection.cursor() as cursor:
        cursor.execute(sql, [owner.pk, settings.OWNER_UPLOADS_PER_MINUTE])
        if cursor.rowcount == 0:
            raise _too_many(owner)


def reserve(owner: Any, size: int) -> None:
    """Book `size` bytes for the owner. Raises UploadRejected("quota_exceeded") when they are not free."""
    limit = settings.OWNER_STORAGE_BYTES
    sql = """
        UPDATE recognition_ownerusage SET stored_bytes = stored_bytes + %s
        WHERE owner_id = %s AND stored_bytes + %s <= %s"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [size, owner.pk, size, limit])
        if cursor.rowcount == 0:
            raise _too_full(limit)


def give_back(owner_id: int | None, size: int) -> None:
    """The owner's pictures of `size` bytes in all are gone."""
    OwnerUsage.objects.filter(owner_id=owner_id).update(stored_bytes=F("stored_bytes") - size)


def admit_explanation(owner: Any) -> None:
    """Raises UploadRejected("too_many_explanations") while too many of the owner's are still to be made.

    Two requests at once may pass together; that is one more in a queue in which owners take turns.
    """
    waiting = Explanation.objects.filter(owner_id=owner.pk, status__in=[Status.QUEUED, Status.RUNNING])
    if waiting.count() >= MOST_WAITING_EXPLANATIONS:
        sentence = f"{MOST_WAITING_EXPLANATIONS} explanations for you are still to be made. Ask again in some seconds."
        raise UploadRejected("too_many_explanations", sentence, 429, 10)


def admit_intake(owner: Any) -> None:
    """Raises UploadRejected("too_many_intakes") while too many of the owner's are still to be taken apart; as above."""
    waiting = Intake.objects.filter(owner_id=owner.pk, status__in=[Status.QUEUED, Status.RUNNING])
    if waiting.count() >= MOST_WAITING_INTAKES:
        sentence = f"{MOST_WAITING_INTAKES} files or addresses of yours are still to be opened. Send this in a minute."
        raise UploadRejected("too_many_intakes", sentence, 429, 30)


def admit_notice(owner: Any) -> None:
    """Raises UploadRejected("too_many_notices") while too many calls for the owner are still to be made; as above."""
    waiting = Notice.objects.filter(owner_id=owner.pk, status__in=[Status.QUEUED, Status.RUNNING])
    if waiting.count() >= MOST_WAITING_NOTICES:
        sentence = f"{MOST_WAITING_NOTICES} calls for you are still to be made. Name no further address for now."
        raise UploadRejected("too_many_notices", sentence, 429, 60)


def _too_many(owner: Any) -> UploadRejected:
    wait = max(1, _seconds_left(owner))
    limit = settings.OWNER_UPLOADS_PER_MINUTE
    sentence = f"You may send {limit} pictures a minute. Try again in {wait} seconds."
    return UploadRejected("too_many_pictures", sentence, 429, wait)


def _too_full(limit: int) -> UploadRejected:
    sentence = f"Your pictures fill the {limit / 1_000_000:,.0f} MB you have. Delete some, then send this again."
    return UploadRejected("quota_exceeded", sentence, 413)


def _seconds_left(owner: Any) -> int:
    sql = """
        SELECT ceil(extract(epoch FROM minute + interval '1 minute' - statement_timestamp()))
        FROM recognition_ownerusage WHERE owner_id = %s"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [owner.pk])
        row = cursor.fetchone()
    return int(row[0]) if row else 0
