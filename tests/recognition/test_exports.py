"""Files of answers that are made in the background: once, whatever dies; for their owner; for a day."""

import csv
import io
import json
import uuid
import zipfile
from datetime import timedelta
from typing import Any

import pypdfium2
import pytest
from django.core import mail
from django.core.files.storage import default_storage
from django.db.models.functions import Now
from django.test import Client

from accounts.models import User
from hdr_site.foundation import jobs
from recognition import answer_pdf, export_making, exports, filter_records, history, processing, storage, submissions
from recognition.answer_files import Kind
from recognition.history import HistoryFilter, Order
from recognition.models import Export, Recognition, Source, Status
from recognition.numerals import Match
from recognition.uploads import UploadRejected
from tests.drawing import upload
from tests.recognition.histories import corrected, read

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

PAGES = "/recognitions/exports/"
API = "/api/v1/exports/"


def made(owner: User, kind: Kind = Kind.CSV, wanted: HistoryFilter | None = None) -> Export:
    """A file of all that fits, made by a worker."""
    export = exports.ask(owner, kind, wanted or HistoryFilter())
    export_making.work_off()
    export.refresh_from_db()
    return export


def content(export: Export) -> bytes:
    with default_storage.open(str(export.file)) as file:
        return bytes(file.read())


def words(export: Export) -> str:
    """What stands in a PDF."""
    document = pypdfium2.PdfDocument(content(export))
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def answers(export: Export) -> list[str]:
    table = csv.DictReader(io.StringIO(content(export).decode("utf-8-sig"), newline=""))
    return [row["answer"] for row in table]


def test_a_worker_writes_what_fits_in_its_order(alice: User, bob: User) -> None:
    read(alice, "12", "13", "500")
    read(bob, "14")
    wanted = HistoryFilter(number="1", match=Match.PREFIX, order=Order.OLDEST)
    export = made(alice, wanted=wanted)
    assert answers(export) == ["13", "12"]
    assert (export.status, export.total, export.rows) == (Status.DONE, 2, 2)
    assert export.stored_bytes == len(content(export))


@pytest.mark.parametrize("kind", [Kind.JSON, Kind.XLSX])
def test_every_kind_of_table_is_made(alice: User, kind: Kind) -> None:
    read(alice, "0012")
    written = content(made(alice, kind))
    if kind is Kind.JSON:
        assert json.loads(written)[0]["answer"] == "0012"
    else:
        with zipfile.ZipFile(io.BytesIO(written)) as book:
            assert "<t>0012</t>" in book.read("xl/worksheets/sheet1.xml").decode()


def test_a_pdf_has_numbers_with_a_piece_of_picture_the_model_and_who_confirmed(alice: User) -> None:
    submissions.submit(alice, upload(), Source.PAGE)
    processing.work_off()
    row = Recognition.objects.get()
    [other] = read(alice, "55", image=f"{row.image.name}-gone")
    corrected(other, "56", by=alice)
    export = made(alice, Kind.PDF)
    said = words(export)
    for number in row.text.split():
        assert number in said
    assert row.model_version in said
    assert f"Corrected by {alice.email}" in said
    assert "56" in said
    assert "Confirmed by a person." in said
    page = pypdfium2.PdfDocument(content(export))[0]
    pictures = [one for one in page.get_objects() if one.type == pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]
    assert len(pictures) == len(row.text.split())


def test_a_pdf_tells_why_a_picture_has_no_number(alice: User) -> None:
    read(alice, "")
    assert "No digit found." in words(made(alice, Kind.PDF))


@pytest.mark.parametrize(
    ("name", "shown"),
    [("marks.png", "marks.png"), ("नमक.png", "नमक"), ("صورة.png", "png"), ("\u4e00.png", "\ufffd.png")],
)
def test_names_in_any_script_are_written_or_marked(alice: User, name: str, shown: str) -> None:
    read(alice, "1", name=name)
    assert shown in words(made(alice, Kind.PDF))


def test_too_many_numbers_for_a_pdf_are_refused_with_a_remedy(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    read(alice, "1 2", "3")
    monkeypatch.setattr(answer_pdf, "MOST_NUMBERS", 2)
    export = made(alice, Kind.PDF)
    assert (export.status, export.error_code, export.file) == (Status.FAILED, "too_many_numbers", None)
    assert "Choose fewer" in export.error_message


def test_more_pictures_than_a_file_takes_are_refused(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    read(alice, "1", "2")
    monkeypatch.setitem(exports.MOST_ROWS, Kind.PDF, 1)
    with pytest.raises(UploadRejected, match="More than 1 pictures") as refusal:
        exports.ask(alice, Kind.PDF, HistoryFilter())
    assert refusal.value.code == "too_many_at_once"
    assert made(alice, Kind.CSV).rows == 2


def test_an_empty_file_is_not_made(alice: User) -> None:
    with pytest.raises(UploadRejected) as refusal:
        exports.ask(alice, Kind.CSV, HistoryFilter())
    assert refusal.value.code == "nothing_to_export"


def test_nobody_has_more_than_five_files_at_once(alice: User, bob: User) -> None:
    read(alice, "1")
    read(bob, "2")
    for _ in range(exports.MOST_KEPT):
        exports.ask(alice, Kind.CSV, HistoryFilter())
    with pytest.raises(UploadRejected) as refusal:
        exports.ask(alice, Kind.CSV, HistoryFilter())
    assert (refusal.value.code, refusal.value.status) == ("too_many_exports", 429)
    assert exports.ask(bob, Kind.CSV, HistoryFilter()).total == 1


def test_a_worker_that_died_half_way_leaves_one_file_in_the_end(alice: User) -> None:
    read(alice, "1", "2")
    before = stored()
    export = exports.ask(alice, Kind.CSV, HistoryFilter())
    [lost] = jobs.claim(Export)
    Export.objects.update(lease_until=Now() - timedelta(seconds=1))
    jobs.sweep(Export)
    export_making.work_off()
    export_making._make(lost)  # the one that was presumed dead comes back
    export.refresh_from_db()
    assert (export.status, export.rows, export.losses) == (Status.DONE, 2, 1)
    assert stored() - before == {export.file}


def stored() -> set[str]:
    """All files of answers in the store."""
    try:
        days, _ = default_storage.listdir(storage.EXPORTS)
    except FileNotFoundError:
        return set()
    return {f"{storage.EXPORTS}/{day}/{file}" for day in days for file in default_storage.listdir(f"exports/{day}")[1]}


@pytest.mark.django_db(transaction=True)
def test_what_its_owner_deletes_while_it_is_made_leaves_no_file(alice: User) -> None:
    read(alice, "1")
    before = stored()
    export = exports.ask(alice, Kind.CSV, HistoryFilter())
    [claimed] = jobs.claim(Export)
    assert exports.remove(exports.of(alice)) == 1
    export_making._make(claimed)
    assert not Export.objects.filter(pk=export.pk).exists()
    assert stored() == before


@pytest.mark.django_db(transaction=True)
def test_a_file_goes_after_a_day_and_orphans_do_not_take_it_before(alice: User) -> None:
    read(alice, "1")
    export = made(alice)
    assert exports.tidy() == 0
    assert default_storage.exists(str(export.file))
    Export.objects.update(finished_at=Now() - exports.LIVES - timedelta(minutes=1))
    assert exports.tidy() == 1
    assert not default_storage.exists(str(export.file))


def test_a_store_that_is_down_puts_it_off(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    read(alice, "1")

    def down(*_: object) -> str:
        raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(storage, "put_export", down)
        export = made(alice)
    assert (export.status, export.error_code) == (Status.QUEUED, "store_down")
    Export.objects.update(due_at=Now())
    export_making.work_off()
    export.refresh_from_db()
    assert export.is_ready


def test_who_waits_long_is_told_by_mail_and_who_does_not_is_not(alice: User, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    read(alice, "4172")
    made(alice)
    assert mail.outbox == []
    export = exports.ask(alice, Kind.CSV, HistoryFilter())
    Export.objects.filter(pk=export.pk).update(created_at=Now() - timedelta(minutes=2))
    export_making.work_off()
    [letter] = mail.outbox
    assert letter.to == [alice.email]
    assert f"{PAGES}{export.public_id}/" in str(letter.body)
    assert "4172" not in str(letter.body)


def test_a_search_is_the_same_after_it_was_noted() -> None:
    wanted = HistoryFilter(
        status=Status.DONE, since=None, number="12*", match=Match.EXACT, source=Source.ZIP, batch=uuid.uuid4(),
        at_least=0.5, corrected=False, order=Order.UNSURE,
    )  # fmt: skip
    record = json.loads(json.dumps(filter_records.as_record(wanted)))
    again = filter_records.from_record(record)
    assert filter_records.as_record(again) == record
    assert (again.status, again.batch, again.order) == (wanted.status, wanted.batch, wanted.order)
    assert str(again.zone) == "UTC"


def test_the_page_of_a_big_file_asks_then_shows_how_far_it_is(alice: User, alice_client: Client) -> None:
    read(alice, "12", "500")
    asked = alice_client.get("/recognitions/export/", {"kind": "pdf", "number": "12", "cursor": "x"})
    assert "Make the PDF file" in asked.content.decode()
    assert not Export.objects.exists()
    page = alice_client.post(PAGES, {"kind": "pdf", "query": "number=12"}, follow=True)
    assert "0 of 1 pictures written so far" in page.content.decode()
    export = Export.objects.get()
    assert alice_client.get(f"{PAGES}{export.public_id}/file/")["Location"] == f"{PAGES}{export.public_id}/"
    export_making.work_off()
    part = alice_client.get(f"{PAGES}{export.public_id}/progress/").content.decode()
    assert "The PDF file with 1 picture is ready" in part
    file = alice_client.get(f"{PAGES}{export.public_id}/file/")
    assert file["Content-Type"] == "application/pdf"
    assert b"".join(file.streaming_content).startswith(b"%PDF")  # type: ignore[attr-defined]


def test_ticked_pictures_become_a_pdf(alice: User, alice_client: Client) -> None:
    first, _second = read(alice, "12", "500")
    chosen = [str(first.public_id)]
    page = alice_client.post("/recognitions/selected/", {"wish": "pdf", "chosen": chosen}, follow=True)
    export_making.work_off()
    export = Export.objects.get()
    assert page.redirect_chain[0][0] == f"{PAGES}{export.public_id}/"
    assert "12" in words(export)
    assert "500" not in words(export)


def test_more_than_is_written_at_once_is_made_in_the_background(
    alice: User, alice_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    read(alice, "1", "2")
    monkeypatch.setattr(history, "MOST_COUNTED", 1)
    assert "Make the CSV file" in alice_client.get("/recognitions/export/", {"kind": "csv"}).content.decode()


def test_files_are_listed_and_deleted_by_their_owner_only(
    alice: User, alice_client: Client, bob_client: Client
) -> None:
    read(alice, "1")
    export = made(alice)
    assert str(export.public_id) in alice_client.get(PAGES).content.decode()
    assert str(export.public_id) not in bob_client.get(PAGES).content.decode()
    assert bob_client.post(f"{PAGES}{export.public_id}/delete/").status_code == 404
    alice_client.post(f"{PAGES}{export.public_id}/delete/")
    assert not Export.objects.exists()


@pytest.mark.parametrize("form", [{}, {"kind": "doc"}, {"kind": "pdf", "query": "number=x"}])
def test_a_file_that_makes_no_sense_leads_back(alice_client: Client, form: dict[str, str]) -> None:
    response = alice_client.post(PAGES, form)
    assert response["Location"] == "/recognitions/"


def test_a_program_has_a_file_made_and_fetches_it(alice: User, alice_client: Client) -> None:
    first, _second = read(alice, "12", "500")
    body = {"kind": "json", "query": "number=12"}
    asked = alice_client.post(API, body, content_type="application/json")
    assert (asked.status_code, asked.json()["status"], asked.json()["total"]) == (202, "queued", 1)
    export_making.work_off()
    state = alice_client.get(asked["Location"]).json()
    assert (state["status"], state["written"], state["error"]) == ("done", 1, None)
    file = alice_client.get(state["file_url"])
    rows = json.loads(b"".join(file.streaming_content))  # type: ignore[attr-defined]
    assert [row["id"] for row in rows] == [str(first.public_id)]
    assert alice_client.delete(asked["Location"]).status_code == 204
    assert alice_client.get(API).json() == {"results": []}


def test_a_program_chooses_by_id(alice: User, alice_client: Client) -> None:
    first, _second = read(alice, "12", "500")
    body = {"kind": "csv", "ids": [str(first.public_id)]}
    alice_client.post(API, body, content_type="application/json")
    export_making.work_off()
    assert len(answers(Export.objects.get())) == 1


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "invalid_export"),
        ({"kind": "doc"}, "invalid_export"),
        ({"kind": "csv", "ids": ["x"]}, "invalid_export"),
        ({"kind": "csv", "query": "number=x"}, "invalid_filter"),
        ({"kind": "csv"}, "nothing_to_export"),
    ],
)
def test_a_program_is_told_what_is_wrong(alice_client: Client, body: dict[str, object], code: str) -> None:
    refused = alice_client.post(API, body, content_type="application/json")
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, code)


def test_a_program_that_asks_for_a_pdf_at_once_is_told_where(alice_client: Client) -> None:
    refused = alice_client.get("/api/v1/recognitions/export/", {"kind": "pdf"})
    assert refused.json()["error"]["code"] == "made_in_background"
