"""Many pictures at once: adding up, taking along, deleting, reading again."""

import csv
import io
import json
import re
import uuid
import zipfile
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone

from accounts.models import User
from recognition import history, processing, selections, submissions, temporary
from recognition.history import HistoryFilter
from recognition.models import Recognition, Source
from recognition.uploads import UploadRejected
from tests.drawing import upload
from tests.recognition.histories import corrected, read

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

SELECTED = "/recognitions/selected/"
API = "/api/v1/recognitions/"


def sent(owner: User) -> Recognition:
    return submissions.submit(owner, upload(), Source.PAGE).recognition


def exported(client: Client, kind: str, **query: str) -> bytes:
    response = client.get("/recognitions/export/", {"kind": kind} | query)
    assert response.status_code == 200
    return response.getvalue()


def as_table(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_numbers_are_added_up_by_what_counts(alice: User) -> None:
    first, second, _third = read(alice, "12 30", "999", "0.5")
    corrected(second, "8")
    dated = first.reading
    assert dated is not None
    dated.numbers.append({"text": "12052024", "marked_text": "12/05/2024", "value": None})
    dated.save()
    read(alice, "")
    found = selections.totals(history.matching(alice, HistoryFilter()))
    assert (found.pictures, found.without, found.numbers, found.others) == (4, 1, 4, 1)
    assert [str(value) for value in (found.sum, found.mean, found.least, found.most)] == [
        "50.5",
        "12.6250",
        "0.5",
        "30",
    ]


def test_numbers_of_any_length_add_up(alice: User, alice_client: Client) -> None:
    long = "9" * 600
    read(alice, long, long)
    found = selections.totals(history.matching(alice, HistoryFilter()))
    assert (str(found.sum), str(found.mean)) == (f"1{'9' * 599}8", f"{long}.0000")
    assert alice_client.get("/recognitions/totals/").status_code == 200
    assert alice_client.get(f"{API}totals/").json()["mean"] == f"{long}.0000"


def test_nothing_adds_up_to_nothing(alice: User) -> None:
    found = selections.totals(history.matching(alice, HistoryFilter()))
    assert (found.numbers, found.sum, found.mean) == (0, None, None)


def test_more_than_is_counted_is_refused_with_a_remedy(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    read(alice, "1", "2", "3")
    monkeypatch.setattr(selections, "MOST_COUNTED", 2)
    with pytest.raises(UploadRejected, match="Search for fewer") as refusal:
        selections.totals(history.matching(alice, HistoryFilter()))
    assert refusal.value.code == "too_many_at_once"


def test_totals_of_a_page_are_those_of_its_search(alice: User, bob: User, alice_client: Client) -> None:
    read(alice, "12", "13", "500")
    read(bob, "14")
    told = alice_client.get("/recognitions/totals/", {"number": "1", "match": "prefix"}).content.decode()
    assert "<dd>25</dd>" in told
    body = alice_client.get(f"{API}totals/", {"number": "1", "match": "prefix"}).json()
    assert body == {
        "pictures": 2, "without": 0, "numbers": 2, "others": 0,
        "sum": "25", "mean": "12.5000", "least": "12", "most": "13",
    }  # fmt: skip


def test_ticked_pictures_are_added_up_and_strangers_are_not(alice: User, bob: User, alice_client: Client) -> None:
    mine, _other = read(alice, "12", "13")
    [theirs] = read(bob, "900")
    told = alice_client.post(SELECTED, {"wish": "totals", "chosen": [str(mine.public_id), str(theirs.public_id)]})
    assert "<dd>12</dd>" in told.content.decode()
    assert "912" not in told.content.decode()


def test_a_table_holds_what_fits_with_what_a_person_said_and_who(alice: User, alice_client: Client) -> None:
    first, _second = read(alice, "0012", "55")
    corrected(first, "0013", by=alice)
    [row] = as_table(exported(alice_client, "csv", number="0013"))
    assert (row["answer"], row["read"], row["corrected"]) == ("'0013", "'0012", "yes")  # as in archives
    assert (row["confirmed_by"], row["confidence"], row["model_version"]) == (alice.email, "0.9", "m")


def test_who_corrected_is_told_by_role_if_it_was_not_the_owner(alice: User, rita: User, alice_client: Client) -> None:
    [row] = read(alice, "1")
    corrected(row, "2", by=rita, role="reviewer")
    content = exported(alice_client, "csv")
    assert as_table(content)[0]["confirmed_by"] == "reviewer"
    assert b"rita" not in content


def test_no_cell_of_a_table_is_a_formula(alice: User, alice_client: Client) -> None:
    read(alice, "1", name='=HYPERLINK("http://example.org")')
    [row] = as_table(exported(alice_client, "csv"))
    assert row["name"].startswith("'=")
    with zipfile.ZipFile(io.BytesIO(exported(alice_client, "xlsx"))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "=HYPERLINK" in sheet
    assert "<f>" not in sheet
    assert "<hyperlink" not in sheet


def test_answers_in_a_workbook_keep_their_zeros(alice: User, alice_client: Client) -> None:
    read(alice, "007")
    with zipfile.ZipFile(io.BytesIO(exported(alice_client, "xlsx"))) as book:
        assert "<t>007</t>" in book.read("xl/worksheets/sheet1.xml").decode()


def test_json_holds_the_rows_in_the_order_of_the_page(alice: User, alice_client: Client) -> None:
    read(alice, "1", "2", "3")
    rows = json.loads(exported(alice_client, "json", order="oldest"))
    assert [row["answer"] for row in rows] == ["3", "2", "1"]
    assert rows[0]["confidence"] == 0.9


def test_nobody_takes_along_what_is_somebody_elses(alice: User, bob_client: Client) -> None:
    [row] = read(alice, "1")
    assert as_table(exported(bob_client, "csv")) == []
    response = bob_client.post(SELECTED, {"wish": "csv", "chosen": [str(row.public_id)]})
    assert as_table(response.getvalue()) == []


def test_a_program_takes_answers_along_and_is_told_of_kinds_that_are_none(alice: User, alice_client: Client) -> None:
    read(alice, "1")
    response = alice_client.get(f"{API}export/", {"kind": "json"})
    assert json.loads(response.getvalue())[0]["answer"] == "1"
    assert alice_client.get(f"{API}export/", {"kind": "doc"}).json()["error"]["code"] == "unknown_kind"
    assert alice_client.get(f"{API}export/", {"number": "x"}).json()["error"]["code"] == "invalid_filter"


@pytest.mark.django_db(transaction=True)
def test_deleting_many_asks_first_and_removes_their_files(alice: User, bob: User, alice_client: Client) -> None:
    first, second, theirs = sent(alice), sent(alice), sent(bob)
    chosen = [str(row.public_id) for row in (first, second, theirs)]
    asked = alice_client.post(SELECTED, {"wish": "delete", "chosen": chosen, "back": "number=1"})
    assert "Delete 2 pictures?" in asked.content.decode()
    assert Recognition.objects.count() == 3
    done = alice_client.post(
        SELECTED, {"wish": "delete", "chosen": chosen, "certain": "yes", "back": "number=1&cursor=x"}
    )
    assert done["Location"] == "/recognitions/?number=1"
    assert list(Recognition.objects.all()) == [theirs]
    assert not default_storage.exists(str(first.image.name))


def everything(client: Client, wish: str, **fields: str) -> str:
    """The page that asks before something is done with all that fits; `seen` in it."""
    page = client.post(SELECTED, {"wish": wish, "all": "yes"} | fields).content.decode()
    found = re.search(r'name="seen" value="([^"]+)"', page)
    assert found is not None, page
    return found[1]


@pytest.mark.django_db(transaction=True)
def test_all_that_fits_is_deleted_after_a_yes_but_not_what_came_since(
    alice: User, bob: User, alice_client: Client
) -> None:
    gone, stays = read(alice, "12", "99")
    theirs = read(bob, "12")[0]
    seen = everything(alice_client, "delete", back="number=12")
    later = read(alice, "12", created_at=timezone.now() + timedelta(minutes=1))[0]
    assert Recognition.objects.filter(temporary_until=None).count() == 4
    done = {"wish": "delete", "all": "yes", "certain": "yes", "seen": seen, "back": "number=12&cursor=x"}
    assert alice_client.post(SELECTED, done)["Location"] == "/recognitions/?number=12"
    assert set(history.matching(alice, HistoryFilter())) == {stays, later}
    assert temporary.work_off() == 1
    assert not Recognition.objects.filter(pk=gone.pk).exists()
    assert Recognition.objects.filter(pk=theirs.pk).exists()


def test_all_that_fits_is_not_deleted_by_somebody_who_saw_no_number(alice: User, alice_client: Client) -> None:
    read(alice, "12")
    asked = alice_client.post(SELECTED, {"wish": "delete", "all": "yes", "certain": "yes", "back": ""})
    assert "Delete 1 picture?" in asked.content.decode()
    assert len(history.matching(alice, HistoryFilter())) == 1


def test_all_that_fits_is_read_again_as_other_numbers_behind_what_people_wait_for(
    alice: User, alice_client: Client
) -> None:
    first, second = sent(alice), sent(alice)
    processing.work_off()
    [other] = read(alice, "1", name="failed.png")
    Recognition.objects.filter(pk=other.pk).update(image=None, pictures_erased_at=first.created_at)
    seen = everything(alice_client, "read-again", back="")
    yes = {"wish": "read-again", "all": "yes", "certain": "yes", "seen": seen, "other": "yes", "format": "amount"}
    told = alice_client.post(SELECTED, yes, follow=True).content.decode()
    assert "2 pictures are being read again." in told
    assert "1 picture was left as it is." in told
    rows = Recognition.objects.filter(pk__in=[first.pk, second.pk])
    assert set(rows.values_list("status", "priority", "format")) == {("queued", 1, "amount")}
    with pytest.raises(UploadRejected, match="still to be read"):
        selections.read_all_again(alice, history.matching(alice, HistoryFilter()))


def test_reading_ticked_ones_again_asks_as_what_and_says_what_is_wrong(alice: User, alice_client: Client) -> None:
    row = sent(alice)
    processing.work_off()
    ticked = {"wish": "read-again", "chosen": [str(row.public_id)], "certain": "yes"}
    assert "Read 1 picture again?" in alice_client.post(SELECTED, ticked | {"certain": ""}).content.decode()
    wrong = alice_client.post(SELECTED, ticked | {"other": "yes", "format": "length", "format_parameter": "x"})
    assert "Read 1 picture again?" in wrong.content.decode()
    alice_client.post(SELECTED, ticked | {"format": "amount"})  # without a tick it stays as it was
    row.refresh_from_db()
    assert (row.status, row.format) == ("queued", "")


def test_many_are_read_again_as_far_as_the_rate_goes(alice: User, alice_client: Client, settings: object) -> None:
    rows = [sent(alice) for _ in range(3)]
    processing.work_off()
    settings.OWNER_UPLOADS_PER_MINUTE = 5  # type: ignore[attr-defined]
    outcome = selections.read_again(alice, [row.public_id for row in rows])
    assert (outcome.done, outcome.left) == (2, 1)
    assert outcome.refusal is not None
    assert outcome.refusal.code == "too_many_pictures"
    assert Recognition.objects.filter(status="queued").count() == 2


def test_what_was_erased_is_left_when_many_are_read_again(alice: User, alice_client: Client) -> None:
    kept = sent(alice)
    processing.work_off()
    [gone] = read(alice, "1")
    Recognition.objects.filter(pk=gone.pk).update(image=None, pictures_erased_at=kept.created_at)
    body = alice_client.post(
        f"{API}retry/", {"ids": [str(gone.public_id), str(kept.public_id)]}, content_type="application/json"
    ).json()
    assert (body["queued"], body["left"], body["error"]["code"]) == (1, 1, "picture_erased")


@pytest.mark.parametrize("ids", [None, [], ["x"], [str(uuid.UUID(int=n)) for n in range(101)]])
def test_a_program_that_chooses_nothing_or_too_much_is_told(alice_client: Client, ids: object) -> None:
    for what in ("delete", "retry"):
        refused = alice_client.post(f"{API}{what}/", {"ids": ids}, content_type="application/json")
        assert (refused.status_code, refused.json()["error"]["code"]) == (400, "nothing_chosen")


@pytest.mark.parametrize("body", [{"query": ""}, {"query": "order=newest"}, {"query": "number=x"}, {"all": False}])
def test_a_program_that_leaves_out_nothing_has_to_say_all(alice: User, alice_client: Client, body: object) -> None:
    read(alice, "1")
    refused = alice_client.post(f"{API}delete/", body, content_type="application/json")
    assert refused.status_code == 400
    assert len(history.matching(alice, HistoryFilter())) == 1


def test_a_program_deletes_and_reads_again_all_that_fits(alice: User, alice_client: Client) -> None:
    sent(alice)
    processing.work_off()
    read(alice, "999999999")
    deleted = alice_client.post(f"{API}delete/", {"query": "number=999999999"}, content_type="application/json")
    assert deleted.json() == {"deleted": 1}
    again = alice_client.post(f"{API}retry/", {"all": True, "format": "amount"}, content_type="application/json")
    assert again.json() == {"queued": 1, "left": 0, "error": None}
    unknown = alice_client.post(f"{API}retry/", {"all": True, "format": "x"}, content_type="application/json")
    assert unknown.json()["error"]["code"] == "unknown_format"


def test_a_program_deletes_only_its_owners(alice: User, bob_client: Client, alice_client: Client) -> None:
    [row] = read(alice, "1")
    ids = {"ids": [str(row.public_id)]}
    assert bob_client.post(f"{API}delete/", ids, content_type="application/json").json() == {"deleted": 0}
    assert alice_client.post(f"{API}delete/", ids, content_type="application/json").json() == {"deleted": 1}


SENSELESS: tuple[dict[str, str], ...] = (
    {},
    {"wish": "delete"},
    {"wish": "burn", "chosen": str(uuid.UUID(int=1))},
    {"wish": "csv", "chosen": "x"},
)


@pytest.mark.parametrize("form", SENSELESS)
def test_a_selection_that_makes_no_sense_leads_back_with_a_sentence(alice_client: Client, form: dict[str, str]) -> None:
    response = alice_client.post(SELECTED, {**form, "back": "//evil.example"}, follow=True)
    assert response.redirect_chain[0][0].startswith("/recognitions/?")
    assert "Tick at least one picture" in response.content.decode()
