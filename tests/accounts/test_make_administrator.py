"""`make admin`."""

import re
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import User
from hdr_site.foundation.models import AuditEntry
from tests import people

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def test_an_administrator_can_sign_in_and_enter_the_admin_site(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "seven blue lamps")
    call_command("make_administrator", email="boss@example.org")
    people.with_an_app(User.objects.get())
    browser = Client()
    form = {"login": "boss@example.org", "password": "seven blue lamps"}
    asked = browser.post("/accounts/login/?next=/admin/", form)
    assert browser.post(asked["Location"], {"code": people.code_of()})["Location"] == "/admin/"
    assert browser.get("/admin/").status_code == 200


def test_an_existing_account_becomes_one(monkeypatch: pytest.MonkeyPatch, alice: User) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "seven blue lamps")
    call_command("make_administrator", email=alice.email.upper())
    alice.refresh_from_db()
    assert alice.is_superuser
    assert User.objects.count() == 1


@pytest.mark.parametrize(("email", "password"), [("nobody", "seven blue lamps"), ("boss@example.org", "short")])
def test_what_makes_no_sense_is_refused(monkeypatch: pytest.MonkeyPatch, email: str, password: str) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", password)
    with pytest.raises(CommandError):
        call_command("make_administrator", email=email)
    assert not User.objects.exists()


def test_it_says_where_the_second_factor_is_set_up(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "seven blue lamps")
    call_command("make_administrator", email="boss@example.org")
    address = re.search(r"https?://\S+/2fa/\S+", capsys.readouterr().out)
    assert address is not None
    browser = people.signed_in(User.objects.get())
    assert browser.get(urlsplit(address[0]).path).status_code == 200


def test_lost_factors_are_taken_away_and_sessions_end(rita: User, password: str) -> None:
    people.with_an_app(rita)
    browser = Client()
    asked = browser.post("/accounts/login/", {"login": rita.email, "password": password})
    browser.post(asked["Location"], {"code": people.code_of()})
    assert "_auth_user_id" in browser.session
    call_command("make_administrator", email=rita.email.upper(), reset_factors=True)
    assert not Authenticator.objects.exists()
    assert "_auth_user_id" not in browser.session
    entry = AuditEntry.objects.get(action="factor.reset")
    assert (entry.person_id, entry.actor_id) == (rita.pk, None)


def test_taking_factors_away_leaves_password_and_rights(alice: User, password: str) -> None:
    call_command("make_administrator", email=alice.email, reset_factors=True)
    alice.refresh_from_db()
    assert alice.check_password(password)
    assert not alice.is_staff


def test_nobody_is_made_up_to_take_factors_from() -> None:
    with pytest.raises(CommandError, match="no account"):
        call_command("make_administrator", email="nobody@example.org", reset_factors=True)
    assert not User.objects.exists()
