"""The batches of an owner in a list: by page and by program; what a batch adds up to."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from recognition import batch_lists, batches, processing, submissions
from recognition.models import Batch, Source
from tests import documents
from tests.drawing import encoded, page, upload

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

LIST, PAGE = "/api/v1/batches/", "/recognitions/batches/"


@pytest.fixture(autouse=True)
def empty_store(settings: Settings, tmp_path: Path) -> None:
    """A folder of pictures of this test's own."""
    default = {"BACKEND": settings.STORAGES["default"]["BACKEND"], "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = settings.STORAGES | {"default": default}


def named(owner: User, *names: str) -> list[Batch]:
    return [Batch.objects.create(owner=owner, source=Source.PAGE, name=name) for name in names]


def sent(owner: User, *texts: str, **more: Any) -> Batch:
    files = [upload(encoded(page(text)), f"{text}.png") for text in texts]
    return batches.take_together(owner, files, Source.PAGE, **more).batch


def test_pages_of_batches_have_each_once_newest_first(alice: User, bob: User) -> None:
    made = named(alice, "one", "two", "three", "four", "five")
    named(bob, "his")
    seen: list[str] = []
    cursor = None
    for _ in range(3):
        found = batch_lists.page(alice, cursor=cursor, size=2)
        seen += [listed.batch.name for listed in found.items]
        cursor = found.next
    assert (seen, cursor) == ([batch.name for batch in reversed(made)], None)


def test_a_batch_is_found_by_a_part_of_its_name_in_whatever_case(alice: User) -> None:
    named(alice, "Class 4b", "Class 4c", "meters")
    assert {listed.batch.name for listed in batch_lists.page(alice, "CLASS").items} == {"Class 4b", "Class 4c"}
    assert batch_lists.page(alice, "%").items == []


def test_each_listed_batch_says_how_far_it_is_in_three_queries(
    alice: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    sent(alice, "7", "9")
    named(alice, "empty")
    with django_assert_num_queries(3):  # batches, pictures counted, what is being opened
        listed = batch_lists.page(alice).items
    assert [(each.progress.total, each.progress.waiting) for each in listed] == [(0, 0), (2, 2)]


def test_a_program_lists_its_batches_a_page_at_a_time(alice: User, alice_client: Client) -> None:
    named(alice, "one", "two", "other")
    first = alice_client.get(LIST, {"name": "o", "page_size": "2"}).json()
    rest = alice_client.get(first["next"]).json()
    assert [each["name"] for each in first["results"] + rest["results"]] == ["other", "two", "one"]
    assert rest["next"] is None


@pytest.mark.parametrize(
    "asked", [{"cursor": "x"}, *({"page_size": size} for size in ("0", "101", "many", "²", "000000001999999"))]
)
def test_what_makes_no_sense_is_refused(alice_client: Client, asked: dict[str, str]) -> None:
    assert alice_client.get(LIST, asked).status_code == 400


@pytest.mark.parametrize("address", [LIST, PAGE])
def test_a_name_may_be_asked_for_with_a_character_that_no_name_has(
    alice: User, alice_client: Client, address: str
) -> None:
    named(alice, "Class 4b", "meters")
    shown = alice_client.get(address, {"name": "cla\0ss"}).content.decode()
    assert "Class 4b" in shown
    assert "meters" not in shown
    assert alice_client.get(address, {"name": "\0"}).status_code == 200


def test_the_page_lists_batches_and_searches_them(alice: User, alice_client: Client) -> None:
    named(alice, "Class 4b", "meters")
    shown = alice_client.get(PAGE, {"name": "class"}).content.decode()
    assert "Class 4b" in shown
    assert "meters" not in shown
    assert alice_client.get(PAGE, {"cursor": "x"})["Location"] == PAGE


def test_a_batch_is_called_what_its_form_says_or_as_the_one_file_it_is_taken_from(alice_client: Client) -> None:
    archive = documents.zipped({"7.png": encoded(page("7"))})
    for name, files in (("Class 4b", [upload(), upload()]), ("", [upload(archive, "marks.zip")]), ("", [upload()] * 2)):
        assert alice_client.post("/recognitions/new/", {"image": files, "name": name}).status_code == 302
    assert list(Batch.objects.order_by("pk").values_list("name", flat=True)) == ["Class 4b", "marks.zip", ""]


def test_a_newcomer_is_told_what_a_batch_is(alice_client: Client) -> None:
    assert "No batches yet" in alice_client.get(PAGE).content.decode()


def test_a_finished_batch_is_added_up_and_can_be_taken_along(alice: User, alice_client: Client) -> None:
    batch = sent(alice, "7", "12")
    where = f"/recognitions/batches/{batch.public_id}/"
    assert "Sum of" not in alice_client.get(where).content.decode()
    processing.work_off()
    shown = alice_client.get(where).content.decode()
    assert "Sum of 2 numbers</dt><dd>19</dd>" in shown
    assert f"/recognitions/export/?batch={batch.public_id}&amp;kind=csv" in shown


def test_a_program_learns_that_the_same_file_was_sent_before(alice: User, alice_client: Client) -> None:
    first = submissions.submit(alice, upload(), Source.PAGE).recognition
    again = alice_client.post("/api/v1/recognitions/", {"image": upload()}).json()
    assert again["sent_before"].endswith(f"/api/v1/recognitions/{first.public_id}/")
    assert alice_client.get(again["sent_before"]).json()["sent_before"] is None
