"""The audit log."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.test import RequestFactory

from accounts.models import User
from hdr_site.foundation import audit, origin
from hdr_site.foundation.actions import Action
from hdr_site.foundation.models import AuditEntry

ROOT = Path(__file__).parents[2]

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def test_an_entry_says_who_did_what_to_what(alice: User) -> None:
    audit.record(alice, Action.TOKEN_CREATED, "hdr_abcd")
    entry = AuditEntry.objects.get()
    assert (entry.actor_id, entry.action, entry.subject) == (alice.pk, "token.created", "hdr_abcd")


def test_nobody_changes_an_entry(alice: User) -> None:
    audit.record(alice, Action.TOKEN_CREATED)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEntry.objects.update(action="nothing")


def test_nobody_removes_an_entry(alice: User) -> None:
    audit.record(alice, Action.TOKEN_CREATED)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEntry.objects.all().delete()


def test_nobody_empties_the_log(alice: User) -> None:
    audit.record(alice, Action.TOKEN_CREATED)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE foundation_auditentry")
    assert AuditEntry.objects.exists()


def test_an_action_that_is_not_listed_is_refused(alice: User) -> None:
    with pytest.raises(ValueError, match=r"token\.eaten"):
        audit.record(alice, "token.eaten")  # type: ignore[arg-type]


def test_every_action_has_a_name_of_its_own_that_fits_and_words_for_people() -> None:
    assert all(len(action) <= 60 for action in Action)
    assert len({str(action.label) for action in Action}) == len(Action)


@pytest.mark.parametrize("action", list(Action))
def test_every_action_is_noted_somewhere(action: Action) -> None:
    sources = [path for app in ("accounts", "recognition", "hdr_site") for path in (ROOT / app).rglob("*.py")]
    assert any(f"Action.{action.name}" in path.read_text() for path in sources)


def test_an_entry_concerns_whoever_did_it(alice: User) -> None:
    audit.record(alice, Action.TOKEN_CREATED)
    assert AuditEntry.objects.get().person_id == alice.pk


def test_an_entry_may_concern_somebody_else(alice: User, rita: User) -> None:
    audit.record(rita, Action.ROLE_GIVEN, "reviewer", person=alice)
    entry = AuditEntry.objects.get()
    assert (entry.actor_id, entry.person_id) == (rita.pk, alice.pk)


def test_an_entry_of_nobody_concerns_nobody() -> None:
    audit.record(None, Action.SIGN_IN_FAILED)
    entry = AuditEntry.objects.get()
    assert (entry.actor_id, entry.person_id) == (None, None)


def test_an_entry_knows_the_network_and_not_the_address(alice: User, rf: RequestFactory) -> None:
    with origin.coming_from(rf.get("/", REMOTE_ADDR="192.0.2.77")):
        audit.record(alice, Action.TOKEN_CREATED)
    assert AuditEntry.objects.get().network == "192.0.2.0/24"


def test_an_entry_of_a_worker_has_no_network(alice: User) -> None:
    audit.record(alice, Action.ARCHIVE_READY)
    assert AuditEntry.objects.get().network == ""


def test_once_a_day_only_the_first_is_noted(alice: User) -> None:
    for _ in range(3):
        audit.once_a_day(alice, Action.TOKEN_USED, "hdr_abcd")
    entry = AuditEntry.objects.get()
    assert entry.day == entry.at.date()


def test_once_a_day_is_for_each_person_and_subject(alice: User, bob: User) -> None:
    audit.once_a_day(alice, Action.TOKEN_USED, "hdr_abcd")
    audit.once_a_day(alice, Action.TOKEN_USED, "hdr_efgh")
    audit.once_a_day(bob, Action.TOKEN_USED, "hdr_abcd")
    assert AuditEntry.objects.count() == 3


def test_the_next_day_the_first_is_noted_again(alice: User) -> None:
    audit.once_a_day(alice, Action.TOKEN_USED, "hdr_abcd")
    today = AuditEntry.objects.get()
    yesterday = AuditEntry(person=alice, action="token.used", subject="hdr_abcd", day=today.at - timedelta(days=1))
    yesterday.save()
    audit.once_a_day(alice, Action.TOKEN_USED, "hdr_abcd")
    assert AuditEntry.objects.count() == 2


def test_what_is_noted_each_time_is_not_held_back_by_what_is_noted_once_a_day(alice: User) -> None:
    audit.once_a_day(alice, Action.TOKEN_USED, "hdr_abcd")
    audit.record(alice, Action.TOKEN_USED, "hdr_abcd")
    audit.record(alice, Action.TOKEN_USED, "hdr_abcd")
    assert AuditEntry.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_of_several_processes_at_once_one_notes_it(alice: User) -> None:
    def note() -> None:
        try:
            audit.once_a_day(alice, Action.TOKEN_USED, "hdr_abcd")
        finally:
            connection.close()

    racers = [threading.Thread(target=note) for _ in range(6)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert AuditEntry.objects.count() == 1


def test_an_entry_outlives_its_account_and_then_names_nobody(alice: User) -> None:
    audit.record(alice, Action.TOKEN_CREATED)
    number = alice.pk
    alice.delete()
    assert AuditEntry.objects.get().actor_id == number
    assert not User.objects.filter(pk=number).exists()
