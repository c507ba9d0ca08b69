"""One mail holds a link and a code; either confirms the address, each once, and using one ends the other."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test import Client

from accounts import confirming
from accounts.models import User
from tests.accounts import mailbox
from tests.accounts.clock import later
from tests.accounts.visitor import ANN, LOG_IN, PASSWORD, RESET, SIGN_UP, WAITING, is_in, log_in, sign_up, waits

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

OTHER = "ann.other@example.org"


def wrong(code: str) -> str:
    return f"{(int(code.replace('-', '')) + 1) % 10**8:08d}"


# --- The code ---------------------------------------------------------------------------------------------------------


def test_the_code_confirms_and_signs_in(client: Client) -> None:
    sign_up(client)
    waits(client, code=mailbox.code(ANN))
    assert is_in(client)
    assert EmailAddress.objects.get(email=ANN).verified


@pytest.mark.parametrize(
    "typed", ["{0}{1}", "{0} {1}", " {0}-{1} "], ids=["bare", "with a space", "with spaces around"]
)
def test_the_code_may_be_typed_in_other_ways(client: Client, typed: str) -> None:
    sign_up(client)
    waits(client, code=typed.format(*mailbox.code(ANN).split("-")))
    assert is_in(client)


def test_a_wrong_code_is_told_beside_the_field_and_lets_nobody_in(client: Client) -> None:
    sign_up(client)
    page = waits(client, code=wrong(mailbox.code(ANN)))
    assert "This is not the code in our newest mail" in page.content.decode()
    assert not is_in(client)


def test_the_code_works_after_four_wrong_ones(client: Client) -> None:
    sign_up(client)
    for _ in range(4):
        waits(client, code=wrong(mailbox.code(ANN)))
    waits(client, code=mailbox.code(ANN))
    assert is_in(client)


def test_after_five_wrong_ones_the_code_is_dead_and_a_new_one_works(client: Client) -> None:
    sign_up(client)
    for _ in range(5):
        waits(client, code=wrong(mailbox.code(ANN)))
    page = waits(client, code=mailbox.code(ANN))
    assert "mistyped five times" in page.content.decode()
    assert not is_in(client)
    waits(client, "resend")
    waits(client, code=mailbox.code(ANN))
    assert is_in(client)


def test_a_code_is_good_for_fifteen_minutes(client: Client) -> None:
    sign_up(client)
    with later(minutes=14):
        waits(client, code=mailbox.code(ANN))
        assert is_in(client)


def test_after_fifteen_minutes_the_code_is_dead_and_the_page_says_so(client: Client) -> None:
    sign_up(client)
    with later(minutes=16):
        page = waits(client, code=mailbox.code(ANN))
        assert "more than 15 minutes old" in page.content.decode()
        assert not is_in(client)


def test_a_code_sent_again_has_fifteen_minutes_of_its_own(client: Client) -> None:
    sign_up(client)
    with later(minutes=14):
        waits(client, "resend")
    with later(minutes=28):
        waits(client, code=mailbox.code(ANN))
        assert is_in(client)


def test_the_code_of_an_older_mail_is_dead(client: Client) -> None:
    sign_up(client)
    older = mailbox.code(ANN)
    waits(client, "resend")
    waits(client, code=older)
    assert not is_in(client)


def test_a_code_works_in_the_browser_that_waits_for_it_only(client: Client) -> None:
    sign_up(client)
    stranger = Client()
    waits(stranger, code=mailbox.code(ANN))
    assert not is_in(stranger)
    assert not EmailAddress.objects.get(email=ANN).verified


def test_a_mail_is_sent_again_three_times_at_most(client: Client) -> None:
    sign_up(client)
    for _ in range(5):
        waits(client, "resend")
    assert mailbox.how_many(ANN) == 4
    assert "sent it four times" in client.get(WAITING).content.decode()


# --- The link ---------------------------------------------------------------------------------------------------------


def test_the_link_confirms_and_signs_in_the_browser_that_signed_up(client: Client) -> None:
    sign_up(client)
    client.post(mailbox.link(ANN), follow=True)
    assert is_in(client)


def test_only_looking_at_the_link_uses_nothing_up(client: Client) -> None:
    sign_up(client)
    for look in (client.get, client.head):
        assert look(mailbox.link(ANN)).status_code == 200
    assert not EmailAddress.objects.get(email=ANN).verified


def test_on_another_device_the_link_confirms_and_signs_nobody_in(client: Client) -> None:
    sign_up(client)
    phone = Client()
    page = phone.post(mailbox.link(ANN), follow=True)
    assert "Go on where you signed up" in page.content.decode()
    assert not is_in(phone)
    assert EmailAddress.objects.get(email=ANN).verified


def test_the_page_that_waits_goes_on_once_the_link_was_opened_elsewhere(client: Client) -> None:
    sign_up(client)
    assert client.head(WAITING).status_code == 200
    Client().post(mailbox.link(ANN))
    assert client.head(WAITING).status_code == 204
    assert not is_in(client)  # HEAD only tells
    client.get(WAITING)
    assert is_in(client)


def test_the_page_goes_on_also_when_the_code_is_long_dead(client: Client) -> None:
    sign_up(client)
    with later(minutes=50):
        Client().post(mailbox.link(ANN))
        client.get(WAITING)
        assert is_in(client)


def test_where_one_wanted_to_go_one_gets_after_confirming(client: Client) -> None:
    client.post(f"{SIGN_UP}?next=/recognitions/new/", {"email": ANN, "password1": PASSWORD, "password2": PASSWORD})
    Client().post(mailbox.link(ANN))
    assert client.get(WAITING)["Location"] == "/recognitions/new/"


def test_a_link_works_once(client: Client) -> None:
    sign_up(client)
    Client().post(mailbox.link(ANN))
    again = Client().post(mailbox.link(ANN))
    assert again.status_code == 410
    assert "used already" in again.content.decode()


def test_the_code_ends_the_link(client: Client) -> None:
    sign_up(client)
    waits(client, code=mailbox.code(ANN))
    assert Client().get(mailbox.link(ANN)).status_code == 410


def test_the_link_ends_the_code(client: Client) -> None:
    sign_up(client)
    code = mailbox.code(ANN)
    Client().post(mailbox.link(ANN))
    client.get(WAITING)
    client.post("/accounts/logout/")
    waits(client, code=code)
    assert not is_in(client)


def test_a_link_is_good_for_three_days(client: Client) -> None:
    sign_up(client)
    with later(days=2, hours=23):
        assert client.get(mailbox.link(ANN)).status_code == 200
    with later(days=3, minutes=1):
        assert client.get(mailbox.link(ANN)).status_code == 410


@pytest.mark.parametrize("key", ["x", "a:b:c", "é", "." * 300])
def test_a_made_up_link_confirms_nothing(client: Client, key: str) -> None:
    assert client.post(f"{WAITING}{key}/").status_code == 410


def test_the_link_of_an_account_that_was_switched_off_is_dead(client: Client) -> None:
    sign_up(client)
    User.objects.update(is_active=False)
    assert Client().post(mailbox.link(ANN)).status_code == 410
    assert not EmailAddress.objects.get(email=ANN).verified


# --- Another address before confirming --------------------------------------------------------------------------------


def test_the_address_can_be_changed_before_it_is_confirmed(client: Client) -> None:
    sign_up(client, name="Ann")
    waits(client, "change", email=OTHER)
    waits(client, code=mailbox.code(OTHER))
    assert is_in(client)
    assert list(User.objects.values_list("email", "name")) == [(OTHER, "Ann")]
    assert [*EmailAddress.objects.values_list("email", "verified", "primary")] == [(OTHER, True, True)]


def test_the_password_stays_when_the_address_is_changed(client: Client) -> None:
    sign_up(client)
    waits(client, "change", email=OTHER)
    Client().post(mailbox.link(OTHER))
    browser = Client()
    log_in(browser, OTHER)
    assert is_in(browser)


def test_link_and_code_to_the_address_before_are_dead(client: Client) -> None:
    sign_up(client)
    link, code = mailbox.link(ANN), mailbox.code(ANN)
    waits(client, "change", email=OTHER)
    assert Client().post(link).status_code == 410
    waits(client, code=code)
    assert not is_in(client)


def test_the_address_can_be_changed_three_times_at_most(client: Client) -> None:
    sign_up(client)
    for number in range(5):
        waits(client, "change", email=f"ann{number}@example.org")
    assert User.objects.get().email == "ann2@example.org"


@pytest.mark.parametrize("email", [ANN, "nobody", ""])
def test_what_is_no_other_address_is_refused_beside_the_field(client: Client, email: str) -> None:
    sign_up(client)
    page = waits(client, "change", email=email)
    assert page.status_code == 200
    assert "errorlist" in page.content.decode()
    assert mailbox.how_many(ANN) == 1


def test_starting_again_leads_back_to_the_form(client: Client) -> None:
    sign_up(client)
    assert waits(client, "cancel")["Location"] == SIGN_UP
    assert client.get(SIGN_UP).status_code == 200


# --- Nobody unconfirmed gets in ---------------------------------------------------------------------------------------


def test_the_password_of_an_unconfirmed_account_lets_nobody_in_and_a_mail_brings_a_new_link(client: Client) -> None:
    sign_up(client)
    browser = Client()
    page = log_in(browser)
    assert "the address is not confirmed yet" in page.content.decode()
    assert not is_in(browser)
    browser.post(mailbox.link(ANN))
    log_in(browser)
    assert is_in(browser)


def test_such_a_mail_is_written_once_a_minute_at_most(client: Client) -> None:
    sign_up(client)
    for _ in range(3):
        log_in(Client())
    assert mailbox.how_many(ANN) == 2


def test_the_page_that_waits_without_a_session_leads_to_the_log_in_page_and_says_why(client: Client) -> None:
    page = client.get(WAITING, follow=True)
    assert page.redirect_chain[-1][0] == LOG_IN
    assert "Nothing waits to be confirmed" in page.content.decode()


def test_an_account_switched_off_meanwhile_is_not_entered(client: Client) -> None:
    sign_up(client)
    User.objects.update(is_active=False)
    waits(client, code=mailbox.code(ANN))
    assert not is_in(client)


def test_whoever_signed_up_with_somebody_elses_address_is_not_let_in_after_its_owner_took_the_account(
    client: Client,
) -> None:
    sign_up(client)  # not by Ann
    ann = Client()
    ann.post(RESET, {"email": ANN})
    form = ann.get(mailbox.link(ANN), follow=True).redirect_chain[-1][0]
    ann.post(form, {"password1": "eight red chairs", "password2": "eight red chairs"})
    client.get(WAITING)
    assert not is_in(client)
    assert not is_in_by_password(PASSWORD)
    assert is_in_by_password("eight red chairs")


def is_in_by_password(password: str) -> bool:
    browser = Client()
    log_in(browser, password=password)
    return is_in(browser)


@pytest.mark.django_db(transaction=True)
def test_five_tries_are_five_also_when_they_are_sent_at_once(client: Client) -> None:
    sign_up(client)
    code = mailbox.code(ANN)

    def guess(number: int) -> None:
        browser = Client()
        browser.cookies = client.cookies
        waits(browser, code=f"{number:08d}")
        connection.close()

    with ThreadPoolExecutor(6) as guessing:
        list(guessing.map(guess, range(6)))
    waits(client, code=code)
    assert not is_in(client)


# --- A further address of somebody who has an account -----------------------------------------------------------------


def test_the_link_for_a_new_address_works_for_the_owner_of_the_account_only(alice: User, alice_client: Client) -> None:
    path = "/" + confirming.link_for(alice, "alice.new@example.org").split("/", 3)[3]
    assert Client().post(path).status_code == 403
    alice_client.post(path)
    alice.refresh_from_db()
    assert EmailAddress.objects.get(user=alice, email="alice.new@example.org").verified


def test_after_the_link_for_a_new_address_nothing_waits_any_more(alice: User, password: str) -> None:
    browser, new = Client(), "alice.new@example.org"
    log_in(browser, alice.email, password)
    assert browser.post("/accounts/email/", {"email": new, "action_add": ""})["Location"] == WAITING
    browser.get(WAITING)
    assert browser.post(mailbox.link(new))["Location"] == "/accounts/email/"
    assert browser.get(WAITING)["Location"] == "/dashboard/"


def test_the_link_to_a_new_address_is_dead_once_another_was_confirmed(alice: User, alice_client: Client) -> None:
    link, instead = confirming.link_for(alice, "alice.new@example.org"), confirming.link_for(alice, OTHER)
    path, other_path = (f"/{address.split('/', 3)[3]}" for address in (link, instead))
    alice_client.post(other_path)
    assert alice_client.post(path).status_code == 410
    assert [*EmailAddress.objects.filter(user=alice).values_list("email", flat=True)] == [OTHER]
