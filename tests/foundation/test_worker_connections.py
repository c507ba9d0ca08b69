"""Database connections of workers: kept from task to task, and made anew when they broke."""

import psycopg2
import pytest
from celery.fixups.django import DjangoWorkerFixup  # type: ignore[attr-defined]
from django.db import connection

from hdr_site.celery import app
from hdr_site.foundation.tasks import sweep

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]


def backend() -> int:
    """The number of the server's process behind this connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def test_the_connection_is_kept_from_one_task_to_the_next() -> None:
    worker = DjangoWorkerFixup(app)
    before = backend()
    worker.on_task_postrun(sweep)
    worker.on_task_prerun(sweep)
    sweep.before_start("", (), {})
    assert backend() == before


def test_a_connection_that_the_server_ended_is_made_anew_for_the_next_task() -> None:
    before = backend()
    with psycopg2.connect(**connection.get_connection_params()) as other, other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [before])
    other.close()
    sweep.before_start("", (), {})
    assert backend() != before
