"""The private engines: real ones, started, killed and started again."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg2
import pytest
import redis

from hdr_site.launcher import binaries, trial
from hdr_site.launcher.engines import Postgres
from hdr_site.launcher.errors import LauncherError
from hdr_site.launcher.folders import DataFolder, recorded
from hdr_site.launcher.processes import Process, Program
from hdr_site.launcher.trial import Engines

pytestmark = pytest.mark.integration
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has to lend PostgreSQL another account")


@pytest.fixture
def folder() -> Iterator[Path]:
    with trial.temporary_folder() as folder:
        yield folder


@pytest.fixture
def engines(folder: Path) -> Iterator[Engines]:
    with trial.private_engines(folder) as engines:
        yield engines


def ask(engine: Postgres, sql: str) -> Any:
    """The first value of the answer; None for a statement without one."""
    connection = psycopg2.connect(engine.url)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchone()[0] if cursor.description else None
    finally:
        connection.close()


def test_both_answer_at_their_addresses(engines: Engines) -> None:
    assert ask(engines.postgres, "SELECT 1") == 1
    assert redis.Redis.from_url(engines.redis.url).ping()


def test_neither_listens_on_the_network(engines: Engines) -> None:
    assert ask(engines.postgres, "SHOW listen_addresses") == ""
    assert redis.Redis.from_url(engines.redis.url).config_get("port") == {"port": "0"}


def test_the_database_wants_its_password(engines: Engines) -> None:
    password = engines.postgres.url.split(":")[2].split("@")[0]
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        psycopg2.connect(engines.postgres.url.replace(password, "wrong"))


def test_letters_of_all_alphabets_have_upper_and_lower_case(engines: Engines) -> None:
    assert ask(engines.postgres, "SELECT lower('ÄЖ')") == "äж"


def test_rows_survive_a_killed_database(folder: Path) -> None:
    with trial.private_engines(folder, durable=True) as engines:
        ask(engines.postgres, "CREATE TABLE kept AS SELECT 42 AS answer")
        engines.postgres.kill()
        engines.postgres.start()
        assert ask(engines.postgres, "SELECT answer FROM kept") == 42


def test_a_process_that_got_the_number_of_the_dead_server_keeps_nobody_from_starting(
    engines: Engines, tmp_path: Path
) -> None:
    engines.postgres.kill()
    note = engines.postgres.cluster / "postmaster.pid"
    account = engines.postgres.account  # PostgreSQL looks only at processes of its own account
    stranger = Process(Program("stranger", ["/bin/sleep", "600"], {}, tmp_path / "log", account=account))
    stranger.start()
    try:
        note.write_text("\n".join([str(stranger.pid), *note.read_text().splitlines()[1:]]) + "\n")
        engines.postgres.start()
        assert ask(engines.postgres, "SELECT 1") == 1
        assert stranger.running
    finally:
        stranger.kill()


def test_a_server_that_outlived_its_launcher_is_replaced(engines: Engines, folder: Path) -> None:
    outlived = engines.postgres.process.pid
    second = Postgres(DataFolder(folder))
    second.start()
    try:
        assert second.process.pid != outlived
        assert ask(second, "SELECT 1") == 1
    finally:
        second.kill()


def test_redis_starts_again_where_it_was(engines: Engines) -> None:
    engines.redis.stop()
    assert not engines.redis.answers()
    engines.redis.start()
    assert redis.Redis.from_url(engines.redis.url).ping()


def test_a_first_start_that_broke_off_leaves_nothing_in_the_way(folder: Path) -> None:
    building = DataFolder(folder).root / "postgres-being-made"
    building.mkdir()
    (building / "PG_VERSION").write_text("torn")
    with trial.private_engines(folder) as engines:
        assert ask(engines.postgres, "SELECT 1") == 1


def test_a_path_too_long_for_a_socket_works(folder: Path) -> None:
    deep = folder / ("long" * 30)
    deep.mkdir()
    try:
        with trial.private_engines(deep) as engines:
            assert ask(engines.postgres, "SELECT 1") == 1
            assert redis.Redis.from_url(engines.redis.url).ping()
    finally:
        DataFolder(deep).remove()


def test_two_folders_share_nothing(engines: Engines) -> None:
    ask(engines.postgres, "CREATE TABLE mine (id integer)")
    with trial.temporary_folder() as other, trial.private_engines(other) as neighbours:
        assert ask(neighbours.postgres, "SELECT to_regclass('mine')") is None


@as_root
def test_root_keeps_the_database_elsewhere_when_postgres_cannot_enter_the_folder(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    data = DataFolder(closed / "var")
    try:
        with trial.private_engines(data.root) as engines:
            assert ask(engines.postgres, "SELECT 1") == 1
            home = recorded(data, "database-folder")
            assert home is not None
            assert engines.postgres.cluster.is_relative_to(home)
    finally:
        removed = data.remove()
    assert home in removed
    assert not home.exists()


@as_root
def test_root_copies_the_programs_when_postgres_cannot_reach_them(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden = tmp_path / "hidden"
    installation = binaries.postgres().parent
    for part in (installation, installation.parent.with_name(f"{installation.parent.name}.libs")):
        shutil.copytree(part, hidden / part.relative_to(installation.parent.parent), symlinks=True)
    hidden.chmod(0o700)
    programs = hidden / installation.relative_to(installation.parent.parent) / "bin"
    monkeypatch.setattr(binaries, "postgres", lambda: programs)
    with trial.private_engines(folder) as engines:
        assert engines.postgres.programs.is_relative_to(folder)
        assert ask(engines.postgres, "SELECT 1") == 1


@as_root
def test_root_never_runs_the_database_as_root(engines: Engines) -> None:
    assert Path(f"/proc/{engines.postgres.process.pid}").stat().st_uid != 0


def test_an_engine_that_cannot_start_says_why(folder: Path) -> None:
    engine = Postgres(DataFolder(folder))
    engine.prepare()
    (engine.cluster / "postgresql.conf").write_text("nonsense = 1\n")
    with pytest.raises(LauncherError, match=r'(?s)postgres did not start.*"nonsense"'):
        engine.start()
