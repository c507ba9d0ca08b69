"""Pictures whose numbers are read as those of a format, as people and programs ask for it."""

import json
from typing import Any

import pytest
from django.test import Client
from jsonschema import Draft202012Validator

from accounts.models import User
from hdr_site.foundation import jobs
from recognition import processing, submissions
from recognition.models import Reading, Recognition, Source
from recognition.uploads import UploadRejected
from tests.archived import archived
from tests.drawing import encoded, page, upload

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

LIST = "/api/v1/recognitions/"


def send(alices_program: Client, text: str, **fields: str) -> Any:
    return alices_program.post(LIST, {"image": upload(encoded(page(text))), **fields})


def submit(owner: User, text: str, number_format: str = "") -> Recognition:
    picture = upload(encoded(page(text)))
    return submissions.submit(owner, picture, Source.PAGE, number_format=number_format).recognition


def address(recognition: Recognition, tail: str = "") -> str:
    return f"/recognitions/{recognition.public_id}/{tail}"


def test_a_picture_is_read_as_the_format_that_was_asked_for(alices_program: Client) -> None:
    where = send(alices_program, "2035", format=" Pattern:DD-DD")["Location"]
    processing.work_off()
    body = alices_program.get(where).json()
    assert body["format"] == "pattern:DD-DD"
    [number] = body["numbers"]
    assert (number["text"], number["format"]["legal"], number["format"]["text"]) == ("2035", True, "20-35")
    assert Reading.objects.get().format == "pattern:DD-DD"


def test_a_number_that_does_not_fit_is_told_in_the_answer(alices_program: Client) -> None:
    where = send(alices_program, "2035", format="postal:IN")["Location"]
    processing.work_off()
    [number] = alices_program.get(where).json()["numbers"]
    assert number["text"] == "2035"
    assert number["format"]["error"] == {"code": "wrong_count", "message": "Expected 6 digits, found 4."}


def test_the_body_with_a_format_is_what_the_openapi_document_says(alices_program: Client) -> None:
    where = send(alices_program, "2035", format="length:4")["Location"]
    processing.work_off()
    document = alices_program.get("/api/v1/openapi.json", headers={"Accept": "application/json"}).json()
    reference = {"$ref": "#/components/schemas/RecognitionBody", "components": document["components"]}
    body = alices_program.get(where).json()
    Draft202012Validator(reference).validate(body)
    for schema, part in (("NumberBody", body["numbers"][0]), ("FormatAnswerBody", body["numbers"][0]["format"])):
        assert set(part) == set(document["components"]["schemas"][schema]["properties"])


@pytest.mark.parametrize(
    ("asked", "code"),
    [("phone", "unknown_format"), ("length", "bad_format_parameter"), ("postal:ZZ", "bad_format_parameter")],
)
def test_a_format_that_there_is_not_is_400_with_the_choices(alices_program: Client, asked: str, code: str) -> None:
    refused = send(alices_program, "7", format=asked)
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, code)
    assert refused.json()["error"]["message"].endswith(".")
    assert not Recognition.objects.exists()


def test_a_format_that_is_no_text_is_400(alices_program: Client, alice: User) -> None:
    recognition = submit(alice, "7")
    where = f"{LIST}{recognition.public_id}/retry/"
    refused = alices_program.post(where, {"format": 6}, content_type="application/json")
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "bad_format_parameter")


def test_programs_can_list_the_formats(alices_program: Client) -> None:
    found = alices_program.get("/api/v1/formats/").json()["results"]
    assert {"amount", "card", "length", "pattern"} <= {entry["code"] for entry in found}
    for entry in found:
        assert send(alices_program, "7", format=entry["example"]).status_code == 202


def test_reading_again_with_another_format_keeps_the_last_answer_meanwhile(alices_program: Client) -> None:
    where = send(alices_program, "2035")["Location"]
    processing.work_off()
    waiting = alices_program.post(where + "retry/", {"format": "length:3"}, content_type="application/json").json()
    assert (waiting["status"], waiting["format"], waiting["text"]) == ("queued", "length:3", "2035")
    assert waiting["numbers"][0]["format"] is None
    processing.work_off()
    done = alices_program.get(where).json()
    assert done["numbers"][0]["format"]["error"]["message"] == "Expected 3 digits, found 4."
    assert [reading.format for reading in Reading.objects.order_by("attempt")] == ["", "length:3"]


def test_reading_again_without_a_word_about_the_format_keeps_it(alices_program: Client) -> None:
    where = send(alices_program, "2035", format="length:4")["Location"]
    processing.work_off()
    assert alices_program.post(where + "retry/").json()["format"] == "length:4"


def test_an_empty_format_reads_any_numbers_again(alices_program: Client) -> None:
    where = send(alices_program, "2035", format="length:4")["Location"]
    processing.work_off()
    assert alices_program.post(where + "retry/", {"format": ""}).json()["format"] is None


def test_a_picture_that_is_being_read_keeps_its_format(alice: User) -> None:
    recognition = submit(alice, "2035", "length:4")
    jobs.claim(Recognition)
    assert submissions.retry(recognition, "length:3") is False
    assert Recognition.objects.get().format == "length:4"


def test_an_unknown_format_does_not_queue_a_picture_again(alice: User) -> None:
    recognition = submit(alice, "2035")
    processing.work_off()
    with pytest.raises(UploadRejected):
        submissions.retry(recognition, "phone")
    assert Recognition.objects.get().status == "done"


def test_the_same_idempotency_key_with_another_format_is_409(alices_program: Client) -> None:
    content = encoded(page("7"))
    for number_format, status in (("length:1", 202), (" Length:1", 202), ("length:2", 409)):
        sent = {"image": upload(content), "format": number_format}
        assert alices_program.post(LIST, sent, headers={"Idempotency-Key": "sheet-12"}).status_code == status


def test_the_page_offers_formats_and_takes_one(alice_client: Client) -> None:
    assert "Card number" in alice_client.get("/recognitions/new/").content.decode()
    sent = {"image": upload(encoded(page("2035"))), "format": "length", "format_parameter": "4"}
    assert alice_client.post("/recognitions/new/", sent).status_code == 302
    assert Recognition.objects.get().format == "length:4"


@pytest.mark.parametrize(
    ("fields", "code", "told"),
    [
        ({"format": "length", "format_parameter": "many"}, "bad_format_parameter", "Give a length"),
        ({"format": "card", "format_parameter": "16"}, "bad_format_parameter", "takes nothing"),
        ({"format": "", "format_parameter": "16"}, "unknown_format", "Choose what the numbers are"),
        ({"format": "phone"}, "unknown_format", "phone"),
    ],
)
def test_a_format_that_cannot_be_is_told_on_the_page(
    alice_client: Client, fields: dict[str, str], code: str, told: str
) -> None:
    answer = alice_client.post("/recognitions/new/", {"image": upload(), **fields})
    assert answer.status_code == 400
    assert told in answer.content.decode()
    assert code in answer.content.decode()
    assert not Recognition.objects.exists()


def test_the_answer_page_says_what_does_not_fit(alice: User, alice_client: Client) -> None:
    recognition = submit(alice, "2035", "postal:IN")
    processing.work_off()
    shown = alice_client.get(address(recognition)).content.decode()
    assert "Expected 6 digits, found 4." in shown
    assert "wrong_count" in shown
    assert "Postal code" in shown
    assert "does not fit" in shown
    assert "All of it is sure" not in shown


def test_the_answer_page_and_the_history_show_a_number_as_its_format_writes_it(
    alice: User, alice_client: Client
) -> None:
    recognition = submit(alice, "2035", "pattern:DD-DD")
    processing.work_off()
    assert "20-35" in alice_client.get(address(recognition)).content.decode()
    assert "20-35" in alice_client.get("/recognitions/").content.decode()
    assert Recognition.objects.get().text == "2035"


def test_the_answer_page_says_which_digit_was_overruled_and_why(alice: User, alice_client: Client) -> None:
    recognition = submit(alice, "2035")
    processing.work_off()
    reading = Reading.objects.get()
    reading.format = "card"
    told = "The 7 at place 3 is read as 1: only then the check digit fits (Luhn)."
    change = {"place": 3, "digit": 2, "read": "7", "answer": "1", "code": "check_digit", "message": told}
    answer = {"code": "card", "legal": True, "text": "2035", "overruled": [change], "error": None}
    reading.numbers = [reading.numbers[0] | {"format": answer}]
    reading.save()
    shown = alice_client.get(address(recognition)).content.decode()
    assert shown.count(told) == 2  # beside the number, and where the digit is opened


def test_a_picture_is_read_again_as_another_format_from_its_page(alice: User, alice_client: Client) -> None:
    recognition = submit(alice, "2035")
    processing.work_off()
    alice_client.post(address(recognition, "retry/"), {"format": "length", "format_parameter": "4"})
    assert Recognition.objects.get().format == "length:4"
    processing.work_off()
    again = alice_client.post(
        address(recognition, "retry/"), {"format": "length", "format_parameter": "no"}, follow=True
    )
    assert "Give a length" in again.content.decode()
    alice_client.post(address(recognition, "retry/"))
    assert Recognition.objects.get().format == "length:4"


def test_the_format_is_in_what_a_person_can_take_along(alice: User) -> None:
    submit(alice, "7", "length:1")
    assert json.loads(archived(alice).read("recognitions.json"))[0]["format"] == "length:1"
