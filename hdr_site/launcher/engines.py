"""The private PostgreSQL and Valkey: real engines, reached through sockets in folders of their owner only."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
from abc import ABC, abstractmethod
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import psycopg2

from hdr_site.launcher import binaries, commands
from hdr_site.launcher.accounts import Account, credentials
from hdr_site.launcher.errors import LauncherError
from hdr_site.launcher.folders import DataFolder, database_home, socket_folder
from hdr_site.launcher.processes import Process, Program, wait_for

START_SECONDS = 60  # a cold disk and a recovery after a crash fit in
DATABASE = "digits"


class Engine(ABC):
    """A server that the launcher runs for itself."""

    process: Process

    @property
    @abstractmethod
    def url(self) -> str:
        """Its address as the settings read it."""

    @abstractmethod
    def prepare(self) -> None:
        """Whatever has to be there before the program starts."""

    @abstractmethod
    def answers(self) -> bool:
        """Whether it takes connections."""

    def start(self) -> None:
        """Start it and wait until it answers."""
        self.prepare()
        self.process.start()
        name = self.process.program.name
        started = wait_for(lambda: self.answers() or not self.process.running, START_SECONDS)
        if not started or not self.process.running:
            words = self.process.last_words()
            self.process.kill()
            raise LauncherError(f"{name} did not start. Its log {self.process.program.log} ends with:\n{words}")

    def stop(self) -> None:
        """Stop it cleanly."""
        self.process.stop()

    def kill(self) -> None:
        """Stop it as a power cut would."""
        self.process.kill()

    def restart(self) -> None:
        """Stop it and start it again, with what it keeps."""
        self.stop()
        self.start()


class Postgres(Engine):
    """A PostgreSQL cluster of this data folder, with one database."""

    def __init__(self, data: DataFolder, *, durable: bool = True) -> None:
        self.home, self.account = database_home(data)
        self.cluster = self.home / "postgres"
        self.sockets = socket_folder(data, self.home, "postgres")
        self.durable = durable
        self._data = data
        self.programs = _reachable(binaries.postgres(), self.account, self.home)
        self.process = Process(self._program(data.logs / "postgres.log"))

    @property
    def url(self) -> str:
        return self._url(DATABASE)

    def _url(self, database: str) -> str:
        password = self._data.secret("postgres-password")
        return f"postgresql://digits:{password}@{quote(str(self.sockets), safe='')}:5432/{database}"

    def prepare(self) -> None:
        self._give(self.sockets)
        if not (self.cluster / "PG_VERSION").exists():
            self._make_cluster()
        self._end_earlier_server()

    def answers(self) -> bool:
        try:
            psycopg2.connect(self._url("postgres"), connect_timeout=5).close()
        except psycopg2.OperationalError:
            return False
        return True

    def start(self) -> None:
        super().start()
        connection = psycopg2.connect(self._url("postgres"))
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if cursor.fetchone() is None:
                cursor.execute(f"CREATE DATABASE {DATABASE}")
        connection.close()

    def _program(self, log: Path) -> Program:
        settings = [
            "listen_addresses=",  # no TCP port at all
            f"unix_socket_directories={self.sockets}",
            "unix_socket_permissions=0700",
            "shared_buffers=64MB",
            f"max_connections={commands.connections()}",
            "jit=off",
            "timezone=UTC",
            "log_timezone=UTC",
            *([] if self.durable else ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]),
        ]
        options = [part for setting in settings for part in ("-c", setting)]
        return Program(
            name="postgres",
            arguments=[str(self.programs / "postgres"), "-D", str(self.cluster), *options],
            environment={"LC_ALL": "C", "PATH": os.defpath},
            log=log,
            stop_signal=signal.SIGINT,  # "fast": ends sessions; SIGTERM would wait for each to end by itself
            orphan_signal=signal.SIGINT,
            grace_seconds=30,
            account=self.account,
        )

    def _make_cluster(self) -> None:
        """initdb into a folder beside, moved into place when it is whole: a broken-off first start leaves nothing."""
        building = self.home / "postgres-being-made"
        shutil.rmtree(building, ignore_errors=True)
        building.mkdir(mode=0o700)
        self._give(building)
        with tempfile.NamedTemporaryFile("w", prefix="digits-") as password:
            password.write(self._data.secret("postgres-password"))
            password.flush()
            self._give(Path(password.name))
            command = [str(self.programs / "initdb"), "-D", str(building), "--pwfile", password.name, *self._choices()]
            clean = {"LC_ALL": "C", "PATH": os.defpath}
            made = subprocess.run(command, env=clean, cwd="/", capture_output=True, **credentials(self.account))
        if made.returncode:
            raise LauncherError(
                f"The database could not be made in {building}:\n{made.stderr.decode(errors='replace')}"
            )
        building.rename(self.cluster)

    def _choices(self) -> list[str]:
        version = subprocess.run([self.programs / "postgres", "--version"], capture_output=True, text=True, check=True)
        major = int(version.stdout.split()[2].partition(".")[0])
        # From 17 on, one locale that is the same on every machine and knows upper and lower case of all letters.
        locale = ["--locale-provider=builtin", "--locale=C.UTF-8"] if major >= 17 else ["--locale=C"]
        sync = [] if self.durable else ["--no-sync"]
        return ["--username=digits", "--encoding=UTF8", "--auth=scram-sha-256", *locale, *sync]

    def _end_earlier_server(self) -> None:
        """Wait for a server that outlived its launcher, and drop the note of one that was killed.

        PostgreSQL takes any live process with the noted number for a server, and refuses; after a restart of the
        machine that number often belongs to something else.
        """
        note = self.cluster / "postmaster.pid"
        if not note.exists():
            return
        pid = int(note.read_text().split("\n", 1)[0])
        if _program_of(pid) == "postgres":
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGINT)
            wait_for(lambda: _program_of(pid) != "postgres", 30)
        if _program_of(pid) != "postgres":
            note.unlink(missing_ok=True)

    def _give(self, path: Path) -> None:
        path.chmod(0o700 if path.is_dir() else 0o600)
        if self.account:
            os.chown(path, self.account.uid, self.account.gid)


def _program_of(pid: int) -> str | None:
    """The name of the program that runs under this number; None when none does (or the system does not tell)."""
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return None


def _reachable(programs: Path, account: Account | None, home: Path) -> Path:
    """The programs where the account can start them: where they are, else copied beside its data.

    The programs of a wheel look for their libraries in a folder beside the package, so that comes along.
    """
    if account is None or account.can_run(programs / "initdb"):
        return programs
    installation = programs.parent
    package = installation.parent
    copy = home / "programs" / package.name / installation.name
    if not account.can_run(copy / "bin" / "initdb"):
        shutil.rmtree(copy, ignore_errors=True)
        for part in ("bin", "lib", "share"):
            shutil.copytree(installation / part, copy / part, symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, copy.parent.with_name(libraries.name), symlinks=True, dirs_exist_ok=True)
    return copy / "bin"


class Valkey(Engine):
    """A Valkey that keeps nothing: it is the doorbell, the jobs are in PostgreSQL."""

    def __init__(self, data: DataFolder) -> None:
        self.socket = socket_folder(data, data.root, "redis") / "redis.sock"
        self.process = Process(self._program(data.logs / "redis.log"))

    @property
    def url(self) -> str:
        return f"unix://{self.socket}?db=0"

    def prepare(self) -> None:
        self.socket.parent.chmod(0o700)
        self.socket.unlink(missing_ok=True)

    def answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as connection, suppress(OSError):
            connection.settimeout(2)
            connection.connect(str(self.socket))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
        return False

    def _program(self, log: Path) -> Program:
        options = {
            "port": "0",  # no TCP port at all
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "save": "",
            "appendonly": "no",
            "databases": "64",  # one for each worker of a parallel test run
            "maxmemory": "256mb",
            "maxmemory-policy": "volatile-lru",  # forget cached things, never a bell
            "daemonize": "no",
        }
        flags = [part for name, value in options.items() for part in (f"--{name}", value)]
        return Program("redis", [str(binaries.valkey()), *flags], {"PATH": os.defpath}, log, folder=self.socket.parent)
