"""An owner who sends without end, and a disk that is full: a sentence, a code, and nothing stored."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from hdr_site.launcher import trial
from hdr_site.launcher.trial import TrialProduct
from tests.e2e import house, pictures

PER_MINUTE = 120


@pytest.mark.slow
def test_the_121st_picture_of_a_minute_is_refused_with_the_time_to_wait(product: TrialProduct) -> None:
    alice, bob = house.arrive(product, "Alice"), house.arrive(product, "Bob")
    said = [alice.api.send(pictures.small()) for _ in range(PER_MINUTE + 1)]
    refused = said[-1]
    assert [answer.status for answer in said[:-1]] == [202] * PER_MINUTE
    assert (refused.status, refused.error_code) == (429, "too_many_pictures")
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert f"{PER_MINUTE} pictures a minute" in refused.json["error"]["message"]
    page = alice.browser().send_form("/recognitions/new/", {"image": ("7.png", pictures.small())})
    assert (page.status, "pictures a minute" in page.text, "Retry-After" in page.headers) == (429, True, True)
    assert house.pictures_of(product, alice) == PER_MINUTE
    assert bob.api.send(pictures.small()).status == 202


def test_a_picture_beyond_the_owners_5_gigabytes_is_refused_and_not_kept(product: TrialProduct) -> None:
    alice = house.arrive(product, "Alice")
    alice.api.submit(pictures.small())
    full = "UPDATE recognition_ownerusage SET stored_bytes = 5000000000 - 100 WHERE owner_id = %s"
    house.rows(product, full, alice.id)
    files = house.stored_files(product)
    answer = alice.api.send(pictures.small())
    assert (answer.status, answer.error_code) == (413, "quota_exceeded")
    assert "5,000 MB" in answer.json["error"]["message"]
    assert house.pictures_of(product, alice) == 1
    assert house.stored_files(product) == files


@pytest.fixture(scope="module")
def cramped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TrialProduct]:
    """A product whose store and whose folder for arriving files are tiny disks."""
    if os.geteuid() != 0:
        pytest.skip("only root can make a disk that is small enough to be full")
    folder = tmp_path_factory.mktemp("disks")
    disks = {name: folder / name for name in ("store", "arriving")}
    for disk in disks.values():
        disk.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", disk], capture_output=True).returncode:
            pytest.skip("this machine lets nobody make a small disk")
    places = {"STORAGE_URL": disks["store"].as_uri(), "TMPDIR": str(disks["arriving"]), "WEB_PROCESSES": "1"}
    try:
        with trial.product(places | {"STATIC_ROOT": os.environ["STATIC_ROOT"]}) as running:
            yield running
    finally:
        for disk in disks.values():
            subprocess.run(["umount", "-l", disk], check=True)


def test_when_the_store_is_full_a_picture_is_refused_and_leaves_nothing(cramped: TrialProduct) -> None:
    alice, store = house.arrive(cramped, "Alice"), _folder(cramped, "STORAGE_URL")
    ballast = _fill(store)
    files = _files(store)
    answer = alice.api.send(pictures.small())
    page = alice.browser().send_form("/recognitions/new/", {"image": ("7.png", pictures.small())})
    assert (answer.status, answer.error_code, page.status) == (507, "storage_full", 507)
    assert "no room" in page.text
    assert (house.pictures_of(cramped, alice), _files(store)) == (0, files)
    ballast.unlink()
    house.read_within(cramped, alice.api.submit(pictures.small()), 60)


def test_when_there_is_no_room_for_arriving_files_a_picture_is_refused(cramped: TrialProduct) -> None:
    alice, arriving = house.arrive(cramped, "Alice"), Path(cramped.environment["TMPDIR"])
    large = pictures.forty_megapixels("JPEG")
    assert alice.api.send(large).status == 202  # a process that finds the folder full at first takes another one
    ballast = _fill(arriving)
    answer = alice.api.send(large)
    page = alice.browser().send_form("/recognitions/new/", {"image": ("photo.jpg", large)})
    assert (answer.status, answer.error_code, page.status) == (507, "disk_full", 507)
    assert house.pictures_of(cramped, alice) == 1
    ballast.unlink()
    assert alice.api.send(pictures.small()).status == 202


def _folder(product: TrialProduct, variable: str) -> Path:
    return Path(product.environment[variable].removeprefix("file://"))


def _fill(disk: Path) -> Path:
    """Write until nothing more fits; returns the file that has to go again."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while file.write(bytes(4096)):
                pass
        except OSError:
            return ballast
    raise AssertionError("the disk was never full")


def _files(folder: Path) -> set[Path]:
    return {file for file in folder.rglob("*") if file.is_file()}
