"""What people ask for: read this, read it again, delete it."""

import os
import resource
import signal
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import OperationalError, connection
from pytest_django import Settings

from accounts.models import User
from hdr_site.foundation.jobs import Priority, Status
from hdr_site.foundation.models import AuditEntry
from recognition import processing, storage, submissions
from recognition.models import OwnerUsage, Recognition, Source
from recognition.uploads import UploadRejected
from tests.drawing import blank, encoded, page, upload

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def submit(owner: User, content: bytes | None = None, key: str | None = None) -> submissions.Submission:
    return submissions.submit(owner, upload(content), Source.API, key)


def files() -> list[str]:
    folder = Path(default_storage.path(storage.FOLDER))
    return sorted(str(file) for file in folder.rglob("*") if file.is_file())


@pytest.fixture(autouse=True)
def empty_store(settings: Settings, tmp_path: Path) -> None:
    """A folder of pictures of this test's own."""
    (tmp_path / "pictures").mkdir()
    default = {"BACKEND": settings.STORAGES["default"]["BACKEND"], "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = settings.STORAGES | {"default": default}


def test_a_picture_is_stored_with_its_thumbnail_and_queued(alice: User) -> None:
    recognition = submit(alice).recognition
    assert recognition.owner == alice
    assert Recognition.objects.get().status == Status.QUEUED
    assert default_storage.exists(str(recognition.image.name))
    assert len(files()) == 2


def test_the_stored_name_tells_nothing_of_the_given_one(alice: User) -> None:
    assert "number" not in str(submit(alice).recognition.image.name)


def test_the_bell_rings_only_once_the_row_can_be_seen(alice: User, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks() as rung:
        submit(alice)
    assert len(rung) == 1


def test_a_refused_picture_leaves_nothing_behind(alice: User) -> None:
    with pytest.raises(UploadRejected):
        submit(alice, b"no picture")
    assert (Recognition.objects.count(), files()) == (0, [])


def test_the_same_key_and_picture_give_the_same_recognition(alice: User) -> None:
    first, second = submit(alice, key="k"), submit(alice, key="k")
    assert (first.created, second.created) == (True, False)
    assert first.recognition == second.recognition
    assert len(files()) == 2


def test_the_same_key_with_another_picture_is_a_conflict(alice: User) -> None:
    submit(alice, key="k")
    with pytest.raises(UploadRejected) as refusal:
        submit(alice, encoded(blank()), key="k")
    assert (refusal.value.code, refusal.value.status) == ("idempotency_conflict", 409)


def test_two_owners_may_use_the_same_key(alice: User, bob: User) -> None:
    assert submit(alice, key="k").recognition != submit(bob, key="k").recognition


@pytest.mark.django_db(transaction=True)
def test_two_requests_at_once_with_one_key_give_one_recognition(alice: User) -> None:
    start = Barrier(4)
    given: list[Recognition] = []

    def send() -> None:
        start.wait()
        given.append(submit(alice, key="k").recognition)
        connection.close()

    senders = [Thread(target=send) for _ in range(4)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert len(given) == 4
    assert len({recognition.pk for recognition in given}) == 1
    assert len(files()) == 2


def test_more_pictures_a_minute_than_allowed_are_refused_with_the_time_to_wait(alice: User, settings: Settings) -> None:
    settings.OWNER_UPLOADS_PER_MINUTE = 2
    submit(alice)
    submit(alice)
    with pytest.raises(UploadRejected) as refusal:
        submit(alice)
    assert (refusal.value.code, refusal.value.status) == ("too_many_pictures", 429)
    assert 0 < (refusal.value.retry_after or 0) <= 60
    assert len(files()) == 4


def test_one_owners_rate_is_not_anothers(alice: User, bob: User, settings: Settings) -> None:
    settings.OWNER_UPLOADS_PER_MINUTE = 1
    submit(alice)
    assert submit(bob).created


def test_a_new_minute_begins_anew(alice: User, settings: Settings) -> None:
    settings.OWNER_UPLOADS_PER_MINUTE = 1
    submit(alice)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE recognition_ownerusage SET minute = now() - interval '61 seconds'")
    assert submit(alice).created


def test_pictures_beyond_the_owners_storage_are_refused_and_not_kept(alice: User, settings: Settings) -> None:
    settings.OWNER_STORAGE_BYTES = 1000
    with pytest.raises(UploadRejected) as refusal:
        submit(alice)
    assert (refusal.value.code, refusal.value.status) == ("quota_exceeded", 413)
    assert (Recognition.objects.count(), files()) == (0, [])


def test_deleting_gives_the_storage_back(alice: User) -> None:
    recognition = submit(alice).recognition
    assert OwnerUsage.objects.get(owner=alice).stored_bytes == recognition.stored_bytes > 0
    submissions.delete(recognition, alice)
    assert OwnerUsage.objects.get(owner=alice).stored_bytes == 0


def test_a_full_disk_is_said_in_a_sentence_and_leaves_no_half_row(
    alice: User, settings: Settings, small_disk: Path
) -> None:
    default = {"BACKEND": settings.STORAGES["default"]["BACKEND"], "OPTIONS": {"location": str(small_disk)}}
    settings.STORAGES = settings.STORAGES | {"default": default}
    noise = encoded(page("1").effect_spread(9).resize((1500, 1200)))
    with pytest.raises(UploadRejected) as refusal:
        [submit(alice, noise) for _ in range(100)]
    assert (refusal.value.code, refusal.value.status) == ("storage_full", 507)
    kept = {str(row.image.name) for row in Recognition.objects.all()}
    on_disk = {file.name for file in small_disk.rglob("*") if file.is_file()}
    assert on_disk == {Path(name).name + ending for name in kept for ending in ("", ".thumb")}


@pytest.fixture
def small_disk(tmp_path: Path) -> Any:
    """A file system of 300 kB: a real full disk needs root; elsewhere the kernel's file-size limit stands in."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if os.system(f"mount -t tmpfs -o size=300k tmpfs {folder} 2>/dev/null") == 0:  # noqa: S605
        yield folder
        os.system(f"umount -l {folder}")  # noqa: S605
        return
    before, handler = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, before[1]))
    yield folder
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    signal.signal(signal.SIGXFSZ, handler)


@pytest.mark.django_db(transaction=True)
def test_deleting_removes_row_readings_and_files_and_is_noted(alice: User) -> None:
    recognition = submit(alice).recognition
    processing.work_off()
    submissions.delete(recognition, alice)
    assert (Recognition.objects.count(), files()) == (0, [])
    assert AuditEntry.objects.filter(action="recognition.deleted", subject=str(recognition.public_id)).exists()


def test_deleting_twice_is_no_error(alice: User) -> None:
    recognition = submit(alice).recognition
    submissions.delete(recognition, alice)
    submissions.delete(recognition, alice)
    assert OwnerUsage.objects.get(owner=alice).stored_bytes == 0


def test_a_retry_queues_the_picture_and_keeps_its_last_answer_on_show(alice: User) -> None:
    submit(alice)
    processing.work_off()
    before = Recognition.objects.get()
    assert submissions.retry(before) is True
    after = Recognition.objects.get()
    assert (after.status, after.text, after.reading_id) == (Status.QUEUED, before.text, before.reading_id)


def test_a_retry_of_what_waits_changes_nothing(alice: User) -> None:
    assert submissions.retry(submit(alice).recognition) is False


def test_a_retry_of_what_waits_does_not_count_towards_the_owners_rate(alice: User) -> None:
    waiting = submit(alice).recognition
    submissions.retry(waiting)
    assert OwnerUsage.objects.get(owner=alice).sent == 1


def test_a_picture_whose_row_may_have_been_written_keeps_its_file(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """As when the database goes away between a commit and the word that it is done."""

    def gone(*_: object) -> None:
        raise OperationalError

    monkeypatch.setattr("recognition.quotas.reserve", gone)
    with pytest.raises(OperationalError):
        submit(alice)
    assert len(files()) == 2


def test_retries_count_towards_the_owners_rate(alice: User, settings: Settings) -> None:
    submit(alice)
    processing.work_off()
    settings.OWNER_UPLOADS_PER_MINUTE = 1
    with pytest.raises(UploadRejected):
        submissions.retry(Recognition.objects.get())


def test_what_staff_have_read_again_stands_behind_what_people_wait_for(alice: User, bob: User, rita: User) -> None:
    submit(alice)
    processing.work_off()
    submissions.read_again(Recognition.objects.all(), rita)
    submit(bob)
    order = Recognition.objects.filter(status=Status.QUEUED).order_by("turn")
    assert [row.owner for row in order] == [bob, alice]
    assert order[1].priority == Priority.BULK


def test_files_without_a_row_are_removed_after_an_hour_and_others_stay(alice: User) -> None:
    kept = submit(alice).recognition
    orphan = storage.put(b"picture", b"thumbnail")
    assert storage.remove_orphans() == 0
    for file in files():
        os.utime(file, (0, 0))
    storage.remove_orphans()
    assert default_storage.exists(str(kept.image.name))
    assert default_storage.exists(str(kept.image.name) + storage.THUMBNAIL)
    assert not default_storage.exists(orphan)
    assert not default_storage.exists(orphan + storage.THUMBNAIL)
