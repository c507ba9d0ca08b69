"""Signed calls for finished batches: asked for by API, made by the worker's child process to a real server."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from django.conf import settings as product
from django.db.models.functions import Now
from django.test import Client
from django.utils import timezone

from accounts.models import User
from hdr_site.foundation import jobs, register
from hdr_site.foundation.jobs import Status
from recognition import batches, notices, noticing, processing, progress, quotas, tasks
from recognition.fetching import parent as fetching
from recognition.fetching.guards import Guards
from recognition.models import Batch, Notice
from tests.archived import archived
from tests.drawing import upload
from tests.outside import HOST, Asked, Outside, body, outside, raw, status

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]

BATCHES = "/api/v1/batches/"
DONE = f"https://{HOST}/done"


@pytest.fixture(autouse=True)
def _a_long_shift(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processing, "SHIFT_SECONDS", 60.0)
    monkeypatch.setattr(noticing, "SHIFT_SECONDS", 60.0)


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Outside]:
    """The internet, which the worker's child process calls."""
    with outside() as found:
        monkeypatch.setattr(fetching, "CALLS", found.calls)
        found.answers["/done"] = status(204)
        yield found


def sent(client: Client, notify: str = DONE, **headers: str) -> Any:
    return client.post(BATCHES, {"image": [upload()], "notify": notify}, headers=headers)


def finished(client: Client) -> Any:
    """The answer to a batch that was sent, all of which was read."""
    answer = sent(client).json()
    processing.work_off()
    return answer


def waiting(owner: User, address: str = DONE) -> Notice:
    """A call that is due."""
    batch = Batch.objects.create(owner=owner, source="api", is_open=True)
    notices.ask(batch, address)
    batches.close(batch)
    return Notice.objects.get(batch=batch)


def called(owner: User) -> Notice:
    """A call after it was made once."""
    waiting(owner)
    noticing.work_off()
    return Notice.objects.get()


def is_genuine(secret: str, asked: Asked, **options: float) -> bool:
    """By the lines that the user guide gives to those who are called."""
    guide = (Path(__file__).resolve().parent.parent.parent / "docs" / "user-guide.md").read_text()
    [lines] = re.findall(r"```python\n(.*?)```", guide, re.DOTALL)
    names: dict[str, Any] = {}
    exec(lines, names)  # noqa: S102 - our own guide
    return bool(names["is_genuine"](secret, asked.headers["X-Digits-Signature"], asked.body, **options))


# --- The call ---------------------------------------------------------------------------------------------------------


def test_a_call_is_made_when_all_is_read_and_not_before(web: Outside, alice_client: Client) -> None:
    batch = sent(alice_client).json()
    noticing.work_off()
    assert web.asked == []
    processing.work_off()
    noticing.work_off()
    [asked] = web.asked
    said = json.loads(asked.body)
    assert (asked.method, asked.path, asked.headers["Host"]) == ("POST", "/done", HOST)
    assert (said["event"], said["batch"], said["state"]) == ("batch.finished", batch["id"], "finished")
    assert (said["total"], said["read"], said["failed"]) == (1, 1, 0)
    assert said["url"] == f"{product.SITE_URL}{BATCHES}{batch['id']}/"
    assert asked.headers["Idempotency-Key"] == batch["id"]
    noticing.work_off()
    assert len(web.asked) == 1


def test_its_signature_is_as_the_guide_says(web: Outside, alice_client: Client) -> None:
    secret = finished(alice_client)["notice"]["secret"]
    noticing.work_off()
    [asked] = web.asked
    assert is_genuine(secret, asked)
    assert not is_genuine(f"{secret}x", asked)
    forged = asked.body.replace(b'"failed": 0', b'"failed": 1')
    assert not is_genuine(secret, Asked(asked.method, asked.path, asked.headers, forged))


def test_a_signature_that_is_old_is_none(web: Outside, alice: User) -> None:
    secret = waiting(alice).secret
    noticing.work_off()
    assert not is_genuine(secret, web.asked[0], patience=0)


def test_nothing_is_followed(web: Outside, alice: User) -> None:
    web.answers["/done"] = status(307, Location=f"https://{HOST}/elsewhere")
    ended = called(alice)
    assert [asked.path for asked in web.asked] == ["/done"]
    assert (ended.status, ended.error_code, ended.last_status) == (Status.QUEUED, "notice_refused", 307)


def test_what_the_address_answers_is_kept_nowhere(web: Outside, alice: User) -> None:
    web.answers["/done"] = body(b"a secret" * 100_000, "text/plain", X_Secret="a secret")
    ended = called(alice)
    assert ended.status == Status.DONE
    assert "secret" not in str({name: value for name, value in vars(ended).items() if name != "secret"})


# --- What ends it, and what does not ----------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [200, 201, 202, 204, 299])
def test_a_success_ends_it(web: Outside, alice: User, code: int) -> None:
    web.answers["/done"] = status(code)
    ended = called(alice)
    assert (ended.status, ended.last_status, ended.secret) == (Status.DONE, code, "")


def test_gone_ends_it(web: Outside, alice: User) -> None:
    web.answers["/done"] = status(410)
    ended = called(alice)
    assert (ended.status, ended.error_code, ended.secret) == (Status.FAILED, "notice_unwanted", "")


@pytest.mark.parametrize("code", [301, 400, 404, 429, 500, 503])
def test_everything_else_is_tried_again(web: Outside, alice: User, code: int) -> None:
    web.answers["/done"] = status(code)
    assert called(alice).status == Status.QUEUED
    web.answers["/done"] = status(200)
    Notice.objects.update(due_at=Now())
    noticing.work_off()
    ended = Notice.objects.get()
    assert (ended.status, ended.error_code, ended.last_status) == (Status.DONE, "", 200)


def test_an_address_that_hangs_up_is_tried_again(web: Outside, alice: User) -> None:
    web.answers["/done"] = raw(b"")
    assert (called(alice).status, Notice.objects.get().error_code) == (Status.QUEUED, "notice_unanswered")


def test_an_address_that_says_nothing_is_cut_off(web: Outside, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "CALL_SECONDS", 2.0)
    web.answers["/done"] = raw(then=lambda: Event().wait(60))
    assert (called(alice).status, Notice.objects.get().error_code) == (Status.QUEUED, "notice_unanswered")


def test_the_waits_grow_up_to_four_hours(web: Outside, alice: User) -> None:
    web.answers["/done"] = status(500)
    waiting(alice)
    waits = []
    for _ in range(9):
        Notice.objects.update(due_at=Now())
        noticing.work_off()
        [wait] = Notice.objects.annotate(moment=Now()).values_list("due_at", "moment")
        waits.append(round((wait[0] - wait[1]).total_seconds(), -1))
    assert waits == [pytest.approx(wait, abs=60) for wait in (10, 40, 160, 640, 2_560, 10_240, 14_400, 14_400, 14_400)]


def test_it_is_given_up_after_a_day(web: Outside, alice: User) -> None:
    web.answers["/done"] = status(500)
    waiting(alice)
    Batch.objects.update(finished_at=timezone.now() - timedelta(hours=25))
    noticing.work_off()
    ended = Notice.objects.get()
    assert (ended.status, ended.error_code, ended.secret) == (Status.FAILED, "notice_refused", "")


def test_a_worker_that_dies_over_it_is_followed_by_another(
    web: Outside, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting(alice)

    def killed(*_: Any) -> Any:
        raise SystemExit

    with monkeypatch.context() as broken:
        broken.setattr(fetching, "call", killed)
        with pytest.raises(SystemExit):
            noticing.work_off()
    Notice.objects.update(lease_until=Now() - timedelta(seconds=1))
    jobs.sweep(Notice)
    noticing.work_off()
    assert (len(web.asked), Notice.objects.get().status) == (1, Status.DONE)


def test_a_call_over_which_workers_die_keeps_no_secret(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    still = waiting(alice, f"{DONE}?key=still")
    Notice.objects.update(due_at=Now() + timedelta(hours=1))
    waiting(alice, f"{DONE}?key=hush")

    def killed(*_: Any) -> Any:
        raise SystemExit

    monkeypatch.setattr(fetching, "call", killed)
    for _ in range(jobs.MAX_LOSSES):
        with pytest.raises(SystemExit):
            noticing.work_off()
        Notice.objects.filter(status=Status.RUNNING).update(lease_until=Now() - timedelta(seconds=1))
        jobs.sweep(Notice)
    tasks.tidy_intakes()
    ended = Notice.objects.exclude(pk=still.pk).get()
    assert (ended.status, ended.secret, ended.address) == (Status.FAILED, "", DONE)
    assert Notice.objects.get(pk=still.pk).secret == still.secret


def test_a_finished_batch_whose_call_was_not_made_due_is_found_by_beat(web: Outside, alice: User) -> None:
    batch = Batch.objects.create(owner=alice, source="api", finished_at=Now())
    notices.ask(batch, DONE)
    noticing.work_off()
    assert web.asked == []
    progress.finish_ended()
    noticing.work_off()
    assert len(web.asked) == 1


def test_owners_take_turns(alice: User, bob: User) -> None:
    for owner in (alice, alice, alice, bob):
        waiting(owner)
    Notice.objects.update(due_at=Now())
    claimed = [jobs.claim(Notice, at_most=1)[0].owner for _ in range(4)]
    assert claimed == [alice, bob, alice, alice]


# --- Guards -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        f"http://{HOST}/done",
        f"https://{HOST}:8443/done",
        f"https://{HOST}:80/done",
        f"https://alice:secret@{HOST}/done",
        "https://127.0.0.1/done",
        "https://[::ffff:10.0.0.1]/done",
        "https://localhost/done",
        "ftp://example.org/",
        "no address",
    ],
)
def test_an_address_that_may_not_be_called_is_refused_at_once(alice_client: Client, address: str) -> None:
    answer = sent(alice_client, address)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_notify")
    assert not Batch.objects.exists()


def test_a_name_that_leads_inside_is_not_called(web: Outside, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "CALLS", Guards(("https",), web.calls.ports, hosts=web.guards.hosts))
    assert (called(alice).error_code, web.asked) == ("notice_unanswered", [])


def test_a_certificate_that_nobody_vouches_for_gets_no_call(
    web: Outside, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = web.calls
    monkeypatch.setattr(fetching, "CALLS", Guards(("https",), calls.ports, allowed=calls.allowed, hosts=calls.hosts))
    assert (called(alice).error_code, web.asked) == ("notice_unanswered", [])


def test_an_address_that_may_not_be_called_any_more_is_given_up(alice: User) -> None:
    waiting(alice)
    Notice.objects.update(address="https://127.0.0.1/done")
    noticing.work_off()
    assert (Notice.objects.get().status, Notice.objects.get().error_code) == (Status.FAILED, "bad_notify")


def test_only_so_many_may_wait(alice_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quotas, "MOST_WAITING_NOTICES", 1)
    assert sent(alice_client).status_code == 202
    answer = sent(alice_client)
    assert (answer.status_code, answer.json()["error"]["code"]) == (429, "too_many_notices")
    assert Batch.objects.count() == 1


# --- What is told of it -----------------------------------------------------------------------------------------------


def test_the_secret_is_told_once_and_differs(alice_client: Client) -> None:
    first, second = (sent(alice_client).json()["notice"]["secret"] for _ in range(2))
    assert len(first) >= 40
    assert first != second
    shown = alice_client.get(f"{BATCHES}{Batch.objects.latest('pk').public_id}/")
    assert second not in shown.content.decode()


def test_the_same_key_gives_the_same_secret_until_the_call_was_made(web: Outside, alice_client: Client) -> None:
    first = sent(alice_client, **{"Idempotency-Key": "a"}).json()["notice"]
    assert sent(alice_client, **{"Idempotency-Key": "a"}).json()["notice"]["secret"] == first["secret"]
    processing.work_off()
    noticing.work_off()
    assert sent(alice_client, **{"Idempotency-Key": "a"}).json()["notice"]["secret"] is None
    other = sent(alice_client, f"{DONE}/2", **{"Idempotency-Key": "a"})
    assert other.json()["error"]["code"] == "idempotency_conflict"


def test_api_and_page_say_that_it_waits_failed_and_was_taken(web: Outside, alice_client: Client) -> None:
    batch = sent(alice_client, f"{DONE}?key=hush").json()["id"]

    def seen() -> tuple[Any, str]:
        page = alice_client.get(f"/recognitions/batches/{batch}/").content.decode()
        assert "hush" not in page
        return alice_client.get(f"{BATCHES}{batch}/").json()["notice"], page

    notice, page = seen()
    assert (notice["address"], notice["status"], notice["next_try_at"]) == (DONE, "queued", None)
    assert f"{DONE} is called when all is read." in page
    web.answers["/done"] = status(503)
    processing.work_off()
    noticing.work_off()
    notice, page = seen()
    assert (notice["last_status"], notice["error"]["code"]) == (503, "notice_refused")
    assert notice["next_try_at"] is not None
    assert "The address answered the call with status 503." in page
    web.answers["/done"] = status(200)
    Notice.objects.update(due_at=Now())
    noticing.work_off()
    notice, page = seen()
    assert (notice["status"], notice["error"], notice["last_status"]) == ("done", None, 200)
    assert "took the call" in page


def test_a_batch_without_an_address_has_no_notice(alice_client: Client) -> None:
    answer = alice_client.post(BATCHES, {"image": [upload()]}).json()
    assert answer["notice"] is None
    assert alice_client.get(f"{BATCHES}{answer['id']}/").json()["notice"] is None


def test_no_log_has_the_address_or_the_secret(web: Outside, alice: User, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    web.answers["/done"] = status(500)
    notice = called(alice)
    assert HOST not in caplog.text
    assert notice.secret not in caplog.text


def test_the_archive_tells_of_it_without_the_secret(alice: User) -> None:
    notice = waiting(alice)
    told = archived(alice).read("batches.json").decode()
    assert json.loads(told)[0]["called"] == DONE
    assert notice.secret not in told


def test_it_goes_with_its_batch_and_its_owner(alice: User) -> None:
    batches.delete(waiting(alice).batch, alice)
    assert not Notice.objects.exists()
    waiting(alice)
    register.erase(alice)
    assert not Notice.objects.exists()
