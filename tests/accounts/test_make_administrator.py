"""`make admin`."""

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import User

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def test_an_administrator_can_sign_in_and_enter_the_admin_site(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "seven blue lamps")
    call_command("make_administrator", email="boss@example.org")
    browser = Client()
    browser.post("/accounts/login/", {"login": "boss@example.org", "password": "seven blue lamps"})
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
