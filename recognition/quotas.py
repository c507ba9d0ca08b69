"""What one owner may use: pictures a minute, and bytes stored. Kept in one row an owner, moved by guarded UPDATEs.

The row is locked by the UPDATE until its transaction ends, so several uploads at once cannot pass the limit together.
"""

from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import F

from recognition.models import OwnerUsage
from recognition.uploads import UploadRejected

MINUTE = 60  # seconds


def admit(owner: Any) -> None:
    """Count one picture more in this minute. Raises UploadRejected("too_many_pictures") over the limit."""
    sql = """
        INSERT INTO recognition_ownerusage AS usage (owner_id, sent) VALUES (%(owner)s, 1)
        ON CONFLICT (owner_id) DO UPDATE SET
            sent = CASE WHEN usage.minute < now() - interval '1 minute' THEN 1 ELSE usage.sent + 1 END,
            minute = CASE WHEN usage.minute < now() - interval '1 minute' THEN now() ELSE usage.minute END
        WHERE usage.sent < %(most)s OR usage.minute < now() - interval '1 minute'
        RETURNING sent"""
    with connection.cursor() as cursor:
        cursor.execute(sql, {"owner": owner.pk, "most": settings.OWNER_UPLOADS_PER_MINUTE})
        admitted = cursor.fetchone() is not None
    if not admitted:
        _refuse_rate(owner)


def reserve(owner: Any, size: int) -> None:
    """Book `size` bytes for the owner. Raises UploadRejected("storage_full") when they are not free."""
    room = settings.OWNER_STORAGE_BYTES - size
    booked = OwnerUsage.objects.filter(owner=owner, stored_bytes__lte=room)
    if not booked.update(stored_bytes=F("stored_bytes") + size):
        limit = settings.OWNER_STORAGE_BYTES / 1_000_000
        raise UploadRejected(
            "quota_exceeded",
            f"Your pictures fill the {limit:,.0f} MB you have. Delete some, then send this again.",
            413,
        )


def give_back(owner_id: int, size: int) -> None:
    """The owner's pictures of `size` bytes in all are gone."""
    OwnerUsage.objects.filter(owner_id=owner_id).update(stored_bytes=F("stored_bytes") - size)


def _refuse_rate(owner: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ceil(extract(epoch FROM minute + interval '1 minute' - now())) FROM recognition_ownerusage"
            " WHERE owner_id = %s",
            [owner.pk],
        )
        row = cursor.fetchone()
    wait = max(1, int(row[0])) if row else MINUTE
    limit = settings.OWNER_UPLOADS_PER_MINUTE
    raise UploadRejected(
        "too_many_pictures", f"You may send {limit} pictures a minute. Try again in {wait} seconds.", 429, wait
    )
