"""Who gets what at every address. The list is generated from the resolver: a new address without an answer fails."""

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.views.generic.base import RedirectView

from accounts.models import User
from recognition import batches, explaining, exports, processing, selectors, submissions
from recognition.answer_files import Kind
from recognition.history import HistoryFilter
from recognition.models import Explanation, Recognition, Source
from tests.drawing import upload

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

SIGN_IN, HERE = "sign in", "here"
OK, NO_CONTENT, MOVED, TO_SIGN_IN, FORBIDDEN, NOT_FOUND, NOT_ALLOWED, UNAUTHENTICATED, GONE = (
    200, 204, 302, SIGN_IN, 403, 404, 405, 401, 410,
)  # fmt: skip


@dataclass(frozen=True)
class Answers:
    """What GET gives to Ann (anonymous), Alice (owner), Bob (another user), Rita (staff without permissions)."""

    ann: int | str
    alice: int | str
    bob: int | str
    rita: int | str


EVERYBODY = Answers(OK, OK, OK, OK)
MEMBERS = Answers(TO_SIGN_IN, OK, OK, OK)
OWNER = Answers(TO_SIGN_IN, OK, NOT_FOUND, NOT_FOUND)
OWNER_OF_A_PROGRAM = Answers(UNAUTHENTICATED, OK, NOT_FOUND, NOT_FOUND)
ONLY_POST = Answers(TO_SIGN_IN, NOT_ALLOWED, NOT_ALLOWED, NOT_ALLOWED)
ONLY_POST_OF_A_PROGRAM = Answers(UNAUTHENTICATED, NOT_ALLOWED, NOT_ALLOWED, NOT_ALLOWED)
NOT_SIGNED_IN = Answers(OK, MOVED, MOVED, MOVED)
NOWHERE = Answers(NOT_FOUND, NOT_FOUND, NOT_FOUND, NOT_FOUND)

EXPECTED: dict[str, Answers] = {
    "home": EVERYBODY,
    "dashboard": MEMBERS,
    "report": MEMBERS,
    "sample": Answers(NOT_ALLOWED, NOT_ALLOWED, NOT_ALLOWED, NOT_ALLOWED),
    "sample-answer": NOWHERE,  # nobody has tried one
    "guide": EVERYBODY,
    "about": EVERYBODY,
    "privacy": EVERYBODY,
    "language": Answers(NOT_ALLOWED, NOT_ALLOWED, NOT_ALLOWED, NOT_ALLOWED),
    "service-worker": EVERYBODY,
    "manifest": EVERYBODY,
    "offline": EVERYBODY,
    "offline-new": EVERYBODY,
    "offline-draw": EVERYBODY,
    "offline-token": Answers(UNAUTHENTICATED, OK, OK, OK),
    "offline-shared": Answers(MOVED, MOVED, MOVED, MOVED),
    "healthz": EVERYBODY,
    "readyz": Answers(503, 503, 503, 503),  # nobody sweeps while these tests run
    "recognition:list": MEMBERS,
    "recognition:totals": MEMBERS,
    "recognition:export": MEMBERS,
    "recognition:selected": ONLY_POST,
    "recognition:exports": MEMBERS,
    "recognition:export-page": OWNER,
    "recognition:export-progress": OWNER,
    "recognition:export-file": Answers(TO_SIGN_IN, MOVED, NOT_FOUND, NOT_FOUND),  # it is not made yet
    "recognition:export-delete": ONLY_POST,
    "recognition:save-search": ONLY_POST,
    "recognition:forget-search": ONLY_POST,
    "recognition:new": MEMBERS,
    "recognition:batches": MEMBERS,
    "recognition:batch": OWNER,
    "recognition:batch-progress": OWNER,
    "recognition:batch-delete": OWNER,
    "recognition:draw": MEMBERS,
    "recognition:draw-look": ONLY_POST,
    "recognition:draw-seen": Answers(TO_SIGN_IN, NOT_FOUND, NOT_FOUND, NOT_FOUND),  # it is in the history: kept
    "recognition:keeping": MEMBERS,
    "recognition:keeping-staff": ONLY_POST,
    "recognition:detail": OWNER,
    "recognition:answer": Answers(TO_SIGN_IN, NO_CONTENT, NOT_FOUND, NOT_FOUND),
    "recognition:correct": ONLY_POST,
    "recognition:retry": ONLY_POST,
    "recognition:delete": OWNER,
    "recognition:image": OWNER,
    "recognition:thumbnail": OWNER,
    "recognition:why": OWNER,
    "recognition:why-answer": OWNER,
    "recognition:why-picture": OWNER,
    "accounts:account": MEMBERS,
    "accounts:activity": MEMBERS,
    "accounts:tokens": MEMBERS,
    "accounts:token-revoke": ONLY_POST,
    "accounts:data": MEMBERS,
    "accounts:archive": Answers(TO_SIGN_IN, NOT_FOUND, NOT_FOUND, NOT_FOUND),  # nobody has asked for one
    "accounts:archive-file": Answers(TO_SIGN_IN, NOT_FOUND, NOT_FOUND, NOT_FOUND),
    "accounts:leave": MEMBERS,
    "accounts:goodbye": EVERYBODY,
    "api:root": Answers(UNAUTHENTICATED, OK, OK, OK),
    "api:report": Answers(UNAUTHENTICATED, OK, OK, OK),
    "api:formats": Answers(UNAUTHENTICATED, OK, OK, OK),
    "api:keeping": Answers(UNAUTHENTICATED, OK, OK, OK),
    "api:batches": Answers(UNAUTHENTICATED, OK, OK, OK),
    "api:batch": OWNER_OF_A_PROGRAM,
    "api:batch-pictures": Answers(UNAUTHENTICATED, NOT_ALLOWED, NOT_ALLOWED, NOT_ALLOWED),
    "api:batch-close": Answers(UNAUTHENTICATED, NOT_ALLOWED, NOT_ALLOWED, NOT_ALLOWED),
    "api:list": Answers(UNAUTHENTICATED, OK, OK, OK),
    "api:exports": Answers(UNAUTHENTICATED, OK, OK, OK),
    "api:export-detail": OWNER_OF_A_PROGRAM,
    "api:export-file": Answers(UNAUTHENTICATED, 409, NOT_FOUND, NOT_FOUND),  # it is not made yet
    "api:searches": Answers(UNAUTHENTICATED, OK, OK, OK),
    "api:search": ONLY_POST_OF_A_PROGRAM,
    "api:totals": Answers(UNAUTHENTICATED, OK, OK, OK),
    "api:export": Answers(UNAUTHENTICATED, OK, OK, OK),
    "api:delete-many": ONLY_POST_OF_A_PROGRAM,
    "api:retry-many": ONLY_POST_OF_A_PROGRAM,
    "api:detail": OWNER_OF_A_PROGRAM,
    "api:retry": Answers(UNAUTHENTICATED, NOT_ALLOWED, NOT_ALLOWED, NOT_ALLOWED),
    "api:corrections": OWNER_OF_A_PROGRAM,
    "api:image": OWNER_OF_A_PROGRAM,
    "api:explanation": OWNER_OF_A_PROGRAM,
    "api:explanation-picture": OWNER_OF_A_PROGRAM,
    "openapi": EVERYBODY,
    "api-docs": EVERYBODY,
    "api-examples": EVERYBODY,
    "account_login": NOT_SIGNED_IN,
    "account_signup": NOT_SIGNED_IN,
    "account_confirm_login_code": Answers(TO_SIGN_IN, MOVED, MOVED, MOVED),  # nobody has asked for a code
    "account_logout": Answers(MOVED, OK, OK, OK),
    "account_email": MEMBERS,
    "account_change_password": MEMBERS,
    "account_set_password": Answers(TO_SIGN_IN, MOVED, MOVED, MOVED),
    "account_reauthenticate": Answers(TO_SIGN_IN, OK, OK, MOVED),  # Rita has a second factor, which counts for more
    "account_inactive": EVERYBODY,
    "account_request_login_code": NOT_SIGNED_IN,
    "account_email_verification_sent": Answers(TO_SIGN_IN, MOVED, MOVED, MOVED),  # nobody has signed up
    "account_confirm_email": Answers(GONE, GONE, GONE, GONE),  # a link that was never sent
    "account_reset_password": EVERYBODY,
    "account_reset_password_done": EVERYBODY,
    "account_reset_password_from_key": EVERYBODY,
    "account_reset_password_from_key_done": EVERYBODY,
    "second_factor_needed": Answers(TO_SIGN_IN, MOVED, MOVED, MOVED),  # only for staff who have none
    "reauthenticate_by_mail": Answers(TO_SIGN_IN, MOVED, MOVED, MOVED),  # for those who have no password
    "mfa_index": MEMBERS,
    "mfa_authenticate": Answers(TO_SIGN_IN, MOVED, MOVED, MOVED),  # nobody is half-way in
    "mfa_reauthenticate": Answers(TO_SIGN_IN, MOVED, MOVED, OK),  # who has a factor proves it with that
    "mfa_activate_totp": Answers(TO_SIGN_IN, MOVED, MOVED, MOVED),
    "mfa_deactivate_totp": Answers(TO_SIGN_IN, NOT_FOUND, NOT_FOUND, OK),
    "mfa_view_recovery_codes": Answers(TO_SIGN_IN, NOT_FOUND, NOT_FOUND, NOT_FOUND),
    "mfa_generate_recovery_codes": Answers(TO_SIGN_IN, MOVED, MOVED, OK),
    "mfa_download_recovery_codes": Answers(TO_SIGN_IN, NOT_FOUND, NOT_FOUND, NOT_FOUND),
    "mfa_list_webauthn": MEMBERS,
    "mfa_add_webauthn": Answers(TO_SIGN_IN, MOVED, MOVED, OK),
    "mfa_edit_webauthn": Answers(TO_SIGN_IN, MOVED, MOVED, NOT_FOUND),
    "mfa_remove_webauthn": Answers(TO_SIGN_IN, MOVED, MOVED, NOT_FOUND),
    "mfa_reauthenticate_webauthn": Answers(TO_SIGN_IN, MOVED, MOVED, MOVED),
    "mfa_login_webauthn": Answers(TO_SIGN_IN, MOVED, MOVED, MOVED),
    "usersessions_list": MEMBERS,
    "socialaccount_connections": MEMBERS,
    "socialaccount_signup": Answers(
        TO_SIGN_IN, TO_SIGN_IN, TO_SIGN_IN, TO_SIGN_IN
    ),  # nobody has come back from a provider
    "socialaccount_login_cancelled": EVERYBODY,
    "socialaccount_login_error": Answers(UNAUTHENTICATED, UNAUTHENTICATED, UNAUTHENTICATED, UNAUTHENTICATED),
    "accounts:social-link": Answers(MOVED, MOVED, MOVED, MOVED),  # nothing waits for proof
    "openid_connect_login": NOWHERE,  # no provider is switched on
    "openid_connect_callback": NOWHERE,
    "facebook_login": NOWHERE,
    "facebook_callback": NOWHERE,
    "facebook_login_by_token": NOWHERE,
}


def addresses(
    resolver: URLResolver | None = None, prefix: str = "", outer: tuple[str, ...] = ()
) -> Iterator[tuple[str, dict[str, object]]]:
    """Every named address outside the admin site, with made-up values for what it needs.

    What only leads on from an old address of allauth's has no name, and is no address of ours.
    """
    for entry in (resolver or get_resolver()).url_patterns:
        needed = (*outer, *entry.pattern.regex.groupindex)
        if isinstance(entry, URLResolver):
            if entry.namespace != "admin":
                yield from addresses(entry, f"{entry.namespace}:" if entry.namespace else prefix, needed)
        elif isinstance(entry, URLPattern) and getattr(entry.callback, "view_class", None) is not RedirectView:
            yield f"{prefix}{entry.name}", dict.fromkeys(needed, "x")


ALL = dict(addresses())


@pytest.fixture
def picture(alice: User) -> Recognition:
    """A waiting picture of Alice's, alone in a batch."""
    return batches.take_together(alice, [upload()], Source.PAGE).pictures[0]


@pytest.fixture
def explained(picture: Recognition, alice: User) -> Recognition:
    """The same, read, with its first digit explained."""
    processing.work_off()
    digit = selectors.digit_on_show(alice, picture.public_id, 0)
    assert digit is not None
    submissions.ask_why(digit, alice)
    explaining.work_off()
    return picture


def fill(arguments: dict[str, object], picture: Recognition) -> dict[str, object]:
    given = {
        "public_id": picture.public_id, "position": 0, "what": "heat", "token_id": 1, "filter_id": 1, "key": "x",
        "uidb36": "x", "name": "cheque", "pk": 1, "provider_id": "google",
    }  # fmt: skip
    return {name: given[name] for name in arguments}


def fill_for(name: str, picture: Recognition) -> dict[str, object]:
    if name.partition(":")[2].startswith("batch") and "public_id" in ALL[name] and picture.batch:
        return {"public_id": picture.batch.public_id}
    if name.partition(":")[2].startswith("export-"):
        wanted = exports.of(picture.owner).first() or exports.ask(picture.owner, Kind.CSV, HistoryFilter())
        return {"public_id": wanted.public_id}
    return fill(ALL[name], picture)


def asked(client: Client, name: str, picture: Recognition) -> int | str:
    response = client.get(reverse(name, kwargs=fill_for(name, picture)))
    if response.status_code == 302 and response["Location"].startswith("/accounts/login/"):
        return TO_SIGN_IN
    return response.status_code


def test_every_address_has_an_expected_answer() -> None:
    assert set(ALL) == set(EXPECTED)


OF_ONE_PICTURE = sorted(name for name, arguments in ALL.items() if "public_id" in arguments)
OF_ONE_DIGIT = sorted(name for name, arguments in ALL.items() if "position" in arguments)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_each_role_gets_what_is_expected(
    name: str,
    request: pytest.FixtureRequest,
    ann_client: Client,
    alice_client: Client,
    bob_client: Client,
    rita_client: Client,
) -> None:
    picture = request.getfixturevalue("explained" if name in OF_ONE_DIGIT else "picture")
    clients = (ann_client, alice_client, bob_client, rita_client)
    assert Answers(*(asked(client, name, picture) for client in clients)) == EXPECTED[name]


@pytest.mark.parametrize("name", OF_ONE_DIGIT)
def test_a_digit_of_a_picture_that_still_waits_is_not_there_yet(
    name: str, picture: Recognition, alice_client: Client
) -> None:
    assert asked(alice_client, name, picture) == NOT_FOUND


@pytest.mark.parametrize("name", OF_ONE_DIGIT)
def test_nobody_but_alice_has_her_digit_explained(
    name: str, explained: Recognition, ann_client: Client, bob_client: Client, rita_client: Client
) -> None:
    Explanation.objects.all().delete()
    address = reverse(name, kwargs=fill(ALL[name], explained))
    for stranger in (bob_client, rita_client):
        assert stranger.post(address).status_code in {NOT_FOUND, NOT_ALLOWED}
    assert ann_client.post(address).status_code in {MOVED, UNAUTHENTICATED, NOT_ALLOWED}
    assert not Explanation.objects.exists()


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("name", OF_ONE_PICTURE)
def test_nobody_but_alice_changes_her_picture(
    name: str, method: str, picture: Recognition, ann_client: Client, bob_client: Client, rita_client: Client
) -> None:
    address = reverse(name, kwargs=fill_for(name, picture))
    for stranger in (bob_client, rita_client):
        assert getattr(stranger, method)(address).status_code in {NOT_FOUND, NOT_ALLOWED}
    assert getattr(ann_client, method)(address).status_code in {MOVED, UNAUTHENTICATED, NOT_ALLOWED}
    assert Recognition.objects.filter(pk=picture.pk, status="queued").exists()


def admin_addresses() -> list[str]:
    """Every address of the admin site, filled with a number or a word where it needs one."""
    found: list[str] = []

    def walk(patterns: list[URLPattern | URLResolver], prefix: str) -> None:
        for entry in patterns:
            path = prefix + re.sub(r"<int:\w+>|<path:\w+>|<\w+>", "1", str(entry.pattern)).lstrip("^")
            if isinstance(entry, URLResolver):
                walk(entry.url_patterns, path)
            elif entry.name not in {"login", "logout", "jsi18n", None} and "(?P" not in path:
                found.append(path)

    walk(list(admin.site.urls[0]), "/admin/")
    return sorted(found)


def test_the_admin_addresses_with_a_number_are_among_those_tried() -> None:
    assert "/admin/recognition/recognition/1/picture/" in admin_addresses()


@pytest.mark.parametrize("address", admin_addresses())
def test_the_admin_site_is_closed_to_members_and_strangers(
    address: str, ann_client: Client, alice_client: Client
) -> None:
    for client in (ann_client, alice_client):
        response = client.get(address)
        assert response.status_code == MOVED
        assert "/login/" in response["Location"]


def test_an_unknown_recognition_is_404_for_everybody_who_is_signed_in(alice_client: Client) -> None:
    assert alice_client.get(f"/recognitions/{uuid.uuid4()}/").status_code == NOT_FOUND
