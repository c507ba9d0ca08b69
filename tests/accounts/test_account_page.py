"""Your account: name, language, time zone, and the way to all other rooms."""

import re
from datetime import UTC, datetime
from zoneinfo import available_timezones

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts import forms, tokens
from accounts.models import User
from recognition import processing, submissions
from recognition.models import Recognition, Source
from tests.drawing import encoded, page, upload

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

PAGE = "/accounts/"
NOON = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def picture(alice: User) -> Recognition:
    """A picture that Alice sent at noon, UTC, on a day in summer, read."""
    sent = submissions.submit(alice, upload(encoded(page("107 42"))), Source.PAGE).recognition
    processing.work_off()
    Recognition.objects.filter(pk=sent.pk).update(created_at=NOON)
    return sent


def page_of(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def test_name_and_time_zone_are_kept(alice: User, alice_client: Client) -> None:
    answer = alice_client.post(PAGE, {"name": "Alice Liddell", "time_zone": "Asia/Kolkata"})
    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    alice.refresh_from_db()
    assert (alice.name, alice.time_zone) == ("Alice Liddell", "Asia/Kolkata")


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../../etc/passwd", "EST5EDT", "Asia/kolkata"])
def test_an_unknown_time_zone_is_refused_beside_its_field(alice: User, alice_client: Client, zone: str) -> None:
    answer = alice_client.post(PAGE, {"name": "Alice", "time_zone": zone})
    assert answer.status_code == 400
    assert "There is no time zone of this name" in answer.content.decode()
    alice.refresh_from_db()
    assert alice.time_zone == ""


def test_the_time_zones_are_offered_by_region() -> None:
    regions = dict(forms.time_zones())
    assert dict(regions["America"])["America/Argentina/Buenos_Aires"] == "Argentina, Buenos Aires"
    assert {name for places in regions.values() for name, _ in places} <= available_timezones()


def test_without_a_choice_times_are_in_utc_for_the_script_to_change(alice_client: Client, picture: Recognition) -> None:
    shown = page_of(alice_client, "/recognitions/")
    assert '<time datetime="2026-07-01T12:00:00+00:00" data-local>1 Jul 2026, 12:00 UTC</time>' in shown


@pytest.mark.parametrize(
    ("zone", "shown"), [("Asia/Kolkata", "17:30 IST"), ("Europe/Berlin", "14:00 CEST"), ("UTC", "12:00 UTC")]
)
def test_a_chosen_time_zone_is_used_by_the_server_and_left_alone_by_the_script(
    alice: User, alice_client: Client, picture: Recognition, zone: str, shown: str
) -> None:
    User.objects.filter(pk=alice.pk).update(time_zone=zone)
    answer = f"/recognitions/{picture.public_id}/"
    for address in ("/recognitions/", answer, f"{answer}answer/"):
        assert f'<time datetime="2026-07-01T12:00:00+00:00">1 Jul 2026, {shown}</time>' in page_of(
            alice_client, address
        )


def test_one_persons_time_zone_is_not_left_behind_for_the_next(
    alice: User, alice_client: Client, bob: User, bob_client: Client
) -> None:
    User.objects.filter(pk=alice.pk).update(time_zone="Asia/Kolkata")
    submissions.submit(bob, upload(), Source.PAGE)
    alice_client.get("/recognitions/")
    assert "UTC</time>" in page_of(bob_client, "/recognitions/")


def test_a_time_zone_that_is_no_more_does_no_harm(alice: User, alice_client: Client, picture: Recognition) -> None:
    User.objects.filter(pk=alice.pk).update(time_zone="Europe/Atlantis")
    assert "12:00 UTC" in page_of(alice_client, "/recognitions/")


def test_programs_get_utc_whatever_their_owner_has_chosen(
    alice: User, alice_client: Client, picture: Recognition
) -> None:
    User.objects.filter(pk=alice.pk).update(time_zone="Asia/Kolkata")
    [result] = alice_client.get(reverse("api:list")).json()["results"]
    assert result["created_at"] == "2026-07-01T12:00:00Z"


def test_the_days_of_the_history_are_those_of_the_chosen_zone(
    alice: User, alice_client: Client, picture: Recognition
) -> None:
    early_in_india = "2026-06-30T20:00:00+00:00"
    Recognition.objects.update(created_at=early_in_india)
    User.objects.filter(pk=alice.pk).update(time_zone="Asia/Kolkata")
    days = {"since": "2026-07-01", "until": "2026-07-01"}
    assert "1 Jul 2026, 01:30 IST" in alice_client.get("/recognitions/", days).content.decode()
    assert alice_client.get(reverse("api:list"), days).json()["results"] == []


def test_with_one_language_the_page_says_so_instead_of_a_list_of_one(alice_client: Client, settings: Settings) -> None:
    settings.LANGUAGES = [("en", "English")]
    shown = page_of(alice_client, PAGE)
    assert "Language: English, the only one" in shown
    assert '<select name="language"' not in shown


def test_the_chosen_language_wins_over_the_browsers(alice: User, alice_client: Client, settings: Settings) -> None:
    settings.LANGUAGES = [("en", "English"), ("de", "Deutsch")]
    asking_for_english = {"Accept-Language": "en"}
    alice_client.post(PAGE, {"name": "Alice", "language": "de"}, headers=asking_for_english)
    alice.refresh_from_db()
    assert alice.language == "de"
    answer = alice_client.get(PAGE, headers=asking_for_english)
    assert '<html lang="de"' in answer.content.decode()
    assert answer["Content-Language"] == "de"


def test_who_has_chosen_no_language_gets_that_of_the_browser(alice_client: Client, settings: Settings) -> None:
    settings.LANGUAGES = [("en", "English"), ("de", "Deutsch")]
    assert '<html lang="de"' in alice_client.get(PAGE, headers={"Accept-Language": "de"}).content.decode()
    assert '<html lang="en"' in alice_client.get(PAGE, headers={"Accept-Language": "fr"}).content.decode()


def test_a_language_that_is_not_here_is_refused(alice_client: Client, settings: Settings) -> None:
    settings.LANGUAGES = [("en", "English"), ("de", "Deutsch")]
    assert alice_client.post(PAGE, {"name": "Alice", "language": "tlh"}).status_code == 400


def test_the_overview_tells_how_things_stand(alice: User, client: Client, password: str) -> None:
    client.post("/accounts/login/", {"login": alice.email, "password": password})
    tokens.create(alice, "scanner")
    tokens.create(alice, "camera")
    Authenticator.objects.create(user=alice, type=Authenticator.Type.TOTP, data={})
    Authenticator.objects.create(user=alice, type=Authenticator.Type.RECOVERY_CODES, data={})
    rooms = {room.address: room.state for room in client.get(PAGE).context["rooms"]}
    assert rooms["account_email"] == "alice@example.org"
    assert rooms["account_change_password"] == "set"
    assert rooms["mfa_index"] == "1 factor"
    assert rooms["usersessions_list"] == "1 browser"
    assert rooms["accounts:tokens"] == "2 tokens"


def test_the_rooms_of_the_overview_are_those_of_the_navigation(alice_client: Client) -> None:
    page = page_of(alice_client, PAGE)
    navigation, overview = (
        re.findall(r'<li><a href="([^"]+)"', page.partition(begin)[2].partition(end)[0])
        for begin, end in (('<nav class="sections', "</nav>"), ('<ul class="rooms', "</ul>"))
    )
    assert sorted(navigation) == sorted([PAGE, *overview])


def test_the_menu_and_every_room_lead_to_the_account_page_and_back(alice_client: Client) -> None:
    for room in alice_client.get(PAGE).context["rooms"]:
        answer = alice_client.get(reverse(room.address))
        assert answer.status_code == 200, room.address
        assert f'href="{PAGE}"' in answer.content.decode()
