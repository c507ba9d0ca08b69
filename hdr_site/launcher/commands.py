"""The command lines of the product's parts: the launcher and docker-compose.yml start the same ones.

`python -m hdr_site.launcher.commands web` becomes the web server; `worker`, `courier`, `beat`, `migrate` and
`collectstatic` likewise. `… check-web`, `check-worker`, `check-courier` and `check-beat` end with 0 when that part is
well: the health checks of containers.
"""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from hdr_site import env, slow_senders
from hdr_site.launcher import probes

# One thread in each process: there are as many processes as cores, and more threads only take from one another.
# One arena of memory: with one for each thread, decoded pictures leave twice as much behind (411 against 223 MB).
FRUGAL = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "MALLOC_ARENA_MAX"), "1")
LASTING = ("web", "worker", "courier", "beat")
READING = ("recognition", "explanation")  # what takes the processor: the worker's
# What is quick or waits for others, the sweep included: the courier's. Intakes wait for networks, and for a child
# process that lets readers go first (ml/documents/child.py): no worker that could read pictures is held up by them.
ERRANDS = ("mail", "default", "upkeep", "intake")
# Mail servers that hang, an hourly clean-up and the sweep do not wait for each other, nor for an archive or an
# erasure: these take minutes, mostly of waiting for disks, and each keeps one thread at most (accounts/archiving.py);
# intakes keep two (recognition/intaking.py), and calls to finished batches' owners two more (recognition/noticing.py).
COURIER_THREADS = 9
MIGRATING = {"DATABASE_STATEMENT_SECONDS": "0"}  # building an index on a large table may take long
WEB_THREADS = 32  # per process; each may hold one connection to PostgreSQL


def cores() -> int:
    """How many processors this process may use: fewer than the machine has in a container with a limit."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text().split()
        limit = max(1, round(int(quota) / int(period)))
    except (OSError, ValueError):  # no such file, or "max": no limit
        limit = allowed
    return min(allowed, limit)


def web_processes() -> int:
    """Processes of the web server on this machine."""
    return env.integer("WEB_PROCESSES", cores(), at_least=1, at_most=64)


def worker_processes() -> int:
    """Processes of the worker on this machine that read pictures."""
    return env.integer("WORKER_PROCESSES", cores(), at_least=1, at_most=256)


def connections() -> int:
    """How many connections PostgreSQL must allow: one for each thread of web and courier and each process that reads.

    And a hundred more: for commands, backups, and a second start that overlaps with the end of the first.
    """
    return web_processes() * WEB_THREADS + worker_processes() + COURIER_THREADS + 100


def endless_redirects(environment: Mapping[str, str]) -> str | None:
    """A warning when a proxy that says "this came over https" would not be believed, and asked for https for ever."""
    secure = environment.get("SITE_URL", "").startswith("https://")
    if not secure or environment.get("TRUSTED_PROXIES", "") not in {"", "0"}:
        return None
    return (
        "SITE_URL begins with https:// and TRUSTED_PROXIES is 0: behind a proxy that ends TLS every page redirects to "
        "itself for ever. Set TRUSTED_PROXIES to the number of proxies in front, usually 1."
    )


def web() -> list[str]:
    """Granian with the WSGI application: as many processes as cores."""
    options = {
        "--interface": "wsgi",
        "--http": "1",  # with both versions nothing limits how long a client may be silent before it asks anything
        "--host": env.text("HOST", "127.0.0.1"),
        "--port": str(env.integer("PORT", 8000, at_least=1, at_most=65_535)),
        "--workers": str(web_processes()),
        "--blocking-threads": str(WEB_THREADS),
        "--http1-header-read-timeout": str(slow_senders.patience() * 1000),
        "--workers-kill-timeout": "8",  # seconds; one that is told to stop while it still starts may never hear it
        "--log-level": "warning",
    }
    flags = [part for option in options.items() for part in option]
    return [sys.executable, "-m", "granian", *flags, "--no-ws", "--respawn-failed-workers", "hdr_site.wsgi:application"]


def worker() -> list[str]:
    """Celery with prefork processes that read pictures."""
    queues = env.words("WORKER_QUEUES", READING)
    return _listener("worker", queues, "--pool", "prefork", "--concurrency", str(worker_processes()))


def courier() -> list[str]:
    """Celery with a few threads, for what must not wait behind pictures: the sweep and the mails."""
    return _listener("courier", ERRANDS, "--pool", "threads", "--concurrency", str(COURIER_THREADS))


def _listener(name: str, queues: Sequence[str], *pool: str) -> list[str]:
    """Workers do not talk to each other: the database is what they share."""
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "WARNING"]
    return [*_celery(), "worker", "--hostname", f"{name}@%h", *pool, "--queues", ",".join(queues), *quiet]


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
    "courier": courier,
    "beat": beat,
    "migrate": migrate,
    "collectstatic": collectstatic,
}
CHECKS: dict[str, Callable[[], str | None]] = {
    "check-web": probes.web_fault,
    "check-worker": partial(probes.listener_fault, "worker"),
    "check-courier": partial(probes.listener_fault, "courier"),
    "check-beat": probes.sweep_fault,
}


def main(arguments: list[str]) -> int:
    """Become the named part, or check it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hdr_site.settings")
    os.environ.update(FRUGAL | {name: os.environ[name] for name in FRUGAL if name in os.environ})
    match arguments:
        case [name] if name in PARTS:
            _be_ready_for(name)
            command = PARTS[name]()
            os.execv(command[0], command)  # noqa: S606 (our own command line, no shell)
        case [name] if name in CHECKS:
            fault = CHECKS[name]()
            if fault:
                print(fault, file=sys.stderr)
            return 1 if fault else 0
    print("Say which part: " + ", ".join([*PARTS, *CHECKS]), file=sys.stderr)
    return 2


def _be_ready_for(name: str) -> None:
    """What one part needs besides the environment of all."""
    if name == "migrate":
        os.environ.update(MIGRATING)
    warning = endless_redirects(os.environ)
    if name == "web" and warning:
        print(warning, file=sys.stderr, flush=True)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
