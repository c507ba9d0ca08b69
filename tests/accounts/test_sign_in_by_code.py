"""Log in with a code that comes by mail."""

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from accounts.models import User
from hdr_site.foundation.actions import Action
from hdr_site.foundation.models import AuditEntry
from tests.accounts import mailbox
from tests.accounts.clock import later
from tests.accounts.visitor import ANN, ASK_FOR_CODE, LOG_IN, TYPE_CODE, is_in, sign_up

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

ALICE = "alice@example.org"


@pytest.fixture(autouse=True)
def _alice_has_an_account(alice: User) -> None:
    """Whose code it is."""


def ask(browser: Client, email: str = ALICE) -> None:
    browser.post(ASK_FOR_CODE, {"email": email})


def type_code(browser: Client, code: str, follow: bool = False) -> str:
    return browser.post(TYPE_CODE, {"action": "verify", "code": code}, follow=follow).content.decode()


def test_the_log_in_page_leads_there(client: Client) -> None:
    assert f'href="{ASK_FOR_CODE}"' in client.get(LOG_IN).content.decode()


def test_the_code_signs_in(client: Client) -> None:
    ask(client)
    type_code(client, mailbox.code(ALICE))
    assert is_in(client)


def test_where_one_wanted_to_go_one_gets(client: Client) -> None:
    client.post(f"{ASK_FOR_CODE}?next=/recognitions/new/", {"email": ALICE})
    answer = client.post(f"{TYPE_CODE}?next=/recognitions/new/", {"code": mailbox.code(ALICE)})
    assert answer["Location"] == "/recognitions/new/"


def test_a_code_works_once(client: Client) -> None:
    ask(client)
    code = mailbox.code(ALICE)
    type_code(client, code)
    client.post("/accounts/logout/")
    type_code(client, code)
    assert not is_in(client)


def test_after_five_wrong_codes_one_must_ask_for_a_new_one(client: Client) -> None:
    ask(client)
    code = mailbox.code(ALICE)
    for number in range(5):
        page = type_code(client, f"{number:08d}", follow=True)
    assert "mistyped five times" in page
    type_code(client, code)
    assert not is_in(client)


def test_after_fifteen_minutes_the_code_is_dead_and_the_page_says_so(client: Client) -> None:
    ask(client)
    with later(minutes=16):
        assert "more than 15 minutes old" in type_code(client, mailbox.code(ALICE), follow=True)
        assert not is_in(client)


def test_a_code_sent_again_has_fifteen_minutes_and_five_tries_of_its_own(client: Client) -> None:
    ask(client)
    older = mailbox.code(ALICE)
    for number in range(4):
        type_code(client, f"{number:08d}")
    with later(minutes=14):
        client.post(TYPE_CODE, {"action": "resend"})
        type_code(client, older)
    with later(minutes=28):
        type_code(client, mailbox.code(ALICE))
        assert is_in(client)


def test_a_code_works_in_the_browser_that_asked_for_it_only(client: Client) -> None:
    ask(client)
    stranger = Client()
    ask(stranger, "nobody@example.org")
    type_code(stranger, mailbox.code(ALICE))
    assert not is_in(stranger)


def test_the_code_of_an_account_that_was_switched_off_lets_nobody_in(client: Client) -> None:
    ask(client)
    User.objects.update(is_active=False)
    type_code(client, mailbox.code(ALICE))
    assert not is_in(client)


def test_who_types_the_code_of_an_unconfirmed_address_has_confirmed_it() -> None:
    sign_up(Client())
    browser = Client()
    ask(browser, ANN)
    type_code(browser, mailbox.code(ANN))
    assert EmailAddress.objects.get(email=ANN).verified
    assert is_in(browser)


def test_who_has_no_password_gets_in_by_code(alice: User, client: Client) -> None:
    alice.set_unusable_password()
    alice.save()
    ask(client)
    type_code(client, mailbox.code(ALICE))
    assert is_in(client)


def test_a_wrong_code_is_noted_for_its_owner(client: Client, alice: User) -> None:
    ask(client)
    type_code(client, "00000000")
    assert AuditEntry.objects.filter(action=Action.SIGN_IN_FAILED, person_id=alice.pk, details__method="code").exists()
