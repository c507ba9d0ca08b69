"""The samples that anybody may try: really read, seen by nobody else, and erased within five minutes."""

import re
import secrets
import uuid
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.core.files.storage import default_storage
from django.db.models import F
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from hdr_site.foundation import jobs
from hdr_site.foundation.jobs import Priority
from recognition import processing, samples, selectors, storage, temporary
from recognition.models import OwnerUsage, Recognition, Source
from tests.drawing import upload

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def own_counters(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits that no other test counts against."""
    for name in ("FROM_ONE_NETWORK", "ALTOGETHER"):
        limit = getattr(samples, name)
        monkeypatch.setattr(samples, name, replace(limit, name=f"{limit.name} {secrets.token_hex(8)}", seconds=3600))


def tried(browser: Client, name: str = "cheque") -> Recognition:
    """Press a sample; the row that waits then."""
    response = browser.post(reverse("sample", args=[name]))
    assert response.status_code == 302
    assert response["Location"].startswith("/?sample=")
    return Recognition.objects.get(public_id=shown_id(response["Location"]))


def shown_id(address: str) -> str:
    found = re.search(r"sample=([0-9a-f-]{36})#sample$", address)
    assert found
    return found[1]


def home(browser: Client, recognition: Recognition) -> str:
    """The page that the sample's form leads to."""
    return browser.get(reverse("home"), {"sample": str(recognition.public_id)}).content.decode()


def answer_address(recognition: Recognition) -> str:
    return reverse("sample-answer", args=[recognition.public_id])


@pytest.mark.parametrize("name", sorted(samples.SAMPLES))
def test_a_worker_reads_what_is_written_on_the_sample(ann_client: Client, name: str) -> None:
    row = tried(ann_client, name)
    processing.work_off()
    page = ann_client.get(answer_address(row)).content.decode()
    numbers = re.findall(r'class="number-text">([^<]+)<', page)
    assert " ".join(numbers) == samples.SAMPLES[name].written
    assert ("No digit found here" in page) == (not samples.SAMPLES[name].written)


def test_a_try_belongs_to_nobody_and_ends_by_itself(ann_client: Client) -> None:
    row = tried(ann_client)
    assert (row.owner, row.source, row.status) == (None, Source.SAMPLE, "queued")
    assert row.temporary_until is not None
    assert row.temporary_until - row.created_at <= timedelta(minutes=4)
    assert not OwnerUsage.objects.exists()


def test_a_try_waits_behind_what_people_have_sent(ann_client: Client, alice_client: Client, alice: User) -> None:
    tried(ann_client)
    alice_client.post(reverse("recognition:new"), {"image": upload()})
    first = jobs.claim(Recognition, at_most=1)[0]
    assert first.owner == alice
    assert Recognition.objects.get(owner=None).priority == Priority.BULK


def test_the_page_waits_for_the_answer_and_then_shows_it(ann_client: Client) -> None:
    row = tried(ann_client, "envelope")
    assert f'data-waiting="{answer_address(row)}"' in home(ann_client, row)
    assert ann_client.get(answer_address(row)).status_code == 204
    processing.work_off()
    assert "560 034" in re.findall(r'class="number-text">([^<]+)<', home(ann_client, row))


def test_without_javascript_each_look_leads_to_the_next(ann_client: Client) -> None:
    row = tried(ann_client)
    page = ann_client.get(reverse("home"), {"sample": str(row.public_id), "look": "4"}).content.decode()
    later = f"/?sample={row.public_id}&amp;look=5#sample"
    assert f'content="3; url={later}"' in page
    assert f'href="{later}"' in page


@pytest.mark.parametrize("look", ["", "x", "²", "-1", "9" * 5000])
def test_whatever_stands_for_the_look_counts_from_the_start(ann_client: Client, look: str) -> None:
    row = tried(ann_client)
    page = ann_client.get(reverse("home"), {"sample": str(row.public_id), "look": look}).content.decode()
    assert f"/?sample={row.public_id}&amp;look=1#sample" in page


def test_signed_in_people_may_try_too_and_it_is_in_no_list_of_theirs(alice_client: Client, alice: User) -> None:
    row = tried(alice_client, "meter")
    processing.work_off()
    assert alice_client.get(answer_address(row)).status_code == 200
    assert not selectors.visible_to(alice).exists()
    assert alice_client.get(reverse("recognition:detail", args=[row.public_id])).status_code == 404


def test_nobody_else_sees_a_try(ann_client: Client, bob_client: Client, client: Client) -> None:
    row = tried(ann_client)
    processing.work_off()
    for stranger in (bob_client, client):
        assert stranger.get(answer_address(row)).status_code == 404
        assert "1250.75" not in re.findall(r'class="number-text">([^<]+)<', home(stranger, row))
        assert "This try is over" in home(stranger, row)


def test_administrators_have_it_in_no_list(ann_client: Client, rita: User) -> None:
    rita.is_superuser = True
    tried(ann_client)
    assert not selectors.visible_to(rita, at_the_desk=True).exists()


def test_a_cookie_that_was_changed_shows_nothing(ann_client: Client, client: Client) -> None:
    row = tried(ann_client)
    processing.work_off()
    signed = ann_client.cookies["samples"].value
    client.cookies["samples"] = signed.replace(str(row.public_id), str(uuid.uuid4()))
    assert client.get(answer_address(row)).status_code == 404
    client.cookies["samples"] = signed
    assert client.get(answer_address(row)).status_code == 200


def test_the_last_tries_stay_on_show_side_by_side(ann_client: Client) -> None:
    rows = [tried(ann_client, name) for name in ("meter", "cheque")]
    while Recognition.objects.filter(status="queued").exists():  # a shift of a slow worker may end after the first
        processing.work_off()
    assert [ann_client.get(answer_address(row)).status_code for row in rows] == [200, 200]


def test_what_is_over_is_not_shown_even_before_it_is_erased(ann_client: Client) -> None:
    row = tried(ann_client)
    processing.work_off()
    Recognition.objects.update(temporary_until=Now())
    assert ann_client.get(answer_address(row)).status_code == 404
    assert "This try is over" in home(ann_client, row)


def test_a_try_is_erased_with_its_file(
    ann_client: Client, settings: Settings, tmp_path: Path, django_capture_on_commit_callbacks: object
) -> None:
    default = {"BACKEND": settings.STORAGES["default"]["BACKEND"], "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = settings.STORAGES | {"default": default}
    tried(ann_client)
    processing.work_off()
    [folder] = default_storage.listdir(storage.FOLDER)[0]
    assert len(default_storage.listdir(f"{storage.FOLDER}/{folder}")[1]) == 2
    assert temporary.work_off() == 0
    Recognition.objects.update(temporary_until=F("temporary_until") - temporary.LIFETIME)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        assert temporary.work_off() == 1
    assert not Recognition.objects.exists()
    assert default_storage.listdir(f"{storage.FOLDER}/{folder}")[1] == []


def test_a_try_whose_worker_died_is_read_by_another(ann_client: Client) -> None:
    row = tried(ann_client)
    jobs.claim(Recognition)
    Recognition.objects.update(lease_until=Now() - timedelta(seconds=1))
    jobs.sweep(Recognition)
    processing.work_off()
    assert "1250.75" in home(ann_client, row)


def test_looking_at_the_page_asks_the_database_nothing_and_makes_no_session(
    ann_client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        response = ann_client.get(reverse("home"))
    assert set(response.cookies) <= {"csrftoken"}


def test_a_try_makes_no_session_either(ann_client: Client) -> None:
    tried(ann_client)
    assert not Session.objects.exists()
    assert "sessionid" not in ann_client.cookies


@pytest.mark.parametrize("limit", ["FROM_ONE_NETWORK", "ALTOGETHER"])
def test_over_a_limit_the_page_says_when_to_try_again(
    ann_client: Client, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    monkeypatch.setattr(samples, limit, replace(getattr(samples, limit), amount=2))
    for _ in range(2):
        tried(ann_client)
    response = ann_client.post(reverse("sample", args=["cheque"]))
    page = response.content.decode()
    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0
    assert "too_many_samples" in page
    assert "at most 2 in 1 hour" in page or "at most 2 in 60 minutes" in page
    assert Recognition.objects.count() == 2


def test_another_network_may_still_try(ann_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(samples, "FROM_ONE_NETWORK", replace(samples.FROM_ONE_NETWORK, amount=1))
    tried(ann_client)
    address = reverse("sample", args=["cheque"])
    assert ann_client.post(address).status_code == 429
    assert ann_client.post(address, REMOTE_ADDR="203.0.113.9").status_code == 302


def test_a_sample_that_is_not_there_is_404(ann_client: Client) -> None:
    assert ann_client.post(reverse("sample", args=["portrait"])).status_code == 404


def test_a_form_of_another_site_tries_nothing() -> None:
    browser = Client(enforce_csrf_checks=True)
    assert browser.post(reverse("sample", args=["cheque"])).status_code == 403
    assert not Recognition.objects.exists()


@pytest.mark.parametrize("wanted", ["", "x", "00000000-0000-0000-0000-000000000000", "' OR 1=1"])
def test_an_address_that_names_no_try_shows_the_page_all_the_same(ann_client: Client, wanted: str) -> None:
    assert ann_client.get(reverse("home"), {"sample": wanted}).status_code == 200
