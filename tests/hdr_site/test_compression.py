"""What travels compressed: words to whoever asks for that, pictures never."""

import gzip

import pytest
from django.test import Client

from accounts.models import User
from recognition import submissions
from recognition.models import Source
from tests.drawing import upload

pytestmark = [pytest.mark.integration, pytest.mark.django_db]
ASKED = {"Accept-Encoding": "gzip"}


@pytest.mark.parametrize("address", ["/", "/api/v1/formats/", "/api/v1/openapi.json"])
def test_pages_and_answers_for_programs_travel_compressed(address: str, alice_client: Client) -> None:
    response = alice_client.get(address, headers=ASKED)
    assert response["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in response["Vary"]
    assert len(gzip.decompress(response.content)) > 2 * len(response.content)


def test_who_does_not_ask_for_it_gets_plain_words(ann_client: Client) -> None:
    assert "Content-Encoding" not in ann_client.get("/")


def test_the_same_page_never_has_a_length_that_tells_what_is_in_it(ann_client: Client) -> None:
    lengths = {len(ann_client.get("/", headers=ASKED).content) for _ in range(30)}
    assert len(lengths) > 1


def test_pictures_keep_their_bytes(alice: User, alice_client: Client) -> None:
    picture = submissions.submit(alice, upload(), Source.PAGE).recognition
    response = alice_client.get(f"/recognitions/{picture.public_id}/image/", headers=ASKED)
    assert response.status_code == 200
    assert "Content-Encoding" not in response
    assert b"".join(response).startswith(b"\x89PNG")
