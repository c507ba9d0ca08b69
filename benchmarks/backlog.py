"""How long the queue's statements take while 100,000 pictures wait, on a database of its own.

Runs as a program of its own, with DATABASE_URL naming an empty database: `python -m benchmarks.backlog 100000`.
"""

import json
import sys
import time
from collections.abc import Callable

import django

OWNERS = 500
ROUNDS = 200


def fill(rows: int) -> None:
    """`rows` waiting pictures of `OWNERS` owners, whose turns lie between one another."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO accounts_user (id, password, is_superuser, email, name, is_staff, is_active, date_joined)
            SELECT n, '', false, 'person-' || n || '@example.org', '', false, true, now()
            FROM generate_series(1, %s) n""",
            [OWNERS],
        )
        cursor.execute(
            """
            INSERT INTO recognition_recognition (public_id, owner_id, source, name, image, content_type, width, height,
                                                 stored_bytes, upload_digest, turn, due_at, created_at)
            SELECT gen_random_uuid(), 1 + n %% %s, 'api', 'n', 'pictures/' || n, 'image/png', 300, 300, 1, '',
                   now() - interval '1 day' + n * interval '3 ms', now() - interval '1 day', now() - interval '1 day'
            FROM generate_series(1, %s) n""",
            [OWNERS, rows],
        )
        cursor.execute("ANALYZE recognition_recognition")


def measure() -> dict[str, dict[str, float]]:
    """Milliseconds of each statement, claims taking rows away as they go on."""
    from hdr_site.foundation import jobs
    from recognition.models import Recognition

    return {
        "claim of 8": _milliseconds(lambda: jobs.claim(Recognition)),
        "claim of 1": _milliseconds(lambda: jobs.claim(Recognition, at_most=1)),
        "place for one more": _milliseconds(lambda: jobs.next_turn(Recognition, 7)),
        "sweep": _milliseconds(lambda: jobs.sweep(Recognition), rounds=20),
        "age of the oldest": _milliseconds(lambda: jobs.oldest_waiting(Recognition), rounds=20),
    }


def _milliseconds(work: Callable[[], object], rounds: int = ROUNDS) -> dict[str, float]:
    work()
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        taken.append(1000 * (time.perf_counter() - began))
    taken.sort()
    return {"p50": round(taken[len(taken) // 2], 2), "p99": round(taken[int(len(taken) * 0.99)], 2)}


def main() -> None:
    """Fill, measure, write JSON."""
    django.setup()
    rows = int(sys.argv[1])
    fill(rows)
    print(json.dumps({"waiting": rows, "milliseconds": measure()}))


if __name__ == "__main__":
    main()
