"""Delete my account: a week to change one's mind, then nothing of the person is left in any table or in the store."""

import json
from collections.abc import Iterator
from datetime import timedelta
from threading import Thread
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.core.files.storage import default_storage
from django.db import connection, models
from django.db.models.functions import Now
from django.test import Client
from django.utils import timezone

from accounts import archives, archiving, leaving, signed_in, tokens, upkeep
from accounts.models import Archive, Departures, Leaving, User
from accounts.roles import Role
from hdr_site.foundation import jobs, outbox
from hdr_site.foundation.jobs import Status
from hdr_site.foundation.models import AuditEntry, Mail
from recognition import batches, processing, quotas, storage, submissions
from recognition.models import Recognition, Source
from tests import people
from tests.drawing import encoded, page, upload

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]

PAGE = "/accounts/data/leave/"


@pytest.fixture
def picture(alice: User) -> Recognition:
    """A picture of Alice's that was read, alone in a batch that she gave a name."""
    file = upload(encoded(page("742")), name="alices-meter.png")
    batches.take_together(alice, [file], Source.PAGE, name="Alice's batch")
    processing.work_off()
    return Recognition.objects.get()


def leave(client: Client, password: str, typed: str = "alice@example.org") -> Any:
    """As the page asks: the password again, then the address."""
    client.post("/accounts/reauthenticate/", {"password": password})
    return client.post(PAGE, {"email": typed})


def sign_in(client: Client, password: str) -> Any:
    return client.post("/accounts/login/", {"login": "alice@example.org", "password": password}, follow=True)


def is_signed_in(client: Client) -> bool:
    return client.get("/recognitions/").status_code == 200


def a_week_later() -> None:
    """The days are over."""
    Leaving.objects.update(due_at=Now() - timedelta(seconds=1))


# --- Asking -----------------------------------------------------------------------------------------------------------


def test_the_page_tells_what_goes(alice: User, alice_client: Client, picture: Recognition) -> None:
    tokens.create(alice, "scanner")
    told = alice_client.get(PAGE).content.decode()
    for words in ("1 picture<", "1 answer,", "1 token for programs", "0 second factors", "7 days"):
        assert words in told


def test_asking_needs_the_password_again(alice_client: Client) -> None:
    refused = alice_client.post(PAGE, {"email": "alice@example.org"})
    assert refused["Location"].startswith("/accounts/reauthenticate/")
    assert not Leaving.objects.exists()


@pytest.mark.parametrize("typed", ["", "bob@example.org"])
def test_asking_needs_the_address(alice_client: Client, password: str, typed: str) -> None:
    assert leave(alice_client, password, typed).status_code == 400
    assert not Leaving.objects.exists()


def test_who_has_asked_is_told_by_page_and_mail(alice_client: Client, password: str) -> None:
    assert leave(alice_client, password)["Location"] == "/accounts/goodbye/"
    [mail] = Mail.objects.all()
    due = Leaving.objects.get().due_at
    assert due - timezone.now() > timedelta(days=6, hours=23)
    assert f"{due:%Y, %H:%M} UTC" in mail.content["body"]
    assert "Log in before that" in mail.content["body"]
    assert AuditEntry.objects.filter(action="leaving.asked").count() == 1


def test_the_mail_tells_the_time_in_the_zone_of_whom_it_is_for(
    alice: User, alice_client: Client, password: str
) -> None:
    User.objects.filter(pk=alice.pk).update(time_zone="Asia/Kolkata")
    leave(alice_client, password)
    due = Leaving.objects.get().due_at.astimezone(ZoneInfo("Asia/Kolkata"))
    assert f"{due:%Y, %H:%M} IST" in Mail.objects.get().content["body"]


def test_all_sessions_end_and_tokens_stop_at_once(alice: User, alice_client: Client, password: str) -> None:
    elsewhere = Client()
    sign_in(elsewhere, password)
    _, key = tokens.create(alice, "scanner")
    leave(alice_client, password)
    assert not is_signed_in(alice_client)
    assert not is_signed_in(elsewhere)
    assert tokens.find(key) is None


def test_a_session_that_nobody_noted_ends_too(alice: User, alice_client: Client, bob_client: Client) -> None:
    UserSession.objects.all().delete()
    signed_in.end_everywhere(alice)
    assert not is_signed_in(alice_client)
    assert is_signed_in(bob_client)


def test_nothing_else_happens_for_a_week(alice: User, picture: Recognition) -> None:
    leaving.ask(alice)
    leaving.work_off()
    assert Recognition.objects.filter(owner=alice).exists()


def test_asking_twice_does_not_put_it_off(alice: User) -> None:
    first = leaving.ask(alice).due_at
    assert leaving.ask(alice).due_at == first
    assert Mail.objects.count() == 1


# --- Changing one's mind ----------------------------------------------------------------------------------------------


def test_signing_in_cancels_it_and_says_so(alice: User, alice_client: Client, password: str) -> None:
    _, key = tokens.create(alice, "scanner")
    leave(alice_client, password)
    browser = Client()
    assert "Your account stays" in sign_in(browser, password).content.decode()
    assert not Leaving.objects.exists()
    assert tokens.find(key) is not None
    assert [mail.subject for mail in Mail.objects.order_by("pk")][-1] == "Your account stays"
    a_week_later()
    leaving.work_off()
    assert is_signed_in(browser)


def test_a_wrong_password_cancels_nothing(alice_client: Client, password: str) -> None:
    leave(alice_client, password)
    sign_in(Client(), "wrong")
    assert Leaving.objects.exists()


def test_half_a_sign_in_cancels_nothing(alice: User, password: str) -> None:
    leaving.ask(alice)
    Authenticator.objects.create(user=alice, type="totp", data={"secret": "JBSWY3DPEHPK3PXP"})
    browser = Client()
    assert "2fa" in sign_in(browser, password).redirect_chain[-1][0]
    assert not is_signed_in(browser)
    assert Leaving.objects.exists()


def test_once_the_erasure_has_begun_nobody_signs_in(alice: User, password: str) -> None:
    leaving.ask(alice)
    a_week_later()
    [begun] = jobs.claim(Leaving)
    leaving._close(begun)
    sign_in(browser := Client(), password)
    assert not is_signed_in(browser)
    assert Leaving.objects.exists()


# --- Administrators ---------------------------------------------------------------------------------------------------


def test_the_last_administrator_stays(alice: User, alice_client: Client, password: str) -> None:
    User.objects.filter(pk=alice.pk).update(is_superuser=True)
    User.objects.create_superuser("gone@example.org", "long enough", is_active=False)
    refused = leave(alice_client, password)
    assert refused.status_code == 400
    assert "Make somebody else one first" in refused.content.decode()
    assert not Leaving.objects.exists()


def test_of_two_administrators_only_one_may_leave(alice: User, bob: User) -> None:
    User.objects.update(is_superuser=True)
    leaving.ask(alice)
    with pytest.raises(leaving.LastAdministrator):
        leaving.ask(bob)


def test_who_has_the_role_of_an_administrator_counts_as_one(alice: User, bob: User) -> None:
    User.objects.filter(pk=alice.pk).update(is_superuser=True)
    bob.groups.add(Group.objects.get_or_create(name=Role.ADMINISTRATOR)[0])
    leaving.ask(alice)
    with pytest.raises(leaving.LastAdministrator):
        leaving.ask(bob)


@pytest.fixture
def administrator(bob: User) -> Client:
    """Bob may do everything here."""
    User.objects.filter(pk=bob.pk).update(is_superuser=True, is_staff=True)
    return people.at_the_desk(User.objects.get(pk=bob.pk))


def test_staff_delete_at_once_and_the_same_way(
    alice: User, administrator: Client, alice_client: Client, picture: Recognition
) -> None:
    administrator.post(f"/admin/accounts/user/{alice.pk}/delete/", {"post": "yes"})
    assert not is_signed_in(alice_client)
    leaving.work_off()
    assert not User.objects.filter(pk=alice.pk).exists()
    assert not default_storage.exists(str(picture.image.name))
    assert AuditEntry.objects.get(action="account.deleted").subject == str(alice.pk)


def test_staff_cannot_delete_the_last_administrator(bob: User, administrator: Client) -> None:
    answer = administrator.post(f"/admin/accounts/user/{bob.pk}/delete/", {"post": "yes"}, follow=True)
    assert "last administrator" in answer.content.decode()
    assert not Leaving.objects.exists()


def test_the_admin_site_keeps_no_name_of_what_was_touched(
    alice: User, administrator: Client, picture: Recognition
) -> None:
    administrator.post(f"/admin/recognition/recognition/{picture.pk}/delete/", {"post": "yes"})
    administrator.post(f"/admin/accounts/user/{alice.pk}/delete/", {"post": "yes"})
    assert not Recognition.objects.exists()
    assert not LogEntry.objects.exists()


# --- Erasing ----------------------------------------------------------------------------------------------------------


def live_a_full_life(alice: User, password: str) -> None:
    """Leave a trace in every table that there is."""
    tokens.create(alice, "alices-scanner")
    browser = Client(headers={"User-Agent": "alices-browser"})
    sign_in(browser, password)
    Authenticator.objects.create(user=alice, type="totp", data={"secret": "alices-secret"})
    SocialAccount.objects.create(user=alice, provider="google", uid="alices-uid", extra_data={"email": alice.email})
    browser.post("/accounts/password/reset/", {"email": alice.email})
    Client().post("/accounts/login/", {"login": alice.email, "password": "wrong"})
    archives.ask(alice)
    archiving.work_off()


def everything() -> Iterator[tuple[str, str]]:
    """Every value of every table as text, sessions opened; without Django's own lists."""
    for model in apps.get_models(include_auto_created=True):
        for row in model._default_manager.values():
            yield from ((f"{model.__name__}.{name}", str(value)) for name, value in row.items())
    for session in Session.objects.all():
        yield "Session", json.dumps(session.get_decoded())


def owners() -> Iterator[tuple[str, Any]]:
    """Every reference to a user, except those of the audit log, which is a number only."""
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.fields:
            if isinstance(field, models.ForeignKey) and field.related_model is User and model is not AuditEntry:
                yield from (
                    (model.__name__, value) for value in model._default_manager.values_list(field.attname, flat=True)
                )


def files() -> set[str]:
    """All names in the store."""

    def below(folder: str) -> Iterator[str]:
        folders, names = default_storage.listdir(folder)
        yield from (f"{folder}/{name}" for name in names)
        for inner in folders:
            yield from below(f"{folder}/{inner}")

    try:
        return {name for top in default_storage.listdir("")[0] for name in below(top)}
    except FileNotFoundError:  # nothing was ever stored
        return set()


def test_nothing_of_a_person_is_left_anywhere(alice: User, password: str) -> None:
    before = files()
    submissions.submit(alice, upload(encoded(page("742")), name="alices-meter.png"), Source.PAGE)
    processing.work_off()
    live_a_full_life(alice, password)
    traces = ("alice", picture_id := str(Recognition.objects.get().public_id))
    assert picture_id in {value for _, value in everything()}
    leaving.ask(alice)
    a_week_later()
    leaving.work_off()
    [last] = Mail.objects.filter(status=Status.QUEUED)
    assert (last.to, last.subject) == (alice.email, "Your account has been deleted")
    outbox.deliver_due()
    left = [(where, value) for where, value in everything() if any(trace in value.lower() for trace in traces)]
    assert left == []
    assert [found for found in owners() if found[1] == alice.pk] == []
    assert files() - before == set()
    assert not Client().get("/accounts/login/").wsgi_request.user.is_authenticated


def test_the_trail_stays_and_names_nobody(alice: User, picture: Recognition) -> None:
    submissions.delete(picture, alice)
    leaving.ask(alice)
    a_week_later()
    leaving.work_off()
    assert {"recognition.deleted", "leaving.asked"} <= set(
        AuditEntry.objects.filter(actor_id=alice.pk).values_list("action", flat=True)
    )
    [erased] = AuditEntry.objects.filter(action="account.erased")
    assert (erased.actor_id, erased.person_id) == (None, None)


def test_a_count_stays(alice: User, bob: User, picture: Recognition) -> None:
    for person in (alice, bob):
        leaving.ask(person)
    a_week_later()
    leaving.work_off()
    [month] = Departures.objects.all()
    assert (month.month, month.accounts, month.pictures) == (timezone.now().date().replace(day=1), 2, 1)


def test_others_keep_what_is_theirs(alice: User, bob: User, bob_client: Client) -> None:
    his = submissions.submit(bob, upload(), Source.PAGE).recognition
    archives.ask(bob)
    leaving.ask(alice)
    a_week_later()
    leaving.work_off()
    assert is_signed_in(bob_client)
    assert default_storage.exists(str(his.image.name))
    assert Archive.objects.get().owner == bob


def test_the_address_is_taken_until_then_and_free_afterwards(alice: User, password: str) -> None:
    form = {"email": alice.email, "password1": "seven blue lamps", "password2": "seven blue lamps"}
    leaving.ask(alice)
    Client().post("/accounts/signup/", form)
    assert User.objects.count() == 1
    a_week_later()
    leaving.work_off()
    Client().post("/accounts/signup/", form)
    assert User.objects.get().pk != alice.pk


# --- Faults, and what happens at the same moment ----------------------------------------------------------------------


class Killed(BaseException):
    """The worker is gone, and nothing of it runs any more."""


@pytest.mark.parametrize("where", ["recognition", "accounts", "the account"])
def test_a_worker_killed_half_way_is_no_loss_and_the_count_is_right(
    alice: User, picture: Recognition, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    targets = {
        "recognition": (storage, "remove"),
        "accounts": (archives, "remove"),
        "the account": (leaving, "_count"),
    }

    def die(*_: object) -> None:
        raise Killed

    leaving.ask(alice)
    a_week_later()
    with monkeypatch.context() as patched:
        patched.setattr(*targets[where], die)
        with pytest.raises(Killed):
            leaving.work_off()
    assert User.objects.filter(pk=alice.pk).exists()
    Leaving.objects.update(lease_until=Now() - timedelta(seconds=1))
    jobs.sweep(Leaving)
    leaving.work_off()
    assert not User.objects.exists()
    assert Departures.objects.values_list("accounts", "pictures").get() == (1, 1)
    assert Mail.objects.filter(subject="Your account has been deleted").count() == 1


def test_an_erasure_is_never_given_up(alice: User) -> None:
    leaving.ask(alice)
    a_week_later()
    for _ in range(jobs.MAX_LOSSES):
        assert jobs.claim(Leaving)
        Leaving.objects.update(lease_until=Now() - timedelta(seconds=1))
        jobs.sweep(Leaving)
    assert Leaving.objects.get().status == Status.FAILED
    upkeep.tidy()
    leaving.work_off()
    assert not User.objects.exists()


def test_what_is_out_of_reach_is_tried_again(
    alice: User, picture: Recognition, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_: object) -> None:
        raise ConnectionError

    leaving.ask(alice)
    a_week_later()
    with monkeypatch.context() as patched:
        patched.setattr(storage, "remove", down)
        leaving.work_off()
    assert Leaving.objects.get().error_code == "erasing_later"
    a_week_later()
    leaving.work_off()
    assert not User.objects.exists()


def test_a_picture_that_is_being_read_is_gone_and_its_answer_goes_nowhere(alice: User) -> None:
    submissions.submit(alice, upload(encoded(page("742"))), Source.PAGE)
    [running] = jobs.claim(Recognition)
    answers = processing._read(running)
    leaving.ask(alice)
    a_week_later()
    leaving.work_off()
    processing._write(answers)
    assert not Recognition.objects.exists()


def test_an_archive_in_the_making_is_handed_to_nobody(
    alice: User, picture: Recognition, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = files()
    finish = archiving._hand_over

    def late(*given: Any) -> None:
        leaving.ask(alice)
        a_week_later()
        leaving.work_off()
        finish(*given)

    monkeypatch.setattr(archiving, "_hand_over", late)
    archives.ask(alice)
    archiving.work_off()
    assert not Archive.objects.exists()
    assert not [name for name in files() - before if name.startswith("archives/")]
    assert [mail.subject for mail in Mail.objects.order_by("pk")][-1] == "Your account has been deleted"


@pytest.mark.parametrize(
    ("moment", "status"), [((quotas, "admit"), 401), ((storage, "put"), 413)], ids=["at the beginning", "at the end"]
)
def test_somebody_who_sends_a_picture_meanwhile_gets_an_answer_and_leaves_nothing(
    alice: User, monkeypatch: pytest.MonkeyPatch, moment: tuple[Any, str], status: int
) -> None:
    before = files()
    reached = getattr(*moment)
    browser = Client(raise_request_exception=False)
    browser.force_login(alice)

    def erased(*given: Any) -> Any:
        """The account goes just before this."""
        Leaving.objects.create(owner=alice, due_at=Now() - timedelta(seconds=1))
        leaving.work_off()
        return reached(*given)

    monkeypatch.setattr(*moment, erased)
    answer = browser.post("/api/v1/recognitions/", {"image": upload()})
    assert answer.status_code == status
    assert not Recognition.objects.exists()
    assert files() - before == set()


def test_what_came_while_the_rest_was_erased_goes_with_the_account(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = files()
    finish = leaving._finish

    def late(begun: Leaving) -> None:
        submissions.submit(alice, upload(), Source.PAGE)
        finish(begun)

    monkeypatch.setattr(leaving, "_finish", late)
    leaving.ask(alice)
    a_week_later()
    leaving.work_off()
    assert not User.objects.exists()
    assert files() - before == set()


def test_nobody_who_sends_without_end_is_left_half_erased(alice: User) -> None:
    before = files()
    browsers = [Client(raise_request_exception=False) for _ in range(3)]
    for browser in browsers:
        browser.force_login(alice)
    statuses: set[int] = set()

    def send(browser: Client) -> None:
        try:
            while 401 not in statuses and (status := _sent(browser)) not in {401, 403}:
                statuses.add(status)
        finally:
            connection.close()

    senders = [Thread(target=send, args=(browser,)) for browser in browsers]
    for sender in senders:
        sender.start()
    while not Recognition.objects.exists():
        pass
    Leaving.objects.create(owner=alice, due_at=Now() - timedelta(seconds=1))
    while User.objects.exists():
        Leaving.objects.filter(status=Status.QUEUED).update(due_at=Now() - timedelta(seconds=1))
        leaving.work_off()
    for sender in senders:
        sender.join()
    assert statuses <= {202, 413, 503}
    assert not Recognition.objects.exists()
    assert files() - before == set()


def _sent(browser: Client) -> int:
    return int(browser.post("/api/v1/recognitions/", {"image": upload()}).status_code)
