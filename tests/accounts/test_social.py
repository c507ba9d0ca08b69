"""Signing up and in with Google, Facebook and LinkedIn, against a provider of our own with real redirects."""

import html
import json
import logging
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from threading import Barrier
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialToken
from allauth.socialaccount.providers.facebook import flows
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from pytest_django import Settings

from accounts.identity_providers import FacebookAdapter
from accounts.models import User
from accounts.social import SocialAccountAdapter
from hdr_site.foundation.models import AuditEntry, Mail
from tests import people
from tests.accounts import mailbox
from tests.identity_provider import CLIENT_ID, CLIENT_SECRET, IdentityProvider, Person, answer_consent, running

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

CAROL: Person = {"sub": "1234567890", "email": "carol@example.org", "email_verified": True, "name": "Carol Example"}
ALICE: Person = {"sub": "777", "email": "alice@example.org", "email_verified": True, "name": "Alice"}
WITHOUT_AN_ADDRESS: Person = {"sub": "42", "name": "No Mail"}
LOGIN = {
    "google": "/accounts/oidc/google/login/",
    "linkedin": "/accounts/oidc/linkedin/login/",
    "facebook": "/accounts/facebook/login/",
}
PROVIDERS = sorted(LOGIN)
OPENID = ["google", "linkedin"]
CREDENTIALS = [f"{name.upper()}_CLIENT_{half}" for name in PROVIDERS for half in ("ID", "SECRET")]


@cache
def _read_with(*variables: str) -> subprocess.CompletedProcess[str]:
    ours = {name: CLIENT_ID if name.endswith("_ID") else CLIENT_SECRET for name in variables}
    script = "import json; from hdr_site import settings; print(json.dumps(settings.SOCIALACCOUNT_PROVIDERS))"
    command = [sys.executable, "-c", script]
    return subprocess.run(command, env=os.environ | ours, check=False, capture_output=True, text=True)


def offered(*variables: str) -> Any:
    """What the product's settings say with these variables in the environment."""
    return json.loads(_read_with(*variables).stdout)


@pytest.fixture
def provider(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[IdentityProvider]:
    """All three are switched on, and live at one address on this machine. Carol sits there."""
    with running(CAROL) as ours:
        kinds = offered(*CREDENTIALS)
        for app in kinds["openid_connect"]["APPS"]:
            app["settings"]["server_url"] = ours.url
        settings.SOCIALACCOUNT_PROVIDERS = kinds
        monkeypatch.setattr(FacebookAdapter, "authorize_url", f"{ours.url}/dialog/oauth")
        monkeypatch.setattr(FacebookAdapter, "access_token_url", f"{ours.url}/oauth/access_token")
        monkeypatch.setattr(flows, "GRAPH_API_URL", ours.url)
        yield ours


def left_for(browser: Client, address: str) -> str:
    """Press the button; the provider's address to which the page leads on."""
    page = browser.post(address)
    assert page.status_code == 200, page
    found = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', page.content.decode())
    assert found, page.content.decode()
    return html.unescape(found[1])


def back(browser: Client, location: str) -> Any:
    """Follow the provider's redirect to us."""
    parts = urlsplit(location)
    return browser.get(f"{parts.path}?{parts.query}")


def sign_in(browser: Client, name: str, *, allow: bool = True, **query: str) -> Any:
    """The whole way: button, consent page, back."""
    away = left_for(browser, LOGIN[name] + (f"?{urlencode(query)}" if query else ""))
    return back(browser, answer_consent(away, allow=allow))


def as_a_person_of(provider: IdentityProvider, name: str, person: Person) -> None:
    """`person` sits at the provider, which does PKCE unless it is LinkedIn."""
    provider.person, provider.pkce = person, name != "linkedin"


def is_in(browser: Client) -> bool:
    return browser.get("/recognitions/").status_code == 200


# --- What is offered --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PROVIDERS)
def test_both_variables_switch_a_provider_on_and_no_other(name: str) -> None:
    kinds = offered(f"{name.upper()}_CLIENT_ID", f"{name.upper()}_CLIENT_SECRET")
    assert [app["provider_id"] for kind in kinds.values() for app in kind["APPS"]] == [name]


@pytest.mark.parametrize("variable", CREDENTIALS)
def test_one_variable_without_the_other_stops_the_start_with_a_sentence(variable: str) -> None:
    read = _read_with(variable)
    assert read.returncode != 0
    assert f"{variable} is set, but" in read.stderr
    assert CLIENT_SECRET not in read.stderr


def test_nothing_is_offered_where_nothing_is_switched_on(client: Client) -> None:
    for page in ("/accounts/login/", "/accounts/signup/"):
        assert b"Continue with" not in client.get(page).content


@pytest.mark.parametrize("page", ["/accounts/login/", "/accounts/signup/"])
@pytest.mark.usefixtures("provider")
def test_what_is_switched_on_has_a_button_that_posts(client: Client, page: str) -> None:
    content = client.get(page).content.decode()
    for name in PROVIDERS:
        assert f'<form method="post" action="{LOGIN[name]}">' in content


@pytest.mark.parametrize("name", PROVIDERS)
def test_a_provider_that_is_not_switched_on_is_not_there(client: Client, name: str) -> None:
    for address in (LOGIN[name], f"{LOGIN[name]}callback/"):
        assert client.get(address).status_code == 404
    assert client.post(LOGIN[name]).status_code == 404


@pytest.mark.usefixtures("provider")
def test_a_link_alone_sends_nobody_to_a_provider(client: Client) -> None:
    page = client.get(LOGIN["google"])
    assert page.status_code == 200
    assert b'<form method="post">' in page.content


# --- Signing up and in ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", OPENID)
def test_somebody_with_a_verified_address_signs_up_and_is_in(
    client: Client, provider: IdentityProvider, name: str
) -> None:
    as_a_person_of(provider, name, CAROL)
    sign_in(client, name)
    assert is_in(client)
    carol = User.objects.get()
    assert list(AuditEntry.objects.filter(person_id=carol.pk).order_by("pk").values_list("action", flat=True)) == [
        "account.created",
        "social.connected",
        "session.started",
    ]
    assert (carol.email, carol.name) == ("carol@example.org", "Carol Example")
    assert EmailAddress.objects.get(user=carol).verified
    assert not carol.has_usable_password()


@pytest.mark.parametrize("name", OPENID)
def test_the_second_time_it_is_the_same_account(client: Client, provider: IdentityProvider, name: str) -> None:
    as_a_person_of(provider, name, CAROL)
    sign_in(client, name)
    another_browser = Client()
    sign_in(another_browser, name)
    assert is_in(another_browser)
    assert User.objects.count() == SocialAccount.objects.count() == 1


@pytest.mark.parametrize("name", ["google", "linkedin", "facebook"])
def test_an_address_that_nobody_has_verified_is_confirmed_by_mail_first(
    client: Client, provider: IdentityProvider, name: str
) -> None:
    as_a_person_of(provider, name, CAROL | {"email_verified": False})
    sign_in(client, name)
    assert not is_in(client)
    assert not EmailAddress.objects.get(email="carol@example.org").verified
    assert Mail.objects.filter(to="carol@example.org").count() == 1


def test_verified_as_the_word_false_is_not_verified(client: Client, provider: IdentityProvider) -> None:
    as_a_person_of(provider, "linkedin", CAROL | {"email_verified": "false"})
    sign_in(client, "linkedin")
    assert not EmailAddress.objects.get(email="carol@example.org").verified


def test_without_an_address_from_facebook_we_ask_for_it_and_confirm_it(
    client: Client, provider: IdentityProvider
) -> None:
    as_a_person_of(provider, "facebook", WITHOUT_AN_ADDRESS)
    assert sign_in(client, "facebook")["Location"] == "/accounts/3rdparty/signup/"
    assert b"Facebook did not tell us your address" in client.get("/accounts/3rdparty/signup/").content
    client.post("/accounts/3rdparty/signup/", {"email": "dora@example.org"})
    assert not is_in(client)
    assert Mail.objects.filter(to="dora@example.org").count() == 1
    assert SocialAccount.objects.get(provider="facebook").user.email == "dora@example.org"


@pytest.mark.parametrize("name", PROVIDERS)
def test_only_the_address_is_kept_and_no_token(client: Client, provider: IdentityProvider, name: str) -> None:
    as_a_person_of(provider, name, CAROL)
    sign_in(client, name)
    assert SocialAccount.objects.get().extra_data == {"email": "carol@example.org"}
    assert not SocialToken.objects.exists()
    kept = json.dumps([session.get_decoded() for session in Session.objects.all()])
    assert [token for token in provider.tokens if token in kept] == []


def test_a_token_is_not_kept_while_we_ask_for_the_address_either(client: Client, provider: IdentityProvider) -> None:
    as_a_person_of(provider, "facebook", WITHOUT_AN_ADDRESS)
    sign_in(client, "facebook")
    kept = json.dumps(dict(client.session.items()))
    assert "No Mail" in kept
    assert [token for token in provider.tokens if token in kept] == []


def test_people_come_out_where_they_were_going(client: Client, provider: IdentityProvider) -> None:
    assert sign_in(client, "google", next="/recognitions/new/")["Location"] == "/recognitions/new/"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "https:evil.example", "/\\evil.example"]
)
def test_nobody_is_sent_on_to_another_site(client: Client, provider: IdentityProvider, elsewhere: str) -> None:
    assert sign_in(client, "google", next=elsewhere)["Location"] == "/dashboard/"


def test_the_redirect_address_is_that_of_the_site_whatever_host_was_asked(
    client: Client, provider: IdentityProvider, settings: Settings
) -> None:
    settings.SITE_URL = "https://digits.example.org"
    asked = parse_qs(urlsplit(left_for(client, LOGIN["google"])).query)
    assert asked["redirect_uri"] == ["https://digits.example.org/accounts/oidc/google/login/callback/"]
    asked = parse_qs(urlsplit(left_for(client, LOGIN["facebook"])).query)
    assert asked["redirect_uri"] == ["https://digits.example.org/accounts/facebook/login/callback/"]


@pytest.mark.usefixtures("provider")
def test_a_link_cannot_widen_what_we_ask_the_provider_for(client: Client) -> None:
    tampered = LOGIN["google"] + "?scope=drive&auth_params=prompt%3Dnone%26redirect_uri%3Dhttps%3A%2F%2Fevil.example"
    asked = parse_qs(urlsplit(left_for(client, tampered)).query)
    assert set(asked["scope"][0].split()) == {"openid", "email", "profile"}
    assert "evil" not in json.dumps(asked)
    assert "prompt" not in asked


def test_a_session_begins_anew_when_somebody_signs_in(client: Client, provider: IdentityProvider) -> None:
    away = left_for(client, LOGIN["google"])
    before = client.session.session_key
    back(client, answer_consent(away))
    assert client.session.session_key != before


@pytest.mark.django_db(transaction=True)
def test_of_two_answers_at_the_same_moment_one_makes_the_account(
    provider: IdentityProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    both_have_looked = Barrier(2, timeout=20)
    save = SocialAccountAdapter.save_user

    def saved_together(self: SocialAccountAdapter, *args: Any, **more: Any) -> User:
        both_have_looked.wait()
        return save(self, *args, **more)

    monkeypatch.setattr(SocialAccountAdapter, "save_user", saved_together)

    def answered(browser: Client, answer: str) -> int:
        try:
            return int(back(browser, answer).status_code)
        finally:
            connection.close()

    browsers = [Client(), Client()]
    answers = [answer_consent(left_for(browser, LOGIN["google"])) for browser in browsers]
    with ThreadPoolExecutor(2) as threads:
        statuses = sorted(threads.map(answered, browsers, answers))
    assert statuses == [302, 409]
    assert User.objects.count() == SocialAccount.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_give_one_address_at_the_same_moment_both_get_the_same_page(provider: IdentityProvider) -> None:
    browsers = [Client() for _ in range(4)]
    for number, browser in enumerate(browsers):
        as_a_person_of(provider, "facebook", WITHOUT_AN_ADDRESS | {"id": f"77{number}"})
        sign_in(browser, "facebook")

    def gives_an_address(browser: Client) -> tuple[int, str]:
        answer = browser.post("/accounts/3rdparty/signup/", {"email": "dora@example.org"})
        connection.close()
        return answer.status_code, answer["Location"]

    with ThreadPoolExecutor(4) as threads:
        assert len(set(threads.map(gives_an_address, browsers))) == 1
    assert User.objects.count() == SocialAccount.objects.count() == 1


# --- Who may sign up --------------------------------------------------------------------------------------------------


def test_where_nobody_signs_up_nobody_does_it_elsewhere(
    client: Client, provider: IdentityProvider, settings: Settings
) -> None:
    settings.SIGN_UP = "closed"
    response = sign_in(client, "google")
    assert (response.status_code, b"takes no new accounts" in response.content) == (403, True)
    as_a_person_of(provider, "facebook", WITHOUT_AN_ADDRESS)
    assert "takes no new accounts" in sign_in(client, "facebook").content.decode()
    assert not User.objects.exists()


def test_who_has_an_account_goes_on_where_nobody_signs_up(
    client: Client, provider: IdentityProvider, settings: Settings
) -> None:
    sign_in(Client(), "google")
    settings.SIGN_UP = "closed"
    sign_in(client, "google")
    assert is_in(client)


@pytest.mark.parametrize("verified", [True, False])
def test_only_addresses_of_the_domains_that_may_sign_up_do(
    client: Client, provider: IdentityProvider, settings: Settings, verified: bool
) -> None:
    settings.SIGN_UP_DOMAINS = ["school.example"]
    provider.person = CAROL | {"email_verified": verified}
    response = sign_in(client, "google")
    assert refused(response, "social_domain_not_taken", 403)
    assert "school.example" in response.content.decode()
    assert not User.objects.exists()


def test_an_address_that_is_typed_is_of_such_a_domain_too(
    client: Client, provider: IdentityProvider, settings: Settings
) -> None:
    settings.SIGN_UP_DOMAINS = ["school.example"]
    as_a_person_of(provider, "facebook", WITHOUT_AN_ADDRESS)
    sign_in(client, "facebook")
    page = client.post("/accounts/3rdparty/signup/", {"email": "dora@example.org"}).content.decode()
    assert "Only addresses of school.example may sign up here" in page
    assert not User.objects.exists()


# --- What goes wrong --------------------------------------------------------------------------------------------------


def refused(response: Any, code: str, status: int) -> bool:
    """A page of ours with a sentence and this code; nobody is in, and nobody was made."""
    return (response.status_code, f"<code>{code}</code>" in response.content.decode()) == (status, True)


def test_saying_no_is_no_fault(client: Client, provider: IdentityProvider) -> None:
    response = sign_in(client, "google", allow=False)
    assert refused(client.get(response["Location"]), "social_cancelled", 200)
    assert not User.objects.exists()


@pytest.mark.usefixtures("provider")
def test_linkedins_word_for_no_is_understood(client: Client) -> None:
    state = parse_qs(urlsplit(left_for(client, LOGIN["linkedin"])).query)["state"][0]
    response = client.get(f"{LOGIN['linkedin']}callback/?error=user_cancelled_login&state={state}")
    assert response["Location"] == "/accounts/3rdparty/login/cancelled/"


@pytest.mark.usefixtures("provider")
def test_a_refusal_of_the_provider_is_told(client: Client) -> None:
    state = parse_qs(urlsplit(left_for(client, LOGIN["google"])).query)["state"][0]
    response = client.get(f"{LOGIN['google']}callback/?error=temporarily_unavailable&state={state}")
    assert refused(response, "social_refused", 502)


@pytest.mark.parametrize("name", PROVIDERS)
@pytest.mark.parametrize("state", ["", "&state=", "&state=made-up"])
def test_an_answer_to_nothing_we_asked_is_refused(
    client: Client, provider: IdentityProvider, name: str, state: str
) -> None:
    as_a_person_of(provider, name, CAROL)
    code = parse_qs(urlsplit(answer_consent(left_for(client, LOGIN[name]))).query)["code"][0]
    assert refused(client.get(f"{LOGIN[name]}callback/?code={code}{state}"), "social_not_begun_here", 400)
    assert not User.objects.exists()


def test_an_answer_works_once(client: Client, provider: IdentityProvider) -> None:
    answer = answer_consent(left_for(client, LOGIN["google"]))
    back(client, answer)
    client.post("/accounts/logout/")
    assert refused(back(client, answer), "social_not_begun_here", 400)
    assert not is_in(client)


def test_an_answer_works_in_the_browser_that_asked_only(client: Client, provider: IdentityProvider) -> None:
    answer = answer_consent(left_for(client, LOGIN["google"]))
    somebody_else = Client()
    left_for(somebody_else, LOGIN["google"])
    assert refused(back(somebody_else, answer), "social_not_begun_here", 400)
    assert not is_in(somebody_else)


def test_an_answer_of_one_provider_is_not_taken_at_the_door_of_another(
    client: Client, provider: IdentityProvider
) -> None:
    answer = answer_consent(left_for(client, LOGIN["linkedin"])).replace("linkedin", "google")
    assert refused(back(client, answer), "social_not_begun_here", 400)


def test_an_answer_that_comes_after_ten_minutes_is_refused(
    client: Client, provider: IdentityProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = answer_consent(left_for(client, LOGIN["google"]))
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 601)
    assert refused(back(client, answer), "social_not_begun_here", 400)


def test_a_stolen_code_is_worth_nothing_without_its_verifier(client: Client, provider: IdentityProvider) -> None:
    stolen = parse_qs(urlsplit(answer_consent(left_for(Client(), LOGIN["google"]))).query)["code"][0]
    state = parse_qs(urlsplit(left_for(client, LOGIN["google"])).query)["state"][0]
    response = client.get(f"{LOGIN['google']}callback/?{urlencode({'code': stolen, 'state': state})}")
    assert refused(response, "social_bad_answer", 502)


@pytest.mark.parametrize("name", OPENID)
@pytest.mark.parametrize("fault", ["wrong_issuer", "wrong_audience", "expired", "no_id_token", "no_token", "list"])
def test_a_token_that_is_not_for_us_is_refused(
    client: Client, provider: IdentityProvider, name: str, fault: str
) -> None:
    as_a_person_of(provider, name, CAROL)
    provider.fault = fault
    assert refused(sign_in(client, name), "social_bad_answer", 502)
    assert not User.objects.exists()


def test_user_info_about_somebody_else_is_refused(client: Client, provider: IdentityProvider) -> None:
    as_a_person_of(provider, "linkedin", CAROL)
    provider.fault = "other_person"
    assert refused(sign_in(client, "linkedin"), "social_bad_answer", 502)


@pytest.mark.parametrize("name", ["google", "facebook"])
@pytest.mark.parametrize(
    "claims",
    [
        {"sub": 5},
        {"sub": ""},
        {"sub": "x" * 400},
        {"sub": "a\x00"},
        {"email": ["a"]},
        {"email": 7},
        {"email": "a" * 300 + "@example.org"},
        {"email": "not an address"},
        {"name": 7},
    ],
)
def test_claims_of_a_wrong_shape_are_refused_or_left_out(
    client: Client, provider: IdentityProvider, name: str, claims: Person
) -> None:
    provider.person = CAROL | claims
    response = sign_in(client, name)
    assert response.status_code == 502 or response["Location"] == "/accounts/3rdparty/signup/"
    assert not User.objects.exists()


def test_a_name_that_no_page_can_show_is_cleaned(client: Client, provider: IdentityProvider) -> None:
    provider.person = CAROL | {"name": "Ca\x00rol\n" + "x" * 200}
    sign_in(client, "google")
    assert User.objects.get().name == ("Carol" + "x" * 200)[:100]


@pytest.mark.parametrize(
    ("fault", "code"),
    [("no_endpoints", "social_bad_answer"), ("not_json", "social_bad_answer"), ("down", "social_unreachable")],
)
def test_a_provider_that_cannot_be_asked_is_told_of_before_anybody_leaves(
    client: Client, provider: IdentityProvider, fault: str, code: str
) -> None:
    provider.fault = fault
    assert refused(client.post(LOGIN["google"]), code, 502)


@pytest.mark.parametrize("name", PROVIDERS)
@pytest.mark.parametrize("fault", ["not_json", "down"])
def test_a_provider_that_breaks_down_half_way_is_told_of(
    client: Client, provider: IdentityProvider, name: str, fault: str
) -> None:
    as_a_person_of(provider, name, CAROL)
    answer = answer_consent(left_for(client, LOGIN[name]))
    provider.fault = fault
    response = back(client, answer)
    assert response.status_code == 502
    assert not User.objects.exists()


@pytest.mark.slow
def test_a_provider_that_does_not_answer_is_waited_for_a_few_seconds_only(
    client: Client, provider: IdentityProvider
) -> None:
    provider.fault = "slow"
    assert refused(client.post(LOGIN["google"]), "social_unreachable", 502)


def test_what_the_provider_says_reaches_neither_page_nor_log(
    client: Client, provider: IdentityProvider, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    sign_in(Client(), "facebook")
    assert [token for token in provider.tokens if token in caplog.text] == []
    answer = answer_consent(left_for(client, LOGIN["facebook"]))
    provider.codes.clear()
    response = back(client, answer)
    assert "invalid_grant" not in response.content.decode() + caplog.text
    assert CLIENT_SECRET not in response.content.decode() + caplog.text
    assert "social_bad_answer" in caplog.text


def test_mails_that_a_provider_makes_us_send_are_limited(provider: IdentityProvider) -> None:
    as_a_person_of(provider, "facebook", CAROL)
    answers = [sign_in(Client(), "facebook").status_code for _ in range(4)]
    assert answers == [302, 302, 302, 429]
    assert Mail.objects.filter(to="carol@example.org").count() == 3


def test_whoever_is_confirmed_is_not_limited_by_mails(provider: IdentityProvider) -> None:
    sign_in(Client(), "google")
    provider.person = CAROL | {"email_verified": False}
    assert [sign_in(Client(), "google").status_code for _ in range(5)] == [302] * 5


# --- An address that has an account already ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", OPENID)
def test_a_verified_address_alone_opens_no_account(
    client: Client, provider: IdentityProvider, alice: User, name: str
) -> None:
    as_a_person_of(provider, name, ALICE)
    assert sign_in(client, name)["Location"] == "/accounts/3rdparty/link/"
    assert not is_in(client)
    assert not SocialAccount.objects.exists()
    assert b"alice@example.org" in client.get("/accounts/3rdparty/link/").content


def test_with_the_password_it_is_connected(
    client: Client, provider: IdentityProvider, alice: User, password: str
) -> None:
    provider.person = ALICE
    sign_in(client, "google", next="/recognitions/new/")
    assert 'name="next" value="/recognitions/new/"' in client.get("/accounts/3rdparty/link/").content.decode()
    client.post("/accounts/login/", {"login": alice.email, "password": password, "next": "/recognitions/new/"})
    assert SocialAccount.objects.get().user == alice
    assert "Another way to log in was added" in Mail.objects.get(to=alice.email).subject
    another_browser = Client()
    sign_in(another_browser, "google")
    assert is_in(another_browser)


@pytest.mark.usefixtures("bob")
def test_somebody_elses_log_in_connects_nothing(
    client: Client, provider: IdentityProvider, alice: User, password: str
) -> None:
    provider.person = ALICE
    sign_in(client, "google")
    client.post("/accounts/login/", {"login": "bob@example.org", "password": password})
    client.post("/accounts/logout/")
    client.post("/accounts/login/", {"login": alice.email, "password": password})
    assert is_in(client)
    assert not SocialAccount.objects.exists()


def test_a_link_waits_for_a_quarter_of_an_hour(
    client: Client, provider: IdentityProvider, alice: User, password: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider.person = ALICE
    sign_in(client, "google")
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 15 * 60 + 1)
    client.post("/accounts/login/", {"login": alice.email, "password": password})
    assert is_in(client)
    assert not SocialAccount.objects.exists()


def test_with_a_code_to_the_address_it_is_connected(client: Client, provider: IdentityProvider, alice: User) -> None:
    provider.person = ALICE
    sign_in(client, "google")
    assert 'action="/accounts/login/code/"' in client.get("/accounts/3rdparty/link/").content.decode()
    client.post("/accounts/login/code/", {"email": alice.email, "next": "/recognitions/new/"})
    code = mailbox.code(alice.email)
    response = client.post("/accounts/login/code/confirm/?next=/recognitions/new/", {"code": code})
    assert response["Location"] == "/recognitions/new/"
    assert SocialAccount.objects.get().user == alice


def test_being_in_already_is_proof_enough(
    client: Client, provider: IdentityProvider, alice: User, password: str
) -> None:
    provider.person = ALICE
    answer = answer_consent(left_for(client, LOGIN["google"]))
    client.post("/accounts/login/", {"login": alice.email, "password": password})
    back(client, answer)
    assert SocialAccount.objects.get().user == alice


# --- Who only claims an address ---------------------------------------------------------------------------------------


def signs_up(browser: Client, address: str, password: str) -> None:
    """By the form, without confirming."""
    browser.post("/accounts/signup/", {"email": address, "password1": password, "password2": password})


def logs_in_by_code(browser: Client, address: str) -> None:
    """Ask for a code, read the mail, type it."""
    browser.post("/accounts/login/code/", {"email": address})
    browser.post("/accounts/login/code/confirm/", {"code": mailbox.code(address)})


def test_an_unconfirmed_claim_gives_way_to_a_verified_address(client: Client, provider: IdentityProvider) -> None:
    stranger, password = Client(), "seven blue lamps"
    signs_up(stranger, "carol@example.org", password)
    sign_in(client, "google")
    assert is_in(client)
    stranger.post("/accounts/login/", {"login": "carol@example.org", "password": password})
    assert not is_in(stranger)


def test_the_owner_of_an_address_takes_over_without_a_strangers_password(client: Client) -> None:
    stranger, password = Client(), "seven blue lamps"
    signs_up(stranger, "carol@example.org", password)
    logs_in_by_code(client, "carol@example.org")
    assert is_in(client)
    stranger.post("/accounts/login/", {"login": "carol@example.org", "password": password})
    assert not is_in(stranger)
    stranger.post("/accounts/confirm-email/", {"code": "1234-5678"})
    assert not is_in(stranger)


def test_the_owner_of_an_address_takes_over_without_a_strangers_connection(
    client: Client, provider: IdentityProvider
) -> None:
    as_a_person_of(provider, "facebook", CAROL)
    sign_in(Client(), "facebook")
    logs_in_by_code(client, "carol@example.org")
    assert is_in(client)
    stranger = Client()
    sign_in(stranger, "facebook")
    assert not is_in(stranger)
    assert not SocialAccount.objects.filter(user__email="carol@example.org").exists()


def test_who_has_signed_up_here_keeps_password_and_connection(client: Client, provider: IdentityProvider) -> None:
    signs_up(client, "dora@example.org", "seven blue lamps")
    client.post("/accounts/confirm-email/", {"code": mailbox.code("dora@example.org")})
    assert User.objects.get(email="dora@example.org").has_usable_password()
    as_a_person_of(provider, "facebook", CAROL)
    browser = Client()
    sign_in(browser, "facebook")
    browser.post("/accounts/confirm-email/", {"code": mailbox.code("carol@example.org")})
    assert is_in(browser)
    assert SocialAccount.objects.filter(user__email="carol@example.org").exists()


# --- Second factors, inactive accounts --------------------------------------------------------------------------------


def test_a_second_factor_is_asked_for_here_too(client: Client, provider: IdentityProvider) -> None:
    sign_in(Client(), "google")
    people.with_an_app(User.objects.get())
    assert sign_in(client, "google")["Location"] == "/accounts/2fa/authenticate/"
    assert not is_in(client)
    client.post("/accounts/2fa/authenticate/", {"code": people.code_of()})
    assert is_in(client)


def test_a_link_waits_for_the_second_factor_too(
    client: Client, provider: IdentityProvider, alice: User, password: str
) -> None:
    people.with_an_app(alice)
    provider.person = ALICE
    sign_in(client, "google")
    client.post("/accounts/login/", {"login": alice.email, "password": password})
    assert not SocialAccount.objects.exists()
    client.post("/accounts/2fa/authenticate/", {"code": people.code_of()})
    assert SocialAccount.objects.get().user == alice


def test_an_account_that_is_switched_off_stays_so(client: Client, provider: IdentityProvider) -> None:
    sign_in(Client(), "google")
    User.objects.update(is_active=False)
    sign_in(client, "google")
    assert not is_in(client)


def outside(response: Any) -> tuple[int, str, str]:
    """What a stranger sees of an answer, without what differs each time."""
    page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())
    return response.status_code, response.headers.get("Location", ""), page


@pytest.mark.parametrize("name", ["google", "facebook"])
def test_whoever_only_claims_an_address_learns_not_whether_it_has_an_account(
    provider: IdentityProvider, alice: User, name: str
) -> None:
    seen = []
    for person in (ALICE | {"email_verified": False}, CAROL | {"email_verified": False}):
        provider.person, browser = person, Client()
        answer = sign_in(browser, name)
        page = outside(browser.get(answer["Location"]))
        seen.append((outside(answer), str(page).replace(str(person["email"]), "…"), is_in(browser)))
        assert Mail.objects.filter(to=person["email"]).count() == 1
    assert seen[0] == seen[1]
    assert SocialAccount.objects.filter(user=alice).count() == 0


def test_typing_an_address_that_has_an_account_shows_nothing_either(provider: IdentityProvider, alice: User) -> None:
    as_a_person_of(provider, "facebook", WITHOUT_AN_ADDRESS)
    seen = []
    for address in (alice.email, "dora@example.org"):
        browser = Client()
        sign_in(browser, "facebook")
        seen.append(outside(browser.post("/accounts/3rdparty/signup/", {"email": address})))
    assert seen[0] == seen[1]
    assert SocialAccount.objects.filter(user=alice).count() == 0


# --- Connections ------------------------------------------------------------------------------------------------------


def confirmed_again(browser: Client, password: str) -> None:
    """The password once more, as is asked before changes."""
    browser.post("/accounts/reauthenticate/", {"password": password})


def test_somebody_who_is_signed_in_connects_and_disconnects(
    provider: IdentityProvider, alice: User, alice_client: Client, password: str
) -> None:
    confirmed_again(alice_client, password)
    response = back(alice_client, answer_consent(left_for(alice_client, f"{LOGIN['google']}?process=connect")))
    assert response["Location"] == "/accounts/3rdparty/"
    assert b"carol@example.org" in alice_client.get("/accounts/3rdparty/").content
    connection = SocialAccount.objects.get(user=alice)
    alice_client.post("/accounts/3rdparty/", {"account": connection.pk})
    assert not SocialAccount.objects.exists()
    subjects = list(Mail.objects.filter(to=alice.email).order_by("pk").values_list("subject", flat=True))
    assert subjects == ["Another way to log in was added", "A way to log in was removed"]
    noted = AuditEntry.objects.filter(person_id=alice.pk, action__startswith="social.").order_by("pk")
    assert [entry.action for entry in noted] == ["social.connected", "social.disconnected"]


@pytest.mark.usefixtures("provider")
def test_connecting_asks_for_the_password_first(alice_client: Client) -> None:
    response = alice_client.post(f"{LOGIN['google']}?process=connect")
    assert response["Location"].startswith("/accounts/reauthenticate/")


@pytest.mark.usefixtures("provider")
def test_a_stranger_cannot_connect(client: Client) -> None:
    assert client.post(f"{LOGIN['google']}?process=connect").status_code == 302
    assert not SocialAccount.objects.exists()


def test_an_account_elsewhere_belongs_to_one_account_here(
    provider: IdentityProvider, alice: User, alice_client: Client, password: str
) -> None:
    sign_in(Client(), "google")
    confirmed_again(alice_client, password)
    back(alice_client, answer_consent(left_for(alice_client, f"{LOGIN['google']}?process=connect")))
    assert b"connected to another account here" in alice_client.get("/accounts/3rdparty/").content
    assert not SocialAccount.objects.filter(user=alice).exists()


def test_the_last_way_in_stays(client: Client, provider: IdentityProvider) -> None:
    sign_in(client, "google")
    connection = SocialAccount.objects.get()
    page = client.post("/accounts/3rdparty/", {"account": connection.pk}).content.decode()
    assert "You have no password yet" in page
    assert SocialAccount.objects.filter(pk=connection.pk).exists()


def test_nobody_disconnects_somebody_elses(provider: IdentityProvider, bob_client: Client, password: str) -> None:
    sign_in(Client(), "google")
    confirmed_again(bob_client, password)
    bob_client.post("/accounts/3rdparty/", {"account": SocialAccount.objects.get().pk})
    assert SocialAccount.objects.exists()


def test_a_connection_to_what_was_switched_off_is_shown_and_can_be_removed(
    provider: IdentityProvider, alice: User, alice_client: Client, password: str, settings: Settings
) -> None:
    SocialAccount.objects.create(user=alice, provider="linkedin", uid="9", extra_data={"email": alice.email})
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"] = []
    assert b"LinkedIn" in alice_client.get("/accounts/3rdparty/").content
    confirmed_again(alice_client, password)
    alice_client.post("/accounts/3rdparty/", {"account": SocialAccount.objects.get().pk})
    assert not SocialAccount.objects.exists()
