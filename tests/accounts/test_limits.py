"""Limits of the account pages, as browsers and attackers meet them."""

import json
import re

import pytest
from django.test import Client

from accounts import limits_table
from accounts.models import User
from hdr_site.foundation.actions import Action
from hdr_site.foundation.limits import Refusal
from hdr_site.foundation.models import AuditEntry, Mail
from tests import people
from tests.accounts import mailbox
from tests.contracts.test_urls_and_roles import ALL

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

WRONG = "not the password"
HOME, ELSEWHERE = "192.0.2.7", "198.51.100.7"


class Clock:
    """The time as the limits see it: it stands still unless a test moves it."""

    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """No window of time ends in the middle of a test."""
    clock = Clock()
    monkeypatch.setattr("hdr_site.foundation.limits.time", clock)
    return clock


def log_in(password: str, address: str = "alice@example.org", *, ip: str = HOME, browser: Client | None = None) -> int:
    form = {"login": address, "password": password}
    return (browser or Client()).post("/accounts/login/", form, REMOTE_ADDR=ip).status_code


def botnet(size: int) -> list[str]:
    """Addresses in as many networks."""
    return [f"10.{number // 250}.{number % 250}.1" for number in range(size)]


def test_a_class_of_thirty_logs_in_within_a_minute_from_one_network(alice: User, password: str) -> None:
    assert [log_in(password, ip=f"192.0.2.{pupil}") for pupil in range(1, 31)] == [302] * 30


def test_a_class_of_thirty_who_each_mistype_twice_still_gets_in(alice: User, password: str) -> None:
    for pupil in range(30):
        log_in(WRONG, f"pupil{pupil}@example.org")
        log_in(WRONG, f"pupil{pupil}@example.org")
    assert log_in(password) == 302


def test_wrong_passwords_for_one_account_from_one_network_are_refused_after_five(alice: User, password: str) -> None:
    assert [log_in(WRONG) for _ in range(6)] == [200] * 5 + [429]
    assert log_in(password) == 429


def test_another_address_of_the_same_network_does_not_help(alice: User) -> None:
    assert [log_in(WRONG, ip=f"192.0.2.{number}") for number in range(6)][-1] == 429


def test_the_case_of_the_address_does_not_help(alice: User) -> None:
    tries = [
        log_in(WRONG, address) for address in ("alice@example.org", "ALICE@example.org", " alice@Example.ORG ") * 2
    ]
    assert tries[-1] == 429


def test_right_passwords_do_not_count(alice: User, password: str) -> None:
    assert [log_in(password) for _ in range(12)] == [302] * 12


def test_an_unknown_address_is_limited_as_a_known_one(alice: User) -> None:
    assert [log_in(WRONG, "ann@example.org") for _ in range(6)] == [200] * 5 + [429]


def test_a_refusal_says_what_the_limit_is_and_when_to_try_again(alice: User) -> None:
    for _ in range(5):
        log_in(WRONG)
    answer = Client().post("/accounts/login/", {"login": alice.email, "password": WRONG}, REMOTE_ADDR=HOME)
    assert answer.status_code == 429
    page = answer.content.decode()
    assert "Too many failed attempts to log in to this account: at most 5 in 5 minutes. Try again in" in page
    assert "too_many_attempts" in page
    assert 0 < int(answer["Retry-After"]) <= 300


def test_a_program_gets_the_refusal_as_json(alice: User) -> None:
    for _ in range(5):
        log_in(WRONG)
    form = {"login": alice.email, "password": WRONG}
    answer = Client().post("/accounts/login/", form, REMOTE_ADDR=HOME, headers={"Accept": "application/json"})
    assert (answer.status_code, json.loads(answer.content)["error"]["code"]) == (429, "too_many_attempts")


def test_somebody_who_attacks_from_many_networks_is_refused(alice: User) -> None:
    assert 429 in {log_in(WRONG, ip=ip) for ip in botnet(25)}


def test_the_owner_gets_in_with_a_known_browser_while_attackers_try_from_many_networks(
    alice: User, password: str
) -> None:
    browser = Client()
    assert log_in(password, browser=browser) == 302
    browser.post("/accounts/logout/")
    for ip in botnet(40):
        log_in(WRONG, ip=ip)
    assert log_in(password, ip=ELSEWHERE, browser=browser) == 302


def test_the_owner_gets_in_with_a_known_browser_while_somebody_tries_at_the_next_desk(
    alice: User, password: str
) -> None:
    browser = Client()
    log_in(password, browser=browser)
    browser.post("/accounts/logout/")
    for _ in range(6):
        log_in(WRONG)
    assert log_in(password) == 429
    assert log_in(password, browser=browser) == 302


def test_who_forgot_the_password_and_chose_a_new_one_gets_in_after_many_wrong_ones(alice: User) -> None:
    browser = Client()
    for _ in range(6):
        log_in(WRONG, browser=browser)
    browser.post("/accounts/password/reset/", {"email": alice.email}, REMOTE_ADDR=HOME)
    form = browser.get(mailbox.link(alice.email), follow=True)
    chosen = "eight red chairs"
    browser.post(form.request["PATH_INFO"], {"password1": chosen, "password2": chosen}, REMOTE_ADDR=HOME)
    assert log_in(chosen, browser=browser) == 302


def test_a_known_browser_may_not_guess_without_end(alice: User, password: str) -> None:
    browser = Client()
    log_in(password, browser=browser)
    browser.post("/accounts/logout/")
    assert [log_in(WRONG, browser=browser) for _ in range(6)] == [200] * 5 + [429]


def test_a_browser_is_known_for_one_address_only(alice: User, bob: User, password: str) -> None:
    browser = Client()
    log_in(password, bob.email, browser=browser)
    browser.post("/accounts/logout/")
    for _ in range(6):
        log_in(WRONG)
    assert log_in(password, browser=browser) == 429


def test_a_made_up_cookie_makes_no_browser_known(alice: User, password: str) -> None:
    browser = Client()
    log_in(password, browser=browser)
    browser.post("/accounts/logout/")
    number, _, rest = browser.cookies["known"].value.partition(".")
    browser.cookies["known"] = f"{number}x.{rest}"
    for _ in range(6):
        log_in(WRONG)
    assert log_in(password, browser=browser) == 429


def test_the_cookie_of_a_known_browser_names_nobody(alice: User, password: str) -> None:
    browser = Client()
    log_in(password, browser=browser)
    kept = browser.cookies["known"]
    assert "alice" not in kept.value
    assert (kept["httponly"], kept["samesite"], kept["max-age"]) == (True, "Lax", 90 * 24 * 3600)


def test_the_owner_gets_in_from_anywhere_minutes_after_the_attack(alice: User, password: str, clock: Clock) -> None:
    for ip in botnet(40):
        log_in(WRONG, ip=ip)
    assert log_in(password, ip=ELSEWHERE) == 429
    clock.now += 10 * 60
    assert log_in(password, ip=ELSEWHERE) == 302


def test_an_attacker_does_not_make_a_network_known_by_failing(alice: User) -> None:
    for ip in botnet(40):
        log_in(WRONG, ip=ip)
    assert log_in(WRONG, ip=botnet(1)[0]) == 429


def test_one_network_cannot_try_one_password_on_many_accounts(alice: User) -> None:
    assert 429 in {log_in(WRONG, f"pupil{number}@example.org") for number in range(90)}


def test_mails_to_one_address_are_limited_from_one_network(alice: User) -> None:
    asked = [
        Client().post("/accounts/password/reset/", {"email": alice.email}, REMOTE_ADDR=HOME).status_code
        for _ in range(4)
    ]
    assert asked == [302, 302, 302, 429]
    assert Mail.objects.count() == 3


def test_mails_to_one_address_are_limited_from_all_networks_together(alice: User) -> None:
    for ip in botnet(30):
        Client().post("/accounts/password/reset/", {"email": alice.email}, REMOTE_ADDR=ip)
    assert Mail.objects.count() == 10


@pytest.mark.parametrize("form", ["/accounts/password/reset/", "/accounts/login/code/"])
def test_another_address_in_the_form_does_not_help(alice: User, form: str) -> None:
    for number in range(20):
        Client().post(form, {"email": alice.email, "login": f"pupil{number}@example.org"}, REMOTE_ADDR=HOME)
    assert Mail.objects.count() == 3


def test_what_follows_a_plus_is_the_same_mailbox() -> None:
    for number in range(20):
        Client().post("/accounts/login/code/", {"email": f"ann+{number}@example.org"}, REMOTE_ADDR=HOME)
    assert Mail.objects.count() == 3


def test_all_forms_together_send_a_stranger_no_more_mails_than_one_of_them() -> None:
    address = {"email": "ann@example.org"}
    sign_up = address | {"password1": "seven blue lamps", "password2": "seven blue lamps"}
    for ip in botnet(8):
        browser = Client(REMOTE_ADDR=ip)
        browser.post("/accounts/signup/", sign_up)
        for _ in range(3):
            again = {"action": "resend", "credential": "{}", "email": "other@example.org"}
            browser.post("/accounts/confirm-email/", again)
        Client(REMOTE_ADDR=ip).post("/accounts/login/code/", address)
        Client(REMOTE_ADDR=ip).post("/accounts/password/reset/", address)
    assert 0 < Mail.objects.count() <= 10


def test_who_is_signed_in_floods_nobody_by_naming_their_address_as_the_new_one(
    alice: User, password: str, bob: User
) -> None:
    for ip in botnet(6):
        browser = Client(REMOTE_ADDR=ip)
        browser.post("/accounts/login/", {"login": alice.email, "password": password})
        browser.post("/accounts/email/", {"email": bob.email, "action_add": ""})
        for _ in range(3):
            browser.post("/accounts/confirm-email/", {"action": "resend"})
    assert Mail.objects.filter(to=bob.email).count() == 10


def test_signing_up_is_limited_from_one_network() -> None:
    answers = {
        Client().post("/accounts/signup/", {"email": f"p{n}@example.org"}, REMOTE_ADDR=HOME).status_code
        for n in range(151)
    }
    assert answers == {200, 429}


def test_looking_at_the_page_does_not_count(client: Client) -> None:
    assert {client.get("/accounts/login/").status_code for _ in range(150)} == {200}


def test_new_tokens_are_limited_for_each_person(alice: User, bob: User) -> None:
    alices, bobs = people.just_signed_in(alice), people.just_signed_in(bob)
    answers = [alices.post("/accounts/tokens/", {"name": ""}).status_code for _ in range(21)]
    assert answers == [400] * 20 + [429]
    assert bobs.post("/accounts/tokens/", {"name": ""}).status_code == 400


def test_a_password_asked_for_again_is_limited(alice_client: Client) -> None:
    answers = [alice_client.post("/accounts/reauthenticate/", {"password": WRONG}).status_code for _ in range(6)]
    assert answers == [200] * 5 + [429]


def test_every_limit_has_a_sentence() -> None:
    rules = [*limits_table.FAILED_PASSWORDS, *limits_table.ANYTHING_ELSE]
    for found in limits_table.FOR_ADDRESS_OF.values():
        rules.extend(found)
    for rule in rules:
        assert re.fullmatch(r"Too many .+: at most \d+ in .+\. Try again in .+\.", Refusal(rule.limit, 5).sentence())


def test_every_address_of_the_table_exists() -> None:
    assert {re.sub(r":(resend|change|passkey)$", "", name) for name in limits_table.FOR_ADDRESS_OF} <= {
        *ALL,
        "account_request_login_code",
    }


@pytest.fixture
def half_way_in(alice: User, password: str) -> Client:
    """Somebody who knows Alice's password, in a network of their own, and not the code of her app."""
    people.with_an_app(alice)
    browser = Client(REMOTE_ADDR=ELSEWHERE)
    browser.post("/accounts/login/", {"login": alice.email, "password": password})
    return browser


def test_codes_of_a_second_factor_are_refused_after_five(half_way_in: Client) -> None:
    tried = [half_way_in.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code for _ in range(6)]
    assert tried == [200] * 5 + [429]


def test_starting_again_gives_no_more_codes(half_way_in: Client, alice: User, password: str) -> None:
    for _ in range(3):
        half_way_in.post("/accounts/2fa/authenticate/", {"code": "000000"})
    again = Client(REMOTE_ADDR=ELSEWHERE)
    again.post("/accounts/login/", {"login": alice.email, "password": password})
    tried = [again.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code for _ in range(3)]
    assert tried == [200, 200, 429]


def test_a_passkey_stays_open_when_codes_were_tried_too_often(half_way_in: Client) -> None:
    for _ in range(6):
        half_way_in.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert half_way_in.post("/accounts/2fa/authenticate/", {"credential": "{}"}).status_code == 200


def test_a_code_beside_a_passkey_is_a_code(half_way_in: Client) -> None:
    both = {"code": "000000", "credential": "{}"}
    tried = [half_way_in.post("/accounts/2fa/authenticate/", both).status_code for _ in range(6)]
    assert tried[-1] == 429


def test_naming_an_address_of_their_own_makes_nobody_known(alice: User, bob: User, password: str) -> None:
    people.with_an_app(alice)
    statuses = []
    for ip in botnet(12):
        log_in(password, bob.email, ip=ip)
        browser = Client(REMOTE_ADDR=ip)
        browser.post("/accounts/login/", {"login": alice.email, "password": password})
        answer = browser.post("/accounts/2fa/authenticate/", {"code": "000000", "email": bob.email})
        statuses.append(answer.status_code)
    assert statuses[-1] == 429


def test_a_code_that_calls_itself_a_passkey_is_a_code(half_way_in: Client) -> None:
    disguised = {"code": "000000", "action": "passkey"}
    tried = [half_way_in.post("/accounts/2fa/authenticate/", disguised).status_code for _ in range(6)]
    assert tried[-1] == 429


def test_who_knows_the_password_does_not_use_up_the_owners_codes(
    half_way_in: Client, alice: User, password: str
) -> None:
    for _ in range(6):
        half_way_in.post("/accounts/2fa/authenticate/", {"code": "000000"})
    owner = Client(REMOTE_ADDR=HOME)
    owner.post("/accounts/login/", {"login": alice.email, "password": password})
    assert owner.post("/accounts/2fa/authenticate/", {"code": people.code_of()}).status_code == 302


def test_a_failure_is_noted_for_whom_it_was(alice: User) -> None:
    log_in(WRONG)
    entry = AuditEntry.objects.get(action=Action.SIGN_IN_FAILED)
    assert (entry.actor_id, entry.person_id, entry.network) == (None, alice.pk, "192.0.2.0/24")


def test_a_failure_of_an_unknown_address_keeps_no_address() -> None:
    log_in(WRONG, "ann@example.org")
    entry = AuditEntry.objects.get(action=Action.SIGN_IN_FAILED)
    assert entry.person_id is None
    assert "ann" not in f"{entry.subject} {entry.details}"


def test_refused_tries_fill_no_table(alice: User) -> None:
    for _ in range(30):
        log_in(WRONG)
    assert AuditEntry.objects.count() == 5
