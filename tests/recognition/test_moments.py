"""Moments that somebody made up, where ours are expected: no fault, whatever they are."""

import base64
from datetime import UTC, datetime

import pytest
from django.test import Client

from accounts.models import User
from recognition import moments
from recognition.models import Batch, Source

ODD = [
    "0001-01-01T00:00:00+00:00",
    "0001-01-01T00:00:00+23:00",
    "9999-12-31T23:59:59-23:00",
    "2026-05-01T00:00:00",
    "yesterday",
    "",
]
FAR_ZONE = "2026-05-02T12:00:00+23:00"
everywhere = pytest.mark.parametrize("said", [*ODD, FAR_ZONE])


def cursor(*words: str) -> str:
    plain = " ".join([*words, "0" * 32])
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def test_a_moment_of_ours_comes_in_utc() -> None:
    assert moments.parse(FAR_ZONE) == datetime(2026, 5, 1, 13, tzinfo=UTC)
    assert moments.parse(FAR_ZONE).tzinfo is UTC


@pytest.mark.parametrize("said", ODD)
def test_others_are_refused(said: str) -> None:
    with pytest.raises(ValueError, match=r"moment|Invalid isoformat"):
        moments.parse(said)


@pytest.mark.integration
@pytest.mark.django_db
@everywhere
def test_a_poll_bears_any_moment(alice: User, alice_client: Client, said: str) -> None:
    batch = Batch.objects.create(owner=alice, source=Source.PAGE)
    answer = alice_client.get(f"/recognitions/batches/{batch.public_id}/progress/", {"since": said})
    assert answer.status_code == 200


@pytest.mark.integration
@pytest.mark.django_db
@everywhere
def test_pages_bear_any_moment_in_a_cursor(alice_client: Client, said: str) -> None:
    made_up = {"/recognitions/": cursor("o", "newest", said), "/recognitions/batches/": cursor(said)}
    answers = [alice_client.get(page, {"cursor": words}).status_code for page, words in made_up.items()]
    assert answers == ([200, 200] if said == FAR_ZONE else [302, 302])


@pytest.mark.integration
@pytest.mark.django_db
@everywhere
def test_a_selection_bears_any_moment(alice_client: Client, said: str) -> None:
    asked = {"wish": "delete", "all": "yes", "seen": said, "back": ""}
    assert alice_client.post("/recognitions/selected/", asked).status_code in {200, 302}
