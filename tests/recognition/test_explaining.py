"""Asking why a digit was read so, and the worker that finds out with the real reader."""

import io
import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.db.models.functions import Now
from PIL import Image
from pytest_django import Settings

from accounts.models import User
from hdr_site.foundation import jobs, register
from hdr_site.foundation.jobs import Status
from ml.explain import Explanation as Finding
from ml.page import Box
from recognition import engine, explaining, processing, quotas, selectors, storage, submissions
from recognition.models import Digit, Explanation, OwnerUsage, Reading, Recognition, Source
from recognition.uploads import UploadRejected
from tests.archived import archived
from tests.browser.handwriting import sheet
from tests.drawing import encoded, upload

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

COMMITS = pytest.mark.django_db(transaction=True)  # files are removed when it is certain that their rows are gone


@pytest.fixture
def digits(alice: User) -> list[Digit]:
    """Those of a picture of Alice's on which 40865 was read."""
    submissions.submit(alice, upload(encoded(sheet("40865"))), Source.API)
    processing.work_off()
    read = selectors.digits_of(Recognition.objects.get())
    assert [digit.value for digit in read] == [4, 0, 8, 6, 5]
    return read


def ask(digit: Digit, owner: User) -> Explanation:
    asked = submissions.ask_why(digit, owner)
    assert asked is not None
    return asked


def stored() -> set[str]:
    """The names of the files of explanations."""
    folder = Path(default_storage.path(storage.EXPLANATIONS))
    return {str(path.relative_to(folder.parent)) for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(autouse=True)
def _no_files_of_others_and_a_long_shift(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in stored():
        default_storage.delete(name)
    monkeypatch.setattr(explaining, "SHIFT_SECONDS", 60.0)


def test_what_was_asked_is_found_out_and_kept_with_the_digit(alice: User, digits: list[Digit]) -> None:
    asked = ask(digits[3], alice)
    assert (asked.status, asked.is_waiting) == (Status.QUEUED, True)
    explaining.work_off()
    made = Explanation.objects.get()
    assert (made.status, made.digit_id) == (Status.DONE, digits[3].pk)
    assert made.findings is not None
    assert (made.findings["value"], made.findings["style"]["loops"]) == (6, 1)
    assert made.findings["hand"]["digits"] == 5
    assert made.findings["chance"] == pytest.approx(digits[3].confidence, abs=0.01)


def test_its_pictures_lie_in_the_store(alice: User, digits: list[Digit]) -> None:
    ask(digits[0], alice)
    explaining.work_off()
    name = Explanation.objects.get().pictures
    assert stored() == {f"{name}{ending}" for ending in storage.PARTS[storage.EXPLANATIONS]}
    with default_storage.open(f"{name}.heat") as heat:
        assert Image.open(io.BytesIO(heat.read())).format == "PNG"


def test_asking_twice_makes_one_explanation(alice: User, digits: list[Digit]) -> None:
    first = ask(digits[0], alice)
    assert ask(digits[0], alice) == first
    explaining.work_off()
    assert ask(digits[0], alice).status == Status.DONE
    explaining.work_off()
    assert Explanation.objects.get().attempt == 1


def test_digits_of_one_picture_are_explained_together(
    alice: User, digits: list[Digit], monkeypatch: pytest.MonkeyPatch
) -> None:
    for digit in digits:
        ask(digit, alice)
    opened: list[int] = []
    explain = engine.explain

    def noted(picture: BinaryIO, digits: Sequence[tuple[Box, int]], wanted: Sequence[int]) -> list[Finding | None]:
        opened.append(len(wanted))
        return explain(picture, digits, wanted)

    monkeypatch.setattr(engine, "explain", noted)
    explaining.work_off()
    assert opened == [5]
    assert Explanation.objects.filter(status=Status.DONE).count() == 5


def test_those_of_another_picture_are_given_back_and_made_next(alice: User, bob: User, digits: list[Digit]) -> None:
    submissions.submit(bob, upload(encoded(sheet("12"))), Source.API)
    processing.work_off()
    his = Digit.objects.filter(reading__recognition__owner=bob)
    for digit, owner in ((digits[0], alice), (his[0], bob), (digits[1], alice)):
        ask(digit, owner)
    explaining.work_off()
    assert Explanation.objects.filter(status=Status.DONE).count() == 3
    assert set(Explanation.objects.values_list("losses", flat=True)) == {0}


def test_a_picture_that_waits_goes_before_further_explanations(
    alice: User, bob: User, digits: list[Digit], monkeypatch: pytest.MonkeyPatch
) -> None:
    submissions.submit(bob, upload(encoded(sheet("12"))), Source.API)
    processing.work_off()
    ask(digits[0], alice)
    ask(Digit.objects.filter(reading__recognition__owner=bob)[0], bob)
    submissions.submit(bob, upload(), Source.API)  # waits
    rung: list[type[jobs.Job]] = []
    monkeypatch.setattr("hdr_site.foundation.bells.ring", lambda kind, times=1: rung.append(kind))
    explaining.work_off()
    assert Explanation.objects.filter(status=Status.DONE).count() == 1
    assert rung == [Explanation]
    processing.work_off()
    explaining.work_off()
    assert Explanation.objects.filter(status=Status.DONE).count() == 2


def test_a_worker_presumed_dead_that_comes_back_writes_nothing_and_leaves_no_files(
    alice: User, digits: list[Digit]
) -> None:
    ask(digits[0], alice)
    [dead] = jobs.claim(Explanation)
    reading = Reading.objects.get()
    image = Recognition.objects.get().image
    [(_, late)] = explaining._found([dead], reading, image.read())
    Explanation.objects.update(lease_until=Now() - timedelta(seconds=1))
    jobs.sweep(Explanation)
    explaining.work_off()
    files, used = stored(), OwnerUsage.objects.get().stored_bytes
    explaining._keep(dead, reading.recognition_id, late)
    made = Explanation.objects.get()
    assert (made.status, made.attempt, made.losses) == (Status.DONE, 2, 1)
    assert (stored(), OwnerUsage.objects.get().stored_bytes) == (files, used)


@COMMITS
def test_its_bytes_count_for_the_owner_and_are_given_back_with_the_picture(alice: User, digits: list[Digit]) -> None:
    before = OwnerUsage.objects.get().stored_bytes
    ask(digits[0], alice)
    explaining.work_off()
    sizes = sum(default_storage.size(name) for name in stored())
    row = Recognition.objects.get()
    assert OwnerUsage.objects.get().stored_bytes == row.stored_bytes == before + sizes
    submissions.delete(row, alice)
    assert OwnerUsage.objects.get().stored_bytes == 0


def test_an_owner_without_room_is_told_and_nothing_stays(alice: User, digits: list[Digit], settings: Settings) -> None:
    ask(digits[0], alice)
    settings.OWNER_STORAGE_BYTES = OwnerUsage.objects.get().stored_bytes + 10
    explaining.work_off()
    row = Explanation.objects.get()
    assert (row.status, row.error_code) == (Status.FAILED, "quota_exceeded")
    assert stored() == set()


@COMMITS
def test_deleting_the_picture_removes_the_explanation_with_its_files(alice: User, digits: list[Digit]) -> None:
    ask(digits[0], alice)
    explaining.work_off()
    assert stored()
    submissions.delete(Recognition.objects.get(), alice)
    assert not Explanation.objects.exists()
    assert stored() == set()


@COMMITS
def test_an_explanation_whose_picture_was_deleted_meanwhile_leaves_nothing(alice: User, digits: list[Digit]) -> None:
    ask(digits[0], alice)
    [job] = jobs.claim(Explanation)
    row, reading = Recognition.objects.get(), Reading.objects.get()
    [(_, finding)] = explaining._found([job], reading, row.image.read())
    submissions.delete(row, alice)
    explaining._keep(job, reading.recognition_id, finding)
    assert stored() == set()
    assert submissions.ask_why(digits[0], alice) is None


@COMMITS
def test_erasing_a_person_removes_their_explanations_and_nobody_elses(
    alice: User, bob: User, digits: list[Digit]
) -> None:
    submissions.submit(bob, upload(encoded(sheet("12"))), Source.API)
    processing.work_off()
    ask(digits[0], alice)
    ask(Digit.objects.filter(reading__recognition__owner=bob)[0], bob)
    explaining.work_off()
    register.erase(alice)
    assert [row.owner for row in Explanation.objects.all()] == [bob]
    assert len(stored()) == 3


def test_a_persons_archive_holds_their_explanations(alice: User, bob: User, digits: list[Digit]) -> None:
    ask(digits[3], alice)
    explaining.work_off()
    archive = archived(alice)
    [picture] = json.loads(archive.read("recognitions.json"))
    [kept] = picture["explanations"]
    assert (kept["digit"], kept["status"], kept["findings"]["value"]) == (3, "done", 6)
    assert [archive.read(name)[:4] for name in kept["pictures"]] == [b"\x89PNG"] * 3
    assert json.loads(archived(bob).read("recognitions.json")) == []


def test_files_of_explanations_without_a_row_are_removed_after_an_hour(
    alice: User, digits: list[Digit], monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(digits[0], alice)
    explaining.work_off()
    kept = stored()
    storage.put_explanation({"glyph": b"1", "heat": b"2", "maps": b"3"})
    storage.remove_orphans()
    assert len(stored()) == 6
    monkeypatch.setattr(storage, "ORPHANED_AFTER", -timedelta(seconds=1))
    storage.remove_orphans()
    assert stored() == kept


def test_a_digit_that_an_earlier_model_read_is_not_explained_by_this_one(alice: User, digits: list[Digit]) -> None:
    Reading.objects.update(model_version="latin-0")
    ask(digits[0], alice)
    explaining.work_off()
    row = Explanation.objects.get()
    assert (row.status, row.error_code) == (Status.FAILED, "model_changed")


def test_a_digit_that_is_not_found_again_says_so_and_its_neighbours_are_explained(
    alice: User, digits: list[Digit]
) -> None:
    Digit.objects.filter(pk=digits[0].pk).update(x=0, y=0)
    ask(digits[0], alice)
    ask(digits[1], alice)
    explaining.work_off()
    states: Mapping[int, str] = dict(Explanation.objects.values_list("digit__position", "status"))
    assert states == {0: "failed", 1: "done"}
    assert Explanation.objects.get(status="failed").error_code == "digit_not_found"


def test_what_failed_is_tried_again_when_asked_for_again(alice: User, digits: list[Digit]) -> None:
    model = Reading.objects.get().model_version
    Reading.objects.update(model_version="latin-0")
    failed = ask(digits[0], alice)
    explaining.work_off()
    Reading.objects.update(model_version=model)
    assert ask(digits[0], alice).status == Status.QUEUED
    explaining.work_off()
    again = Explanation.objects.get()
    assert (again.pk, again.status, again.attempt, again.error_code) == (failed.pk, Status.DONE, 2, "")


def test_a_picture_that_is_gone_says_so(alice: User, digits: list[Digit]) -> None:
    ask(digits[0], alice)
    default_storage.delete(str(Recognition.objects.get().image.name))
    explaining.work_off()
    assert Explanation.objects.get().error_code == "picture_missing"


def test_a_store_that_takes_nothing_puts_the_explanation_off(
    alice: User, digits: list[Digit], monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(digits[0], alice)
    folder = Path(default_storage.path(storage.EXPLANATIONS))
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir()
    folder.rmdir() if folder.exists() else None
    folder.write_bytes(b"")  # a file where the folder should be
    explaining.work_off()
    folder.unlink()
    row = Explanation.objects.get()
    assert (row.status, row.losses, row.error_code) == (Status.QUEUED, 0, "store_down")


def test_too_many_that_wait_are_refused(alice: User, digits: list[Digit], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quotas, "MOST_WAITING_EXPLANATIONS", 2)
    ask(digits[0], alice)
    ask(digits[1], alice)
    with pytest.raises(UploadRejected) as refused:
        submissions.ask_why(digits[2], alice)
    assert (refused.value.code, refused.value.status) == ("too_many_explanations", 429)
    explaining.work_off()
    assert ask(digits[2], alice).is_waiting


def test_a_picture_read_again_has_digits_that_nobody_has_asked_about(alice: User, digits: list[Digit]) -> None:
    ask(digits[0], alice)
    explaining.work_off()
    row = Recognition.objects.get()
    submissions.retry(row)
    processing.work_off()
    anew = selectors.digit_on_show(alice, row.public_id, 0)
    assert anew is not None
    assert not hasattr(anew, "explanation")
    assert Explanation.objects.count() == 1  # kept with the reading that it explains


@pytest.mark.parametrize("position", [-1, 5, 2**15, 2**63])
def test_a_digit_that_is_not_there_is_none(alice: User, digits: list[Digit], position: int) -> None:
    assert selectors.digit_on_show(alice, Recognition.objects.get().public_id, position) is None


def test_a_done_explanation_without_findings_is_refused_by_the_database(alice: User, digits: list[Digit]) -> None:
    ask(digits[0], alice)
    with pytest.raises(Exception, match="explanation_done_with_findings"), connection.cursor() as cursor:
        cursor.execute("UPDATE recognition_explanation SET status = 'done', finished_at = now()")
