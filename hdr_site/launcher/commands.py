"""The command lines of the product's parts: the launcher and docker-compose.yml start the same ones.

`python -m hdr_site.launcher.commands web` becomes the web server; `worker`, `beat`, `migrate`, `collectstatic` too.
`… check-web`, `check-worker` and `check-beat` end with 0 when that part is well: the health checks of containers.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path

from hdr_site import env
from hdr_site.launcher import probes

# One thread in each process: there are as many processes as cores, and more threads only take from one another.
# One arena of memory: with one for each thread, decoded pictures leave twice as much behind (411 against 223 MB).
FRUGAL = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "MALLOC_ARENA_MAX"), "1")
QUEUES = ("recognition", "mail", "default")  # every kind of job names one of these; a test compares
WEB_THREADS = 32  # per process; each may hold one connection to PostgreSQL
WEB_CONNECTIONS = 512  # per process, idle ones included; below the usual limit of 1,024 open files


def cores() -> int:
    """How many processors this process may use: fewer than the machine has in a container with a limit."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text().split()
        limit = max(1, round(int(quota) / int(period)))
    except (OSError, ValueError):  # no such file, or "max": no limit
        limit = allowed
    return min(allowed, limit)


def connections() -> int:
    """How many connections PostgreSQL must allow: one for each thread of web and each worker process, and some more."""
    return cores() * (WEB_THREADS + 1) + 100


def web() -> list[str]:
    """Granian with the WSGI application: as many processes as cores."""
    options = {
        "--interface": "wsgi",
        "--http": "1",  # several requests at once over one connection would hide a slow sender from slow_senders.py
        "--host": env.text("HOST", "127.0.0.1"),
        "--port": str(env.integer("PORT", 8000, at_least=1, at_most=65_535)),
        "--workers": str(env.integer("WEB_PROCESSES", cores(), at_least=1, at_most=64)),
        "--blocking-threads": str(WEB_THREADS),
        "--backpressure": str(WEB_CONNECTIONS),
        "--log-level": "warning",
    }
    flags = [part for option in options.items() for part in option]
    return [sys.executable, "-m", "granian", *flags, "--no-ws", "--respawn-failed-workers", "hdr_site.wsgi:application"]


def worker() -> list[str]:
    """Celery with prefork processes, all queues. Workers do not talk to each other: the database is what they share."""
    processes = env.integer("WORKER_PROCESSES", cores(), at_least=1, at_most=256)
    queues = ["--queues", ",".join(env.words("WORKER_QUEUES", QUEUES))]
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "WARNING"]
    return [*_celery(), "worker", "--pool", "prefork", "--concurrency", str(processes), *queues, *quiet]


def beat() -> list[str]:
    """Celery beat, its schedule in memory: a file could be torn by a power cut, and nothing in it is worth keeping."""
    scheduler = ["--scheduler", "hdr_site.launcher.schedule:PromptScheduler"]
    return [*_celery(), "beat", *scheduler, "--pidfile", "", "--loglevel", "WARNING"]


def migrate() -> list[str]:
    """Bring the database to this version."""
    return [sys.executable, "-m", "django", "migrate", "--noinput", "--skip-checks"]


def collectstatic() -> list[str]:
    """Gather and compress what browsers load; a second viewer of the API's documentation is not among it."""
    quiet = ["--noinput", "--skip-checks", "--verbosity", "0"]
    return [sys.executable, "-m", "django", "collectstatic", *quiet, "--ignore", "redoc"]


def _celery() -> list[str]:
    return [sys.executable, "-m", "celery", "--app", "hdr_site.celery"]


PARTS: dict[str, Callable[[], list[str]]] = {
    "web": web,
    "worker": worker,
    "beat": beat,
    "migrate": migrate,
    "collectstatic": collectstatic,
}
CHECKS: dict[str, Callable[[], str | None]] = {
    "check-web": probes.web_fault,
    "check-worker": probes.worker_fault,
    "check-beat": probes.sweep_fault,
}


def main(arguments: list[str]) -> int:
    """Become the named part, or check it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hdr_site.settings")
    os.environ.update(FRUGAL | {name: os.environ[name] for name in FRUGAL if name in os.environ})
    match arguments:
        case [name] if name in PARTS:
            command = PARTS[name]()
            os.execv(command[0], command)  # noqa: S606 (our own command line, no shell)
        case [name] if name in CHECKS:
            fault = CHECKS[name]()
            if fault:
                print(fault, file=sys.stderr)
            return 1 if fault else 0
    print("Say which part: " + ", ".join([*PARTS, *CHECKS]), file=sys.stderr)
    return 2


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
