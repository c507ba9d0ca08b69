"""Files with several pictures: sent, taken apart by the worker in its child process, read like any picture."""

import io
import json
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models.functions import Now
from pytest_django import Settings

from accounts.models import User
from hdr_site.foundation import jobs, register
from hdr_site.foundation.jobs import Priority, Status
from ml.documents import parent
from ml.documents.parent import Refused, Taken
from recognition import intakes, intaking, processing, quotas, storage
from recognition.models import Batch, Intake, OwnerUsage, Recognition
from recognition.uploads import UploadRejected
from tests.archived import archived
from tests.documents import pages, pdf, tiff, zipped
from tests.drawing import encoded, page

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]


def stored(folder: str) -> int:
    """How many files lie there."""
    return sum(path.is_file() for path in Path(default_storage.path(folder)).rglob("*"))


@pytest.fixture(autouse=True)
def _no_files_of_others_and_a_long_shift(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processing, "SHIFT_SECONDS", 60.0)
    for folder in storage.PARTS:
        for path in Path(default_storage.path(folder)).rglob("*"):
            if path.is_file():
                path.unlink()


def sent(owner: User, content: bytes, name: str = "marks.pdf", number_format: str = "") -> Intake:
    upload = SimpleUploadedFile(name, content)
    kind = intakes.kind_of(upload)
    assert kind is not None
    batch = Batch.objects.create(owner=owner, source=kind.value, format=number_format)
    return intakes.send_file(batch, upload, kind)


def pictures() -> list[Recognition]:
    return list(Recognition.objects.order_by("place"))


@pytest.mark.parametrize(("content", "kind"), [(pdf(pages(3)), "pdf"), (tiff(pages(3)), "tiff")], ids=["PDF", "TIFF"])
def test_each_page_becomes_a_picture_of_the_batch_that_is_read(alice: User, content: bytes, kind: str) -> None:
    intake = sent(alice, content, "marks")
    intaking.work_off()
    processing.work_off()
    assert [picture.text for picture in pictures()] == ["2", "3", "4"]
    assert [(picture.name, picture.source) for picture in pictures()] == [(f"marks · {n}", kind) for n in (1, 2, 3)]
    assert {picture.batch_id for picture in pictures()} == {intake.batch_id}
    ended = Intake.objects.get()
    assert (ended.status, ended.taken, ended.refused) == (Status.DONE, 3, [])


def test_a_bad_entry_of_a_zip_is_noted_and_the_rest_is_taken(alice: User) -> None:
    sent(alice, zipped({"a/1.png": encoded(page("1")), "letter.txt": b"Dear Bob", "2.png": encoded(page("2"))}))
    intaking.work_off()
    assert [(picture.place, picture.name) for picture in pictures()] == [(0, "1.png"), (2, "2.png")]
    [bad] = Intake.objects.get().refused
    assert (bad["name"], bad["code"]) == ("letter.txt", "not_a_picture")


def test_a_file_without_any_picture_fails_and_says_why_for_each(alice: User) -> None:
    sent(alice, zipped({"letter.txt": b"Dear Bob"}))
    intaking.work_off()
    ended = Intake.objects.get()
    assert (ended.status, ended.error_code) == (Status.FAILED, "no_pictures_inside")
    assert [bad["name"] for bad in ended.refused] == ["letter.txt"]


def test_a_broken_file_fails_with_the_reason(alice: User) -> None:
    sent(alice, b"%PDF-1.7\n1 0 obj\n")
    intaking.work_off()
    assert (Intake.objects.get().status, Intake.objects.get().error_code) == (Status.FAILED, "broken_document")


def test_the_format_of_the_batch_is_that_of_its_pictures(alice: User) -> None:
    sent(alice, pdf(pages(1)), number_format="length:1")
    intaking.work_off()
    assert pictures()[0].format == "length:1"


def test_the_first_ten_are_read_as_if_sent_alone_and_the_rest_behind_everybody(alice: User) -> None:
    small = encoded(page("1", height=20))
    sent(alice, zipped({f"{number:02}.png": small for number in range(12)}))
    intaking.work_off()
    assert [picture.priority for picture in pictures()] == [Priority.PERSON] * 10 + [Priority.BULK] * 2


# --- Finished exactly once --------------------------------------------------------------------------------------------


def taken_from_its_worker() -> None:
    """The sweep finds that the worker has died."""
    Intake.objects.update(lease_until=Now() - timedelta(seconds=1))
    jobs.sweep(Intake)


def test_a_worker_that_takes_over_goes_on_behind_what_is_there(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    sent(alice, pdf(pages(3)))
    whole = parent.take_apart

    def killed_after_two(*args: Any) -> Iterator[Taken | Refused]:
        yield from islice(whole(*args), 2)
        raise SystemExit

    with monkeypatch.context() as broken:
        broken.setattr(parent, "take_apart", killed_after_two)
        with pytest.raises(SystemExit):
            intaking.work_off()
    earlier = pictures()
    assert [picture.place for picture in earlier] == [0, 1]
    taken_from_its_worker()
    intaking.work_off()
    assert [picture.pk for picture in pictures()][:2] == [picture.pk for picture in earlier]
    assert (Intake.objects.get().status, Intake.objects.get().taken, len(pictures())) == (Status.DONE, 3, 3)


def test_a_worker_that_was_presumed_dead_adds_nothing(alice: User) -> None:
    sent(alice, pdf(pages(2)))
    [first] = jobs.claim(Intake)
    taken_from_its_worker()
    [second] = jobs.claim(Intake)
    intaking._take_in(first)
    assert (pictures(), stored(storage.FOLDER)) == ([], 0)
    intaking._take_in(second)
    assert len(pictures()) == 2


def test_a_file_over_which_workers_die_fails_and_is_not_kept(alice: User) -> None:
    sent(alice, pdf(pages(1)))
    for _ in range(jobs.MAX_LOSSES):
        jobs.claim(Intake)
        taken_from_its_worker()
    intaking.tidy()
    ended = Intake.objects.get()
    assert (ended.status, ended.error_code, ended.file) == (Status.FAILED, "lost_too_often", None)
    assert (stored(storage.INTAKES), OwnerUsage.objects.get().stored_bytes) == (0, 0)


def test_no_more_are_taken_apart_at_once_than_the_courier_has_room_for(alice: User) -> None:
    sent(alice, pdf(pages(1)))
    with ExitStack() as others:
        for _ in range(intaking.AT_ONCE):
            others.enter_context(intaking._places)
        intaking.work_off()
        assert Intake.objects.get().status == Status.QUEUED
    intaking.work_off()
    assert Intake.objects.get().status == Status.DONE


# --- Files and quota --------------------------------------------------------------------------------------------------


def test_the_file_goes_when_it_is_taken_apart_and_its_room_with_it(alice: User) -> None:
    content = pdf(pages(2))
    sent(alice, content)
    assert (stored(storage.INTAKES), OwnerUsage.objects.get().stored_bytes) == (1, len(content))
    intaking.work_off()
    assert stored(storage.INTAKES) == 0
    assert OwnerUsage.objects.get().stored_bytes == sum(picture.stored_bytes for picture in pictures())


def test_what_does_not_fit_into_the_quota_is_said(alice: User, settings: Settings) -> None:
    content = pdf(pages(3))
    sent(alice, content)
    settings.OWNER_STORAGE_BYTES = len(content) + 10_000
    intaking.work_off()
    ended = Intake.objects.get()
    assert ended.status == (Status.DONE if ended.taken else Status.FAILED)
    assert ended.taken < 3
    said = [bad["code"] for bad in ended.refused] or [ended.error_code]
    assert said == ["quota_exceeded"]
    assert stored(storage.FOLDER) == 2 * ended.taken


def test_a_file_over_the_quota_is_refused_and_not_stored(alice: User, settings: Settings) -> None:
    settings.OWNER_STORAGE_BYTES = 100
    with pytest.raises(UploadRejected, match="fill the"):
        sent(alice, pdf(pages(1)))
    assert (stored(storage.INTAKES), Intake.objects.exists()) == (0, False)


def test_a_file_that_is_too_long_is_refused(alice: User, settings: Settings) -> None:
    settings.UPLOAD_MAX_BYTES = 1_000
    with pytest.raises(UploadRejected) as raised:
        sent(alice, pdf(pages(1)))
    assert raised.value.code == "too_many_bytes"


def test_only_so_many_may_wait(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quotas, "MOST_WAITING_INTAKES", 1)
    sent(alice, pdf(pages(1)))
    with pytest.raises(UploadRejected) as raised:
        sent(alice, pdf(pages(1)))
    assert (raised.value.code, raised.value.status) == ("too_many_intakes", 429)


def test_a_file_that_is_gone_from_the_store_fails_with_the_reason(alice: User) -> None:
    default_storage.delete(str(sent(alice, pdf(pages(1))).file))
    intaking.work_off()
    assert (Intake.objects.get().status, Intake.objects.get().error_code) == (Status.FAILED, "picture_missing")


def test_it_waits_while_the_store_is_away(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    sent(alice, pdf(pages(1)))

    def away(*_: object) -> str:
        raise ConnectionError

    with monkeypatch.context() as broken:
        broken.setattr(storage, "put", away)
        intaking.work_off()
    row = Intake.objects.get()
    assert (row.status, row.error_code, row.losses) == (Status.QUEUED, "store_down", 0)
    Intake.objects.update(due_at=Now())
    intaking.work_off()
    assert Intake.objects.get().status == Status.DONE


def test_a_file_that_waits_is_no_orphan_and_one_without_a_row_is(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = sent(alice, pdf(pages(1)))
    orphan = storage.put_intake(io.BytesIO(b"left behind"))
    monkeypatch.setattr(storage, "ORPHANED_AFTER", -storage.ORPHANED_AFTER)
    storage.remove_orphans()
    assert (default_storage.exists(str(waiting.file)), default_storage.exists(orphan)) == (True, False)


def test_orphans_that_go_while_others_are_looked_for_stop_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    orphans = [storage.put(b"a picture", b"its thumbnail") for _ in range(3)]
    monkeypatch.setattr(storage, "ORPHANED_AFTER", -storage.ORPHANED_AFTER)
    monkeypatch.setattr(storage, "CHUNK", 1)  # a picture is removed before its thumbnail is looked at
    storage.remove_orphans()
    assert not any(default_storage.exists(orphan) for orphan in orphans)


def test_the_archive_of_a_person_tells_of_it_and_holds_the_file_while_it_waits(alice: User) -> None:
    content = pdf(pages(1))
    sent(alice, content)
    archive = archived(alice)
    [entry] = json.loads(archive.read("intakes.json"))
    assert (entry["name"], entry["status"]) == ("marks.pdf", "queued")
    assert archive.read(entry["file"]) == content


def test_a_person_is_erased_with_files_that_wait(alice: User) -> None:
    sent(alice, pdf(pages(1)))
    register.erase(alice)
    assert (Intake.objects.exists(), stored(storage.INTAKES)) == (False, 0)
