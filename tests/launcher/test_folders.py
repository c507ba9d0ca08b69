"""Where things lie, and that no two checkouts share any of it."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from hdr_site.launcher.errors import LauncherError
from hdr_site.launcher.folders import LONGEST_SOCKET_NAME, SOCKET_PATH_LIMIT, DataFolder, recorded, socket_folder
from hdr_site.launcher.trial import temporary_folder


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path / "var")


@pytest.fixture
def deep(tmp_path: Path) -> Iterator[DataFolder]:
    """A data folder whose path is too long for sockets."""
    folder = DataFolder(tmp_path / ("x" * 100) / "var")
    yield folder
    DataFolder(folder.root).remove()


def test_a_secret_is_made_once(data: DataFolder) -> None:
    assert data.secret("key") == data.secret("key")


def test_a_secret_is_readable_by_its_owner_only(data: DataFolder) -> None:
    data.secret("key")
    assert stat.S_IMODE((data.root / "key").stat().st_mode) == 0o600


def test_two_folders_have_different_secrets(tmp_path: Path) -> None:
    assert DataFolder(tmp_path / "a").secret("key") != DataFolder(tmp_path / "b").secret("key")


def test_pictures_and_mails_are_for_their_owner_only(data: DataFolder) -> None:
    assert [stat.S_IMODE(folder.stat().st_mode) for folder in (data.media, data.mail, data.logs)] == [0o700] * 3


def test_a_second_launcher_on_the_same_folder_is_refused_with_a_sentence(data: DataFolder) -> None:
    with data.lock(), pytest.raises(LauncherError, match=f"already runs on {data.root}"):
        data.lock()


def test_the_folder_is_free_again_when_its_launcher_is_gone(data: DataFolder) -> None:
    data.lock().close()
    assert not data.is_in_use()


def test_data_in_use_is_not_removed(data: DataFolder) -> None:
    with data.lock(), pytest.raises(LauncherError):
        data.remove()
    assert data.root.exists()


def test_a_socket_path_that_is_short_enough_stays_in_the_data_folder() -> None:
    with temporary_folder() as folder:
        data = DataFolder(folder)
        assert socket_folder(data, data.root, "redis") == folder / "sockets" / "redis"


def test_a_socket_path_that_is_too_long_moves_to_a_short_folder(deep: DataFolder) -> None:
    folder = socket_folder(deep, deep.root, "postgres")
    assert len(os.fsencode(folder / LONGEST_SOCKET_NAME)) <= SOCKET_PATH_LIMIT


def test_the_short_folder_stays_the_same(deep: DataFolder) -> None:
    assert socket_folder(deep, deep.root, "postgres") == socket_folder(deep, deep.root, "postgres")


def test_a_copied_data_folder_shares_no_folder_with_its_original(deep: DataFolder, tmp_path: Path) -> None:
    short = socket_folder(deep, deep.root, "postgres").parent
    copy = DataFolder(tmp_path / ("y" * 100) / "var")
    (copy.root / "socket-folder").write_text((deep.root / "socket-folder").read_text())
    try:
        assert recorded(copy, "socket-folder") is None
        assert socket_folder(copy, copy.root, "postgres").parent != short
    finally:
        copy.remove()


def test_cleaning_removes_what_lies_outside_too(deep: DataFolder) -> None:
    short = socket_folder(deep, deep.root, "postgres").parent
    assert set(deep.remove()) == {short, deep.root}
    assert not short.exists()
    assert not deep.root.exists()


def test_a_short_folder_of_somebody_else_is_refused(deep: DataFolder) -> None:
    short = socket_folder(deep, deep.root, "postgres").parent
    (short / "belongs-to").write_text("/somewhere/else\n")
    try:
        with pytest.raises(LauncherError, match="belongs to somebody else"):
            socket_folder(deep, deep.root, "postgres")
    finally:
        (short / "belongs-to").write_text(f"{deep.root}\n")
