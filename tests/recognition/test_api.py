"""The REST interface, as a program meets it."""

import uuid
from typing import Any

import pytest
from django.test import Client
from jsonschema import Draft202012Validator
from pytest_django import Settings

from accounts import tokens
from accounts.models import User
from recognition import processing
from recognition.models import Recognition
from tests import people
from tests.drawing import blank, encoded, page, upload

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

LIST = "/api/v1/recognitions/"


def send(program: Client, content: bytes | None = None, *, key: str | None = None) -> Any:
    return program.post(LIST, {"image": upload(content)}, headers={"Idempotency-Key": key} if key else {})


def test_a_sent_picture_is_accepted_and_can_be_polled(alices_program: Client) -> None:
    accepted = send(alices_program)
    assert accepted.status_code == 202
    assert accepted.json()["status"] == "queued"
    assert accepted["Location"].endswith(f"{LIST}{accepted.json()['id']}/")
    assert alices_program.get(accepted["Location"]).json() == accepted.json()


def test_a_read_picture_tells_everything_about_its_digits(alices_program: Client) -> None:
    where = send(alices_program, encoded(page("107 42")))["Location"]
    processing.work_off()
    body = alices_program.get(where).json()
    assert body["status"] == "done"
    assert body["text"] == " ".join(number["text"] for number in body["numbers"])
    assert [digit["number"] for digit in body["digits"]] == [
        index for index, number in enumerate(body["numbers"]) for _ in number["digits"]
    ]
    for digit in body["digits"]:
        x, y, width, height = digit["box"]
        assert 0 <= x <= x + width <= body["width"]
        assert 0 <= y <= y + height <= body["height"]


def test_the_body_is_what_the_openapi_document_says(alices_program: Client) -> None:
    where = send(alices_program, encoded(page("107 42")))["Location"]
    processing.work_off()
    document = alices_program.get("/api/v1/openapi.json", headers={"Accept": "application/json"}).json()
    for schema, body in (
        ("RecognitionBody", alices_program.get(where).json()),
        ("RecognitionPage", alices_program.get(LIST).json()),
        ("ErrorBody", alices_program.get(f"{LIST}{uuid.uuid4()}/").json()),
    ):
        reference = {"$ref": f"#/components/schemas/{schema}", "components": document["components"]}
        Draft202012Validator(reference).validate(body)
        assert set(body) == set(document["components"]["schemas"][schema]["properties"])


def test_the_picture_is_sent_as_it_is_stored(alices_program: Client) -> None:
    body = send(alices_program).json()
    response = alices_program.get(body["image_url"], headers={"Accept": "image/png"})
    assert response["Content-Type"] == "image/png"
    assert b"".join(response).startswith(b"\x89PNG")


def test_a_page_without_digits_is_done_with_an_empty_text(alices_program: Client) -> None:
    where = send(alices_program, encoded(blank()))["Location"]
    processing.work_off()
    body = alices_program.get(where).json()
    assert (body["status"], body["text"], body["digits"], body["numbers"]) == ("done", "", [], [])


def test_the_same_idempotency_key_gives_the_same_recognition(alices_program: Client) -> None:
    first, second = send(alices_program, key="sheet-12"), send(alices_program, key="sheet-12")
    assert first.json()["id"] == second.json()["id"]
    assert ("Idempotent-Replayed" in first, second["Idempotent-Replayed"]) == (False, "true")


def test_the_same_idempotency_key_with_another_picture_is_409(alices_program: Client) -> None:
    send(alices_program, key="sheet-12")
    refused = send(alices_program, encoded(blank()), key="sheet-12")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "idempotency_conflict")


@pytest.mark.parametrize("key", ["k" * 201, "with\ttab"])
def test_an_idempotency_key_that_is_none_is_400(alices_program: Client, key: str) -> None:
    refused = send(alices_program, key=key)
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "invalid_idempotency_key")


def test_ann_who_is_anonymous_gets_401_in_the_one_shape_of_errors() -> None:
    refused = send(Client())
    assert refused.status_code == 401
    assert refused.json()["error"]["code"] == "not_authenticated"
    assert refused["WWW-Authenticate"] == "Token"


def test_a_revoked_token_is_401(alice: User) -> None:
    token, key = tokens.create(alice, "scanner")
    tokens.revoke(alice, token.pk)
    refused = Client(headers={"Authorization": f"Token {key}"}).get(LIST)
    assert (refused.status_code, refused.json()["error"]["code"]) == (401, "invalid_token")


def test_a_token_of_somebody_who_may_not_sign_in_is_401(alices_program: Client) -> None:
    User.objects.update(is_active=False)
    assert alices_program.get(LIST).status_code == 401


@pytest.mark.parametrize(
    ("method", "tail"), [("get", ""), ("delete", ""), ("post", "retry/"), ("get", "image/")], ids=str
)
def test_bob_gets_404_for_alices_picture(alices_program: Client, bob: User, method: str, tail: str) -> None:
    address = f"{LIST}{send(alices_program).json()['id']}/{tail}"
    answer = getattr(people.program_of(bob), method)(address)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")
    assert Recognition.objects.exists()


def test_deleting_is_204_and_then_404(alices_program: Client) -> None:
    where = send(alices_program)["Location"]
    assert alices_program.delete(where).status_code == 204
    assert alices_program.get(where).status_code == 404


def test_a_retry_is_202_and_queued(alices_program: Client) -> None:
    where = send(alices_program)["Location"]
    processing.work_off()
    answer = alices_program.post(where + "retry/")
    assert (answer.status_code, answer.json()["status"]) == (202, "queued")


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [(b"", 400, "empty_file"), (b"text", 415, "not_a_picture"), (b"%PDF-1.4", 415, "unsupported_format")],
)
def test_a_bad_picture_is_refused_with_status_code_and_sentence(
    alices_program: Client, content: bytes, status: int, code: str
) -> None:
    refused = send(alices_program, content)
    assert (refused.status_code, refused.json()["error"]["code"]) == (status, code)
    assert not Recognition.objects.exists()


def test_a_request_without_a_picture_says_which_field_is_missing(alices_program: Client) -> None:
    refused = alices_program.post(LIST, {"file": upload()})
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "no_picture")
    assert "image" in refused.json()["error"]["message"]


def test_too_many_pictures_are_429_with_retry_after(alices_program: Client, settings: Settings) -> None:
    settings.OWNER_UPLOADS_PER_MINUTE = 1
    send(alices_program)
    refused = send(alices_program)
    assert (refused.status_code, refused.json()["error"]["code"]) == (429, "too_many_pictures")
    assert 0 < int(refused["Retry-After"]) <= 60


def test_the_history_is_paged_by_links(alices_program: Client) -> None:
    sent = [send(alices_program).json()["id"] for _ in range(5)]
    first = alices_program.get(LIST, {"page_size": 2}).json()
    second = alices_program.get(first["next"]).json()
    third = alices_program.get(second["next"]).json()
    assert [row["id"] for part in (first, second, third) for row in part["results"]] == sent[::-1]
    assert (first["previous"], third["next"]) == (None, None)
    assert alices_program.get(second["previous"]).json()["results"] == first["results"]


def test_the_history_is_filtered_by_state(alices_program: Client) -> None:
    send(alices_program)
    processing.work_off()
    waiting = send(alices_program).json()["id"]
    found = alices_program.get(LIST, {"status": "queued"}).json()["results"]
    assert [row["id"] for row in found] == [waiting]


@pytest.mark.parametrize(
    "query",
    [
        {"status": "lost"},
        {"since": "yesterday"},
        {"page_size": "0"},
        {"page_size": "²"},
        {"page_size": "0000000015000000"},
        {"until": "9999-12-31"},
        {"cursor": "x"},
    ],
)
def test_a_filter_that_makes_no_sense_is_400(alices_program: Client, query: dict[str, str]) -> None:
    refused = alices_program.get(LIST, query)
    assert refused.status_code == 400
    assert refused.json()["error"]["code"] in {"invalid_filter", "invalid_cursor"}


def test_a_session_needs_the_csrf_token_to_change_something(alice: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(alice)
    assert browser.get(LIST).status_code == 200
    refused = send(browser)
    assert refused.status_code == 403
    assert set(refused.json()["error"]) == {"code", "message"}


def test_an_address_that_does_not_exist_has_the_one_shape_of_errors(alices_program: Client) -> None:
    answer = alices_program.get("/api/v1/nothing/")
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "not_found"


def test_a_method_that_is_not_offered_has_the_one_shape_of_errors(alices_program: Client) -> None:
    answer = alices_program.put(LIST)
    assert (answer.status_code, answer.json()["error"]["code"]) == (405, "method_not_allowed")
