"""Explanations, as a program meets them."""

import io
import uuid
from typing import Any

import pytest
from django.test import Client
from jsonschema import Draft202012Validator
from PIL import Image

from accounts.models import User
from recognition import explaining, processing, quotas
from recognition.models import Explanation, Reading
from tests import people
from tests.browser.handwriting import sheet
from tests.drawing import encoded, upload

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

LIST = "/api/v1/recognitions/"


@pytest.fixture
def why(alices_program: Client) -> str:
    """Where to ask about the second digit of a picture of Alice's, a 6."""
    sent = alices_program.post(LIST, {"image": upload(encoded(sheet("46")))})
    processing.work_off()
    return f"{LIST}{sent.json()['id']}/digits/1/explanation/"


def made(program: Client, why: str) -> dict[str, Any]:
    program.post(why)
    explaining.work_off()
    body: dict[str, Any] = program.get(why).json()
    return body


def test_asking_is_202_and_so_is_looking_until_it_is_made(alices_program: Client, why: str) -> None:
    for answer in (alices_program.post(why), alices_program.get(why)):
        assert answer.status_code == 202
        assert answer.json() == {"status": "queued", "error": None, "findings": None, "pictures": None}
    explaining.work_off()
    assert alices_program.get(why).status_code == alices_program.post(why).status_code == 200
    assert Explanation.objects.get().attempt == 1


def test_it_says_what_the_answer_rests_on_and_how_the_digit_was_written(alices_program: Client, why: str) -> None:
    findings = made(alices_program, why)["findings"]
    assert (findings["value"], findings["style"]["loops"]) == (6, 1)
    assert [len(findings["heat"]), len(findings["heat"][0]), len(findings["thirds"])] == [28, 28, 3]
    assert findings["stroke"]["fall"] > 0


def test_the_body_is_what_the_openapi_document_says(alices_program: Client, why: str) -> None:
    document = alices_program.get("/api/v1/openapi.json", headers={"Accept": "application/json"}).json()
    waiting = alices_program.post(why).json()
    for body in (waiting, made(alices_program, why)):
        schemas = document["components"]
        Draft202012Validator({"$ref": "#/components/schemas/ExplanationBody", "components": schemas}).validate(body)
        assert set(body) == set(schemas["schemas"]["ExplanationBody"]["properties"])
    findings = schemas["schemas"]["FindingsBody"]["properties"]
    assert set(body["findings"]) == set(findings)


@pytest.mark.parametrize(("what", "mode"), [("glyph", "L"), ("heat", "RGBA"), ("maps", "L")])
def test_its_pictures_are_sent_as_png(alices_program: Client, why: str, what: str, mode: str) -> None:
    address = made(alices_program, why)["pictures"][what]
    response = alices_program.get(address, headers={"Accept": "image/png"})
    assert response["Content-Type"] == "image/png"
    assert response["Cache-Control"] == "private, no-cache"
    assert Image.open(io.BytesIO(b"".join(response))).mode == mode


@pytest.mark.parametrize("what", ["thumb", "none"])
def test_a_picture_that_it_has_not_is_404(alices_program: Client, why: str, what: str) -> None:
    made(alices_program, why)
    assert alices_program.get(f"{why}{what}/").status_code == 404


def test_what_nobody_asked_for_is_404_with_a_code_of_its_own(alices_program: Client, why: str) -> None:
    refused = alices_program.get(why)
    assert (refused.status_code, refused.json()["error"]["code"]) == (404, "not_asked")
    assert "POST" in refused.json()["error"]["message"]


def test_pictures_that_are_not_made_yet_are_404(alices_program: Client, why: str) -> None:
    alices_program.post(why)
    assert alices_program.get(f"{why}heat/").status_code == 404


def test_bob_gets_404_for_alices_digit(alices_program: Client, bob: User, why: str) -> None:
    made(alices_program, why)
    bobs_program = people.program_of(bob)
    for answer in (bobs_program.get(why), bobs_program.post(why), bobs_program.get(f"{why}heat/")):
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


def test_ann_who_is_anonymous_gets_401(alices_program: Client, why: str) -> None:
    made(alices_program, why)
    for answer in (Client().get(why), Client().post(why), Client().get(f"{why}maps/")):
        assert answer.status_code == 401


@pytest.mark.parametrize("position", ["7", "99999999999999999999"])
def test_a_digit_that_is_not_there_is_404(alices_program: Client, why: str, position: str) -> None:
    elsewhere = why.replace("/1/explanation/", f"/{position}/explanation/")
    assert alices_program.post(elsewhere).status_code == 404


def test_a_recognition_that_is_not_there_is_404(alices_program: Client) -> None:
    assert alices_program.post(f"{LIST}{uuid.uuid4()}/digits/0/explanation/").status_code == 404


def test_too_many_that_wait_are_429_with_retry_after(
    alices_program: Client, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quotas, "MOST_WAITING_EXPLANATIONS", 1)
    alices_program.post(why)
    refused = alices_program.post(why.replace("/1/", "/0/"))
    assert (refused.status_code, refused.json()["error"]["code"]) == (429, "too_many_explanations")
    assert refused["Retry-After"] == "10"


def test_one_that_failed_says_why(alices_program: Client, why: str) -> None:
    Reading.objects.update(model_version="latin-0")
    body = made(alices_program, why)
    assert (body["status"], body["error"]["code"], body["findings"]) == ("failed", "model_changed", None)
