"""Finding numbers again, and only one's own."""

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from recognition import history, numerals
from recognition.history import HistoryFilter, InvalidCursor, Order
from recognition.models import Batch, Source
from recognition.numerals import Match, NotANumber
from tests.recognition.histories import corrected, read

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

TEXTS = ("1245", "12345", "45", "4172 86", "8 1200 45", "")


def found(owner: User, number: str = "", match: Match = Match.CONTAINS, **wanted: object) -> list[str]:
    page = history.page(owner, HistoryFilter(number=numerals.normalised(number), match=match, **wanted))  # type: ignore[arg-type]
    return [row.answer for row in page.items]


@pytest.mark.parametrize(
    ("number", "match", "expected"),
    [
        ("", Match.CONTAINS, list(TEXTS)),
        ("45", Match.CONTAINS, ["1245", "12345", "45", "8 1200 45"]),
        ("45", Match.EXACT, ["45"]),
        ("12", Match.PREFIX, ["1245", "12345"]),
        ("12*45", Match.CONTAINS, ["1245", "12345"]),
        ("1?00", Match.CONTAINS, ["8 1200 45"]),
        ("*6", Match.CONTAINS, ["4172 86"]),
        ("12*", Match.EXACT, ["1245", "12345"]),
        ("8 12*", Match.PREFIX, ["8 1200 45"]),
        ("*", Match.EXACT, ["1245", "12345", "45", ""]),
        ("99", Match.CONTAINS, []),
    ],
)
def test_numbers_are_found_as_asked(alice: User, number: str, match: Match, expected: list[str]) -> None:
    read(alice, *TEXTS)
    assert found(alice, number, match) == expected


def test_a_wildcard_does_not_reach_from_one_number_into_the_next(alice: User) -> None:
    read(alice, "12 45", "12045")
    assert found(alice, "12*45") == ["12045"]


@pytest.mark.parametrize(
    ("typed", "meant"), [("१२४५", "1245"), ("1,245", "1245"), ("12/45", "1245"), (" 12  45 ", "12 45")]
)
def test_digits_of_any_script_and_marks_between_them_are_understood(typed: str, meant: str) -> None:
    assert numerals.normalised(typed) == meant


@pytest.mark.parametrize("typed", ["abc", "12%", "1_2", "(12)", "1" * 61, "12\x00"])
def test_what_no_answer_holds_is_refused(typed: str) -> None:
    with pytest.raises(NotANumber):
        numerals.normalised(typed)


def test_a_corrected_answer_is_found_by_what_the_person_said(alice: User) -> None:
    [row] = read(alice, "1245")
    corrected(row, "7777")
    assert (found(alice, "7777"), found(alice, "1245")) == (["7777"], [])
    assert (found(alice, corrected=True), found(alice, corrected=False)) == (["7777"], [])


def test_nobody_finds_what_is_somebody_elses(alice: User, bob: User) -> None:
    read(alice, "1245")
    assert found(bob, "1245") == []


def test_temporary_pictures_are_in_no_list(alice: User) -> None:
    read(alice, "1245", temporary_until=timezone.now() + timedelta(minutes=5))
    assert found(alice) == []


def test_a_history_is_filtered_by_source_and_confidence(alice: User) -> None:
    read(alice, "1", source=Source.CAMERA, confidence=0.5)
    read(alice, "2", source=Source.API, confidence=0.95)
    assert found(alice, source=Source.CAMERA) == ["1"]
    assert found(alice, at_least=0.9) == ["2"]
    assert found(alice, at_most=0.5) == ["1"]


def test_a_history_is_filtered_by_a_batch_of_ones_own(alice: User, bob: User) -> None:
    batch = Batch.objects.create(owner=alice, source=Source.ZIP)
    read(alice, "1", batch=batch)
    read(alice, "2")
    assert found(alice, batch=batch.public_id) == ["1"]
    read(bob, "3")
    assert found(bob, batch=batch.public_id) == []
    assert found(alice, batch=uuid.uuid4()) == []


@pytest.mark.parametrize("order", list(Order))
def test_every_order_is_paged_there_and_back_without_a_gap_or_a_repetition(alice: User, order: Order) -> None:
    for place in range(9):
        read(alice, str(place), confidence=place // 2 / 10)
    wanted = HistoryFilter(order=order)
    pages, cursor = [], None
    while True:
        page = history.page(alice, wanted, cursor, size=2)
        pages.append([row.pk for row in page.items])
        cursor = page.older
        if cursor is None:
            break
    flat = [key for keys in pages for key in keys]
    assert flat == [row.pk for row in history.sorted_rows(alice, wanted)]
    assert len(set(flat)) == 9
    assert page.newer
    assert [row.pk for row in history.page(alice, wanted, page.newer, size=2).items] == pages[-2]


def test_the_least_sure_come_first_and_what_has_no_confidence_is_left_out(alice: User) -> None:
    read(alice, "1", confidence=0.9)
    read(alice, "2", confidence=0.3)
    read(alice, "", confidence=None)
    assert found(alice, order=Order.UNSURE) == ["2", "1"]


def test_a_cursor_belongs_to_its_order(alice: User) -> None:
    read(alice, "1", "2", "3")
    cursor = history.page(alice, HistoryFilter(), size=1).older
    with pytest.raises(InvalidCursor):
        history.page(alice, HistoryFilter(order=Order.UNSURE), cursor)


def test_the_page_finds_a_number_and_says_what_cannot_be_looked_for(alice: User, alice_client: Client) -> None:
    read(alice, "1245", "777")
    told = alice_client.get("/recognitions/", {"number": "12*45"}).content.decode()
    assert "1245" in told
    assert "777" not in told
    refused = alice_client.get("/recognitions/", {"number": "forty"})
    assert refused.status_code == 400
    assert "Look for digits" in refused.content.decode()


def test_a_range_that_is_upside_down_is_refused(alice_client: Client) -> None:
    assert alice_client.get("/recognitions/", {"at_least": "90", "at_most": "10"}).status_code == 400
    assert alice_client.get("/recognitions/", {"since": "2026-05-02", "until": "2026-05-01"}).status_code == 400


def test_a_program_searches_as_people_do(alice: User, alice_client: Client) -> None:
    read(alice, "1245", "777")
    address = "/api/v1/recognitions/"
    body = alice_client.get(address, {"number": "12", "match": "prefix", "at_least": "50"}).json()
    assert [row["text"] for row in body["results"]] == ["1245"]
    assert alice_client.get(address, {"number": "x"}).json()["error"]["code"] == "invalid_filter"
    assert alice_client.get(address, {"order": "sideways"}).json()["error"]["code"] == "invalid_filter"
