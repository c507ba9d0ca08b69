"""The pages, without a browser."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from recognition import processing, submissions
from recognition.models import Recognition, Source
from tests.drawing import blank, encoded, page, upload

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
