"""Where somebody is signed in: seen, ended one by one or together, and forgotten when it is over."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts import devices, sessions
from accounts.models import User
from hdr_site.foundation.models import AuditEntry

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

PAGE = "/accounts/sessions/"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:135.0) Gecko/20100101 Firefox/135.0"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.3 Mobile/15E148 Safari/604.1"
)
OTHER_PASSWORD = "eight red chairs"


def browser(password: str, header: str = FIREFOX, address: str = "192.0.2.77", person: str = "alice") -> Client:
    """A browser in which somebody has signed in through the page."""
    client = Client(headers={"User-Agent": header}, REMOTE_ADDR=address)
    client.post("/accounts/login/", {"login": f"{person}@example.org", "password": password})
    assert is_in(client)
    return client


def is_in(client: Client) -> bool:
    return client.get(PAGE).status_code == 200


def number_of(client: Client) -> int:
    return int(UserSession.objects.get(session_key=client.session.session_key).pk)


def used_long_ago(client: Client) -> None:
    """As if the person had signed in an hour ago and this process had started since."""
    then = timezone.now() - timedelta(hours=1)
    get_user_model().objects.update(last_login=then)
    UserSession.objects.filter(pk=number_of(client)).update(last_seen_at=then)
    sessions._noted.clear()


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (FIREFOX, "Firefox on Windows"),
        (PHONE, "Safari on iPhone"),
        ("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) Chrome/133.0.0.0 Safari/537.36", "Chrome on ChromeOS"),
        ("Mozilla/5.0 (Linux; Android 10; K) Chrome/133.0.0.0 Mobile Safari/537.36", "Chrome on Android"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/133.0.0.0 Safari/537.36 Edg/133.0.0.0", "Edge on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.3 Safari/605.1.15", "Safari on Mac"),
        ("curl/8.5.0", "A browser that does not say what it is"),
        ("", "A browser that does not say what it is"),
    ],
)
def test_a_browser_is_told_in_words(header: str, words: str) -> None:
    assert devices.in_words(header) == words


def test_the_list_names_devices_and_networks_and_marks_this_one(alice: User, password: str) -> None:
    browser(password, PHONE, "198.51.100.9")
    shown = browser(password).get(PAGE)
    rows = shown.context["sessions"]
    assert [(row["device"], row["network"], row["is_this_one"]) for row in rows] == [
        ("Firefox on Windows", "192.0.2.0/24", True),
        ("Safari on iPhone", "198.51.100.0/24", False),
    ]
    assert "192.0.2.77" not in shown.content.decode()


def test_the_full_address_is_not_kept(alice: User, password: str) -> None:
    browser(password, address="192.0.2.77")
    assert UserSession.objects.get().ip == "192.0.2.0"


def test_an_ended_session_is_nobodys_at_its_next_request(alice: User, password: str) -> None:
    here, phone = browser(password), browser(password, PHONE)
    assert here.post(PAGE, {"session": number_of(phone)}).status_code == 302
    assert is_in(here)
    assert not is_in(phone)
    assert AuditEntry.objects.get(action="session.ended", person=alice).subject == "Safari on iPhone"


def test_all_others_end_together(alice: User, bob: User, password: str) -> None:
    here, phone, library = browser(password), browser(password, PHONE), browser(password)
    bobs = browser(password, person="bob")
    here.post(PAGE, {"session": "others"})
    assert [is_in(client) for client in (here, phone, library, bobs)] == [True, False, False, True]


def test_bob_cannot_end_a_session_of_alices(alice: User, bob: User, password: str) -> None:
    alices = browser(password)
    assert browser(password, person="bob").post(PAGE, {"session": number_of(alices)}).status_code == 404
    assert is_in(alices)


@pytest.mark.parametrize("which", ["", "x", "-1", "²", "9" * 40])
def test_what_is_no_session_is_404(alice: User, password: str, which: str) -> None:
    assert browser(password).post(PAGE, {"session": which}).status_code == 404


def test_the_key_of_the_session_changes_when_somebody_signs_in(alice: User, password: str, client: Client) -> None:
    client.get("/accounts/password/reset/")
    client.post("/accounts/password/reset/", {"email": "alice@example.org"})
    before = client.session.session_key
    client.post("/accounts/login/", {"login": "alice@example.org", "password": password})
    assert client.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()


def test_a_changed_password_ends_all_sessions_but_the_one_it_is_changed_in(alice: User, password: str) -> None:
    here, phone = browser(password), browser(password, PHONE)
    before = here.session.session_key
    form = {"oldpassword": password, "password1": OTHER_PASSWORD, "password2": OTHER_PASSWORD}
    here.post("/accounts/password/change/", form)
    assert Session.objects.count() == 1  # not only of no use: gone
    assert is_in(here)
    assert not is_in(phone)
    assert here.session.session_key != before
    assert len(here.get(PAGE).context["sessions"]) == 1


def test_a_password_that_staff_set_ends_all_sessions(alice: User, password: str) -> None:
    phone = browser(password, PHONE)
    assert len(sessions.of(alice)) == 1
    alice.set_password(OTHER_PASSWORD)
    alice.save()
    assert sessions.of(alice) == []
    assert not is_in(phone)


def test_the_last_use_is_noted_with_its_network(alice: User, password: str) -> None:
    client = browser(password)
    used_long_ago(client)
    client.get(PAGE, REMOTE_ADDR="203.0.113.5")
    row = UserSession.objects.get()
    assert timezone.now() - row.last_seen_at < timedelta(minutes=1)
    assert row.ip == "203.0.113.0"


def test_noting_it_costs_one_query_and_then_none(
    alice: User, password: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = browser(password)
    address = "/recognitions/new/"
    used_long_ago(client)
    with django_assert_num_queries(3):  # session, user, the note
        client.get(address)
    with django_assert_num_queries(2):  # session, user
        client.get(address)


def test_a_process_that_does_not_know_of_it_writes_nothing_anew(alice: User, password: str) -> None:
    client = browser(password)
    used_long_ago(client)
    client.get(PAGE)
    noted = UserSession.objects.get().last_seen_at
    sessions._noted.clear()
    client.get(PAGE)
    assert UserSession.objects.get().last_seen_at == noted


def test_a_session_without_a_row_gets_one(alice: User, password: str) -> None:
    client = browser(password)
    used_long_ago(client)
    UserSession.objects.all().delete()
    client.get(PAGE)
    assert UserSession.objects.get().session_key == client.session.session_key


def test_sessions_that_are_over_leave_the_list_and_the_tables(alice: User, password: str) -> None:
    here, phone, library = browser(password), browser(password, PHONE), browser(password)
    Session.objects.filter(session_key=phone.session.session_key).update(expire_date=timezone.now())
    library.post("/accounts/logout/")
    assert len(here.get(PAGE).context["sessions"]) == 1
    assert UserSession.objects.count() == 1
    sessions.purge()
    assert Session.objects.count() == 1


def test_the_purge_leaves_living_sessions_alone(alice: User, password: str) -> None:
    here, phone = browser(password), browser(password, PHONE)
    number = number_of(phone)
    Session.objects.filter(session_key=phone.session.session_key).update(expire_date=timezone.now())
    sessions.purge()
    assert not UserSession.objects.filter(pk=number).exists()
    assert is_in(here)


def test_whoever_signs_in_without_end_ends_the_longest_unused(
    alice: User, password: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "MOST_SESSIONS", 2)
    first, second = browser(password), browser(password)
    UserSession.objects.filter(pk=number_of(first)).update(last_seen_at=timezone.now() - timedelta(hours=1))
    third = browser(password)
    assert [is_in(client) for client in (first, second, third)] == [False, True, True]


def test_watching_the_process_asks_no_database_with_a_session_either(
    alice_client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    assert settings.SESSION_COOKIE_NAME in alice_client.cookies
    with django_assert_num_queries(0):
        alice_client.get("/healthz")
