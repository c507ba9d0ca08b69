"""What happens to accounts is noted, whoever does it and however they came in."""

import re

import pytest
from django.test import Client

from accounts.models import User
from hdr_site.foundation.actions import Action
from hdr_site.foundation.models import AuditEntry, Mail

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

NEW = "eight red chairs"


def entries(action: Action) -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(action=action))


def test_logging_in_is_noted_with_the_way_and_the_network(alice: User, password: str) -> None:
    Client().post("/accounts/login/", {"login": alice.email, "password": password}, REMOTE_ADDR="192.0.2.7")
    (entry,) = entries(Action.SIGNED_IN)
    assert (entry.actor_id, entry.person_id, entry.network) == (alice.pk, alice.pk, "192.0.2.0/24")
    assert entry.details["method"] == "password"


def test_logging_out_is_noted(alice: User, alice_client: Client) -> None:
    alice_client.post("/accounts/logout/")
    (entry,) = entries(Action.SIGNED_OUT)
    assert entry.person_id == alice.pk


def test_a_stranger_who_logs_out_is_not_noted(ann_client: Client) -> None:
    ann_client.post("/accounts/logout/")
    assert not AuditEntry.objects.exists()


def test_a_changed_password_is_noted(alice: User, alice_client: Client, password: str) -> None:
    alice_client.post("/accounts/reauthenticate/", {"password": password})
    form = {"oldpassword": password, "password1": NEW, "password2": NEW}
    alice_client.post("/accounts/password/change/", form)
    assert [entry.person_id for entry in entries(Action.PASSWORD_CHANGED)] == [alice.pk]


def test_a_password_that_was_reset_is_noted(alice: User) -> None:
    browser = Client()
    browser.post("/accounts/password/reset/", {"email": alice.email})
    link = re.search(r"https?://[^/\s]+(/\S+)", Mail.objects.latest("pk").content["body"])
    assert link is not None
    page = browser.get(link[1], follow=True)
    browser.post(page.redirect_chain[-1][0], {"password1": NEW, "password2": NEW})
    assert [entry.person_id for entry in entries(Action.PASSWORD_RESET)] == [alice.pk]


def test_signing_up_is_noted(ann_client: Client) -> None:
    ann_client.post("/accounts/signup/", {"email": "ann@example.org", "password1": NEW, "password2": NEW})
    assert [entry.person_id for entry in entries(Action.ACCOUNT_CREATED)] == [User.objects.get().pk]


def test_no_entry_holds_a_password(alice: User, password: str) -> None:
    for tried in (password, "wrong"):
        Client().post("/accounts/login/", {"login": alice.email, "password": tried})
    said = " ".join(f"{entry.subject} {entry.details}" for entry in AuditEntry.objects.all())
    assert password not in said
    assert "wrong" not in said


FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
CHROME = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"


def log_in(person: User, password: str, *, ip: str = "192.0.2.7", browser: str = FIREFOX) -> None:
    form = {"login": person.email, "password": password}
    answer = Client().post("/accounts/login/", form, REMOTE_ADDR=ip, headers={"User-Agent": browser})
    assert answer.status_code == 302


def test_the_first_log_in_is_no_news(alice: User, password: str) -> None:
    log_in(alice, password)
    assert not Mail.objects.exists()


def test_a_log_in_from_a_new_network_is_told_to_the_owner_once(alice: User, password: str) -> None:
    log_in(alice, password)
    for _ in range(3):
        log_in(alice, password, ip="198.51.100.7")
    told = Mail.objects.get(to=alice.email)
    assert "198.51.100.0/24" in told.content["body"]


def test_a_log_in_with_a_new_browser_is_told_to_the_owner(alice: User, password: str) -> None:
    log_in(alice, password)
    log_in(alice, password, browser=CHROME)
    assert Mail.objects.filter(to=alice.email).count() == 1


def test_the_same_network_and_kind_of_browser_are_no_news(alice: User, password: str) -> None:
    log_in(alice, password)
    log_in(alice, password, ip="192.0.2.99", browser=FIREFOX.replace("140.0", "141.0"))
    assert not Mail.objects.exists()


def test_an_attempt_that_fails_is_no_log_in(alice: User, password: str) -> None:
    log_in(alice, password)
    form = {"login": alice.email, "password": "wrong"}
    Client().post("/accounts/login/", form, REMOTE_ADDR="198.51.100.7")
    assert not Mail.objects.exists()
