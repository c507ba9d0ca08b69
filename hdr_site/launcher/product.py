"""The whole product on this machine: private engines where none are given, then migrations and the parts."""

import json
import os
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import psycopg2

from hdr_site.launcher import commands, probes
from hdr_site.launcher.engines import Engine, Postgres, Valkey
from hdr_site.launcher.errors import LauncherError
from hdr_site.launcher.folders import CHECKOUT, DataFolder
from hdr_site.launcher.preparing import bring_up_to_date, prepare
from hdr_site.launcher.processes import Process, Program, wait_for
from hdr_site.launcher.supervisor import Supervisor

READY_SECONDS = 120
STALE_SWEEP_SECONDS = 60
LOOK_EVERY_SECONDS = 0.2
ASK_EVERY_SECONDS = 10.0
Say = Callable[[str], None]


def private_engines(data: DataFolder, given: Mapping[str, str]) -> dict[str, Engine]:
    """An engine for every address that the environment does not give, by the name of its variable."""
    engines: dict[str, Engine] = {}
    if not given.get("DATABASE_URL"):
        engines["DATABASE_URL"] = Postgres(data)
    if not given.get("REDIS_URL"):
        engines["REDIS_URL"] = Valkey(data)
    return engines


def environment(data: DataFolder, engines: Mapping[str, Engine], given: Mapping[str, str]) -> dict[str, str]:
    """The children's environment: what is given, and for the rest this checkout's own engines and folders."""
    own = {
        "SECRET_KEY": data.secret("secret-key"),
        "EMAIL_URL": data.mail.as_uri(),
        "STORAGE_URL": data.media.as_uri(),
        "STATIC_ROOT": str(data.static),
        "DJANGO_SETTINGS_MODULE": "hdr_site.settings",
        "PYTHONPATH": os.pathsep.join(filter(None, (str(CHECKOUT), given.get("PYTHONPATH")))),
        **commands.FRUGAL,
        **{name: engine.url for name, engine in engines.items()},
    }
    return own | {name: value for name, value in given.items() if value}


@contextmanager
def engines_for_the_time_being(data: DataFolder, say: Say, *, migrated: bool = False) -> Iterator[dict[str, str]]:
    """The environment for a single command: with the running product's engines, or ones started just for it.

    `migrated`: the command needs a database that is up to date; a product that runs has seen to that itself.
    """
    engines = private_engines(data, os.environ)
    last = {"SITE_URL": data.address.read_text().strip()} if data.address.exists() else {}
    variables = last | environment(data, engines, os.environ)
    if data.is_in_use():
        yield variables
        return
    with data.lock():
        try:
            for engine in engines.values():
                say(f"Starting {engine.process.program.name} …")
                engine.start()
            if migrated:
                bring_up_to_date(data, variables, say)
            yield variables
        finally:
            for engine in reversed(engines.values()):
                engine.stop()


class Product:
    """Everything that `make run` runs."""

    def __init__(self, data: DataFolder, host: str, port: int, say: Say) -> None:
        self.data, self.host, self.port, self.say = data, host, port, say
        os.environ.update(HOST=host, PORT=str(port))  # for the command lines
        os.environ.setdefault("SITE_URL", site_url(host, port))  # for the children, and for the probes
        self.engines = private_engines(data, os.environ)
        self.environment = environment(data, self.engines, os.environ)
        self.supervisor = Supervisor(say)

    def start(self) -> None:
        """Start all parts in order and wait until they answer, a first sweep included."""
        self._check_port()
        self.data.address.write_text(f"{self.environment['SITE_URL']}\n")
        warning = commands.endless_redirects(self.environment)
        if warning:
            self.say(warning)
        if "DATABASE_URL" not in self.engines:
            _check_database(self.environment["DATABASE_URL"])
        for engine in self.engines.values():
            self.say(f"Starting {engine.process.program.name} …")
            self.supervisor.mind(engine.process, engine.start)
        prepare(self.data, self.environment, self.say)
        for name in commands.LASTING:
            self.say(f"Starting {name} …")
            self.supervisor.mind(Process(self._program(name)))
        self._write_children()
        if not wait_for(self._is_ready, READY_SECONDS, every=LOOK_EVERY_SECONDS):
            raise LauncherError(f"Not everything answers after {READY_SECONDS} s: {self._unwell()}")

    def run(self) -> None:
        """Mind the parts until somebody stops us (the exception of the signal ends this loop)."""
        asked = stale_since = time.monotonic()
        while True:
            if self.supervisor.look():
                self._write_children()
            now = time.monotonic()
            if now - asked >= ASK_EVERY_SECONDS:
                asked = now
                stale_since = self._mind_beat(now, stale_since)
            time.sleep(LOOK_EVERY_SECONDS)

    def stop(self) -> None:
        """Stop the parts, then the engines."""
        self.supervisor.stop(set(commands.LASTING), {"redis"}, {"postgres"})
        self.data.children.unlink(missing_ok=True)

    def _check_port(self) -> None:
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self.host, self.port))
            except OSError as problem:
                raise LauncherError(
                    f"Port {self.port} of {self.host} cannot be used: {problem.strerror}. "
                    f"Take another one: PORT={self.port + 1} make run"
                ) from None

    def _program(self, name: str) -> Program:
        return Program(name, commands.PARTS[name](), self.environment, self.data.logs / f"{name}.log", folder=CHECKOUT)

    def _is_ready(self) -> bool:
        self.supervisor.look()
        said = probes.readiness(self.host, self.port)
        return said is not None and said.get("status") == "ready"

    def _unwell(self) -> str:
        said = probes.readiness(self.host, self.port)
        return json.dumps(said) if said else f"web gives no answer; see {self.data.logs / 'web.log'}."

    def _mind_beat(self, now: float, restarted_at: float) -> float:
        """Restart beat, and the courier that beat's bells wake, when the last sweep is too old; returns when."""
        said = probes.readiness(self.host, self.port) or {}
        parts = said.get("parts", {})
        others_work = all(parts.get(part, {}).get("ok") for part in ("database", "redis"))
        stale = others_work and not parts.get("sweep", {}).get("ok")
        if not stale or now - restarted_at < STALE_SWEEP_SECONDS:
            return restarted_at
        self.say("The last sweep is more than a minute old; starting beat and courier again.")
        self.supervisor.restart("beat")
        self.supervisor.restart("courier")
        self._write_children()
        return now

    def _write_children(self) -> None:
        pids = {ward.name: ward.process.pid for ward in self.supervisor.wards}
        fresh = self.data.children.with_suffix(".new")
        fresh.write_text(json.dumps(pids))
        fresh.replace(self.data.children)


def _check_database(url: str) -> None:
    """A sentence instead of a traceback when the database that was given does not answer."""
    try:
        psycopg2.connect(url, connect_timeout=10).close()
    except psycopg2.OperationalError as problem:
        raise LauncherError(f"The database of DATABASE_URL does not answer: {str(problem).strip()}") from None


def site_url(host: str, port: int) -> str:
    """The address that people and mails use, when SITE_URL does not say it."""
    name = (
        "localhost" if host in {"127.0.0.1", "::1", ""} else socket.gethostname() if host in {"0.0.0.0", "::"} else host
    )
    return f"http://{name}:{port}"
