"""The pages, without a browser."""

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from recognition import batches, neighbours, processing, submissions
from recognition.models import Batch, Recognition, Source
from tests.drawing import blank, encoded, page, upload
from tests.recognition.histories import NOON, read

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def submit(owner: User, content: bytes | None = None) -> Recognition:
    return submissions.submit(owner, upload(content), Source.PAGE).recognition


def address(recognition: Recognition, tail: str = "") -> str:
    return f"/recognitions/{recognition.public_id}/{tail}"


def test_sending_a_picture_leads_to_its_page(alice_client: Client) -> None:
    response = alice_client.post("/recognitions/new/", {"image": upload()})
    assert response.status_code == 302
    assert response["Location"] == address(Recognition.objects.get())
    assert "being read" in alice_client.get(response["Location"]).content.decode()


def test_a_bad_picture_is_refused_on_the_page_with_a_sentence(alice_client: Client) -> None:
    response = alice_client.post("/recognitions/new/", {"image": upload(b"8BPS")})
    assert response.status_code == 415
    assert "unsupported_format" in response.content.decode()


def test_sending_without_a_file_says_so(alice_client: Client) -> None:
    response = alice_client.post("/recognitions/new/")
    assert response.status_code == 400
    assert "Choose a picture first" in response.content.decode()


def test_the_page_polls_204_until_there_is_an_answer(alice: User, alice_client: Client) -> None:
    recognition = submit(alice)
    assert alice_client.get(address(recognition, "answer/")).status_code == 204
    processing.work_off()
    answered = alice_client.get(address(recognition, "answer/"))
    assert answered.status_code == 200
    assert "<html" not in answered.content.decode()


def test_a_poll_costs_three_queries(
    alice: User, alice_client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    where = address(submit(alice), "answer/")
    with django_assert_num_queries(3):  # session, user, recognition with its reading
        alice_client.get(where)


def test_a_page_without_digits_says_so(alice: User, alice_client: Client) -> None:
    recognition = submit(alice, encoded(blank()))
    processing.work_off()
    assert "no digit found here" in alice_client.get(address(recognition)).content.decode().lower()


def test_the_answer_shows_number_and_confidence(alice: User, alice_client: Client) -> None:
    recognition = submit(alice, encoded(page("742")))
    processing.work_off()
    recognition.refresh_from_db()
    shown = alice_client.get(address(recognition)).content.decode()
    assert recognition.text in shown
    assert "%" in shown


def test_the_history_costs_the_same_for_one_picture_and_for_twenty(
    alice: User, alice_client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(20):
        submit(alice)
    with django_assert_num_queries(4):  # session, user, the page of the history, saved searches
        alice_client.get("/recognitions/")


def test_deleting_asks_first_and_then_removes(alice: User, alice_client: Client) -> None:
    recognition = submit(alice)
    assert alice_client.get(address(recognition, "delete/")).status_code == 200
    assert Recognition.objects.exists()
    assert alice_client.post(address(recognition, "delete/"))["Location"] == "/recognitions/"
    assert not Recognition.objects.exists()


def test_a_retry_from_the_page_queues_the_picture(alice: User, alice_client: Client) -> None:
    recognition = submit(alice)
    processing.work_off()
    alice_client.post(address(recognition, "retry/"))
    assert Recognition.objects.get().is_waiting


def test_a_picture_is_asked_for_each_time_and_cannot_run_anything(alice: User, alice_client: Client) -> None:
    where = address(submit(alice), "image/")
    response = alice_client.get(where)
    assert response["Cache-Control"] == "private, no-cache"
    assert alice_client.get(where, headers={"If-None-Match": response["ETag"]}).status_code == 304
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["X-Content-Type-Options"] == "nosniff"


def test_a_cursor_that_we_did_not_make_leads_back_to_the_first_page(alice_client: Client) -> None:
    assert alice_client.get("/recognitions/?cursor=x")["Location"] == "/recognitions/"


def test_a_date_that_is_none_is_said_on_the_page(alice_client: Client) -> None:
    assert alice_client.get("/recognitions/?since=yesterday").status_code == 400


def test_pictures_of_a_batch_lead_to_one_another_and_to_what_wants_a_look(alice: User) -> None:
    batch = Batch.objects.create(owner=alice, source=Source.PAGE)
    first, second, third = (read(alice, "1", batch=batch, place=place)[0] for place in range(3))
    [unsure] = read(alice, "2", confidence=0.5, batch=batch, place=3)
    read(alice, "3", confidence=0.5)  # of no batch
    found = neighbours.of(second)
    assert (found.previous, found.next, found.to_look_at) == (first, third, unsure)
    assert neighbours.of(first).previous is None
    last = neighbours.of(unsure)
    assert (last.previous, last.next, last.to_look_at) == (third, None, None)


def test_behind_the_last_picture_that_wants_a_look_comes_the_first(alice: User, bob: User) -> None:
    newest, _sure, oldest = (
        read(alice, text, confidence=chance)[0] for text, chance in (("1", 0.5), ("2", 0.95), ("3", 0.5))
    )
    read(bob, "4", confidence=0.5)
    for ago, row in enumerate((newest, _sure, oldest)):
        Recognition.objects.filter(pk=row.pk).update(created_at=NOON - timedelta(hours=ago))
        row.refresh_from_db()
    assert neighbours.of(newest).to_look_at == oldest
    assert neighbours.of(oldest).to_look_at == newest


def test_the_page_of_a_picture_leads_to_its_neighbours(alice: User, alice_client: Client) -> None:
    first, second = batches.take_together(alice, [upload(), upload()], Source.PAGE).pictures
    page = alice_client.get(address(first)).content.decode()
    assert f'rel="next" href="{address(second)}"' in page
    assert 'rel="prev"' not in page
