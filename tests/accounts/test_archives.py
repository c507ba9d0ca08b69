"""Download everything: asked for, made by a worker, mailed, fetched once."""

import csv
import errno
import io
import json
import re
import zipfile
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount
from django.core.files.storage import default_storage
from django.db import connection
from django.db.models import F
from django.db.models.functions import Now
from django.test import Client

from accounts import archives, archiving, sending, tokens, upkeep
from accounts.models import Archive, User
from hdr_site.foundation import jobs, register, stored_files
from hdr_site.foundation.archive_files import harmless, readable_name
from hdr_site.foundation.jobs import Status
from hdr_site.foundation.models import AuditEntry, Mail
from hdr_site.launcher.processes import wait_for
from recognition import processing, submissions
from recognition.models import Recognition, Source
from tests.archived import archived
from tests.drawing import encoded, page, upload

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]

PAGE = "/accounts/data/"


@pytest.fixture
def picture(alice: User) -> Recognition:
    """A picture of Alice's that was read."""
    submissions.submit(alice, upload(encoded(page("742")), name="Größe: 1-2 <b>.png"), Source.PAGE)
    processing.work_off()
    return Recognition.objects.get()


def prove(client: Client, password: str) -> None:
    """Give the password again, as the page before asks."""
    client.post("/accounts/reauthenticate/", {"password": password})


def ask(client: Client, password: str) -> Any:
    prove(client, password)
    return client.post(PAGE)


def links() -> list[str]:
    """The links of all mails about a ready archive."""
    bodies = [mail.content["body"] for mail in Mail.objects.order_by("pk")]
    return [found[0] for body in bodies if (found := re.search(r"/accounts/data/archive/\S+", body))]


@pytest.fixture
def link(alice: User, picture: Recognition) -> str:
    """The link to an archive of Alice's that was made."""
    archives.ask(alice)
    archiving.work_off()
    [made] = links()
    return made


def fetch(client: Client, link: str, **headers: str) -> Any:
    return client.get(f"{link}file/", headers=headers)


def stored() -> list[str]:
    """The archives in the store."""
    try:
        days = default_storage.listdir("archives")[0]
    except FileNotFoundError:
        return []
    return [file for day in days for file in default_storage.listdir(f"archives/{day}")[1]]


@pytest.fixture(autouse=True)
def empty_store() -> None:
    """No archives of earlier tests."""
    for day in default_storage.listdir("archives")[0] if default_storage.exists("archives") else []:
        for file in default_storage.listdir(f"archives/{day}")[1]:
            default_storage.delete(f"archives/{day}/{file}")


@pytest.fixture(autouse=True)
def nobody_downloads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other tests begin downloads and never end them."""
    monkeypatch.setattr(sending, "_gate", sending.Gate(sending.AT_ONCE, sending.OF_ONE_AT_ONCE))


# --- Asking -----------------------------------------------------------------------------------------------------------


def test_asking_needs_the_password_again(alice_client: Client, password: str) -> None:
    assert alice_client.post(PAGE)["Location"].startswith("/accounts/reauthenticate/")
    assert not Archive.objects.exists()
    assert ask(alice_client, password).status_code == 302
    assert Archive.objects.get().status == Status.QUEUED


def test_the_page_says_that_it_waits_is_made_and_is_ready(alice: User, alice_client: Client) -> None:
    archives.ask(alice)
    assert "is waiting to be made" in alice_client.get(PAGE).content.decode()
    [archive] = jobs.claim(Archive)
    assert "is being made" in alice_client.get(PAGE).content.decode()
    jobs.release([archive])
    archiving.work_off()
    assert "is ready" in alice_client.get(PAGE).content.decode()


def test_somebody_who_asks_twice_gets_one(alice: User) -> None:
    assert archives.ask(alice) == archives.ask(alice)


def test_two_who_ask_at_the_same_moment_get_one(alice: User) -> None:
    def asked() -> None:
        archives.ask(alice)
        connection.close()

    askers = [Thread(target=asked) for _ in range(4)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert Archive.objects.count() == 1


def test_more_than_a_few_a_day_are_refused_with_the_time(alice: User, alice_client: Client, password: str) -> None:
    for _ in range(archives.MOST_A_DAY):
        archives.ask(alice)
        archiving.work_off()
    refused = ask(alice_client, password)
    assert refused.status_code == 429
    assert "3 archives in 24 hours. Ask again after" in refused.content.decode()
    Archive.objects.update(created_at=F("created_at") - timedelta(days=1))
    assert ask(alice_client, password).status_code == 302


def test_a_new_archive_ends_the_link_of_an_earlier_one(alice: User, alice_client: Client, link: str) -> None:
    archives.ask(alice)
    assert stored() == []
    gone = alice_client.get(link)
    assert gone.status_code == 410
    assert "You have asked for a newer archive" in gone.content.decode()


# --- What is in it ----------------------------------------------------------------------------------------------------


def test_it_holds_every_picture_under_a_readable_name(alice: User, picture: Recognition) -> None:
    archive = archived(alice)
    [entry] = json.loads(archive.read("recognitions.json"))
    assert entry["picture"] == "pictures/000001 Größe- 1-2 -b-.png"
    with default_storage.open(str(picture.image.name)) as kept:
        assert archive.read(entry["picture"]) == kept.read()


def test_it_holds_what_was_read_for_programs_and_for_spreadsheets(alice: User, picture: Recognition) -> None:
    archive = archived(alice)
    [entry] = json.loads(archive.read("recognitions.json"))
    text = archive.read("recognitions.csv").decode("utf-8-sig")
    [row] = csv.DictReader(io.StringIO(text))
    for told in (entry, row):
        assert (told["id"], told["text"], told["status"]) == (str(picture.public_id), "742", "done")
    assert [digit["value"] for digit in entry["readings"][0]["digits"]] == [7, 4, 2]
    assert row["numbers"] == "742"
    assert archive.read("recognitions.csv").startswith(b"\xef\xbb\xbf")


def test_it_holds_the_account_and_what_happened_in_it_and_no_secret(alice: User) -> None:
    _, key = tokens.create(alice, "scanner")
    archive = archived(alice)
    account = json.loads(archive.read("account.json"))
    assert account["account"]["email"] == alice.email
    assert account["addresses"] == [{"email": alice.email, "verified": True, "primary": True}]
    assert account["tokens"][0]["name"] == "scanner"
    assert [entry["action"] for entry in json.loads(archive.read("activity.json"))] == ["token.created"]
    everything = b"".join(archive.read(name) for name in archive.namelist())
    assert key.encode() not in everything
    assert alice.password.encode() not in everything


def test_it_holds_the_connections_with_accounts_elsewhere(alice: User) -> None:
    SocialAccount.objects.create(user=alice, provider="google", uid="77", extra_data={"email": alice.email})
    [connection] = json.loads(archived(alice).read("account.json"))["connections"]
    assert (connection["provider"], connection["uid"], connection["extra_data"]) == (
        "google",
        "77",
        {"email": alice.email},
    )


def test_it_says_what_is_what(alice: User, picture: Recognition) -> None:
    archive = archived(alice)
    readme = archive.read("README.txt").decode()
    for name in archive.namelist():
        assert name.partition("/")[0] in readme or name == "README.txt"


def test_it_holds_nothing_of_others(alice: User, bob: User, picture: Recognition) -> None:
    archive = archived(bob)
    assert json.loads(archive.read("recognitions.json")) == []
    assert not [name for name in archive.namelist() if name.startswith("pictures/")]
    assert alice.email.encode() not in b"".join(archive.read(name) for name in archive.namelist())


def test_a_picture_that_is_gone_leaves_a_gap_and_no_fault(alice: User, picture: Recognition) -> None:
    default_storage.delete(str(picture.image.name))
    [entry] = json.loads(archived(alice).read("recognitions.json"))
    assert (entry["picture"], entry["text"]) == (None, "742")


@pytest.mark.parametrize("cell", ["=1+2", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_is_a_formula(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["0417", "00", "4111111111111111"])
def test_no_digit_is_lost_in_a_spreadsheet(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["0", "0.5", "123456789012345", "-12", "+49", "-1,234.56", "742", "", None, 0.5])
def test_numbers_stay_numbers(cell: object) -> None:
    assert harmless(cell) == cell


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("a.png", "000007 a.jpg"),
        ("../../etc/passwd", "000007 -..-etc-passwd.jpg"),
        ("CON: x?.jpeg", "000007 CON- x-.jpg"),
        ("...", "000007 .jpg"),
        ("x" * 120, f"000007 {'x' * 60}.jpg"),
    ],
)
def test_a_name_can_be_unpacked_everywhere(name: str, file: str) -> None:
    assert readable_name(7, name, ".jpg") == file


# --- The mail and the link --------------------------------------------------------------------------------------------


def test_the_mail_has_the_link_as_text_and_as_html(alice: User, link: str) -> None:
    mail = Mail.objects.get()
    [[html, kind]] = mail.content["alternatives"]
    assert (mail.to, kind) == (alice.email, "text/html")
    assert f"http://localhost:8000{link}" in mail.content["body"].splitlines()
    assert f'href="http://localhost:8000{link}"' in html


def test_the_link_leads_to_a_page_that_uses_nothing_up(alice_client: Client, link: str) -> None:
    for _ in range(2):
        assert alice_client.get(link).status_code == 200
    assert alice_client.head(link).status_code == 200
    assert alice_client.head(f"{link}file/").status_code == 200
    assert Archive.objects.get().fetched_at is None


def test_the_file_is_sent_once(alice_client: Client, link: str) -> None:
    response = fetch(alice_client, link)
    content = b"".join(response)
    assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None
    assert int(response["Content-Length"]) == len(content) == Archive.objects.get().stored_bytes
    again = fetch(alice_client, link)
    assert again.status_code == 410
    assert "This link was used" in again.content.decode()
    assert AuditEntry.objects.filter(action="archive.fetched").count() == 1


def test_the_file_is_kept_nowhere_on_its_way(alice_client: Client, link: str) -> None:
    response = fetch(alice_client, link)
    assert {"private", "no-store"} <= set(response["Cache-Control"].split(", "))
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"].startswith("attachment; filename=")


def test_a_download_that_breaks_off_may_go_on(alice_client: Client, link: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored_files, "PIECE", 1000)
    broken = fetch(alice_client, link)
    head = next(iter(broken))
    broken.close()
    assert Archive.objects.get().fetched_at is None
    rest = fetch(alice_client, link, **{"Range": f"bytes={len(head)}-", "If-Range": broken["ETag"]})
    assert rest.status_code == 206
    assert rest["Content-Range"].startswith(f"bytes {len(head)}-")
    assert zipfile.ZipFile(io.BytesIO(head + b"".join(rest))).testzip() is None
    assert Archive.objects.get().fetched_at is not None


@pytest.mark.parametrize(
    "headers", [{"Range": "bytes=5-9"}, {"Range": "bytes=999999999-"}, {"Range": "bytes=5-", "If-Range": '"another"'}]
)
def test_other_ranges_get_the_whole_file(alice_client: Client, link: str, headers: dict[str, str]) -> None:
    assert fetch(alice_client, link, **headers).status_code == 200


def test_few_are_sent_at_once_and_fewer_to_one_person(alice_client: Client, link: str) -> None:
    under_way = [fetch(alice_client, link) for _ in range(sending.OF_ONE_AT_ONCE)]
    busy = fetch(alice_client, link)
    assert (busy.status_code, busy["Retry-After"]) == (503, "60")
    assert "try again in a minute" in busy.content.decode()
    for response in under_way:
        response.close()
    assert b"".join(fetch(alice_client, link)).startswith(b"PK")


def test_a_process_sends_only_so_many_at_once() -> None:
    gate = sending.Gate(at_once=2, of_one=1)
    gate.enter(1)
    gate.enter(2)
    with pytest.raises(sending.Busy):
        gate.enter(3)
    gate.leave(1)
    gate.enter(3)


def test_bob_gets_nothing_by_alices_link(bob_client: Client, link: str) -> None:
    assert bob_client.get(link).status_code == 404
    assert fetch(bob_client, link).status_code == 404


def test_ann_is_asked_to_log_in(ann_client: Client, link: str) -> None:
    assert ann_client.get(link)["Location"] == f"/accounts/login/?next={link}"
    assert fetch(ann_client, link).status_code == 302


def test_after_a_day_the_link_has_ended(alice_client: Client, link: str) -> None:
    Archive.objects.update(finished_at=F("finished_at") - timedelta(days=1))
    ended = fetch(alice_client, link)
    assert ended.status_code == 410
    assert "works for a day" in ended.content.decode()


@pytest.mark.parametrize("when", ["fetched", "after a day"])
def test_the_file_is_removed(alice_client: Client, link: str, when: str) -> None:
    upkeep.tidy()
    assert len(stored()) == 1
    if when == "fetched":
        b"".join(fetch(alice_client, link))
    else:
        Archive.objects.update(finished_at=F("finished_at") - timedelta(days=1))
    upkeep.tidy()
    assert stored() == []
    assert alice_client.get(link).status_code == 410


# --- Faults -----------------------------------------------------------------------------------------------------------


def lose(archive: Archive, times: int) -> None:
    """Let workers claim it and die, so many times."""
    for _ in range(times):
        assert jobs.claim(Archive)
        Archive.objects.filter(pk=archive.pk).update(lease_until=Now() - timedelta(seconds=1))
        jobs.sweep(Archive)


def test_a_worker_that_dies_over_it_costs_nothing_but_time(alice: User, picture: Recognition) -> None:
    lose(archives.ask(alice), times=1)
    archiving.work_off()
    assert Archive.objects.get().status == Status.DONE
    assert (len(links()), len(stored())) == (1, 1)


def test_a_worker_presumed_dead_hands_nothing_over(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = archives.ask(alice)
    finish = archiving._hand_over

    def late(*given: Any) -> None:
        monkeypatch.setattr(archiving, "_hand_over", finish)
        Archive.objects.filter(pk=archive.pk).update(lease_until=Now() - timedelta(seconds=1))
        jobs.sweep(Archive)
        [again] = jobs.claim(Archive)
        archiving._make(again)
        finish(*given)

    monkeypatch.setattr(archiving, "_hand_over", late)
    archiving.work_off()
    assert (len(links()), len(stored())) == (1, 1)
    assert default_storage.exists(Archive.objects.get().file)


def test_an_archive_that_is_given_up_is_told_once(alice: User, alice_client: Client) -> None:
    lose(archives.ask(alice), times=jobs.MAX_LOSSES)
    upkeep.tidy()
    upkeep.tidy()
    assert Mail.objects.get().subject == "Your archive could not be made"
    assert "could not be made" in alice_client.get(PAGE).content.decode()


def test_a_full_disk_is_said_by_mail_and_page_and_leaves_nothing(
    alice: User, alice_client: Client, picture: Recognition, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    archives.ask(alice)
    with monkeypatch.context() as patched:
        patched.setattr("django.core.files.storage.FileSystemStorage._save", full)
        archiving.work_off()
    assert Archive.objects.get().error_code == "archive_no_room"
    assert "no room" in Mail.objects.get().content["body"]
    assert "no room" in alice_client.get(PAGE).content.decode()
    assert stored() == []


def test_a_store_that_is_down_delays_it(alice: User, picture: Recognition, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*_: object) -> None:
        raise ConnectionError

    archives.ask(alice)
    with monkeypatch.context() as patched:
        patched.setattr(stored_files, "_opened", down)
        archiving.work_off()
    archive = Archive.objects.get()
    assert (archive.status, archive.error_code, archive.losses) == (Status.QUEUED, "store_down", 0)
    Archive.objects.update(due_at=Now())
    archiving.work_off()
    assert Archive.objects.get().status == Status.DONE


def test_a_fault_of_ours_is_said_and_not_tried_for_ever(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(register, "export", broken)
    archives.ask(alice)
    archiving.work_off()
    assert Archive.objects.get().error_code == "archive_failed"
    assert Mail.objects.count() == 1


def test_a_file_without_a_row_is_removed_once_it_is_old(monkeypatch: pytest.MonkeyPatch) -> None:
    default_storage.save(archives.new_name(), io.BytesIO(b"left by a killed worker"))
    upkeep.tidy()
    assert len(stored()) == 1
    monkeypatch.setattr(archives, "ORPHANED_AFTER", -archives.ORPHANED_AFTER)
    upkeep.tidy()
    assert stored() == []


def test_one_archive_is_made_at_a_time(alice: User) -> None:
    archives.ask(alice)
    with archiving._at_work:
        archiving.work_off()
    assert Archive.objects.get().status == Status.QUEUED


def test_the_loan_is_renewed_while_it_is_made(alice: User, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.JOB_LEASE = timedelta(seconds=0.6)
    renewed: set[Any] = set()

    def seen(ends: set[Any]) -> int:
        ends.update(Archive.objects.values_list("lease_until", flat=True))
        return len(ends)

    write = archiving._write

    def slow(*given: Any) -> int:
        assert wait_for(lambda: seen(renewed) >= 3, 30)
        return write(*given)

    monkeypatch.setattr(archiving, "_write", slow)
    archives.ask(alice)
    archiving.work_off()
    assert Archive.objects.get().status == Status.DONE
