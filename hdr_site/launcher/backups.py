"""Database and pictures into one file, and back. Works on the running and on the stopped product, private or not.

The file is a tar: `about.json`, `database.dump` (pg_dump's custom format) and `pictures/…` under their storage names.
The database is saved first and restored last, so that no row ever stands there without its picture.
"""

import argparse
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from hdr_site.launcher import binaries
from hdr_site.launcher.errors import LauncherError

FORMAT = 1
PICTURES = "pictures/"
PASSING = {"archives"}  # folders of the store with copies that are there for a day: see accounts/archives.py


def run_with(environment: Mapping[str, str], *arguments: str | Path) -> int:
    """Save or load in a process of its own that has the product's environment."""
    command = [sys.executable, "-m", "hdr_site.launcher.backups", *map(str, arguments)]
    return subprocess.run(command, env=dict(environment)).returncode


def save(target: Path) -> int:
    """Write the backup; returns how many pictures are in it. A broken-off backup never has the final name."""
    unfinished = target.with_name(target.name + ".unfinished")
    with _private(unfinished), tarfile.open(unfinished, "w") as archive:
        with tempfile.NamedTemporaryFile(dir=target.parent, prefix=".database-") as dump:
            _postgres("pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--file", dump.name, _database())
            archive.add(dump.name, "database.dump", filter=_anonymous)
        count = sum(_add_picture(archive, name) for name in _stored())
        _add_bytes(
            archive, "about.json", json.dumps({"format": FORMAT, "saved_at": time.time(), "pictures": count}).encode()
        )
    unfinished.replace(target)
    return count


def load(source: Path, *, force: bool) -> int:
    """Put the backup in place of what is there; returns how many pictures were written.

    Raises LauncherError when the file is no whole backup, or when there are accounts already and `force` is not given.
    """
    if _has_accounts() and not force:
        raise LauncherError(
            "There are accounts in this database already. To replace everything: make restore … FORCE=1"
        )
    with tempfile.TemporaryDirectory(dir=source.parent, prefix=".restore-") as folder:
        with _opened(source) as archive:
            _check(archive)
            dump = _unpacked(archive, Path(folder) / "database.dump")
            count = sum(_write_picture(archive, member) for member in archive if member.name.startswith(PICTURES))
        _replace_database(dump)
    return count


def _unpacked(archive: tarfile.TarFile, target: Path) -> Path:
    """The database's part of the backup as a file: its content alone, whatever owner or mode the archive names."""
    content = archive.extractfile("database.dump")
    if content is None:
        raise LauncherError("This file is no whole backup of this product.")
    with target.open("wb") as file:
        shutil.copyfileobj(content, file)
    return target


def _replace_database(dump: Path) -> None:
    """In one transaction: everything that was there goes, everything of the backup comes, or nothing happens."""
    script = dump.with_suffix(".sql")
    _postgres("pg_restore", "--no-owner", "--no-privileges", "--file", str(script), str(dump))
    emptied = "DROP SCHEMA public CASCADE; CREATE SCHEMA public;"
    flags = ["--quiet", "--no-psqlrc", "--single-transaction", "--set", "ON_ERROR_STOP=1", "--output", os.devnull]
    _postgres("psql", *flags, "--command", emptied, "--file", str(script), "--dbname", _database())


def _postgres(program: str, *arguments: str) -> None:
    ended = subprocess.run([binaries.postgres() / program, *arguments], capture_output=True, text=True)
    if ended.returncode:
        raise LauncherError(f"{program} failed: {ended.stderr.strip()[-1000:]}")


def _database() -> str:
    return os.environ["DATABASE_URL"]


def _has_accounts() -> bool:
    from django.contrib.auth import get_user_model
    from django.db import DatabaseError

    try:
        return get_user_model()._default_manager.exists()
    except DatabaseError:  # no tables yet
        return False


def _stored(folder: str = "") -> Iterator[str]:
    """The names of all files in the picture store that belong to a row for good."""
    from django.core.files.storage import default_storage

    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in files:
        yield f"{folder}{name}"
    for name in folders:
        if f"{folder}{name}" not in PASSING:
            yield from _stored(f"{folder}{name}/")


def _add_picture(archive: tarfile.TarFile, name: str) -> int:
    from django.core.files.storage import default_storage

    try:
        with default_storage.open(name) as file:
            entry = tarfile.TarInfo(PICTURES + name)
            entry.size, entry.mode, entry.mtime = file.size, 0o600, int(time.time())
            archive.addfile(entry, file)
    except FileNotFoundError:  # its owner deleted it meanwhile
        return 0
    return 1


def _write_picture(archive: tarfile.TarFile, member: tarfile.TarInfo) -> int:
    from django.core.files.base import File
    from django.core.files.storage import default_storage

    content = archive.extractfile(member)
    if content is None:
        return 0
    name = member.name.removeprefix(PICTURES)
    default_storage.delete(name)
    default_storage.save(name, File(content))
    return 1


def _check(archive: tarfile.TarFile) -> None:
    """Refuse what is no backup of ours, or only the beginning of one: `about.json` is written last."""
    if {"about.json", "database.dump"} <= set(archive.getnames()):
        about = archive.extractfile("about.json")
        if about and json.load(about)["format"] == FORMAT:
            return
    raise LauncherError("This file is no whole backup of this product.")


def _opened(source: Path) -> tarfile.TarFile:
    try:
        return tarfile.open(source)
    except (OSError, tarfile.TarError) as problem:
        raise LauncherError(f"{source} cannot be read as a backup: {problem}") from None


def _private(path: Path) -> io.IOBase:
    """Make the file readable by its owner only, before anything is in it."""
    path.unlink(missing_ok=True)
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _add_bytes(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode, entry.mtime = len(content), 0o600, int(time.time())
    archive.addfile(entry, io.BytesIO(content))


def _anonymous(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    entry.mode = 0o600
    return entry


def main(arguments: list[str]) -> int:
    """`save FILE` or `load FILE [--force]`."""
    import django
    from django.core.management import call_command

    parser = argparse.ArgumentParser(prog="backups")
    parser.add_argument("word", choices=("save", "load"))
    parser.add_argument("file", type=Path)
    parser.add_argument("--force", action="store_true")
    options = parser.parse_args(arguments)
    django.setup()
    try:
        if options.word == "save":
            print(f"Saved the database and {save(options.file)} pictures in {options.file}.")
        else:
            print(f"Restored {load(options.file, force=options.force)} pictures and the database from {options.file}.")
            call_command("migrate", interactive=False, verbosity=0)  # the backup may be older than this version
    except LauncherError as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
