"""What a worker does with pictures, read by the real reader."""

import math
import time
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db.models.functions import Now
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from hdr_site.foundation import jobs
from hdr_site.foundation.jobs import Status
from recognition import engine, processing, selectors, submissions
from recognition.models import Digit, Reading, Recognition, Source
from tests.drawing import blank, encoded, page, upload

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def submit(owner: User, content: bytes | None = None) -> Recognition:
    return submissions.submit(owner, upload(content), Source.API).recognition


def test_a_picture_is_read_and_its_answer_written(alice: User) -> None:
    submit(alice, encoded(page("7 42")))
    processing.work_off()
    row = Recognition.objects.select_related("reading").get()
    assert row.status == Status.DONE
    assert row.reading is not None
    assert row.text == row.reading.text
    assert row.model_version == row.reading.model_version != ""
    assert len(selectors.digits_of(row)) == len(row.text.replace(" ", "")) == 3


def test_ten_probabilities_and_not_a_digit_add_up_to_one(alice: User) -> None:
    submit(alice, encoded(page("358")))
    processing.work_off()
    for digit in Digit.objects.all():
        assert sum(digit.probabilities) + digit.not_a_digit == pytest.approx(1, abs=1e-4)


def test_a_blank_page_is_done_without_a_digit(alice: User) -> None:
    submit(alice, encoded(blank()))
    processing.work_off()
    row = Recognition.objects.get()
    assert (row.status, row.text, Digit.objects.count()) == (Status.DONE, "", 0)


def test_several_pictures_are_written_together(
    alice: User, django_assert_num_queries: DjangoAssertNumQueries, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processing, "WRITE_EVERY_SECONDS", math.inf)  # however slow this machine is
    monkeypatch.setattr(processing, "SHIFT_SECONDS", math.inf)
    for _ in range(4):
        submit(alice)
    engine.reader()
    with django_assert_num_queries(9):
        # claim, then savepoint, lock, readings, digits, show, release of it; two empty claims
        processing.work_off()
    assert Recognition.objects.filter(status=Status.DONE).count() == 4


def test_a_picture_that_comes_just_after_the_last_one_is_read_without_another_bell(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit(alice)
    monkeypatch.setattr(time, "sleep", lambda _: submit(alice) if Recognition.objects.count() == 1 else None)
    processing.work_off()
    assert Recognition.objects.filter(status=Status.DONE).count() == 2


def test_a_worker_presumed_dead_that_comes_back_adds_no_second_answer(alice: User) -> None:
    submit(alice)
    [dead] = jobs.claim(Recognition)
    [late_answer] = processing._read(dead)
    Recognition.objects.update(lease_until=Now())
    jobs.sweep(Recognition)
    processing.work_off()
    processing._write([late_answer])
    assert [reading.attempt for reading in Reading.objects.all()] == [2]
    assert Recognition.objects.get().status == Status.DONE


def test_a_picture_whose_file_is_gone_fails_with_the_reason(alice: User) -> None:
    default_storage.delete(str(submit(alice).image.name))
    processing.work_off()
    row = Recognition.objects.get()
    assert (row.status, row.error_code) == (Status.FAILED, "picture_missing")


def test_a_stored_picture_that_was_damaged_fails_with_the_readers_code(alice: User) -> None:
    with open(default_storage.path(str(submit(alice).image.name)), "wb") as file:
        file.write(b"damaged")
    processing.work_off()
    row = Recognition.objects.get()
    assert (row.status, row.error_code) == (Status.FAILED, "not_a_picture")


def test_a_failed_second_reading_leaves_the_first_answer_on_show(alice: User) -> None:
    submit(alice)
    processing.work_off()
    first = Recognition.objects.get()
    submissions.retry(first)
    default_storage.delete(str(first.image.name))
    processing.work_off()
    after = Recognition.objects.get()
    assert (after.status, after.reading_id, after.text) == (Status.FAILED, first.reading_id, first.text)


def test_a_store_that_gives_an_error_puts_the_picture_off(alice: User) -> None:
    path = Path(default_storage.path(str(submit(alice).image.name)))
    path.unlink()
    path.mkdir()  # neither a file nor missing, as far as the file system is concerned
    processing.work_off()
    row = Recognition.objects.get()
    assert (row.status, row.losses, row.error_code) == (Status.QUEUED, 0, "store_down")


def test_reading_again_makes_a_further_reading_and_shows_it(alice: User) -> None:
    submit(alice)
    processing.work_off()
    submissions.retry(Recognition.objects.get())
    processing.work_off()
    assert list(Reading.objects.order_by("attempt").values_list("attempt", flat=True)) == [1, 2]
    assert Recognition.objects.get().reading == Reading.objects.get(attempt=2)
