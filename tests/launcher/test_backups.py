"""Backup and restore: of a database and pictures that are really there, into an installation that is really empty."""

import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from hdr_site.launcher import trial
from hdr_site.launcher.engines import Postgres
from hdr_site.launcher.folders import CHECKOUT, DataFolder
from hdr_site.launcher.trial import OURS

pytestmark = [pytest.mark.integration, pytest.mark.slow]


class Installation:
    """A database with all tables and a folder of pictures; commands of the launcher run on it."""

    def __init__(self, folder: Path, postgres: Postgres) -> None:
        self.data, self.postgres = DataFolder(folder), postgres
        kept = {name: value for name, value in os.environ.items() if name not in OURS}
        self.environment = kept | {"DATABASE_URL": postgres.url, "REDIS_URL": "unix:///nowhere"}

    def call(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """Run a command of the launcher to its end."""
        command = [sys.executable, "-m", "hdr_site.launcher", "--data", str(self.data.root), *words]
        return subprocess.run(command, env=self.environment, cwd=CHECKOUT, capture_output=True, text=True)

    def do(self, *words: str) -> str:
        """The same for what has to succeed; returns what it said."""
        done = self.call(*words)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def sql(self, statement: str) -> Any:
        """The first value of the answer; None for a statement without one."""
        connection = psycopg2.connect(self.postgres.url)
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement)
                return cursor.fetchone()[0] if cursor.description else None
        finally:
            connection.close()

    def add_alice(self) -> None:
        """An account, and a picture in a folder of the store."""
        self.sql(
            "INSERT INTO accounts_user (email, name, password, is_superuser, is_staff, is_active, date_joined) "
            "VALUES ('alice@example.org', 'Alice', '!', false, false, true, now())"
        )
        picture = self.data.media / "ab" / "picture.png"
        picture.parent.mkdir()
        picture.write_bytes(b"the very bytes")

    def users(self) -> int:
        """How many accounts there are."""
        return int(self.sql("SELECT count(*) FROM accounts_user"))


@pytest.fixture(scope="module")
def installation() -> Iterator[Installation]:
    """One with Alice in it."""
    with trial.temporary_folder() as folder, trial.private_engines(folder) as engines:
        made = Installation(folder, engines.postgres)
        made.do("manage", "migrate", "--verbosity", "0")
        made.add_alice()
        yield made


@pytest.fixture
def elsewhere() -> Iterator[Installation]:
    """Another machine: nothing in it, not even tables."""
    with trial.temporary_folder() as folder, trial.private_engines(folder) as engines:
        yield Installation(folder, engines.postgres)


@pytest.fixture(scope="module")
def backup(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made when Alice was still called Alice."""
    file = tmp_path_factory.mktemp("backups") / "backup.tar"
    installation.do("backup", str(file))
    return file


def test_everything_comes_back_on_another_machine(backup: Path, elsewhere: Installation) -> None:
    elsewhere.do("restore", str(backup))
    assert elsewhere.sql("SELECT name FROM accounts_user WHERE email = 'alice@example.org'") == "Alice"
    assert (elsewhere.data.media / "ab" / "picture.png").read_bytes() == b"the very bytes"
    assert "No migrations to apply" in elsewhere.do("manage", "migrate")


def test_archives_that_wait_to_be_fetched_are_left_out(installation: Installation, tmp_path: Path) -> None:
    waiting = installation.data.media / "archives" / "2026-11-20" / "archive.zip"
    waiting.parent.mkdir(parents=True)
    waiting.write_bytes(b"all of Alice's pictures once more")
    installation.do("backup", str(tmp_path / "b.tar"))
    with tarfile.open(tmp_path / "b.tar") as backup:
        assert "pictures/ab/picture.png" in backup.getnames()
        assert not [name for name in backup.getnames() if "archive.zip" in name]


def test_a_backup_is_readable_by_its_owner_only(backup: Path) -> None:
    assert backup.stat().st_mode & 0o077 == 0


def test_nothing_unfinished_is_left_beside_a_backup(backup: Path) -> None:
    assert [path.name for path in backup.parent.iterdir()] == [backup.name]


def test_accounts_are_not_overwritten_without_force(installation: Installation, backup: Path) -> None:
    installation.sql("UPDATE accounts_user SET name = 'Alice the second'")
    refused = installation.call("restore", str(backup))
    assert refused.returncode == 1
    assert "FORCE=1" in refused.stderr
    assert installation.sql("SELECT name FROM accounts_user") == "Alice the second"


def test_force_brings_the_earlier_state_back(installation: Installation, backup: Path) -> None:
    installation.sql("UPDATE accounts_user SET name = 'Alice the second'")
    (installation.data.media / "ab" / "picture.png").write_bytes(b"other bytes")
    installation.do("restore", str(backup), "--force")
    assert installation.sql("SELECT name FROM accounts_user") == "Alice"
    assert (installation.data.media / "ab" / "picture.png").read_bytes() == b"the very bytes"


def test_half_a_backup_changes_nothing(installation: Installation, backup: Path, tmp_path: Path) -> None:
    half = tmp_path / "half.tar"
    half.write_bytes(backup.read_bytes()[: backup.stat().st_size // 2])
    refused = installation.call("restore", str(half), "--force")
    assert refused.returncode == 1
    assert installation.users() == 1


def test_a_file_that_is_no_backup_is_refused_with_a_sentence(installation: Installation, tmp_path: Path) -> None:
    other = tmp_path / "other.tar"
    with tarfile.open(other, "w") as archive:
        archive.add(__file__, "notes.txt")
    refused = installation.call("restore", str(other), "--force")
    assert refused.returncode == 1
    assert "no whole backup" in refused.stderr


def test_a_dump_that_cannot_be_loaded_changes_nothing(installation: Installation, backup: Path, tmp_path: Path) -> None:
    spoilt = tmp_path / "spoilt.tar"
    with tarfile.open(backup) as old, tarfile.open(spoilt, "w") as new:
        for member in old:
            content = old.extractfile(member)
            if member.name == "database.dump" and content:
                member.size -= 500
            new.addfile(member, content)
    refused = installation.call("restore", str(spoilt), "--force")
    assert refused.returncode == 1
    assert installation.users() == 1


def test_backup_and_restore_work_while_somebody_reads(installation: Installation, tmp_path: Path) -> None:
    reader = psycopg2.connect(installation.postgres.url)
    try:
        with reader.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM accounts_user")
            reader.commit()
            installation.do("backup", str(tmp_path / "b.tar"))
            installation.do("restore", str(tmp_path / "b.tar"), "--force")
            cursor.execute("SELECT count(*) FROM accounts_user")
            assert cursor.fetchone() == (1,)
    finally:
        reader.close()
