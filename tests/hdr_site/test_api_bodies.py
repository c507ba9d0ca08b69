"""JSON that programs send: within limits, and refused rather than broken over."""

import io
from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import Settings
from rest_framework import serializers

from accounts.models import User
from hdr_site.api_bodies import BoundedJSONParser, ShortList

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

DELETE = "/api/v1/recognitions/delete/"
BATCHES = "/api/v1/batches/"


def answered(client: Client, address: str, body: bytes) -> tuple[int, str]:
    answer = client.post(address, body, content_type="application/json")
    return answer.status_code, answer.json()["error"]["code"]


@pytest.fixture
def program(alice: User) -> Client:
    """Alice's browser, which sees an error as a program would."""
    client = Client(raise_request_exception=False)
    client.force_login(alice)
    return client


def test_json_of_a_megabyte_and_more_is_refused(program: Client) -> None:
    body = b'{"ids": [' + b'"",' * 400_000 + b'""]}'
    assert answered(program, DELETE, body) == (413, "too_large")


def test_the_refusal_names_the_limit(program: Client) -> None:
    refused = program.post(DELETE, b" " * 1_000_001, content_type="application/json")
    assert "larger than 1 MB" in refused.json()["error"]["message"]


def test_json_of_exactly_the_limit_is_taken(program: Client, settings: Settings) -> None:
    body = b'{"all": true}'
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = len(body)
    assert program.post(DELETE, body, content_type="application/json").status_code == 200


def test_fields_of_a_form_are_limited_alike(program: Client) -> None:
    refused = program.post(BATCHES, {"name": "x" * 1_000_001})
    assert (refused.status_code, refused.json()["error"]["code"]) == (413, "too_large")


def test_json_that_is_nested_deeply_is_400(program: Client) -> None:
    assert answered(program, DELETE, b"[" * 100_000) == (400, "parse_error")


@pytest.mark.parametrize("body", [rb'{"name": "\ud800"}', rb'{"format": "\udfff"}', rb'{"\ud800": 1}'])
def test_half_a_surrogate_pair_is_400(program: Client, body: bytes) -> None:
    assert answered(program, BATCHES, body) == (400, "parse_error")


def test_a_whole_pair_is_a_character() -> None:
    assert BoundedJSONParser().parse(io.BytesIO(rb'{"name": "\ud83d\ude00"}')) == {"name": "😀"}


def test_a_list_that_is_too_long_is_refused_before_anything_in_it_is_looked_at() -> None:
    looked_at = []

    class Counted(serializers.IntegerField):
        def run_validation(self, data: Any = None) -> Any:
            looked_at.append(data)
            return super().run_validation(data)

    with pytest.raises(serializers.ValidationError, match="no more than 2"):
        ShortList(child=Counted(), max_length=2).run_validation([1, 2, 3])
    assert looked_at == []
    assert ShortList(child=Counted(), max_length=2).run_validation([1, 2]) == [1, 2]
