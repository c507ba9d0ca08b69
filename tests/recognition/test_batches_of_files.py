"""PDF, TIFF and ZIP files among what is sent as a batch, by the API and by the form."""

from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from hdr_site.foundation.jobs import Status
from recognition import batches, intaking, processing
from recognition.models import Batch, Intake, OwnerUsage, Recognition
from tests.documents import pages, pdf, zipped
from tests.drawing import encoded, page, upload

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]

ADDRESS = "/api/v1/batches/"
A_ZIP = zipped({"2.png": encoded(page("2")), "letter.txt": b"Dear Bob"})


def file(content: bytes, name: str = "marks.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def sent(client: Client, *files: SimpleUploadedFile, **headers: Any) -> Any:
    return client.post(ADDRESS, {"image": list(files)}, headers=headers)


@pytest.fixture(autouse=True)
def _a_long_shift(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processing, "SHIFT_SECONDS", 60.0)


def test_pictures_and_files_with_several_make_one_batch(alice_client: Client) -> None:
    answer = sent(alice_client, upload(), file(pdf(pages(2))), file(A_ZIP, "marks.zip"))
    assert answer.status_code == 202
    body = answer.json()
    assert [opened["kind"] for opened in body["intakes"]] == ["pdf", "zip"]
    assert (len(body["pictures"]), body["finished"]) == (1, False)
    intaking.work_off()
    processing.work_off()
    body = alice_client.get(f"{ADDRESS}{body['id']}/").json()
    assert (body["total"], body["read"], body["finished"]) == (4, 4, True)
    assert [opened["taken"] for opened in body["intakes"]] == [2, 1]
    [bad] = body["intakes"][1]["refused"]
    assert (bad["name"], bad["error"]["code"]) == ("letter.txt", "not_a_picture")
    assert Batch.objects.get().finished_at is not None


def test_a_batch_of_a_file_without_pictures_is_finished_too(alice_client: Client) -> None:
    sent(alice_client, file(b"%PDF-1.7 torn"))
    intaking.work_off()
    assert Batch.objects.get().finished_at is not None


def test_the_same_key_takes_a_file_once(alice_client: Client) -> None:
    content = pdf(pages(2))  # it names the second in which it was made
    for _ in range(2):
        assert sent(alice_client, file(content), **{"Idempotency-Key": "a"}).status_code == 202
    assert Intake.objects.count() == 1


def test_a_file_comes_into_an_open_batch(alice_client: Client) -> None:
    batch = alice_client.post(ADDRESS, {"open": "true"}).json()
    for _ in range(2):
        answer = alice_client.post(
            f"{ADDRESS}{batch['id']}/pictures/", {"image": file(pdf(pages(2)))}, headers={"Idempotency-Key": "a"}
        )
        assert (answer.status_code, [opened["kind"] for opened in answer.json()["intakes"]]) == (202, ["pdf"])
    assert Intake.objects.count() == 1


def test_a_batch_is_deleted_with_files_that_wait(alice: User, alice_client: Client) -> None:
    sent(alice_client, file(pdf(pages(2))))
    waiting = Intake.objects.get()
    batches.delete(Batch.objects.get(), alice)
    assert not default_storage.exists(str(waiting.file))
    assert (Intake.objects.exists(), OwnerUsage.objects.get().stored_bytes) == (False, 0)


def test_a_worker_stops_when_its_batch_is_deleted_meanwhile(
    alice: User, alice_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent(alice_client, file(pdf(pages(3))))
    keep = intaking._keep

    def deleted_after_the_first(*args: Any) -> None:
        keep(*args)
        batches.delete(Batch.objects.get(), alice)

    monkeypatch.setattr(intaking, "_keep", deleted_after_the_first)
    intaking.work_off()
    assert (Recognition.objects.count(), OwnerUsage.objects.get().stored_bytes) == (0, 0)


def test_one_picture_alone_is_no_place_for_a_pdf(alice_client: Client) -> None:
    answer = alice_client.post("/api/v1/recognitions/", {"image": file(pdf(pages(2)))})
    assert (answer.status_code, answer.json()["error"]["code"]) == (415, "unsupported_format")
    assert "/api/v1/batches/" in answer.json()["error"]["message"]


def test_the_form_makes_a_batch_of_a_single_pdf(alice_client: Client) -> None:
    answer = alice_client.post("/recognitions/new/", {"image": file(pdf(pages(2)))})
    assert answer["Location"] == f"/recognitions/batches/{Batch.objects.get().public_id}/"
    assert Intake.objects.get().status == Status.QUEUED


def test_the_page_of_a_batch_lists_what_was_not_taken(alice_client: Client) -> None:
    sent(alice_client, file(A_ZIP, "marks.zip"), file(b"%PDF-1.7 torn", "torn.pdf"))
    intaking.work_off()
    shown = alice_client.get(f"/recognitions/batches/{Batch.objects.get().public_id}/").content.decode()
    assert "1 file in marks.zip was not taken" in shown
    assert "letter.txt: This file is not a picture" in shown
    assert "torn.pdf: This PDF is damaged" in shown


def test_nobody_else_sees_it(alice_client: Client, bob_client: Client) -> None:
    batch = sent(alice_client, file(pdf(pages(2)))).json()["id"]
    assert bob_client.get(f"{ADDRESS}{batch}/").status_code == 404
    assert bob_client.post(f"{ADDRESS}{batch}/pictures/", {"image": file(pdf(pages(1)))}).status_code == 404
