"""Batches that take no more: closed or full while something is on its way, and closed because nothing came."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from recognition import batches, intakes, progress, storage, uploads
from recognition.fetching import parent as fetching
from recognition.models import Batch, Intake, Recognition, Source, Status
from recognition.uploads import UploadRejected
from tests.documents import pages, pdf
from tests.drawing import upload

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

ADDRESS = "https://example.org/marks.png"


@pytest.fixture(autouse=True)
def empty_store(settings: Settings, tmp_path: Path) -> None:
    """A folder of pictures of this test's own."""
    default = {"BACKEND": settings.STORAGES["default"]["BACKEND"], "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = settings.STORAGES | {"default": default}


@pytest.fixture
def opened(alice: User) -> Batch:
    return Batch.objects.create(owner=alice, source=Source.API, is_open=True)


def files() -> int:
    return sum(path.is_file() for part in storage.PARTS for path in Path(default_storage.path(part)).rglob("*"))


def meanwhile(monkeypatch: pytest.MonkeyPatch, module: Any, name: str, happens: Callable[[], object]) -> None:
    """Whenever this function is called, something happens first; once."""
    real = getattr(module, name)
    left = [happens]

    def late(*given: Any, **named: Any) -> Any:
        if left:
            left.pop()()
        return real(*given, **named)

    monkeypatch.setattr(module, name, late)


def closes(batch: Batch) -> Callable[[], object]:
    return lambda: batches.close(Batch.objects.get(pk=batch.pk))


def picture(batch: Batch, key: str | None = None) -> object:
    return batches.add(batch, upload(), idempotency_key=key)


def document(batch: Batch, key: str | None = None) -> object:
    return batches.add(batch, upload(pdf(pages(1)), "marks.pdf"), idempotency_key=key)


def address(batch: Batch, key: str | None = None) -> object:
    return batches.add_address(batch, ADDRESS, key)


WAYS: list[Any] = [
    pytest.param(picture, uploads, "clean", id="picture"),
    pytest.param(document, storage, "put_intake", id="document"),
    pytest.param(address, fetching, "checked_file", id="address"),
]


@pytest.mark.parametrize(("send", "module", "slow"), WAYS)
def test_what_is_on_its_way_while_its_batch_is_closed_is_refused_and_leaves_nothing(
    opened: Batch, monkeypatch: pytest.MonkeyPatch, send: Any, module: Any, slow: str
) -> None:
    meanwhile(monkeypatch, module, slow, closes(opened))
    with pytest.raises(UploadRejected) as reason:
        send(opened)
    assert (reason.value.code, reason.value.status) == ("batch_closed", 409)
    assert (Recognition.objects.count(), Intake.objects.count(), files()) == (0, 0, 0)


@pytest.mark.parametrize(("send", "module", "slow"), WAYS)
def test_what_arrived_under_its_key_meanwhile_is_the_answer_though_the_batch_is_closed(
    opened: Batch, monkeypatch: pytest.MonkeyPatch, send: Any, module: Any, slow: str
) -> None:
    def other_request() -> None:
        send(Batch.objects.get(pk=opened.pk), "k")
        closes(opened)()

    meanwhile(monkeypatch, module, slow, other_request)
    assert send(opened, "k")
    assert Recognition.objects.count() + Intake.objects.count() == 1


@pytest.mark.parametrize(("send", "module", "slow"), WAYS)
def test_what_is_on_its_way_while_its_batch_is_deleted_is_refused(
    opened: Batch, monkeypatch: pytest.MonkeyPatch, send: Any, module: Any, slow: str
) -> None:
    meanwhile(monkeypatch, module, slow, lambda: Batch.objects.all().delete())
    with pytest.raises(UploadRejected) as reason:
        send(opened)
    assert (reason.value.code, files()) == ("batch_gone", 0)


@pytest.mark.parametrize(("first", "second"), [(picture, document), (document, picture)])
def test_a_key_of_one_kind_brings_nothing_of_another_into_a_closed_batch(
    opened: Batch, first: Any, second: Any
) -> None:
    first(opened, "k")
    batches.close(opened)
    with pytest.raises(UploadRejected) as reason:
        second(opened, "k")
    assert reason.value.code == "batch_closed"


def test_a_replay_takes_what_did_not_arrive_also_into_a_closed_batch(alice: User) -> None:
    content = pdf(pages(1))

    def sent() -> batches.Taken:
        both = [upload(content, "marks.pdf"), upload()]
        return batches.take_together(alice, both, Source.API, idempotency_key="k")

    first = sent()
    Intake.objects.all().delete()
    Recognition.objects.all().delete()
    again = sent()
    assert (again.batch, len(again.intakes), len(again.pictures)) == (first.batch, 1, 1)


@pytest.mark.parametrize("send", [document, address])
def test_a_full_batch_takes_no_more_files_but_answers_for_what_it_has(
    opened: Batch, monkeypatch: pytest.MonkeyPatch, send: Any
) -> None:
    monkeypatch.setattr(intakes, "MOST_OF_A_BATCH", 2)
    kept = [send(opened, "1"), send(opened, "2")]
    before = files()
    with pytest.raises(UploadRejected) as reason:
        send(opened, "3")
    assert (reason.value.code, reason.value.status, files()) == ("batch_full", 409, before)
    assert [send(opened, "1"), send(opened, "2")] == kept
    assert picture(opened)


def test_an_open_batch_to_which_a_file_came_lately_is_not_closed(opened: Batch) -> None:
    Batch.objects.update(created_at=timezone.now() - timedelta(hours=2))
    document(opened)
    Intake.objects.update(status=Status.DONE, finished_at=timezone.now())
    progress.finish_ended()
    assert Batch.objects.get().is_open
    Intake.objects.update(created_at=timezone.now() - timedelta(hours=2))
    progress.finish_ended()
    assert not Batch.objects.get().is_open
