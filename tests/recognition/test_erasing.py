"""Pictures go when their owner's time is over, whole or not at all, and nobody else's."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Now
from pytest_django import Settings

from accounts.models import User
from hdr_site.foundation.jobs import Status
from hdr_site.foundation.models import AuditEntry
from recognition import erasing, explaining, keeping, processing, selectors, storage, submissions
from recognition.models import Digit, Explanation, OwnerUsage, Reading, Recognition, Source
from recognition.uploads import UploadRejected
from tests.drawing import upload

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def empty_store(settings: Settings, tmp_path: Path) -> None:
    """A folder of pictures of this test's own."""
    default = {"BACKEND": settings.STORAGES["default"]["BACKEND"], "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = settings.STORAGES | {"default": default}


def files() -> list[Path]:
    return sorted(file for file in Path(default_storage.path("")).rglob("*") if file.is_file())


def sent(owner: User, **columns: Any) -> Recognition:
    """A waiting picture."""
    return submissions.submit(owner, upload(), Source.PAGE).recognition


def read(owner: User, *, days_ago: float) -> Recognition:
    """A picture that was read so long ago."""
    row = sent(owner)
    processing.work_off()
    return aged(row, days_ago)


def aged(row: Recognition, days: float) -> Recognition:
    Recognition.objects.filter(pk=row.pk).update(finished_at=Now() - timedelta(days=days))
    return Recognition.objects.get(pk=row.pk)


def explain(row: Recognition) -> Explanation:
    [digit] = selectors.digits_of(row)
    asked = submissions.ask_why(digit, row.owner)
    assert asked is not None
    return asked


def is_erased(row: Recognition) -> bool:
    return Recognition.objects.filter(pk=row.pk, image=None, pictures_erased_at__isnull=False).exists()


def test_a_picture_over_its_time_goes_and_what_was_read_stays(alice: User) -> None:
    row = read(alice, days_ago=31)
    keeping.choose(alice, erase_pictures_after_days=30)
    assert erasing.work_off() == 1
    after = Recognition.objects.get()
    assert is_erased(after)
    assert (after.status, after.text, after.reading_id) == (Status.DONE, row.text, row.reading_id)
    [digit] = selectors.digits_of(after)
    assert (digit.value, len(digit.probabilities)) == (7, 10)
    assert files() == []


def test_a_picture_within_its_time_stays_beside_one_that_goes(alice: User) -> None:
    gone, kept = read(alice, days_ago=31), read(alice, days_ago=29.9)
    keeping.choose(alice, erase_pictures_after_days=30)
    assert erasing.work_off() == 1
    assert (is_erased(gone), is_erased(kept)) == (True, False)
    assert len(files()) == 2


def test_an_owner_all_of_whose_pictures_are_within_their_time_is_not_even_looked_at(alice: User) -> None:
    read(alice, days_ago=29.9)
    keeping.choose(alice, erase_pictures_after_days=30)
    assert not keeping.owners_with_something_over().exists()
    assert erasing.work_off() == 0


def test_times_are_over_on_the_hour_so_that_a_steady_stream_is_noted_in_batches(alice: User) -> None:
    before, after = read(alice, days_ago=1), read(alice, days_ago=1)
    with connection.cursor() as cursor:
        for row, seconds in ((before, -1), (after, 1)):
            hour = "date_trunc('hour', statement_timestamp()) - interval '30 days' + %s * interval '1 second'"
            sql = f"UPDATE recognition_recognition SET finished_at = {hour} WHERE id = %s"  # noqa: S608 - constants
            cursor.execute(sql, [seconds, row.pk])
    keeping.choose(alice, erase_pictures_after_days=30)
    erasing.work_off()
    assert (is_erased(before), is_erased(after)) == (True, False)


def test_without_a_choice_pictures_stay_for_ever(alice: User) -> None:
    row = read(alice, days_ago=4000)
    keeping.choose(alice, staff_may_look=True)
    assert erasing.work_off() == 0
    assert not is_erased(row)


def test_one_owners_choice_touches_nobody_elses_pictures(alice: User, bob: User) -> None:
    hers, his = read(alice, days_ago=2), read(bob, days_ago=100)
    keeping.choose(alice, erase_pictures_after_days=1)
    assert erasing.work_off() == 1
    assert (is_erased(hers), is_erased(his)) == (True, False)


def test_with_the_texts_the_whole_recognition_goes(alice: User) -> None:
    read(alice, days_ago=31)
    keeping.choose(alice, erase_pictures_after_days=30, erase_texts_too=True)
    assert erasing.work_off() == 1
    assert (Recognition.objects.count(), Reading.objects.count(), Digit.objects.count()) == (0, 0, 0)
    assert files() == []


def test_who_wants_the_texts_to_go_later_loses_those_of_pictures_erased_before(alice: User) -> None:
    read(alice, days_ago=31)
    keeping.choose(alice, erase_pictures_after_days=30)
    erasing.work_off()
    keeping.choose(alice, erase_texts_too=True)
    assert erasing.work_off() == 1
    assert not Recognition.objects.exists()


@pytest.mark.parametrize("texts_too", [False, True])
def test_the_owners_room_is_given_back_once(alice: User, texts_too: bool) -> None:
    read(alice, days_ago=31)
    kept = read(alice, days_ago=1)
    keeping.choose(alice, erase_pictures_after_days=30, erase_texts_too=texts_too)
    erasing.work_off()
    erasing.work_off()
    assert OwnerUsage.objects.get(owner=alice).stored_bytes == kept.stored_bytes > 0


def test_a_person_deletes_what_was_erased_and_no_room_is_given_back_twice(alice: User) -> None:
    row = read(alice, days_ago=31)
    kept = read(alice, days_ago=1)
    keeping.choose(alice, erase_pictures_after_days=30)
    erasing.work_off()
    submissions.delete(row, alice)
    assert Recognition.objects.get() == kept
    assert OwnerUsage.objects.get(owner=alice).stored_bytes == kept.stored_bytes


def test_explanations_go_with_their_picture(alice: User) -> None:
    row = read(alice, days_ago=31)
    explain(row)
    explaining.work_off()
    assert len(files()) == 5
    keeping.choose(alice, erase_pictures_after_days=30)
    erasing.work_off()
    assert (files(), Explanation.objects.count()) == ([], 0)
    assert OwnerUsage.objects.get(owner=alice).stored_bytes == 0


def test_a_failed_picture_goes_so_long_after_it_failed(alice: User) -> None:
    row = sent(alice)
    Recognition.objects.filter(pk=row.pk).update(status="failed", error_code="x", finished_at=Now() - timedelta(days=2))
    keeping.choose(alice, erase_pictures_after_days=1)
    assert erasing.work_off() == 1
    assert is_erased(row)


@pytest.mark.parametrize("running", [False, True])
def test_what_waits_or_runs_is_not_touched(alice: User, running: bool) -> None:
    row = read(alice, days_ago=31)
    submissions.retry(row)
    if running:
        later = Now() + timedelta(minutes=1)
        Recognition.objects.filter(pk=row.pk).update(status="running", attempt=F("attempt") + 1, lease_until=later)
    keeping.choose(alice, erase_pictures_after_days=30)
    assert erasing.work_off() == 0
    assert len(files()) == 2


def test_a_picture_of_which_a_digit_is_still_to_be_explained_is_not_touched_until_then(alice: User) -> None:
    row = read(alice, days_ago=31)
    explain(row)
    keeping.choose(alice, erase_pictures_after_days=30)
    assert erasing.work_off() == 0
    explaining.work_off()
    assert erasing.work_off() == 1


def test_the_time_counts_from_the_last_reading(alice: User) -> None:
    row = read(alice, days_ago=31)
    submissions.retry(row)
    processing.work_off()
    keeping.choose(alice, erase_pictures_after_days=30)
    assert erasing.work_off() == 0


def test_what_was_erased_is_not_read_again_by_its_owner(alice: User) -> None:
    row = read(alice, days_ago=31)
    keeping.choose(alice, erase_pictures_after_days=30)
    erasing.work_off()
    with pytest.raises(UploadRejected) as refusal:
        submissions.retry(row)  # as it was looked up before the erasure
    assert (refusal.value.code, refusal.value.status) == ("picture_erased", 410)
    assert Recognition.objects.get().status == Status.DONE


def test_what_was_erased_is_left_out_when_staff_have_pictures_read_again(alice: User, rita: User) -> None:
    gone = read(alice, days_ago=31)
    kept = read(alice, days_ago=1)
    keeping.choose(alice, erase_pictures_after_days=30)
    erasing.work_off()
    assert submissions.read_again(Recognition.objects.all(), rita) == 1
    assert Recognition.objects.get(pk=gone.pk).status == Status.DONE
    assert Recognition.objects.get(pk=kept.pk).status == Status.QUEUED


def test_nobody_asks_why_of_what_was_erased(alice: User) -> None:
    row = read(alice, days_ago=31)
    [digit] = selectors.digits_of(row)
    keeping.choose(alice, erase_pictures_after_days=30)
    erasing.work_off()
    with pytest.raises(UploadRejected) as refusal:
        submissions.ask_why(digit, alice)
    assert refusal.value.code == "picture_erased"
    assert not Explanation.objects.exists()


def test_the_owners_log_says_what_went(alice: User) -> None:
    read(alice, days_ago=31)
    keeping.choose(alice, erase_pictures_after_days=30)
    erasing.work_off()
    entry = AuditEntry.objects.get(action="recognition.erased")
    assert (entry.actor_id, entry.person_id) == (None, alice.pk)
    assert entry.details == {"after_days": 30, "pictures": 1}


def test_many_go_in_chunks(alice: User, bob: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erasing, "TOGETHER", 2)
    for owner in (alice, bob):
        keeping.choose(owner, erase_pictures_after_days=30)
        for _ in range(3):
            read(owner, days_ago=31)
    assert erasing.work_off() == 6
    assert files() == []
    assert AuditEntry.objects.filter(action="recognition.erased").count() == 4


def test_a_fault_with_one_owners_pictures_keeps_no_others_alive(
    alice: User, bob: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for owner in (alice, bob):
        keeping.choose(owner, erase_pictures_after_days=30)
    hers, his = read(alice, days_ago=31), read(bob, days_ago=31)
    OwnerUsage.objects.filter(owner=alice).update(stored_bytes=1)  # so that giving back more breaks a constraint
    assert erasing.work_off() == 1
    assert (is_erased(hers), is_erased(his)) == (False, True)
    assert "Erasing pictures of owner" in caplog.text


def test_orphaned_files_are_still_told_from_pictures(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    gone, kept = read(alice, days_ago=31), read(alice, days_ago=1)
    monkeypatch.setattr(storage, "remove", lambda names: None)  # as when the process dies right after the commit
    keeping.choose(alice, erase_pictures_after_days=30)
    erasing.work_off()
    monkeypatch.undo()
    monkeypatch.setattr(storage, "ORPHANED_AFTER", timedelta(0))
    assert len(files()) == 4
    assert storage.remove_orphans() > 0
    assert {file.name for file in files()} == {Path(str(kept.image.name)).name + ending for ending in ("", ".thumb")}
    assert is_erased(gone)


# --- At the same time -------------------------------------------------------------------------------------------------


def elsewhere(work: Callable[[], Any]) -> Any:
    """The result of `work` on a connection of its own."""
    results: list[Any] = []

    def run() -> None:
        try:
            results.append(work())
        finally:
            connection.close()

    thread = Thread(target=run)
    thread.start()
    thread.join(30)
    return results[0] if results else None


def test_what_its_owner_holds_just_now_is_left_for_later(alice: User, caplog: pytest.LogCaptureFixture) -> None:
    row = read(alice, days_ago=31)
    keeping.choose(alice, erase_pictures_after_days=30)
    with transaction.atomic():
        submissions.retry(row)
        assert elsewhere(erasing.work_off) == 0
    assert caplog.text == ""  # it has not waited in vain either
    assert Recognition.objects.get().status == Status.QUEUED
    assert len(files()) == 2


def test_an_explanation_asked_for_at_the_same_moment_is_not_lost(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    row = read(alice, days_ago=31)
    keeping.choose(alice, erase_pictures_after_days=30)
    first_look = erasing._unasked
    looks: list[int] = []

    def asked_in_between(rows: Any) -> Any:
        looks.append(1)
        if len(looks) > 1:
            return first_look(rows)
        found = list(first_look(rows).values_list("pk", flat=True))  # nobody has asked yet
        elsewhere(lambda: explain(row))
        return Recognition.objects.filter(pk__in=found)

    monkeypatch.setattr(erasing, "_unasked", asked_in_between)
    assert erasing.work_off() == 0
    assert Explanation.objects.get().status == Status.QUEUED
    assert len(files()) == 2


def test_a_choice_that_is_being_changed_is_not_carried_out(alice: User) -> None:
    row = read(alice, days_ago=31)
    keeping.choose(alice, erase_pictures_after_days=30)
    with transaction.atomic():
        keeping.choose(alice, erase_pictures_after_days=None)
        assert elsewhere(erasing.work_off) == 0
    assert erasing.work_off() == 0
    assert not is_erased(row)


@pytest.mark.parametrize("texts_too", [False, True])
@pytest.mark.parametrize("last", ["recognition.quotas.give_back", "hdr_site.foundation.audit.record"])
def test_a_worker_killed_half_way_leaves_everything_as_it_was(alice: User, texts_too: bool, last: str) -> None:
    """The process ends by SIGKILL right after the named step, inside the transaction."""
    row = read(alice, days_ago=31)
    keeping.choose(alice, erase_pictures_after_days=30, erase_texts_too=texts_too)
    before = (files(), OwnerUsage.objects.get(owner=alice).stored_bytes, Reading.objects.count())
    assert killed_after(last) == -signal.SIGKILL
    assert (files(), OwnerUsage.objects.get(owner=alice).stored_bytes, Reading.objects.count()) == before
    assert not is_erased(row)
    assert not AuditEntry.objects.filter(action="recognition.erased").exists()
    assert erasing.work_off() == 1
    assert (files(), OwnerUsage.objects.get(owner=alice).stored_bytes) == ([], 0)


def killed_after(step: str) -> int:
    """Erase in a process of its own that is killed after a step; returns how it ended."""
    module, _, name = step.rpartition(".")
    program = f"""
import os, signal
import django
django.setup()
from django.db import connection
connection.settings_dict["NAME"] = {connection.settings_dict["NAME"]!r}
from recognition import erasing
import {module} as module
step = module.{name}
def dies(*given, **more):
    step(*given, **more)
    os.kill(os.getpid(), signal.SIGKILL)
module.{name} = dies
erasing.work_off()
"""
    environment = os.environ | {"STORAGE_URL": f"file://{default_storage.path('')}"}
    return subprocess.run([sys.executable, "-c", program], env=environment, check=False).returncode


# --- How it is looked up ----------------------------------------------------------------------------------------------


@pytest.fixture
def thousands(alice: User, bob: User) -> None:
    """Recognitions of two owners, most of them recent, some erased."""
    sql = """
        INSERT INTO recognition_recognition
            (public_id, owner_id, source, name, image, pictures_erased_at, content_type, width, height, stored_bytes,
             upload_digest, status, error_code, finished_at)
        SELECT gen_random_uuid(), owner, 'page', 'x', CASE WHEN n %% 3 > 0 THEN 'pictures/' || owner || '/' || n END,
            CASE WHEN n %% 3 = 0 THEN now() END, 'image/png', 9, 9, 0, '', 'failed', 'x', now() - n * interval '1 hour'
        FROM generate_series(1, 4000) AS n, unnest(%s) AS owner"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [[alice.pk, bob.pk]])
        cursor.execute("ANALYZE recognition_recognition")


def test_looking_for_what_is_over_its_time_reads_no_table_from_end_to_end(
    thousands: None, alice: User, bob: User
) -> None:
    keeping.choose(alice, erase_pictures_after_days=160, erase_texts_too=True)
    keeping.choose(bob, erase_pictures_after_days=3000)
    plan = keeping.owners_with_something_over().explain()
    assert "recognition_with_picture" in plan
    assert "recognition_without" in plan
    assert "Seq Scan on recognition_recognition" not in plan
    assert [chosen.owner_id for chosen in keeping.owners_with_something_over()] == [alice.pk]


@pytest.mark.parametrize("erased", [False, True])
def test_one_owners_rows_are_found_through_the_index_in_their_order(thousands: None, alice: User, erased: bool) -> None:
    rows = keeping.over(alice.pk, 160, erased=erased).order_by("finished_at")[:10]
    plan = rows.explain()
    assert ("recognition_without" if erased else "recognition_with_picture") in plan
    assert "Seq Scan on recognition_recognition" not in plan
    assert len(rows) == 10
