"""The forms that correct an answer, without a browser."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from recognition import answers, processing, submissions
from recognition.models import Correction, Recognition, Source
from tests.browser.handwriting import sheet
from tests.drawing import blank, encoded, upload

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def read(owner: User, content: bytes) -> Recognition:
    recognition = submissions.submit(owner, upload(content), Source.PAGE).recognition
    processing.work_off()
    return Recognition.objects.select_related("reading").get(pk=recognition.pk)


@pytest.fixture
def picture(alice: User) -> Recognition:
    """Alice's picture of 46, read."""
    return read(alice, encoded(sheet("46")))


def send(client: Client, picture: Recognition, *, by_script: bool = False, **fields: Any) -> Any:
    answer = answers.of(Recognition.objects.select_related("reading").get(pk=picture.pk))
    version = answer.version if answer else ""
    headers = {"X-Correcting": "1"} if by_script else {}
    address = f"/recognitions/{picture.public_id}/correct/"
    return client.post(address, {"version": version} | fields, headers=headers)


def text(picture: Recognition) -> str:
    return str(Recognition.objects.get(pk=picture.pk).answer)


@pytest.mark.parametrize(
    ("fields", "answer"),
    [
        ({"action": "change", "position": 1, "value": 5}, "45"),
        ({"action": "remove", "position": 0}, "6"),
        ({"action": "retype", "number": 0, "text": "4-67"}, "467"),
        ({"action": "retype", "number": 0, "text": ""}, ""),
        ({"action": "add", "value": 7, "x": 5, "y": 5, "width": 9, "height": 9}, "7 46"),
    ],
)
def test_each_form_changes_the_answer_and_leads_back(
    alice_client: Client, picture: Recognition, fields: dict[str, Any], answer: str
) -> None:
    response = send(alice_client, picture, **fields)
    assert (response.status_code, response["Location"]) == (302, f"/recognitions/{picture.public_id}/")
    assert text(picture) == answer
    assert alice_client.get(response["Location"]).status_code == 200


def test_a_script_gets_the_answer_itself(alice_client: Client, picture: Recognition) -> None:
    response = send(alice_client, picture, by_script=True, action="change", position=1, value=5)
    assert response.status_code == 200
    assert "<html" not in response.content.decode()
    assert "The machine read <strong>46</strong>" in response.content.decode()


@pytest.mark.parametrize(
    ("fields", "code", "status"),
    [
        ({"action": "change", "position": 1, "value": "x"}, "invalid_correction", 400),
        ({"action": "retype", "number": 0, "text": "4a"}, "invalid_correction", 400),
        ({"action": "dance"}, "invalid_correction", 400),
        ({"action": "add", "value": 7, "x": 5, "y": 5, "width": 9000, "height": 9}, "box_outside", 400),
        ({"action": "undo"}, "nothing_to_undo", 409),
        ({"action": "remove", "position": 0, "version": "1.7"}, "stale_answer", 409),
    ],
)
def test_what_cannot_be_is_said_with_its_code(
    alice_client: Client, picture: Recognition, fields: dict[str, Any], code: str, status: int
) -> None:
    response = send(alice_client, picture, by_script=True, **fields)
    assert (response.status_code, code in response.content.decode()) == (status, True)
    assert not Correction.objects.exists()


def test_without_a_script_the_page_says_why(alice_client: Client, picture: Recognition) -> None:
    response = send(alice_client, picture, action="undo")
    assert "Nothing is corrected here" in alice_client.get(response["Location"]).content.decode()


def test_a_digit_can_be_added_where_the_machine_found_none(alice: User, alice_client: Client) -> None:
    picture = read(alice, encoded(blank()))
    send(alice_client, picture, action="add", value=7, x=5, y=5, width=30, height=50)
    assert text(picture) == "7"
    assert "The machine found no digit" in alice_client.get(f"/recognitions/{picture.public_id}/").content.decode()


def test_bob_cannot_correct_alices_answer(bob_client: Client, picture: Recognition) -> None:
    assert send(bob_client, picture, action="remove", position=0).status_code == 404
    assert not Correction.objects.exists()
