"""Keeping what was drawn."""

import uuid
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import User
from recognition.models import Recognition, Source
from tests.browser.handwriting import sheet

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def drawing(name: str = "Drawing.png") -> SimpleUploadedFile:
    buffer = BytesIO()
    sheet("42").convert("L").save(buffer, "PNG")
    return SimpleUploadedFile(name, buffer.getvalue(), "image/png")


@pytest.fixture
def browser(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


def test_a_kept_drawing_waits_to_be_read_like_any_picture(browser: Client, alice: User) -> None:
    response = browser.post(reverse("recognition:draw"), {"image": drawing(), "key": uuid.uuid4()})
    kept = Recognition.objects.get(owner=alice)
    assert response.status_code == 201
    assert response.json() == {"url": reverse("recognition:detail", args=[kept.public_id])}
    assert (kept.source, kept.status, kept.name, kept.temporary_until) == (Source.CANVAS, "queued", "Drawing.png", None)


def test_a_drawing_that_is_sent_twice_is_kept_once(browser: Client, alice: User) -> None:
    key = uuid.uuid4()
    first = browser.post(reverse("recognition:draw"), {"image": drawing(), "key": key})
    again = browser.post(reverse("recognition:draw"), {"image": drawing(), "key": key})
    assert (again.status_code, again.json()) == (200, first.json())
    assert Recognition.objects.filter(owner=alice).count() == 1


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({"key": str(uuid.uuid4())}, "no_picture"),
        ({"image": drawing()}, "no_picture"),
        ({"image": SimpleUploadedFile("a.png", b"no picture"), "key": str(uuid.uuid4())}, "not_a_picture"),
    ],
    ids=["no drawing", "no key", "no picture"],
)
def test_what_is_no_drawing_is_refused_with_a_code(browser: Client, sent: dict[str, object], code: str) -> None:
    response = browser.post(reverse("recognition:draw"), sent)
    assert response.status_code >= 400
    assert response.json()["code"] == code
    assert not Recognition.objects.exists()


def test_over_the_rate_the_script_learns_when_to_try_again(browser: Client, settings: object) -> None:
    settings.OWNER_UPLOADS_PER_MINUTE = 1  # type: ignore[attr-defined]
    for _ in range(2):
        response = browser.post(reverse("recognition:draw"), {"image": drawing(), "key": uuid.uuid4()})
    assert (response.status_code, response.json()["code"]) == (429, "too_many_pictures")
    assert int(response["Retry-After"]) > 0
