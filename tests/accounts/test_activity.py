"""The page of what happened in one's account, and the audit log in the admin site."""

import json

import pytest
from django.test import Client

from accounts import activity
from accounts.models import User
from hdr_site.foundation import audit
from hdr_site.foundation.actions import Action
from hdr_site.foundation.models import AuditEntry
from tests.archived import archived

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

LOG = "/admin/foundation/auditentry/"


def page(client: Client, query: str = "") -> str:
    return client.get(f"/accounts/activity/{query}").content.decode()


def test_the_owner_sees_how_and_from_where_they_logged_in(alice: User, password: str) -> None:
    browser = Client()
    browser.post("/accounts/login/", {"login": alice.email, "password": password}, REMOTE_ADDR="192.0.2.7")
    shown = page(browser)
    assert "Logged in with your password" in shown
    assert "192.0.2.0/24" in shown
    assert "192.0.2.7" not in shown


def test_the_owner_sees_failed_attempts_of_others(alice: User, alice_client: Client) -> None:
    Client().post("/accounts/login/", {"login": alice.email, "password": "wrong"}, REMOTE_ADDR="198.51.100.7")
    shown = page(alice_client)
    assert "Failed attempt to log in (wrong password)" in shown
    assert "198.51.100.0/24" in shown


def test_nobody_sees_what_concerns_somebody_else(alice: User, bob_client: Client) -> None:
    audit.record(alice, Action.TOKEN_CREATED, "hdr_abcd")
    assert "hdr_abcd" not in page(bob_client)


def test_what_an_administrator_did_is_said_to_whom_it_concerns(alice: User, rita: User, alice_client: Client) -> None:
    audit.record(rita, Action.ROLE_GIVEN, "reviewer", person=alice)
    shown = page(alice_client)
    assert "Role given by an administrator: reviewer" in shown
    assert rita.email not in shown


def test_the_newest_come_first_and_older_ones_on_further_pages(alice: User, alice_client: Client) -> None:
    for number in range(activity.PAGE_SIZE + 10):
        audit.record(alice, Action.TOKEN_CREATED, f"number-{number:03d}")
    first = activity.of(alice)
    assert [line.entry.subject for line in first.lines[:2]] == ["number-059", "number-058"]
    older = activity.of(alice, first.older)
    assert [line.entry.subject for line in older.lines] == [f"number-{number:03d}" for number in range(9, -1, -1)]
    assert older.older is None
    assert f"?before={first.older}" in page(alice_client)


@pytest.mark.parametrize("nonsense", ["?before=x", "?before=-1", "?before=" + "9" * 30, "?before=0"])
def test_a_made_up_place_in_the_list_is_no_error(alice_client: Client, nonsense: str) -> None:
    assert alice_client.get(f"/accounts/activity/{nonsense}").status_code == 200


def test_the_place_of_an_entry_of_somebody_else_shows_nothing(alice: User, bob: User, bob_client: Client) -> None:
    audit.record(bob, Action.TOKEN_CREATED, "bobs")
    audit.record(alice, Action.TOKEN_CREATED, "alices")
    shown = page(bob_client, f"?before={AuditEntry.objects.get(subject='alices').pk}")
    assert "bobs" not in shown


@pytest.mark.parametrize("action", list(Action))
def test_every_action_has_a_sentence(action: Action) -> None:
    assert activity.in_words(AuditEntry(action=action, details={})) == str(action.label)


def test_an_action_of_another_version_is_shown_as_it_is() -> None:
    assert activity.in_words(AuditEntry(action="cellar.flooded", details={})) == "cellar.flooded"


def test_a_second_factor_is_named(alice: User) -> None:
    entry = AuditEntry(action=Action.SIGNED_IN, details={"method": "password", "factor": "totp"})
    assert activity.in_words(entry) == "Logged in with your password and a code of your authenticator app"


def test_the_archive_holds_what_one_did_and_what_concerns_one(alice: User, bob: User, rita: User) -> None:
    audit.record(alice, Action.TOKEN_CREATED, "mine")
    audit.record(None, Action.SIGN_IN_FAILED, person=alice)
    audit.record(rita, Action.ROLE_GIVEN, "reviewer", person=alice)
    audit.record(bob, Action.TOKEN_CREATED, "his")
    entries = json.loads(archived(alice).read("activity.json"))
    assert [(entry["action"], entry["by"]) for entry in entries] == [
        ("token.created", "you"),
        ("session.refused", "unknown"),
        ("role.given", "somebody else"),
    ]


@pytest.fixture
def administrator(rita: User, rita_client: Client) -> Client:
    """Rita, who may do everything."""
    User.objects.filter(pk=rita.pk).update(is_superuser=True)
    return rita_client


def test_administrators_see_the_whole_log(administrator: Client, alice: User, bob: User) -> None:
    audit.record(alice, Action.TOKEN_CREATED, "alices")
    audit.record(bob, Action.TOKEN_CREATED, "bobs")
    shown = administrator.get(LOG).content.decode()
    assert "alices" in shown
    assert "bobs" in shown
    assert alice.email in shown


def test_staff_without_the_permission_do_not_see_the_log(rita_client: Client) -> None:
    assert rita_client.get(LOG).status_code == 403


def test_the_log_is_searched_by_person_and_filtered_by_action(administrator: Client, alice: User, bob: User) -> None:
    audit.record(alice, Action.TOKEN_CREATED, "alices")
    audit.record(alice, Action.PASSWORD_CHANGED, "another-kind")
    audit.record(bob, Action.TOKEN_CREATED, "bobs")
    shown = administrator.get(LOG, {"q": alice.email, "action": "token.created"}).content.decode()
    assert ("alices" in shown, "another-kind" in shown, "bobs" in shown) == (True, False, False)


def test_an_entry_of_an_erased_account_is_shown(administrator: Client, alice: User) -> None:
    audit.record(alice, Action.TOKEN_CREATED, "alices")
    number = alice.pk
    alice.delete()
    assert f"account {number}, erased" in administrator.get(LOG).content.decode()
    entry = AuditEntry.objects.get(subject="alices")
    assert administrator.get(f"{LOG}{entry.pk}/change/").status_code == 200


def test_nobody_adds_changes_or_removes_an_entry_in_the_admin_site(administrator: Client, alice: User) -> None:
    audit.record(alice, Action.TOKEN_CREATED, "alices")
    number = AuditEntry.objects.get(subject="alices").pk
    answers = [
        administrator.post(f"{LOG}add/", {"action": "x"}).status_code,
        administrator.post(f"{LOG}{number}/change/", {"action": "x"}).status_code,
        administrator.post(f"{LOG}{number}/delete/", {"post": "yes"}).status_code,
    ]
    assert answers == [403, 403, 403]
    administrator.post(LOG, {"action": "delete_selected", "_selected_action": [number], "post": "yes"})
    assert AuditEntry.objects.get(pk=number).action == Action.TOKEN_CREATED
