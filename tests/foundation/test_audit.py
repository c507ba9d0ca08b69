"""The audit log."""

import pytest
from django.db import transaction
from django.db.utils import DatabaseError

from accounts.models import User
from hdr_site.foundation import audit
from hdr_site.foundation.models import AuditEntry

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def test_an_entry_says_who_did_what_to_what(alice: User) -> None:
    audit.record(alice, "token.created", "hdr_abcd")
    entry = AuditEntry.objects.get()
    assert (entry.actor_id, entry.action, entry.subject) == (alice.pk, "token.created", "hdr_abcd")


def test_nobody_changes_an_entry(alice: User) -> None:
    audit.record(alice, "token.created")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEntry.objects.update(action="nothing")


def test_nobody_removes_an_entry(alice: User) -> None:
    audit.record(alice, "token.created")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEntry.objects.all().delete()


def test_an_entry_outlives_its_account_and_then_names_nobody(alice: User) -> None:
    audit.record(alice, "token.created")
    number = alice.pk
    alice.delete()
    assert AuditEntry.objects.get().actor_id == number
    assert not User.objects.filter(pk=number).exists()
