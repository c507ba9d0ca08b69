"""Corrections, as a program meets them."""

import uuid
from typing import Any

import pytest
from django.test import Client
from jsonschema import Draft202012Validator

from accounts.models import User
from recognition import correction_api, processing
from tests import people
from tests.browser.handwriting import sheet
from tests.drawing import encoded, upload

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

LIST = "/api/v1/recognitions/"


@pytest.fixture
def where(alices_program: Client) -> str:
    """The address of Alice's picture of 46, read."""
    sent = alices_program.post(LIST, {"image": upload(encoded(sheet("46")))})
    processing.work_off()
    return f"{LIST}{sent.json()['id']}/"


def said(program: Client, where: str, **body: Any) -> Any:
    version = program.get(where).json()["answer_version"]
    asked = {"answer_version": version} | body
    return program.post(f"{where}corrections/", asked, content_type="application/json")


def digits(program: Client, where: str, *values: int) -> list[dict[str, Any]]:
    """Those on show with other values."""
    on_show = program.get(where).json()["digits"]
    return [{"value": value, "box": one["box"]} for value, one in zip(values, on_show, strict=True)]


def test_a_correction_is_201_and_the_answer_from_then_on(alices_program: Client, where: str) -> None:
    made = said(alices_program, where, digits=digits(alices_program, where, 4, 5))
    body = alices_program.get(where).json()
    assert (made.status_code, made.json()["text"], made.json()["role"]) == (201, "45", "owner")
    assert (body["text"], body["corrected_text"], body["correction"]) == ("46", "45", made.json())
    assert [digit["value"] for digit in body["digits"]] == [4, 6]
    assert body["answer_version"] == "1.1"


def test_marks_may_be_said_and_stay_where_nothing_is_said_of_them(alices_program: Client, where: str) -> None:
    first, second = digits(alices_program, where, 4, 5)
    said(alices_program, where, digits=[first, second | {"sign": "."}])
    body = said(alices_program, where, digits=digits(alices_program, where, 9, 5)).json()
    assert body["numbers"][0]["marked_text"] == "9.5"


def test_undo_and_the_machines_answer_are_corrections_too(alices_program: Client, where: str) -> None:
    said(alices_program, where, digits=digits(alices_program, where, 4, 5))
    assert said(alices_program, where, undo=True).json()["text"] is None
    said(alices_program, where, digits=digits(alices_program, where, 1, 2))
    assert said(alices_program, where, digits=None).json()["text"] is None
    assert [one["text"] for one in alices_program.get(f"{where}corrections/").json()["results"]] == [
        None, "12", None, "45",
    ]  # fmt: skip


def test_the_list_has_pages(alices_program: Client, where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(correction_api, "TOGETHER", 2)
    for value in (1, 2, 3):
        said(alices_program, where, digits=digits(alices_program, where, 4, value))
    first = alices_program.get(f"{where}corrections/").json()
    second = alices_program.get(first["next"]).json()
    assert [one["text"] for one in first["results"] + second["results"]] == ["43", "42", "41"]
    assert second["next"] is None


@pytest.mark.parametrize("before", ["x", str(uuid.UUID(int=1))])
def test_a_page_that_is_none_is_400(alices_program: Client, where: str, before: str) -> None:
    refused = alices_program.get(f"{where}corrections/?before={before}")
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "invalid_cursor")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"undo": True, "digits": None},
        {"digits": "46"},
        {"digits": [{"value": 4}]},
        {"digits": [{"value": "four", "box": [0, 0, 5, 5]}]},
        {"digits": [{"value": 4, "box": [0, 0, 5]}]},
        {"digits": [{"value": 4, "box": [0, 0, 5, 5], "sign": "x"}]},
        {"digits": [7]},
        {"digits": [{"value": 4, "box": [0] * 50_000}]},
        {"answer_version": "x" * 40, "undo": True},
    ],
)
def test_what_makes_no_sense_is_400(alices_program: Client, where: str, body: dict[str, Any]) -> None:
    refused = said(alices_program, where, **body)
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "invalid_correction")
    assert refused.json()["error"]["message"]


@pytest.mark.parametrize(
    ("digit", "code"),
    [
        ({"value": 12, "box": [0, 0, 5, 5]}, "not_a_digit_value"),
        ({"value": 1, "box": [0, 0, 5, 9999]}, "box_outside"),
        ({"value": 1, "box": [0, 0, 5, 10**30]}, "box_outside"),
    ],
)
def test_what_is_no_digit_of_the_picture_is_400_with_a_code_of_its_own(
    alices_program: Client, where: str, digit: dict[str, Any], code: str
) -> None:
    refused = said(alices_program, where, digits=[digit])
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, code)


def test_more_digits_than_an_answer_has_are_400_with_a_code_of_their_own(alices_program: Client, where: str) -> None:
    refused = said(alices_program, where, digits=[{"value": 1, "box": [0, 0, 5, 5]}] * 1001)
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "too_many_digits")


def test_far_too_many_digits_are_counted_and_not_looked_at(alices_program: Client, where: str) -> None:
    refused = said(alices_program, where, digits=[0] * 2001)
    assert "no more than 2000" in refused.json()["error"]["message"]


def test_another_answer_meanwhile_is_409(alices_program: Client, where: str) -> None:
    said(alices_program, where, digits=[])
    refused = said(alices_program, where, digits=[], answer_version="1.0")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "stale_answer")


def test_bob_gets_404_and_ann_401(alices_program: Client, bob: User, where: str) -> None:
    for program, status in ((people.program_of(bob), 404), (Client(), 401)):
        address = f"{where}corrections/"
        asked = {"answer_version": "1.0", "digits": []}
        assert program.get(address).status_code == status
        assert program.post(address, asked, content_type="application/json").status_code == status


def test_the_bodies_are_what_the_openapi_document_says(alices_program: Client, where: str) -> None:
    made = said(alices_program, where, digits=digits(alices_program, where, 4, 5)).json()
    document = alices_program.get("/api/v1/openapi.json", headers={"Accept": "application/json"}).json()
    page = alices_program.get(f"{where}corrections/").json()
    for schema, body in (("CorrectionBody", made), ("CorrectionPage", page)):
        reference = {"$ref": f"#/components/schemas/{schema}", "components": document["components"]}
        Draft202012Validator(reference).validate(body)
        assert set(body) == set(document["components"]["schemas"][schema]["properties"])
