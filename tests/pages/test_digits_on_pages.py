"""Pages in the digits that their reader chose."""

import html
import re

import pytest
from django.test import Client

from accounts.models import User
from recognition import processing, submissions
from recognition.models import Recognition, Source
from tests.browser.handwriting import sheet
from tests.drawing import encoded, upload

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


@pytest.fixture
def picture(alice: User) -> Recognition:
    """Alice's picture of 46, read; she reads Devanagari digits."""
    User.objects.filter(pk=alice.pk).update(numerals="deva")
    recognition = submissions.submit(alice, upload(encoded(sheet("46"))), Source.PAGE).recognition
    processing.work_off()
    return Recognition.objects.get(pk=recognition.pk)


def words_of(client: Client, address: str) -> str:
    """What people see of a page: no attribute, no script."""
    page = client.get(address).content.decode()
    main = re.sub(r"<script.*?</script>|<style.*?</style>", "", page, flags=re.DOTALL)
    return html.unescape(re.sub(r"<[^>]*>", " ", main))


def test_the_answer_is_shown_in_the_readers_digits_and_copied_in_those_of_programs(
    alice_client: Client, picture: Recognition
) -> None:
    address = f"/recognitions/{picture.public_id}/"
    shown = words_of(alice_client, address).partition("another kind of number")[0]  # there one types for programs
    assert "४६" in shown
    assert re.findall("[0-9]+", shown) == []
    assert 'data-copy="46"' in alice_client.get(address).content.decode()


def test_the_history_shows_them_too(alice_client: Client, picture: Recognition) -> None:
    assert "४६" in words_of(alice_client, "/recognitions/")


def test_programs_get_the_digits_of_programs(alice_client: Client, picture: Recognition) -> None:
    assert alice_client.get(f"/api/v1/recognitions/{picture.public_id}/").json()["text"] == "46"
    assert b"46" in b"".join(alice_client.get("/recognitions/export/?kind=csv"))


@pytest.mark.parametrize(
    ("fields", "answer"),
    [
        ({"action": "change", "position": "1", "value": "५"}, "45"),
        ({"action": "retype", "number": "0", "text": "४-६७"}, "467"),
    ],
)
def test_what_is_typed_in_them_is_understood(
    alice_client: Client, picture: Recognition, fields: dict[str, str], answer: str
) -> None:
    page = alice_client.get(f"/recognitions/{picture.public_id}/").content.decode()
    version = re.search(r'name="version" value="([^"]+)"', page)
    assert version
    alice_client.post(f"/recognitions/{picture.public_id}/correct/", {"version": version[1]} | fields)
    assert Recognition.objects.get(pk=picture.pk).answer == answer
