"""What has to be done before the parts start: migrations and static files, each only when something has changed."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import psycopg2

from hdr_site import catalogs
from hdr_site.launcher import commands
from hdr_site.launcher.errors import LauncherError
from hdr_site.launcher.folders import CHECKOUT, DataFolder

PACKAGES = ("hdr_site", "accounts", "recognition")


def prepare(data: DataFolder, environment: Mapping[str, str], say: Callable[[str], None]) -> None:
    """Migrations, and beside them the static files; the languages. Raises LauncherError when one of them fails."""
    catalogs.compile_stale()
    collecting = _begin_collecting(environment, say)
    bring_up_to_date(data, environment, say)
    if collecting is not None:
        if collecting.wait():
            raise LauncherError("The static files could not be collected; the reason stands above.")
        _static_stamp(environment).write_text(static_fingerprint())


def bring_up_to_date(data: DataFolder, environment: Mapping[str, str], say: Callable[[str], None]) -> None:
    """Migrate, unless neither this program nor what the database says of itself has changed since the last time."""
    stamp, code = data.root / "migrated.json", code_fingerprint()
    if stamp.exists() and stamp.read_text() == _stamp(code, environment["DATABASE_URL"]):
        return
    say("Bringing the database up to date …")
    patient = {**environment, **commands.MIGRATING}
    migrated = subprocess.run([*commands.migrate(), "--verbosity", "0"], env=patient, cwd=CHECKOUT)
    if migrated.returncode:
        raise LauncherError("The database could not be brought up to date; the reason stands above.")
    stamp.write_text(_stamp(code, environment["DATABASE_URL"]))


def _stamp(code: str, database_url: str) -> str:
    """The program and the migrations that the database has: a database put in its place, older or empty, has others."""
    return json.dumps({"code": code, "migrations": _applied(database_url)})


def _applied(database_url: str) -> list[str]:
    connection = psycopg2.connect(database_url)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass('django_migrations') IS NOT NULL")
            if cursor.fetchone() != (True,):
                return []
            cursor.execute("SELECT app || '.' || name FROM django_migrations ORDER BY 1")
            return [name for (name,) in cursor.fetchall()]
    finally:
        connection.close()


def _begin_collecting(environment: Mapping[str, str], say: Callable[[str], None]) -> "subprocess.Popen[bytes] | None":
    stamp = _static_stamp(environment)
    if stamp.exists() and stamp.read_text() == static_fingerprint():
        return None
    say("Collecting static files …")
    return subprocess.Popen(commands.collectstatic(), env=environment, cwd=CHECKOUT)


def _static_stamp(environment: Mapping[str, str]) -> Path:
    return Path(environment["STATIC_ROOT"] + ".fingerprint")


def code_fingerprint() -> str:
    """Changes with every module of ours, and with the packages."""
    modules = [path for package in PACKAGES for path in (CHECKOUT / package).rglob("*.py")]
    return _fingerprint([sys.prefix, _requirements(), *_states(modules)])


def static_fingerprint() -> str:
    """Changes whenever the collected static files would: with our own files, the packages, and the settings."""
    ours = [path for path in (CHECKOUT / "static").rglob("*") if path.is_file()]
    settings = (CHECKOUT / "hdr_site" / "settings.py").read_text()
    return _fingerprint([sys.prefix, _requirements(), settings, *_states(ours)])


def _requirements() -> str:
    return (CHECKOUT / "requirements" / "runtime.txt").read_text()


def _states(paths: list[Path]) -> Iterator[str]:
    for path in sorted(paths):
        state = path.stat()
        yield f"{path} {state.st_size} {state.st_mtime_ns}"


def _fingerprint(facts: list[str]) -> str:
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()
