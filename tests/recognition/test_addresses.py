"""Web addresses: given by form and API, fetched by the worker in its child process, read like what was sent."""

import json
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from pathlib import Path
from time import sleep
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db.models.functions import Now
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from hdr_site.foundation import jobs
from hdr_site.foundation.jobs import Status
from ml.documents import parent
from ml.documents.parent import Refused, Taken
from recognition import batches, intakes, intaking, processing, quotas, sentences, storage
from recognition.fetching import parent as fetching
from recognition.fetching.guards import Guards
from recognition.models import Batch, Intake, OwnerUsage, Recognition
from recognition.uploads import UploadRejected
from tests.archived import archived
from tests.documents import pages, pdf, tiff, zipped
from tests.drawing import encoded, page, upload
from tests.outside import HOST, Conversation, Outside, body, outside, raw, status

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]

BATCHES, NEW = "/api/v1/batches/", "/recognitions/new/"
MARKS = f"https://{HOST}/marks"


@pytest.fixture(autouse=True)
def _a_long_shift(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processing, "SHIFT_SECONDS", 60.0)


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Outside]:
    """The internet, which the worker's child process asks."""
    with outside() as found:
        monkeypatch.setattr(fetching, "FILES", found.guards)
        yield found


def asked(owner: User, address: str = MARKS, key: str | None = None) -> Intake:
    batch = Batch.objects.create(owner=owner, source="page", is_open=True)
    return intakes.send_address(batch, address, key)


def fetched(owner: User, address: str = MARKS) -> Intake:
    asked(owner, address)
    intaking.work_off()
    return Intake.objects.get()


def pictures() -> list[Recognition]:
    return list(Recognition.objects.order_by("place"))


def stored(folder: str) -> int:
    return sum(path.is_file() for path in Path(default_storage.path(folder)).rglob("*"))


# --- What lies there --------------------------------------------------------------------------------------------------


def test_a_picture_is_fetched_and_read(web: Outside, alice: User) -> None:
    web.answers["/marks.png"] = body(encoded(page("28")), "image/png")
    ended = fetched(alice, f"{MARKS}.png?signature=secret")
    processing.work_off()
    assert (ended.status, ended.taken, ended.refused) == (Status.DONE, 1, [])
    [picture] = pictures()
    assert (picture.text, picture.source, picture.name) == ("28", "address", "marks.png")


@pytest.mark.parametrize(
    ("content", "texts"),
    [
        (pdf(pages(2)), ["2", "3"]),
        (tiff(pages(2)), ["2", "3"]),
        (zipped({"2.png": encoded(page("2")), "letter.txt": b"Dear Bob"}), ["2"]),
    ],
    ids=["PDF", "TIFF", "ZIP"],
)
def test_what_comes_is_judged_by_its_content(web: Outside, alice: User, content: bytes, texts: list[str]) -> None:
    web.answers["/marks"] = body(content, "text/html")
    assert fetched(alice).status == Status.DONE
    processing.work_off()
    assert [picture.text for picture in pictures()] == texts


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (body(b"<html>A secret</html>", "text/html"), "address_shows_page"),
        (body(b"\n<!DOCTYPE html><p>A secret", "text/plain"), "address_shows_page"),
        (body(b"A secret", "image/png"), "not_a_picture"),
        (body(b"", "image/png"), "empty_file"),
        (body(b"A secret", "image/png", Content_Encoding="gzip"), "address_encoded"),
        (status(500, Secret="A secret"), "address_refused"),
        (status(302, Location="http://127.0.0.1/A secret"), "address_forbidden"),
        (raw(b"A secret"), "address_unreachable"),
    ],
)
def test_what_is_no_picture_fails_with_the_reason_and_nothing_of_what_came(
    web: Outside, alice: User, answer: Any, code: str
) -> None:
    web.answers["/marks"] = answer
    ended = fetched(alice)
    said = ended.refused[0]["code"] if ended.error_code == "no_pictures_inside" else ended.error_code
    assert (ended.status, said) == (Status.FAILED, code)
    assert "secret" not in f"{ended.error_message}{ended.refused}"
    assert (stored(storage.INTAKES), OwnerUsage.objects.get().stored_bytes) == (0, 0)


def test_more_than_the_limit_is_refused(web: Outside, alice: User, settings: Settings) -> None:
    settings.UPLOAD_MAX_BYTES = 1_000
    web.answers["/marks"] = body(bytes(1_001))
    ended = fetched(alice)
    assert (ended.error_code, "0.001 MB" in ended.error_message) == ("too_many_bytes", True)


def test_a_private_network_is_not_asked_and_not_named(web: Outside, alice: User, monkeypatch: Any) -> None:
    monkeypatch.setattr(fetching, "FILES", Guards(ports=web.guards.ports, hosts=web.guards.hosts))
    ended = fetched(alice)
    assert ended.error_code == "host_unknown"
    assert "127." not in ended.error_message
    assert web.asked == []


def test_networks_that_an_installation_denies_are_not_asked(
    web: Outside, alice: User, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "FILES", Guards(hosts=((HOST, ("8.8.8.8",)),)))
    settings.FETCH_DENIED_NETWORKS = ["8.8.8.0/24"]
    assert fetched(alice).error_code == "host_unknown"


def dropping(to: Conversation) -> None:
    """A byte at a time, always before patience with silence ends."""
    to.wfile.write(b"HTTP/1.0 200 OK\r\n\r\n")
    for _ in range(300):
        to.wfile.write(b"x")
        to.wfile.flush()
        sleep(0.2)


def test_a_server_that_sends_drop_by_drop_is_cut_off(
    web: Outside, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "FETCH_SECONDS", 3.0)
    web.answers["/marks"] = dropping
    assert fetched(alice).error_code == "address_too_slow"


def test_the_child_has_no_secret_in_its_environment(web: Outside, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[Any] = []
    whole = fetching.subprocess.Popen  # type: ignore[attr-defined]

    def noted(command: Any, **options: Any) -> Any:
        started.append((command, options["env"]))
        return whole(command, **options)

    with monkeypatch.context() as noting:
        noting.setattr(fetching.subprocess, "Popen", noted)  # type: ignore[attr-defined]
        web.answers["/marks"] = body(b"x")
        fetched(alice, f"{MARKS}?key=secret")
    command, environment = started[0]
    assert set(environment) == {"PYTHONDONTWRITEBYTECODE", "MALLOC_ARENA_MAX", "LANG"}
    assert "secret" not in " ".join(command)


# --- Finished exactly once --------------------------------------------------------------------------------------------


def taken_from_its_worker() -> None:
    """The sweep finds that the worker has died."""
    Intake.objects.update(lease_until=Now() - timedelta(seconds=1))
    jobs.sweep(Intake)


def test_a_worker_that_takes_over_goes_on_with_what_was_fetched(
    web: Outside, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    web.answers["/marks"] = body(pdf(pages(3)))
    asked(alice)
    whole = parent.take_apart

    def killed_after_one(*args: Any) -> Iterator[Taken | Refused]:
        yield from islice(whole(*args), 1)
        raise SystemExit

    with monkeypatch.context() as broken:
        broken.setattr(parent, "take_apart", killed_after_one)
        with pytest.raises(SystemExit):
            intaking.work_off()
    web.answers["/marks"] = body(encoded(page("9")))  # something else lies there by now
    taken_from_its_worker()
    intaking.work_off()
    processing.work_off()
    assert [picture.text for picture in pictures()] == ["2", "3", "4"]
    assert len(web.asked) == 1
    assert stored(storage.INTAKES) == 0


def test_a_worker_that_dies_while_it_fetches_is_followed_by_another(
    web: Outside, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    web.answers["/marks"] = body(encoded(page("7")))
    asked(alice)

    def killed(*_: Any) -> Any:
        raise SystemExit

    with monkeypatch.context() as broken:
        broken.setattr(fetching, "fetch", killed)
        with pytest.raises(SystemExit):
            intaking.work_off()
    taken_from_its_worker()
    intaking.work_off()
    assert (len(pictures()), Intake.objects.get().status) == (1, Status.DONE)


def test_a_worker_that_was_presumed_dead_stores_nothing(web: Outside, alice: User) -> None:
    web.answers["/marks"] = body(encoded(page("7")))
    asked(alice)
    [first] = jobs.claim(Intake)
    taken_from_its_worker()
    [second] = jobs.claim(Intake)
    intaking._take_in(first)
    assert (pictures(), stored(storage.INTAKES)) == ([], 0)
    intaking._take_in(second)
    assert len(pictures()) == 1


def test_it_is_fetched_again_when_the_store_was_away(
    web: Outside, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    web.answers["/marks"] = body(encoded(page("7")))

    def away(*_: object) -> str:
        raise ConnectionError

    with monkeypatch.context() as broken:
        broken.setattr(storage, "put_intake", away)
        row = fetched(alice)
    assert (row.status, row.error_code, row.losses) == (Status.QUEUED, "store_down", 0)
    Intake.objects.update(due_at=Now())
    intaking.work_off()
    assert len(pictures()) == 1


# --- Rates, room and traces -------------------------------------------------------------------------------------------


def test_what_does_not_fit_into_the_quota_is_said(web: Outside, alice: User, settings: Settings) -> None:
    settings.OWNER_STORAGE_BYTES = 100
    web.answers["/marks"] = body(encoded(page("7")))
    assert fetched(alice).error_code == "quota_exceeded"
    assert (stored(storage.INTAKES), OwnerUsage.objects.get().stored_bytes) == (0, 0)


def test_only_so_many_may_wait(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quotas, "MOST_WAITING_INTAKES", 1)
    asked(alice)
    with pytest.raises(UploadRejected) as raised:
        asked(alice)
    assert raised.value.code == "too_many_intakes"


def test_the_query_of_an_address_is_shown_nowhere_and_goes_when_it_was_fetched(
    web: Outside, alice: User, alice_client: Client
) -> None:
    web.answers["/marks"] = body(encoded(page("7")))
    waiting = asked(alice, f"{MARKS}?key=secret")
    shown = f"{BATCHES}{waiting.batch.public_id}/"
    assert alice_client.get(shown).json()["intakes"][0]["address"] == MARKS
    assert Intake.objects.get().address == f"{MARKS}?key=secret"
    intaking.work_off()
    assert Intake.objects.get().address == MARKS


def test_it_goes_also_where_workers_died_over_it(alice: User) -> None:
    asked(alice, f"{MARKS}?key=secret")
    for _ in range(jobs.MAX_LOSSES):
        jobs.claim(Intake)
        taken_from_its_worker()
    intaking.tidy()
    assert (Intake.objects.get().error_code, Intake.objects.get().address) == ("lost_too_often", MARKS)


def test_no_log_has_the_address(web: Outside, alice: User, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    web.answers["/marks"] = body(b"x")
    fetched(alice, f"{MARKS}?key=secret")
    assert HOST not in caplog.text


def test_the_archive_of_a_person_has_the_address(alice: User) -> None:
    asked(alice)
    [entry] = json.loads(archived(alice).read("intakes.json"))
    assert (entry["kind"], entry["address"]) == ("address", MARKS)


def test_an_address_is_deleted_with_its_batch(alice: User) -> None:
    asked(alice)
    batches.delete(Batch.objects.get(), alice)
    assert not Intake.objects.exists()


# --- By the API -------------------------------------------------------------------------------------------------------


def test_addresses_and_files_make_one_batch(web: Outside, alice_client: Client) -> None:
    web.answers["/2"], web.answers["/3"] = (body(encoded(page(text))) for text in "23")
    given = {"image": [upload()], "address": [f"https://{HOST}/2", f"https://{HOST}/3"]}
    answer = alice_client.post(BATCHES, given)
    assert answer.status_code == 202
    assert [opened["kind"] for opened in answer.json()["intakes"]] == ["address", "address"]
    intaking.work_off()
    processing.work_off()
    found = alice_client.get(f"{BATCHES}{answer.json()['id']}/").json()
    assert (found["total"], found["read"], found["finished"]) == (3, 3, True)
    assert [opened["taken"] for opened in found["intakes"]] == [1, 1]


def test_addresses_may_come_as_json(alice_client: Client) -> None:
    answer = alice_client.post(BATCHES, json.dumps({"address": [MARKS]}), content_type="application/json")
    assert (answer.status_code, len(answer.json()["intakes"])) == (202, 1)


def test_an_address_that_shows_what_it_is_is_refused_at_once(alice_client: Client) -> None:
    answer = alice_client.post(BATCHES, {"address": ["http://127.0.0.1/secret?key=secret", MARKS]})
    [bad] = answer.json()["refused"]
    assert (bad["name"], bad["error"]["code"]) == ("http://127.0.0.1/secret", "address_forbidden")
    assert len(answer.json()["intakes"]) == 1


def test_a_bad_address_alone_makes_no_batch(alice_client: Client) -> None:
    answer = alice_client.post(BATCHES, {"address": "https://drive.google.com/drive/folders/1AbC"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "drive_folder")
    assert not Batch.objects.exists()


def test_more_than_twenty_are_refused(alice_client: Client) -> None:
    answer = alice_client.post(BATCHES, {"address": [MARKS] * 21})
    assert answer.json()["error"]["code"] == "too_many_addresses"


@pytest.mark.parametrize("given", [{"address": 7}, {"address": [7]}, {"address": {"a": 1}}])
def test_an_address_is_a_text(alice_client: Client, given: Any) -> None:
    answer = alice_client.post(BATCHES, json.dumps(given), content_type="application/json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_request")


def test_the_same_key_takes_an_address_once_and_is_refused_for_another(alice_client: Client) -> None:
    for _ in range(2):
        answer = alice_client.post(BATCHES, {"address": MARKS}, headers={"Idempotency-Key": "a"})
        assert answer.status_code == 202
    assert Intake.objects.count() == 1
    other = alice_client.post(BATCHES, {"address": f"{MARKS}/2"}, headers={"Idempotency-Key": "a"})
    assert other.json()["error"]["code"] == "idempotency_conflict"


def test_an_address_comes_into_an_open_batch(alice_client: Client) -> None:
    batch = alice_client.post(BATCHES, {"open": "true"}).json()["id"]
    for _ in range(2):
        answer = alice_client.post(f"{BATCHES}{batch}/pictures/", {"address": MARKS}, headers={"Idempotency-Key": "a"})
        assert (answer.status_code, answer.json()["intakes"][0]["address"]) == (202, MARKS)
    alice_client.post(f"{BATCHES}{batch}/close/")
    late = alice_client.post(f"{BATCHES}{batch}/pictures/", {"address": MARKS})
    assert (late.status_code, late.json()["error"]["code"]) == (409, "batch_closed")


def test_nobody_else_sees_it(alice_client: Client, bob_client: Client) -> None:
    batch = alice_client.post(BATCHES, {"address": MARKS}).json()["id"]
    assert bob_client.get(f"{BATCHES}{batch}/").status_code == 404
    assert bob_client.post(f"{BATCHES}{batch}/pictures/", {"address": MARKS}).status_code == 404


# --- By the form, without JavaScript ----------------------------------------------------------------------------------


def test_the_form_takes_an_address_a_line(alice_client: Client) -> None:
    answer = alice_client.post(NEW, {"address": f"\n {MARKS}\r\n\r\n{MARKS}/2\n"})
    assert answer["Location"] == f"/recognitions/batches/{Batch.objects.get().public_id}/"
    assert Intake.objects.count() == 2


def test_the_form_takes_addresses_beside_files(alice_client: Client) -> None:
    alice_client.post(NEW, {"address": MARKS, "image": upload()})
    assert (Intake.objects.count(), Recognition.objects.count()) == (1, 1)


def test_the_form_says_what_is_wrong_with_an_address_and_keeps_it(alice_client: Client) -> None:
    answer = alice_client.post(NEW, {"address": "http://192.168.1.1/marks.png"})
    assert answer.status_code == 400
    shown = answer.content.decode()
    assert "This address leads into a private network" in shown
    assert "<code>address_forbidden</code>" in shown


def test_neither_a_picture_nor_an_address_is_too_little(alice_client: Client) -> None:
    answer = alice_client.post(NEW, {"address": " \n "})
    assert (answer.status_code, "<code>no_picture</code>" in answer.content.decode()) == (400, True)


def test_the_page_of_the_batch_says_why_nothing_came(web: Outside, alice_client: Client) -> None:
    web.answers["/marks"] = body(b"<html>", "text/html")
    alice_client.post(NEW, {"address": f"{MARKS}?key=secret"})
    intaking.work_off()
    shown = alice_client.get(f"/recognitions/batches/{Batch.objects.get().public_id}/").content.decode()
    assert "That address shows a page, not a picture" in shown
    assert "secret" not in shown


# --- Words ------------------------------------------------------------------------------------------------------------


def test_every_reason_has_a_sentence_and_is_in_the_user_guide() -> None:
    guide = (Path(__file__).resolve().parent.parent.parent / "docs" / "user-guide.md").read_text()
    assert [code for code in sentences.ADDRESSES if f"`{code}`" not in guide] == []
