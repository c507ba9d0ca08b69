"""Two who sign up with one address before anybody has confirmed it; only one of them reads its mails."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from hdr_site.foundation.models import Mail
from tests.accounts import mailbox
from tests.accounts.visitor import ANN, ASK_FOR_CODE, TYPE_CODE, WAITING, is_in, log_in, sign_up, waits

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

FIRST, SECOND = "the first one's password", "the second one's password"


def signed_up_an_hour_ago(browser: Client) -> str:
    """Somebody has signed up with Ann's address; returns the link of the mail that Ann got."""
    sign_up(browser, password=FIRST)
    User.objects.update(date_joined=timezone.now() - timedelta(hours=1))
    return mailbox.link(ANN)


def test_a_stranger_who_signed_up_first_does_not_come_in_by_the_link_that_the_owner_opens(client: Client) -> None:
    stranger = Client()
    link = signed_up_an_hour_ago(stranger)
    sign_up(client, password=SECOND)
    client.post(link)
    stranger.get(WAITING)
    assert not is_in(stranger)
    log_in(stranger, password=FIRST)
    assert not is_in(stranger)


def test_the_owner_who_signed_up_second_comes_in_by_mail(client: Client) -> None:
    link = signed_up_an_hour_ago(Client())
    sign_up(client, password=SECOND)
    client.post(link)
    client.post(WAITING, {"action": "cancel"})
    client.post(ASK_FOR_CODE, {"email": ANN})
    client.post(TYPE_CODE, {"code": mailbox.code(ANN)})
    assert is_in(client)


def test_a_second_sign_up_changes_nothing_for_whoever_has_confirmed(client: Client) -> None:
    sign_up(client)
    client.post(mailbox.link(ANN))
    User.objects.update(date_joined=timezone.now() - timedelta(hours=1))
    sign_up(Client(), password=SECOND)
    browser = Client()
    log_in(browser)
    assert is_in(browser)


def test_a_button_pressed_twice_costs_nobody_the_password(client: Client) -> None:
    sign_up(client)
    sign_up(Client())
    client.post(WAITING, {"code": mailbox_code_of_the_first_mail()})
    assert is_in(client)
    assert User.objects.get().has_usable_password()


def mailbox_code_of_the_first_mail() -> str:
    """The second mail says that there is an account."""
    mails = Mail.objects.filter(to=ANN).order_by("pk")
    found = re.search(r"^\d{4}-\d{4}$", str(mails[0].content["body"]), re.MULTILINE)
    assert found is not None
    return found[0]


def test_who_starts_again_may_sign_up_with_the_same_address(client: Client) -> None:
    sign_up(client, password=FIRST)
    waits(client, "cancel")
    sign_up(client, password=SECOND)
    waits(client, code=mailbox.code(ANN))
    assert is_in(client)
    assert User.objects.get().check_password(SECOND)
