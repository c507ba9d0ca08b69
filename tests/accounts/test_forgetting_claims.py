"""Sign-ups that nobody confirms are forgotten: the address may be that of somebody who knows nothing of it."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone

from accounts import upkeep
from accounts.models import User
from tests.accounts import mailbox
from tests.accounts.visitor import ANN, is_in, sign_up, waits

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def tidied_after(**age: float) -> set[str]:
    """Everybody joined so long ago; whose accounts there still are after the upkeep."""
    User.objects.update(date_joined=timezone.now() - timedelta(**age))
    upkeep.tidy()
    return set(User.objects.values_list("email", flat=True))


def test_a_sign_up_that_nobody_confirmed_is_forgotten_after_a_week(client: Client) -> None:
    sign_up(client)
    assert tidied_after(days=6, hours=23) == {ANN}
    assert tidied_after(days=7, minutes=1) == set()
    assert not EmailAddress.objects.exists()


def test_who_has_confirmed_stays(client: Client) -> None:
    sign_up(client)
    Client().post(mailbox.link(ANN))
    assert tidied_after(days=400) == {ANN}


def test_who_waits_for_another_address_stays(client: Client, alice: User) -> None:
    EmailAddress.objects.create(user=alice, email="new@example.org", verified=False)
    assert tidied_after(days=400) == {alice.email}


def test_whom_staff_have_made_stays() -> None:
    User.objects.create_superuser("boss@example.org", "long enough for now")
    User.objects.create_user("made@example.org")
    assert tidied_after(days=400) == {"boss@example.org", "made@example.org"}


def test_a_browser_that_still_waits_is_led_to_the_form(client: Client) -> None:
    sign_up(client)
    code = mailbox.code(ANN)
    assert tidied_after(days=8) == set()
    assert waits(client, code=code).status_code in {200, 302}
    assert not is_in(client)
