"""Several pictures together."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from hdr_site.foundation.models import AuditEntry
from recognition import answer_rows, batches, processing, progress, selections, storage
from recognition.models import Batch, Intake, OwnerUsage, Recognition, Source
from recognition.submissions import Submission
from recognition.uploads import UploadRejected
from tests.drawing import blank, encoded, page, upload

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

LIST = "/api/v1/batches/"


@pytest.fixture(autouse=True)
def empty_store(settings: Settings, tmp_path: Path) -> None:
    """A folder of pictures of this test's own."""
    (tmp_path / "pictures").mkdir()
    default = {"BACKEND": settings.STORAGES["default"]["BACKEND"], "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = settings.STORAGES | {"default": default}


def numbers(*texts: str) -> list[Any]:
    return [upload(encoded(page(text)), f"{text}.png") for text in texts]


def taken(owner: User, *texts: str, **more: Any) -> batches.Taken:
    return batches.take_together(owner, numbers(*texts), Source.PAGE, **more)


def files() -> int:
    folder = Path(default_storage.path(storage.FOLDER))
    return sum(file.is_file() for file in folder.rglob("*"))


def test_several_pictures_become_a_batch_in_their_order(alice: User) -> None:
    batch = taken(alice, "7", "42", "9").batch
    assert [(row.name, row.place) for row in progress.pictures(batch)] == [("7.png", 0), ("42.png", 1), ("9.png", 2)]


def test_a_bad_file_is_listed_and_the_rest_goes_on(alice: User) -> None:
    one, other = numbers("7", "9")
    made = batches.take_together(alice, [one, upload(b"no picture", "bad.png"), other], Source.PAGE)
    assert [(each.name, each.reason.code) for each in made.refused] == [("bad.png", "not_a_picture")]
    assert progress.of(made.batch).total == 2


def test_a_batch_of_bad_files_alone_is_refused_and_not_kept(alice: User) -> None:
    with pytest.raises(UploadRejected) as reason:
        batches.take_together(alice, [upload(b"one"), upload(b"two")], Source.PAGE)
    assert (reason.value.code, Batch.objects.count()) == ("not_a_picture", 0)


def test_the_same_key_gives_the_same_batch_and_takes_only_what_is_missing(alice: User) -> None:
    first = taken(alice, "7", "9", idempotency_key="k")
    first.pictures[1].delete()  # as if the request had died half-way
    again = taken(alice, "7", "9", idempotency_key="k")
    assert (again.batch, again.created, again.pictures[0]) == (first.batch, False, first.pictures[0])
    assert Recognition.objects.count() == 2


def test_the_same_key_with_other_pictures_is_a_conflict(alice: User) -> None:
    taken(alice, "7", idempotency_key="k")
    with pytest.raises(UploadRejected) as reason:
        taken(alice, "9", idempotency_key="k")
    assert reason.value.code == "idempotency_conflict"


def test_a_closed_batch_takes_no_more_but_answers_for_what_it_has(alice: User) -> None:
    batch = taken(alice, stays_open=True).batch
    first = batches.add(batch, upload(), idempotency_key="k")
    assert isinstance(first, Submission)
    batches.close(batch)
    assert batches.add(batch, upload(), idempotency_key="k") == replace(first, created=False)
    with pytest.raises(UploadRejected) as reason:
        batches.add(batch, upload(), idempotency_key="other")
    assert reason.value.code == "batch_closed"


def test_a_picture_for_a_batch_that_was_deleted_is_refused_and_leaves_nothing(alice: User) -> None:
    batch = taken(alice, stays_open=True).batch
    Batch.objects.all().delete()
    with pytest.raises(UploadRejected) as reason:
        batches.add(batch, upload())
    assert (reason.value.code, files()) == ("batch_gone", 0)


def test_progress_counts_pictures_by_what_became_of_them(alice: User) -> None:
    batch = batches.take_together(alice, [*numbers("7"), upload(encoded(blank()))], Source.PAGE).batch
    before = progress.of(batch)
    processing.work_off()
    after = progress.of(batch)
    assert (before.total, before.waiting, before.is_finished) == (2, 2, False)
    assert (after.ended, after.read, after.without_digits, after.is_finished) == (2, 2, 1, True)


def test_a_batch_is_finished_once_by_the_worker_that_writes_its_last_answer(
    alice: User, django_capture_on_commit_callbacks: Any
) -> None:
    batch = taken(alice, "7", "9").batch
    with django_capture_on_commit_callbacks(execute=True):
        processing.work_off()
    batch.refresh_from_db()
    assert batch.finished_at is not None
    assert progress.finish([batch.pk]) == 0


def test_a_batch_to_which_more_is_sent_or_of_which_a_file_is_unopened_is_not_finished(alice: User) -> None:
    opened, unopened = taken(alice, stays_open=True).batch, Batch.objects.create(owner=alice, source=Source.PAGE)
    Intake.objects.create(owner=alice, batch=unopened, kind=Intake.Kind.ZIP, name="z.zip")
    assert progress.finish([opened.pk, unopened.pk]) == 0
    assert not progress.of(opened).is_finished
    assert not progress.of(unopened).is_finished


def test_an_open_batch_that_was_left_alone_for_an_hour_is_closed_and_finished(alice: User) -> None:
    batch = taken(alice, stays_open=True).batch
    assert progress.finish_ended() == 0
    Batch.objects.update(created_at=timezone.now() - timedelta(hours=2))
    assert progress.finish_ended() == 1
    batch.refresh_from_db()
    assert not batch.is_open


def test_deleting_a_batch_removes_pictures_files_and_room_and_is_noted(
    alice: User, django_capture_on_commit_callbacks: Any
) -> None:
    batch = taken(alice, "7", "9").batch
    with django_capture_on_commit_callbacks(execute=True):
        assert batches.delete(batch, alice) == 2
    assert (Batch.objects.count(), Recognition.objects.count(), files()) == (0, 0, 0)
    assert OwnerUsage.objects.get().stored_bytes == 0
    assert AuditEntry.objects.get(action="batch.deleted").details["pictures"] == 2


def test_all_pictures_deleted_at_once_are_gone_from_their_batch_before_they_are_erased(
    alice: User, alice_client: Client
) -> None:
    batch = taken(alice, "7", "9").batch
    processing.work_off()
    first, _second = progress.pictures(batch)
    answer_page = f"/recognitions/batches/{batch.public_id}/"
    assert str(first.public_id) in alice_client.get(answer_page).content.decode()
    assert selections.delete_all(alice, Recognition.objects.filter(batch=batch)) == 2
    assert Recognition.objects.filter(batch=batch).count() == 2
    assert progress.page(batch) == ([], False)
    assert progress.of(batch).total == 0
    assert progress.of_each([batch])[batch.pk].total == 0
    assert str(first.public_id) not in alice_client.get(answer_page).content.decode()
    assert list(answer_rows.rows([first.pk])) == []


def test_a_batch_does_not_wait_for_pictures_that_were_deleted(alice: User) -> None:
    batch = taken(alice, "7").batch
    selections.delete_all(alice, Recognition.objects.filter(batch=batch))
    assert progress.finish([batch.pk]) == 1


def test_one_picture_deleted_leaves_the_rest_of_its_batch(alice: User) -> None:
    made = taken(alice, "7", "9")
    made.pictures[0].delete()
    assert progress.of(made.batch).total == 1


# --- Pages ------------------------------------------------------------------------------------------------------------


def test_a_form_with_several_files_makes_a_batch_without_a_script(alice_client: Client) -> None:
    response = alice_client.post("/recognitions/new/", {"image": numbers("7", "9")})
    batch = Batch.objects.get()
    assert response["Location"] == f"/recognitions/batches/{batch.public_id}/"
    shown = alice_client.get(response["Location"]).content.decode()
    assert "0 of 2 read" in shown
    assert "http-equiv" in shown


def test_refused_files_of_such_a_form_are_told_by_name(alice_client: Client) -> None:
    sent = [*numbers("7"), upload(b"BM no picture", "broken.bmp")]
    response = alice_client.post("/recognitions/new/", {"image": sent}, follow=True)
    assert "broken.bmp: " in response.content.decode()


def test_a_poll_costs_six_queries_however_many_pictures(
    alice: User, alice_client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    batch = taken(alice, *"123456", stays_open=True).batch
    processing.work_off()
    since = progress.of(batch).last_ended_at
    with django_assert_num_queries(6):  # session, user, batch, counts, files to open, what ended lately
        answer = alice_client.get(f"/recognitions/batches/{batch.public_id}/progress/", {"since": str(since)})
    assert answer.content.decode().count("data-picture=") == 6


def test_the_last_poll_adds_the_numbers_up_in_two_queries_more(
    alice: User, alice_client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    batch = taken(alice, "7", "9").batch
    processing.work_off()
    with django_assert_num_queries(8):  # as above, keys of its pictures, their sum
        alice_client.get(f"/recognitions/batches/{batch.public_id}/progress/")


def test_a_poll_shows_only_what_ended_since(alice: User, alice_client: Client) -> None:
    batch = taken(alice, "7", "9").batch
    processing.work_off()
    long_ago = timezone.now() - timedelta(minutes=5)
    Recognition.objects.filter(place=0).update(finished_at=long_ago)
    since = progress.of(batch).last_ended_at
    answer = alice_client.get(f"/recognitions/batches/{batch.public_id}/progress/", {"since": str(since)})
    assert answer.content.decode().count("data-picture=") == 1


def test_a_long_batch_has_pages(alice: User, alice_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    made = taken(alice, "7", "9", "4")
    first, more = progress.page(made.batch, size=2)
    rest, none = progress.page(made.batch, first[-1].public_id, size=2)
    assert ([row.pk for row in [*first, *rest]], more, none) == ([row.pk for row in made.pictures], True, False)


def test_a_file_that_was_sent_before_is_taken_and_said_so_to_its_owner_alone(
    alice: User, bob: User, alice_client: Client, bob_client: Client
) -> None:
    said = "You have sent this very file before"
    first, again = taken(alice, "7", "7").pictures
    other = taken(bob, "7").pictures[0]
    shown = alice_client.get(f"/recognitions/{again.public_id}/").content.decode()
    assert said in shown
    assert f"/recognitions/{first.public_id}/" in shown
    assert said not in alice_client.get(f"/recognitions/{first.public_id}/").content.decode()
    assert said not in bob_client.get(f"/recognitions/{other.public_id}/").content.decode()


# --- Programs ---------------------------------------------------------------------------------------------------------


def test_a_program_sends_several_pictures_and_polls_one_address(alices_program: Client) -> None:
    sent = alices_program.post(LIST, {"image": [*numbers("7", "9"), upload(b"bad", "bad.png")], "name": "Class 4b"})
    body = sent.json()
    assert (sent.status_code, body["total"], body["name"], body["open"]) == (202, 2, "Class 4b", False)
    assert body["refused"] == [{"name": "bad.png", "error": body["refused"][0]["error"]}]
    processing.work_off()
    polled = alices_program.get(sent["Location"]).json()
    assert (polled["finished"], [each["status"] for each in polled["pictures"]]) == (True, ["done", "done"])
    assert set(Recognition.objects.values_list("source", flat=True)) == {Source.API}


def test_a_program_opens_a_batch_adds_to_it_and_closes_it(alices_program: Client) -> None:
    where = alices_program.post(LIST, {"open": "true", "format": "length:1"})["Location"]
    for _ in range(2):  # the second time is the same request again
        added = alices_program.post(f"{where}pictures/", {"image": upload()}, headers={"Idempotency-Key": "1"})
    assert (added.status_code, added.json()["format"], added["Idempotent-Replayed"]) == (202, "length:1", "true")
    closed = alices_program.post(f"{where}close/").json()
    assert (closed["open"], closed["total"]) == (False, 1)
    refused = alices_program.post(f"{where}pictures/", {"image": upload()})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "batch_closed")


@pytest.mark.parametrize("fields", [{}, {"open": "perhaps"}])
def test_a_batch_of_nothing_is_refused(alices_program: Client, fields: dict[str, str]) -> None:
    assert alices_program.post(LIST, fields).status_code == 400


def test_a_program_deletes_a_batch_with_its_pictures(alices_program: Client) -> None:
    where = alices_program.post(LIST, {"image": numbers("7", "9")})["Location"]
    assert alices_program.delete(where).status_code == 204
    assert (alices_program.get(where).status_code, Recognition.objects.count()) == (404, 0)


def test_the_page_says_that_the_camera_took_it_and_programs_cannot(
    alice_client: Client, alices_program: Client
) -> None:
    for sender in (alice_client, alices_program):
        sender.post("/api/v1/recognitions/", {"image": upload(), "source": "camera"})
    assert list(Recognition.objects.order_by("pk").values_list("source", flat=True)) == [Source.CAMERA, Source.API]
