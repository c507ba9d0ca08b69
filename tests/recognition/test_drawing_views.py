"""Keeping what was drawn, and only looking at it."""

import uuid
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import User
from recognition import personal_data, processing, selectors, tasks, temporary
from recognition.models import OwnerUsage, Recognition, Source
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


def test_a_kept_drawing_is_read_as_what_one_says_it_is(browser: Client, alice: User) -> None:
    sent = {"image": drawing(), "key": uuid.uuid4(), "format": "length", "format_parameter": "2"}
    assert browser.post(reverse("recognition:draw"), sent).status_code == 201
    assert Recognition.objects.get(owner=alice).format == "length:2"


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"format": "length", "format_parameter": "many"}, "bad_format_parameter"),
        ({"format": "roman"}, "unknown_format"),
        ({"format_parameter": "2"}, "unknown_format"),
    ],
)
def test_a_drawing_with_an_impossible_format_is_not_kept(browser: Client, wanted: dict[str, str], code: str) -> None:
    response = browser.post(reverse("recognition:draw"), {"image": drawing(), "key": uuid.uuid4()} | wanted)
    assert (response.status_code, response.json()["code"]) == (400, code)
    assert not Recognition.objects.exists()


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


def test_over_the_rate_the_script_learns_when_to_try_again(browser: Client, settings: Settings) -> None:
    settings.OWNER_UPLOADS_PER_MINUTE = 1
    for _ in range(2):
        response = browser.post(reverse("recognition:draw"), {"image": drawing(), "key": uuid.uuid4()})
    assert (response.status_code, response.json()["code"]) == (429, "too_many_pictures")
    assert int(response["Retry-After"]) > 0


# --- Drawings that are only looked at ---------------------------------------------------------------------------------


def look(browser: Client) -> Recognition:
    """Send a drawing to be looked at."""
    response = browser.post(reverse("recognition:draw-look"), {"image": drawing(), "key": uuid.uuid4()})
    found = Recognition.objects.get(temporary_until__isnull=False)
    assert (response.status_code, response.json()) == (201, {"answer": seen(found)})
    return found


def seen(recognition: Recognition) -> str:
    return reverse("recognition:draw-seen", args=[recognition.public_id])


def test_a_drawing_that_is_looked_at_is_read_by_a_worker(browser: Client) -> None:
    row = look(browser)
    assert browser.get(seen(row)).status_code == 204
    processing.work_off()
    (number,) = browser.get(seen(row)).json()["numbers"]
    assert (number["text"], number["line"]) == ("42", 0)
    assert [digit["value"] for digit in number["digits"]] == [4, 2]
    assert all(0 <= digit["confidence"] <= 1 for digit in number["digits"])


def test_a_drawing_that_is_looked_at_is_in_no_list(browser: Client, alice: User, rita: User) -> None:
    row = look(browser)
    processing.work_off()
    assert not selectors.visible_to(alice).exists()
    assert str(row.public_id) not in browser.get(reverse("recognition:list")).content.decode()
    assert browser.get(reverse("recognition:detail", args=[row.public_id])).status_code == 404
    assert browser.get(reverse("recognition:image", args=[row.public_id])).status_code == 404
    assert personal_data.counts(alice) == {"pictures": 0, "answers": 0}
    rita.is_superuser = True
    assert not selectors.visible_to(rita, at_the_desk=True).exists()


def test_a_drawing_that_is_looked_at_is_nobody_elses(browser: Client, bob: User) -> None:
    row = look(browser)
    browser.force_login(bob)
    assert browser.get(seen(row)).status_code == 404


def test_a_kept_drawing_is_not_told_to_who_only_looks(browser: Client) -> None:
    browser.post(reverse("recognition:draw"), {"image": drawing(), "key": uuid.uuid4()})
    assert browser.get(seen(Recognition.objects.get())).status_code == 404


def test_a_drawing_that_is_looked_at_was_never_sent_before(browser: Client) -> None:
    assert look(browser).content_digest == ""


@pytest.mark.parametrize("is_read", [True, False])
@pytest.mark.django_db(transaction=True)
def test_what_was_looked_at_goes_with_its_file_within_five_minutes(
    browser: Client, alice: User, is_read: bool, settings: Settings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    row = look(browser)
    if is_read:
        processing.work_off()
    assert temporary.work_off() == 0
    left = row.temporary_until - row.created_at  # type: ignore[operator]
    beat = settings.CELERY_BEAT_SCHEDULE["erase-what-was-looked-at"]
    assert left + beat["schedule"] < timedelta(minutes=5)
    Recognition.objects.update(temporary_until=Now())
    tasks.erase_what_was_looked_at()
    assert not Recognition.objects.exists()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    assert OwnerUsage.objects.get(owner=alice).stored_bytes == 0


@pytest.mark.django_db(transaction=True)
def test_what_is_kept_stays_when_what_was_looked_at_goes(browser: Client) -> None:
    browser.post(reverse("recognition:draw"), {"image": drawing(), "key": uuid.uuid4()})
    look(browser)
    Recognition.objects.filter(temporary_until__isnull=False).update(temporary_until=Now())
    assert temporary.work_off() == 1
    assert Recognition.objects.get().temporary_until is None


def test_an_erased_account_takes_along_what_was_looked_at(browser: Client, alice: User) -> None:
    look(browser)
    personal_data.erase(alice)
    assert not Recognition.objects.exists()


def test_what_cannot_be_looked_at_is_refused_with_a_code(browser: Client) -> None:
    response = browser.post(reverse("recognition:draw-look"), {"key": uuid.uuid4()})
    assert (response.status_code, response.json()["code"]) == (400, "no_picture")
