"""/healthz: this process is up. /readyz: everything works that a picture needs on its way."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse

from hdr_site.foundation import heartbeat, jobs

SWEEP_AT_MOST = timedelta(seconds=60)
Part = dict[str, Any]


def healthz(request: HttpRequest) -> HttpResponse:
    """200 as long as this process answers; asks nobody else, so that a database fault restarts no web server."""
    return JsonResponse({"status": "up"})


def readyz(request: HttpRequest) -> HttpResponse:
    """200 and `{"status": "ready", "parts": …}`, or 503 with `"ok": false` at the part that fails."""
    parts = {name: _asked(ask) for name, ask in PARTS.items()}
    ready = all(part["ok"] for part in parts.values())
    body = {"status": "ready" if ready else "not ready", "parts": parts}
    return JsonResponse(body, status=200 if ready else 503, headers={"Cache-Control": "no-store"})


def database_state() -> Part:
    """Whether the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return {"ok": True}


def redis_state() -> Part:
    """Whether Redis answers within a second."""
    client = redis.Redis.from_url(settings.REDIS_URL, **settings.REDIS_ONCE)
    try:
        client.ping()
    finally:
        client.close()
    return {"ok": True}


def waiting_state() -> Part:
    """For how many seconds the oldest due row of each kind of job has waited; null when none waits. Never red."""
    ages = {kind._meta.label_lower: jobs.oldest_waiting(kind) for kind in jobs.kinds()}
    return {"ok": True, "oldest_seconds": {name: _seconds(age) for name, age in ages.items()}}


def sweep_state() -> Part:
    """Whether the last sweep, which finds lost work, is recent."""
    age = heartbeat.age("sweep")
    if age is not None and age <= SWEEP_AT_MOST:
        return {"ok": True, "age_seconds": _seconds(age)}
    when = "never ran" if age is None else f"ran {age.total_seconds():.0f} s ago"
    message = f"The sweep {when}; it must run every {SWEEP_AT_MOST.total_seconds():.0f} s. Look at beat and worker."
    return {"ok": False, "age_seconds": _seconds(age), "message": message}


PARTS: dict[str, Callable[[], Part]] = {
    "database": database_state,
    "redis": redis_state,
    "waiting": waiting_state,
    "sweep": sweep_state,
}


def _asked(ask: Callable[[], Part]) -> Part:
    """A fault is told by its kind only: its words may hold addresses or names that are nobody's business."""
    try:
        return ask()
    except (DatabaseError, redis.RedisError, OSError) as problem:
        return {"ok": False, "message": type(problem).__name__}


def _seconds(age: timedelta | None) -> float | None:
    return None if age is None else round(max(age.total_seconds(), 0.0), 1)
