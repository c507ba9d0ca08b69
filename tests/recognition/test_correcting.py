"""What people say instead of the machine."""

import json
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from accounts.models import User
from hdr_site.foundation import limits
from recognition import answer_page, answers, correcting, edits, processing, selectors, submissions
from recognition.answers import Answer
from recognition.engine import Placed
from recognition.models import Correction, Digit, Reading, Recognition, Role, Source
from recognition.uploads import UploadRejected
from tests.archived import archived
from tests.browser.handwriting import sheet
from tests.drawing import encoded, upload
from tests.recognition.histories import read

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


@pytest.fixture
def picture(alice: User) -> Recognition:
    """Alice's picture of 4172 and 86, read."""
    recognition = submissions.submit(alice, upload(encoded(sheet("4172 86"))), Source.PAGE).recognition
    processing.work_off()
    return fresh(recognition)


def fresh(picture: Recognition) -> Recognition:
    return Recognition.objects.select_related("reading").get(pk=picture.pk)


def shown(picture: Recognition) -> Answer:
    answer = answers.of(fresh(picture))
    assert answer is not None
    return answer


def texts(picture: Recognition) -> list[str]:
    return [number["text"] for number in shown(picture).numbers]


def say(picture: Recognition, digits: list[Placed]) -> Correction:
    return correcting.correct(picture, picture.owner, digits, shown(picture).version)


def change(picture: Recognition, position: int, value: int) -> Correction:
    return say(picture, edits.with_value(shown(picture).placed, position, value))


def test_what_the_owner_says_is_the_answer_and_the_machines_stays(picture: Recognition) -> None:
    correction = change(picture, 2, 1)
    row = fresh(picture)
    assert (row.text, row.corrected_text, row.answer) == ("4172 86", "4112 86", "4112 86")
    assert (correction.author, correction.role, correction.reading) == (row.owner, Role.OWNER, row.reading)
    assert texts(picture) == ["4112", "86"]
    assert [digit.value for digit in Digit.objects.order_by("position")] == [4, 1, 7, 2, 8, 6]


def test_each_digit_of_a_correction_keeps_what_the_machine_thought_of_its_place(picture: Recognition) -> None:
    change(picture, 2, 1)
    digits = shown(picture).digits
    assert [digit.is_changed for digit in digits] == [False, False, True, False, False, False]
    assert digits[2].read is not None
    assert digits[2].read.value == 7


def test_digits_that_are_said_again_as_they_are_stand_in_the_same_numbers(picture: Recognition) -> None:
    before = shown(picture).numbers
    say(picture, shown(picture).placed[::-1])
    after = shown(picture).numbers
    assert [(one["text"], one["line"], one["digits"], one["box"]) for one in after] == [
        (one["text"], one["line"], one["digits"], one["box"]) for one in before
    ]


def test_a_digit_that_was_missed_goes_where_its_box_is(picture: Recognition) -> None:
    digits = shown(picture).placed
    box = digits[1].box
    say(picture, edits.without(digits, 1))
    assert texts(picture) == ["472", "86"]
    say(picture, edits.with_digit(shown(picture).placed, 9, box))
    assert texts(picture) == ["4972", "86"]


def test_a_digit_drawn_into_a_gap_joins_the_number_beside_it(picture: Recognition) -> None:
    digits = shown(picture).placed
    x, y, wide, high = digits[5].box
    say(picture, edits.with_digit(digits, 3, (x + wide + 5, y, wide // 2, high)))
    assert texts(picture) == ["4172", "863"]


def test_an_answer_may_be_that_there_is_no_number(picture: Recognition) -> None:
    say(picture, [])
    row = fresh(picture)
    assert (row.corrected_text, row.answer, texts(picture)) == ("", "", [])
    assert len(shown(picture).removed) == 6


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [("4112", ["4112", "86"]), ("41752", ["41752", "86"]), ("412", ["412", "86"]), ("94172", ["94172", "86"]),
     ("417235", ["417235", "86"]), ("", ["86"]), ("99", ["99", "86"])],
)  # fmt: skip
def test_a_number_may_be_typed_anew(picture: Recognition, typed: str, numbers: list[str]) -> None:
    answer = shown(picture)
    say(picture, edits.retyped(answer.placed, answer.numbers[0]["digits"], typed, picture.width))
    assert texts(picture) == numbers


def test_marks_that_are_typed_stay_when_a_digit_is_changed_later(picture: Recognition) -> None:
    answer = shown(picture)
    say(picture, edits.retyped(answer.placed, answer.numbers[0]["digits"], "41.72", picture.width))
    change(picture, 0, 9)
    number = shown(picture).numbers[0]
    assert (number["text"], number["marked_text"], number["value"]) == ("9172", "91.72", "91.72")


def test_undo_goes_back_step_by_step_and_each_step_is_kept(picture: Recognition) -> None:
    change(picture, 0, 9)
    change(picture, 1, 8)
    seen = []
    for _ in range(2):
        correcting.undo(picture, picture.owner, shown(picture).version)
        seen.append(fresh(picture).answer)
    assert seen == ["9172 86", "4172 86"]
    assert fresh(picture).corrected_text is None
    assert Correction.objects.count() == 4


def test_many_long_corrections_are_not_fetched_to_know_what_undo_would_do(picture: Recognition) -> None:
    corrected_at_length(picture, 20)
    with at_most(1_000_000):
        assert correcting.can_undo(picture)
    with at_most(3_000_000):
        answer_page._last_corrections(picture)
    correcting.undo(picture, picture.owner, shown(picture).version)
    assert fresh(picture).answer == "18"
    correcting.undo(picture, picture.owner, shown(picture).version)
    assert fresh(picture).answer == "17"


def test_an_archive_holds_the_corrections_of_one_picture_at_a_time(alice: User) -> None:
    rows = read(alice, *"12345678")
    archived(alice)  # what is imported and kept the first time
    for row in rows:
        corrected_at_length(row, 10)
    with at_most(15_000_000):
        archive = archived(alice)
    assert archive.read("recognitions.json").count(b'"said"') == 80


def corrected_at_length(picture: Recognition, times: int) -> None:
    """Corrected so often, each time as a whole page of digits."""
    digits = [
        {"x": x, "y": 0, "width": 1, "height": 1, "value": 1, "sign": "", "line": 0, "number": x} for x in range(1000)
    ]
    said = {"recognition": picture, "reading": picture.reading, "author": picture.owner, "role": Role.OWNER}
    Correction.objects.bulk_create(Correction(digits=digits, text=str(text), **said) for text in range(times))
    Recognition.objects.filter(pk=picture.pk).update(corrected_text=str(times - 1))


@contextmanager
def at_most(bytes_held: int) -> Iterator[None]:
    """Fails where Python holds more at once than this."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < bytes_held
    finally:
        tracemalloc.stop()


def test_there_is_nothing_to_undo_where_nobody_corrected(picture: Recognition) -> None:
    assert refusal(correcting.undo, picture) == "nothing_to_undo"
    assert refusal(correcting.take_machines, picture) == "nothing_to_undo"


def refusal(asked: Any, picture: Recognition, *arguments: Any, version: str | None = None) -> str:
    with pytest.raises(UploadRejected) as refused, transaction.atomic():
        asked(picture, picture.owner, *arguments, version or shown(picture).version)
    return refused.value.code


def test_the_machines_answer_can_be_taken_back_and_that_undone(picture: Recognition) -> None:
    change(picture, 0, 9)
    change(picture, 1, 8)
    correcting.take_machines(picture, picture.owner, shown(picture).version)
    assert fresh(picture).answer == "4172 86"
    correcting.undo(picture, picture.owner, shown(picture).version)
    assert fresh(picture).answer == "9872 86"


def test_reading_again_never_overwrites_a_correction(picture: Recognition) -> None:
    change(picture, 2, 1)
    submissions.retry(picture, "length:4")
    processing.work_off()
    row = fresh(picture)
    assert (row.text, row.answer) == ("4172 86", "4112 86")
    assert row.reading is not None
    assert row.reading.attempt == 2
    assert texts(picture) == ["4112", "86"]


def test_a_format_checks_what_a_person_says_and_changes_none_of_it(picture: Recognition) -> None:
    submissions.retry(picture, "length:4")
    processing.work_off()
    change(picture, 2, 1)
    said = [number["format"] for number in shown(picture).numbers]
    assert [one["legal"] for one in said] == [True, False]
    assert said[1]["error"]["code"] == "wrong_count"
    assert texts(picture) == ["4112", "86"]


@pytest.mark.parametrize(
    ("digit", "code"),
    [(Placed(10, (0, 0, 5, 5)), "not_a_digit_value"), (Placed(-1, (0, 0, 5, 5)), "not_a_digit_value"),
     (Placed(1, (-1, 0, 5, 5)), "box_outside"), (Placed(1, (0, 0, 0, 5)), "box_outside"),
     (Placed(1, (0, 0, 5, 100_000)), "box_outside"), (Placed(1, (100_000, 0, 5, 5)), "box_outside")],
)  # fmt: skip
def test_what_is_no_digit_on_the_picture_is_refused(picture: Recognition, digit: Placed, code: str) -> None:
    assert refusal(correcting.correct, picture, [digit]) == code
    assert not Correction.objects.exists()


def test_too_many_digits_are_refused(picture: Recognition) -> None:
    many = [Placed(1, (0, 0, 5, 5))] * (correcting.MOST_DIGITS + 1)
    assert refusal(correcting.correct, picture, many) == "too_many_digits"


def test_who_saw_an_earlier_answer_is_told(picture: Recognition) -> None:
    version = shown(picture).version
    change(picture, 0, 9)
    assert refusal(correcting.correct, picture, [], version=version) == "stale_answer"


def test_who_saw_an_earlier_reading_is_told(picture: Recognition) -> None:
    version = shown(picture).version
    submissions.retry(picture)
    processing.work_off()
    assert refusal(correcting.correct, picture, [], version=version) == "stale_reading"


def test_a_picture_that_still_waits_has_nothing_to_correct(alice: User) -> None:
    picture = submissions.submit(alice, upload(), Source.PAGE).recognition
    assert refusal(correcting.correct, picture, [], version="1.0") == "nothing_read_yet"


def test_a_picture_is_corrected_so_often_and_no_more(picture: Recognition, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(correcting, "MOST_CORRECTIONS", 1)
    change(picture, 0, 9)
    assert refusal(correcting.correct, picture, []) == "corrections_full"


def test_corrections_have_a_rate(picture: Recognition, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(correcting, "RATE", limits.Limit("corrections/few", "corrections", 1, 3600))
    change(picture, 0, 9)
    assert refusal(correcting.correct, picture, []) == "too_many_corrections"


def test_a_reviewers_word_stands_beside_the_owners_and_is_not_the_answer(picture: Recognition, rita: User) -> None:
    digits = edits.with_value(shown(picture).placed, 0, 9)
    correcting.correct(picture, rita, digits, shown(picture).version, Role.REVIEWER)
    assert fresh(picture).corrected_text is None
    assert selectors.correction_on_show(fresh(picture)) is None


def test_a_correction_cannot_be_changed(picture: Recognition) -> None:
    change(picture, 0, 9)
    with pytest.raises(DatabaseError), transaction.atomic():
        Correction.objects.update(text="1")


def test_the_owners_archive_has_what_they_said(picture: Recognition, alice: User) -> None:
    change(picture, 0, 9)
    [entry] = json.loads(archived(alice).read("recognitions.json"))
    assert (entry["text"], entry["corrected_text"]) == ("4172 86", "9172 86")
    assert [(said["text"], said["digits"][0]["value"]) for said in entry["corrections"]] == [("9172 86", 9)]


def test_corrections_go_with_their_picture(picture: Recognition) -> None:
    change(picture, 0, 9)
    submissions.delete(picture, picture.owner)
    assert not Correction.objects.exists()
    assert not Reading.objects.exists()
