"""What a page of a long history costs: CPU of the server and of its database, for 100,000 rows in a table of 1,000,000.

Runs as a program of its own, with DATABASE_URL naming an empty database: `python -m benchmarks.history 1000000`. Pages
are answered by Django in this process, so that its CPU time and that of its one database connection are all there is.
"""

import io
import json
import sys
import time
from typing import Any

import django

from benchmarks import processes

SHARE = 10
"""One row in so many is the owner's."""
ROUNDS = 10
PAGES = {
    "newest": {},
    "oldest": {"order": "oldest"},
    "least sure": {"order": "unsure"},
    "failed": {"status": "failed"},
    "a state that none has": {"status": "running"},
    "corrected": {"corrected": "yes"},
    "drawings, of which there are none": {"source": "canvas"},
    "90 % to 91 % sure": {"at_least": "90", "at_most": "91"},
    "one day": {"since": "2026-01-01", "until": "2026-01-01"},
    "exact": {"number": "1234567", "match": "exact"},
    "exact, one that many have": {"number": "1", "match": "exact"},
    "prefix": {"number": "12", "match": "prefix"},
    "prefix, one that none has": {"number": "0000000", "match": "prefix"},
    "contains": {"number": "99"},
    "contains, one that none has": {"number": "0000000"},
    "wildcard": {"number": "12*45"},
    "wildcard, one that none has": {"number": "12*0000000"},
}


def measure(email: str) -> dict[str, dict[str, float]]:
    """Milliseconds of CPU time of each page, the second time it is asked for and later: server and database."""
    from django.contrib.auth import get_user_model
    from django.db import connection
    from django.test import Client

    client = Client(headers={"Host": "localhost"})
    client.force_login(get_user_model()._default_manager.get(email=email))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = int(cursor.fetchone()[0])
    return {name: _cost(client, query, backend) for name, query in PAGES.items()}


def _cost(client: Any, query: dict[str, str], backend: int) -> dict[str, float]:
    """The mean of some rounds: the kernel counts another process's CPU time in hundredths of a second."""
    _answered(client, query)
    server, database = time.process_time(), processes.cpu_seconds(backend)
    for _ in range(ROUNDS):
        _answered(client, query)
    spent = (time.process_time() - server, processes.cpu_seconds(backend) - database)
    of_server, of_database = (round(1000 * seconds / ROUNDS, 1) for seconds in spent)
    return {"server": of_server, "database": of_database, "both": round(of_server + of_database, 1)}


def _answered(client: Any, query: dict[str, str]) -> None:
    response = client.get("/recognitions/", query)
    if response.status_code != 200:
        raise RuntimeError(f"The page {query} was answered with {response.status_code}.")


def main() -> None:
    """Fill, measure, write JSON."""
    django.setup()
    from django.contrib.auth import get_user_model
    from django.core.management import call_command

    total = int(sys.argv[1])
    email = "long@example.org"
    get_user_model()._default_manager.get_or_create(email=email)
    call_command("collectstatic", interactive=False, verbosity=0)  # pages name files by their content
    call_command("seed_history", email, count=total // SHARE, total=total, stdout=io.StringIO())
    print(json.dumps({"rows": total, "of_owner": total // SHARE, "milliseconds": measure(email)}))


if __name__ == "__main__":
    main()
