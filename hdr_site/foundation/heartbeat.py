"""When something that must happen again and again happened last, as Postgres remembers it."""

from datetime import timedelta

from django.db import connection
from django.db.models.functions import Now

from hdr_site.foundation.models import Heartbeat


def beat(name: str) -> None:
    """`name` has just happened."""
    Heartbeat.objects.update_or_create(name=name, defaults={"beaten_at": Now()})


def age(name: str) -> timedelta | None:
    """How long ago `name` happened last, by the database's clock; None if never."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement_timestamp() - beaten_at FROM foundation_heartbeat WHERE name = %s", [name])
        row = cursor.fetchone()
    return row[0] if row else None
