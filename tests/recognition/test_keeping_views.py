"""Alice chooses how long her pictures are kept, and sees what is left of one that was erased."""

import json
import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.db import IntegrityError
from django.db.models.functions import Now
from django.test import Client
from django.utils import timezone

from accounts.models import User
from hdr_site.foundation.models import AuditEntry
from recognition import erasing, keeping, processing, submissions
from recognition.models import Explanation, OwnerChoices, Recognition, Source, Status
from tests.archived import archived
from tests.drawing import upload

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

KEEPING = "/recognitions/keeping/"
STAFF = "/recognitions/keeping/staff/"


def read(owner: User, *, days_ago: float) -> Recognition:
    row = submissions.submit(owner, upload(), Source.PAGE).recognition
    processing.work_off()
    Recognition.objects.filter(pk=row.pk).update(finished_at=Now() - timedelta(days=days_ago))
    return Recognition.objects.get(pk=row.pk)


@pytest.fixture
def erased(alice: User) -> Recognition:
    """A picture of Alice's that was read, and erased since."""
    row = read(alice, days_ago=31)
    keeping.choose(alice, erase_pictures_after_days=30)
    erasing.work_off()
    return Recognition.objects.get(pk=row.pk)


def chosen(owner: User) -> tuple[int | None, bool, bool]:
    choices = OwnerChoices.objects.get(owner=owner)
    return choices.erase_pictures_after_days, choices.erase_texts_too, choices.staff_may_look


def text(response: Any) -> str:
    return unescape(response.content.decode())


def hidden_fields(response: Any) -> dict[str, str]:
    """What the form of the page sends, as a browser would."""
    fields = re.findall(r'<input type="hidden" name="([a-z]+)" value="([^"]*)"', text(response))
    return {name: value for name, value in fields if name != "csrfmiddlewaretoken"}


# --- Choosing ---------------------------------------------------------------------------------------------------------


def test_the_page_shows_the_defaults_to_whoever_has_chosen_nothing(alice_client: Client) -> None:
    page = text(alice_client.get(KEEPING))
    assert re.search(r'value="always"[^>]* checked', page)
    assert not re.search(r'name="staff_may_look"[^>]* checked', page)


def test_the_page_shows_what_was_chosen(alice: User, alice_client: Client) -> None:
    keeping.choose(alice, erase_pictures_after_days=45, erase_texts_too=True, staff_may_look=True)
    page = text(alice_client.get(KEEPING))
    assert re.search(r'value="days"[^>]* checked', page)
    assert 'value="45"' in page
    assert re.search(r'value="go"[^>]* checked', page)
    assert re.search(r'name="staff_may_look"[^>]* checked', page)


def test_a_choice_that_erases_nothing_now_is_saved_at_once(alice: User, alice_client: Client) -> None:
    read(alice, days_ago=1)
    response = alice_client.post(KEEPING, {"keep": "days", "days": "30", "texts": "stay"})
    assert response.status_code == 302
    assert chosen(alice) == (30, False, False)


def test_before_pictures_go_at_once_the_page_says_how_many_and_saves_nothing(alice: User, alice_client: Client) -> None:
    read(alice, days_ago=40)
    read(alice, days_ago=31)
    read(alice, days_ago=1)
    response = alice_client.post(KEEPING, {"keep": "days", "days": "30", "texts": "stay"})
    assert "<strong>2</strong> of your pictures were read more than 30 days ago" in text(response)
    assert "the numbers that were read stay" in text(response)
    assert not OwnerChoices.objects.exists()


def test_whoever_confirms_has_them_erased(alice: User, alice_client: Client) -> None:
    row = read(alice, days_ago=31)
    asked = alice_client.post(KEEPING, {"keep": "days", "days": "30", "texts": "go"})
    assert "It would go" in text(asked)
    assert alice_client.post(KEEPING, hidden_fields(asked)).status_code == 302
    assert chosen(alice) == (30, True, False)
    erasing.work_off()
    assert not Recognition.objects.filter(pk=row.pk).exists()


def test_whoever_confirmed_fewer_is_asked_again(alice: User, alice_client: Client) -> None:
    read(alice, days_ago=31)
    asked = alice_client.post(KEEPING, {"keep": "days", "days": "30", "texts": "stay"})
    read(alice, days_ago=31)
    assert "<strong>2</strong>" in text(alice_client.post(KEEPING, hidden_fields(asked)))
    assert not OwnerChoices.objects.exists()


def test_erasing_texts_too_counts_those_whose_pictures_went_before(erased: Recognition, alice_client: Client) -> None:
    response = alice_client.post(KEEPING, {"keep": "days", "days": "30", "texts": "go"})
    assert "<strong>1</strong>" in text(response)


def test_keeping_for_ever_needs_no_days_and_asks_nothing(alice: User, alice_client: Client) -> None:
    keeping.choose(alice, erase_pictures_after_days=30, erase_texts_too=True)
    read(alice, days_ago=31)
    response = alice_client.post(KEEPING, {"keep": "always", "days": "nonsense", "texts": "go"})
    assert response.status_code == 302
    assert chosen(alice) == (None, False, False)


@pytest.mark.parametrize("days", ["", "0", "3651", "-1", "soon", "1.5", "9" * 40])
def test_days_out_of_reach_are_refused_beside_the_field(days: str, alice_client: Client) -> None:
    response = alice_client.post(KEEPING, {"keep": "days", "days": days, "texts": "stay"})
    assert response.status_code == 400
    assert 'aria-invalid="true"' in text(response)
    assert not OwnerChoices.objects.exists()


@pytest.mark.parametrize("fields", [{}, {"keep": "never"}, {"keep": "days", "days": "3", "agreed": "-1"}])
def test_a_form_without_a_choice_is_refused_with_a_sentence(fields: dict[str, str], alice_client: Client) -> None:
    response = alice_client.post(KEEPING, fields)
    assert response.status_code == 400
    assert "Something is missing or not right yet" in text(response)


def test_staff_may_look_only_while_the_owner_says_so(alice: User, alice_client: Client) -> None:
    assert keeping.of(alice).staff_may_look is False
    alice_client.post(STAFF, {"staff_may_look": "on"})
    assert chosen(alice) == (None, False, True)
    alice_client.post(STAFF, {})
    assert chosen(alice) == (None, False, False)


def test_the_consent_is_not_given_along_with_the_time(alice: User, alice_client: Client) -> None:
    alice_client.post(KEEPING, {"keep": "days", "days": "30", "texts": "stay", "staff_may_look": "on"})
    assert chosen(alice) == (30, False, False)


def test_each_change_is_noted_with_what_changed(alice: User, alice_client: Client) -> None:
    alice_client.post(KEEPING, {"keep": "days", "days": "30", "texts": "stay"})
    alice_client.post(KEEPING, {"keep": "days", "days": "30", "texts": "stay"})
    alice_client.post(STAFF, {"staff_may_look": "on"})
    alice_client.post(KEEPING, {"keep": "always", "texts": "stay"})
    noted = AuditEntry.objects.filter(action="choices.changed", actor_id=alice.pk).order_by("pk")
    assert [entry.details for entry in noted] == [
        {"erase_pictures_after_days": 30},
        {"staff_may_look": "yes"},
        {"erase_pictures_after_days": "never"},
    ]


@pytest.mark.parametrize("days", [0, 3651])
def test_the_database_takes_no_days_out_of_reach(days: int, alice: User) -> None:
    with pytest.raises(IntegrityError, match="choices_days"):
        keeping.choose(alice, erase_pictures_after_days=days)


def test_texts_do_not_go_without_a_time(alice: User) -> None:
    with pytest.raises(IntegrityError, match="choices_days"):
        keeping.choose(alice, erase_texts_too=True)


def test_the_account_page_says_how_things_stand(alice: User, alice_client: Client) -> None:
    assert "until you delete them" in text(alice_client.get("/accounts/"))
    keeping.choose(alice, erase_pictures_after_days=30, staff_may_look=True)
    assert "30 days after reading; staff may look" in text(alice_client.get("/accounts/"))


# --- What is left of an erased picture --------------------------------------------------------------------------------


def test_the_answer_page_shows_the_numbers_and_says_where_the_picture_is(
    erased: Recognition, alice_client: Client
) -> None:
    page = text(alice_client.get(f"/recognitions/{erased.public_id}/"))
    assert f"The picture was erased on {timezone.now():%-d %B %Y}, as you asked" in page
    assert '<span class="number-text">7</span>' in page
    assert "What the digit read as 7 could be" in page
    for gone in ("/image/", "/retry/", "/why/", "<image"):
        assert gone not in page


def test_a_failed_picture_that_was_erased_offers_no_second_try(alice: User, alice_client: Client) -> None:
    row = submissions.submit(alice, upload(), Source.PAGE).recognition
    Recognition.objects.filter(pk=row.pk).update(
        status="failed", error_code="reading_failed", error_message="No.", finished_at=Now() - timedelta(days=9)
    )
    keeping.choose(alice, erase_pictures_after_days=1)
    erasing.work_off()
    page = text(alice_client.get(f"/recognitions/{row.public_id}/"))
    assert "was erased on" in page
    assert "/retry/" not in page


def test_the_history_shows_it_without_a_thumbnail_and_offers_to_delete_it(
    erased: Recognition, alice_client: Client
) -> None:
    page = text(alice_client.get("/recognitions/"))
    assert "Picture erased" in page
    assert "/thumbnail/" not in page
    assert "/retry/" not in page
    assert f"/recognitions/{erased.public_id}/delete/" in page


@pytest.mark.parametrize("what", ["image", "thumbnail"])
def test_its_picture_is_gone_for_its_owner_and_not_there_for_others(
    what: str, erased: Recognition, alice_client: Client, bob_client: Client
) -> None:
    response = alice_client.get(f"/recognitions/{erased.public_id}/{what}/")
    assert response.status_code == 410
    assert "was erased on" in text(response)
    assert bob_client.get(f"/recognitions/{erased.public_id}/{what}/").status_code == 404


def test_reading_it_again_is_refused_with_a_sentence(erased: Recognition, alice_client: Client) -> None:
    response = alice_client.post(f"/recognitions/{erased.public_id}/retry/", follow=True)
    assert "This picture was erased on" in text(response)
    assert Recognition.objects.get().status == Status.DONE


def test_asking_why_is_refused_with_a_sentence(erased: Recognition, alice_client: Client) -> None:
    response = alice_client.post(f"/recognitions/{erased.public_id}/digits/0/why/", follow=True)
    assert "This picture was erased on" in text(response)
    assert "<image" not in text(response)
    assert "What the digit read as 7 could be" in text(response)
    assert not Explanation.objects.exists()


def test_it_can_be_deleted_by_its_owner(erased: Recognition, alice_client: Client) -> None:
    address = f"/recognitions/{erased.public_id}/delete/"
    assert "Its picture is gone already" in text(alice_client.get(address))
    alice_client.post(address)
    assert not Recognition.objects.exists()


def test_staff_at_the_desk_see_that_it_was_erased(erased: Recognition, rita: User, rita_client: Client) -> None:
    rita.is_superuser = True
    rita.save()
    desk = "/admin/recognition/recognition/"
    assert "erased" in text(rita_client.get(desk))
    assert "This picture was erased on" in text(rita_client.get(f"{desk}{erased.pk}/change/"))
    for what in ("picture", "thumbnail"):
        assert rita_client.get(f"{desk}{erased.pk}/{what}/").status_code == 410


def test_the_archive_says_that_it_was_erased_and_holds_what_was_read(erased: Recognition, alice: User) -> None:
    archive = archived(alice)
    [row] = json.loads(archive.read("recognitions.json"))
    assert (row["picture"], row["text"], row["explanations"]) == (None, "7", [])
    assert row["picture_erased"].startswith(f"{timezone.now():%Y-%m-%d}")
    assert not [name for name in archive.namelist() if name.startswith("pictures/")]
    [choices] = json.loads(archive.read("choices.json"))
    assert choices["erase_pictures_after_days"] == 30


# --- Programs ---------------------------------------------------------------------------------------------------------


API = "/api/v1/keeping/"
JSON = "application/json"


def test_a_program_reads_the_choices(alice: User, alice_client: Client) -> None:
    keeping.choose(alice, erase_pictures_after_days=7)
    assert alice_client.get(API).json() == {
        "erase_pictures_after_days": 7, "erase_texts_too": False, "staff_may_look": False, "due": 0,
    }  # fmt: skip


def test_a_program_replaces_the_choices_and_is_told_what_is_due(alice: User, alice_client: Client) -> None:
    read(alice, days_ago=8)
    wanted = {"erase_pictures_after_days": 7, "erase_texts_too": True, "staff_may_look": True}
    answer = alice_client.put(API, wanted, content_type=JSON)
    assert (answer.status_code, answer.json()) == (200, wanted | {"due": 1})
    assert chosen(alice) == (7, True, True)


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"erase_pictures_after_days": 7, "erase_texts_too": True},
        {"erase_pictures_after_days": 0, "erase_texts_too": False, "staff_may_look": False},
        {"erase_pictures_after_days": 3651, "erase_texts_too": False, "staff_may_look": False},
        {"erase_pictures_after_days": None, "erase_texts_too": True, "staff_may_look": False},
        {"erase_pictures_after_days": "soon", "erase_texts_too": False, "staff_may_look": False},
        [],
    ],
)
def test_choices_that_make_no_sense_are_refused(wanted: Any, alice_client: Client) -> None:
    answer = alice_client.put(API, wanted, content_type=JSON)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_keeping")
    assert answer.json()["error"]["message"]
    assert not OwnerChoices.objects.exists()


def test_a_program_is_told_that_a_picture_was_erased(erased: Recognition, alice_client: Client) -> None:
    one = f"/api/v1/recognitions/{erased.public_id}/"
    body = alice_client.get(one).json()
    assert body["image_url"] is None
    assert body["image_erased_at"].startswith(f"{timezone.now():%Y-%m-%d}")
    assert [digit["value"] for digit in body["digits"]] == [7]
    asked = [
        alice_client.get(f"{one}image/"),
        alice_client.post(f"{one}retry/"),
        alice_client.post(f"{one}digits/0/explanation/"),
        alice_client.get(f"{one}digits/0/explanation/"),
        alice_client.get(f"{one}digits/0/explanation/heat/"),
    ]
    assert {(answer.status_code, answer.json()["error"]["code"]) for answer in asked} == {(410, "picture_erased")}


def test_a_picture_that_is_there_has_an_address_and_no_day_of_erasure(alice: User, alice_client: Client) -> None:
    row = read(alice, days_ago=1)
    body = alice_client.get(f"/api/v1/recognitions/{row.public_id}/").json()
    assert body["image_url"].endswith(f"/api/v1/recognitions/{row.public_id}/image/")
    assert body["image_erased_at"] is None


# --- A program that changes it without end ----------------------------------------------------------------------------


def test_nobody_fills_the_audit_log_by_changing_their_choice(alice: User, alice_client: Client) -> None:
    keeping.choose(alice, staff_may_look=True)
    body = {"erase_pictures_after_days": None, "erase_texts_too": False}
    for number in range(80):
        choice = json.dumps(body | {"staff_may_look": bool(number % 2)})
        answer = alice_client.put("/api/v1/keeping/", choice, content_type="application/json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (429, "too_many_changes")
    assert 0 < int(answer["Retry-After"]) <= 3600
    assert AuditEntry.objects.count() == 60
    page = alice_client.post(KEEPING, {"keep": "days", "days": "9", "texts": "stay"})
    assert page.status_code == 429
    assert "Too many changes to what you have chosen: at most 60 in" in text(page)


def test_saving_the_same_again_does_not_count(alice: User) -> None:
    for _ in range(80):
        keeping.choose(alice, staff_may_look=True)
    assert AuditEntry.objects.count() == 1
