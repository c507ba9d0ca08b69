"""Archives and erasure by a real courier: killed while it works, and in nobody's way."""

import signal
import time
from pathlib import Path

import pytest

from hdr_site.launcher.processes import wait_for
from hdr_site.launcher.trial import TrialProduct
from tests.e2e import house, pictures
from tests.e2e.house import Person

A_LONG_LIFE = 150_000
"""Entries of the audit log, so that an archive takes some seconds."""

READY = "Your archive is ready"


def live_long(product: TrialProduct, person: Person) -> None:
    """So much has happened that telling it takes a while."""
    entries = """
        INSERT INTO foundation_auditentry (actor_id, person_id, action, subject, details, network)
        SELECT %s, %s, 'session.started', '', '{}', '' FROM generate_series(1, %s)"""
    house.rows(product, entries, person.id, person.id, A_LONG_LIFE)


def archive_of(product: TrialProduct, person: Person) -> tuple[str, int, str]:
    """Status, attempt and file of the one archive of a person."""
    sql = "SELECT status, attempt, file FROM accounts_archive WHERE owner_id = %s"
    [(status, attempt, file)] = house.rows(product, sql, person.id)
    return status, attempt, file


def is_running(product: TrialProduct, person: Person) -> bool:
    return archive_of(product, person)[0] == "running"


def is_done(product: TrialProduct, person: Person) -> bool:
    return archive_of(product, person)[0] == "done"


def mails_to(product: TrialProduct, person: Person, subject: str) -> list[Path]:
    """What was sent to a person under this subject."""
    mails = [mail for mail in product.mail.glob("[!.]*.eml") if person.email in mail.name]
    return [mail for mail in mails if f"Subject: {subject}" in mail.read_text()]


def archives_in_the_store(product: TrialProduct) -> set[str]:
    return {name for name in house.stored_files(product) if "/archives/" in name}


def asked_for_an_archive(product: TrialProduct, person: Person) -> None:
    """By the page, as people do."""
    assert person.browser().send_form("/accounts/data/").status == 302
    assert wait_for(lambda: is_running(product, person), 30)


@pytest.fixture
def elder(impatient: TrialProduct, alice: Person) -> Person:
    """Alice, of whom there is much to tell, and one picture."""
    live_long(impatient, alice)
    house.read_within(impatient, alice.api.submit(pictures.small()), 60)
    return alice


def test_pictures_are_read_while_an_archive_is_made(impatient: TrialProduct, elder: Person, bob: Person) -> None:
    asked_for_an_archive(impatient, elder)
    house.read_within(impatient, bob.api.submit(pictures.small()), 30)
    assert is_running(impatient, elder)
    assert wait_for(lambda: is_done(impatient, elder), 120)


def test_a_courier_killed_over_an_archive_makes_it_again_with_one_file_and_one_mail(
    impatient: TrialProduct, elder: Person
) -> None:
    before = archives_in_the_store(impatient)
    asked_for_an_archive(impatient, elder)
    house.send_signal([impatient.pid("courier")], signal.SIGKILL)
    assert wait_for(lambda: is_done(impatient, elder), 120), impatient.logs()[-4000:]
    assert archive_of(impatient, elder)[1] == 2
    assert wait_for(lambda: bool(mails_to(impatient, elder, READY)), 30)
    time.sleep(2)  # a second mail would come now
    assert len(mails_to(impatient, elder, READY)) == 1
    assert len(archives_in_the_store(impatient) - before) == 1


def test_somebody_who_has_left_is_erased_by_the_courier(impatient: TrialProduct, alice: Person) -> None:
    before = house.stored_files(impatient)
    house.read_within(impatient, alice.api.submit(pictures.small()), 60)
    browser = alice.browser()
    assert (
        browser.send_form("/accounts/data/leave/", {"email": alice.email}).headers["Location"] == "/accounts/goodbye/"
    )
    assert browser.get("/recognitions/").status == 302
    assert alice.api.get("/api/v1/recognitions/").status == 401
    house.rows(impatient, "UPDATE accounts_leaving SET due_at = now() WHERE owner_id = %s", alice.id)
    assert wait_for(lambda: not house.rows(impatient, "SELECT 1 FROM accounts_user WHERE id = %s", alice.id), 60)
    assert wait_for(lambda: len(mails_to(impatient, alice, "Your account has been deleted")) == 1, 30)
    assert wait_for(lambda: house.stored_files(impatient) == before, 30)
    assert house.rows(impatient, 'SELECT 1 FROM foundation_mail WHERE "to" = %s', alice.email) == []
