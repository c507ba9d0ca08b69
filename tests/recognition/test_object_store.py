"""Pictures in an S3-compatible object store, over its real protocol."""

import io
import json
import re
import socket
import zipfile
from collections.abc import Iterator

import boto3
import pytest
from django.core.files.storage import default_storage
from django.db.models.functions import Now
from django.test import Client
from moto.server import ThreadedMotoServer
from pytest_django import Settings

from accounts import archives, archiving, leaving
from accounts.models import Archive, Leaving, User
from hdr_site import env
from hdr_site import settings as product_settings
from hdr_site.foundation.jobs import Status
from hdr_site.foundation.models import Mail
from recognition import processing, storage, submissions
from recognition.models import Recognition, Source
from tests.archived import archived
from tests.drawing import encoded, page, upload

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def store_address() -> Iterator[str]:
    """A store with an empty bucket, as STORAGE_URL names it."""
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    client = boto3.client(
        "s3",
        endpoint_url=f"http://127.0.0.1:{port}",
        aws_access_key_id="key",
        aws_secret_access_key="secret",
        region_name="us-east-1",
    )
    client.create_bucket(Bucket="digits")
    yield f"s3://key:secret@127.0.0.1:{port}/digits?tls=false&region=us-east-1"
    server.stop()


@pytest.fixture(autouse=True)
def in_the_store(settings: Settings, store_address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The product as STORAGE_URL sets it up."""
    monkeypatch.setenv("STORAGE_URL", store_address)
    settings.STORAGES = settings.STORAGES | {"default": env.storage("STORAGE_URL")}
    settings.EMAIL_BACKEND = product_settings.EMAIL_BACKEND


def sent(owner: User) -> Recognition:
    return submissions.submit(owner, upload(encoded(page("742"))), Source.API).recognition


def test_a_picture_goes_there_is_read_from_there_and_shown_to_its_owner(alice: User, alice_client: Client) -> None:
    recognition = sent(alice)
    processing.work_off()
    assert Recognition.objects.get().status == Status.DONE
    shown = alice_client.get(f"/recognitions/{recognition.public_id}/image/")
    assert b"".join(shown).startswith(b"\x89PNG")


def test_a_deleted_picture_is_gone_from_there(alice: User) -> None:
    recognition = sent(alice)
    name = str(recognition.image.name)
    assert default_storage.exists(name)
    submissions.delete(recognition, alice)
    assert not default_storage.exists(name)
    assert not default_storage.exists(name + storage.THUMBNAIL)


def test_a_picture_that_is_missing_there_fails_with_the_reason(alice: User) -> None:
    default_storage.delete(str(sent(alice).image.name))
    processing.work_off()
    assert Recognition.objects.get().error_code == "picture_missing"


def test_a_picture_waits_while_the_store_cannot_be_reached(
    alice: User, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent(alice)
    monkeypatch.setenv("STORAGE_URL", "s3://key:secret@127.0.0.1:9/digits?tls=false&region=us-east-1")
    settings.STORAGES = settings.STORAGES | {"default": env.storage("STORAGE_URL")}
    processing.work_off()
    row = Recognition.objects.get()
    assert (row.status, row.error_code, row.losses) == (Status.QUEUED, "store_down", 0)


def test_a_picture_waits_while_the_store_accepts_and_stays_silent(
    alice: User, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent(alice)
    monkeypatch.setattr(env, "STORE_PATIENCE", {"connect_timeout": 0.3, "read_timeout": 0.3})
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        monkeypatch.setenv("STORAGE_URL", f"s3://key:secret@127.0.0.1:{port}/digits?tls=false&region=us-east-1")
        settings.STORAGES = settings.STORAGES | {"default": env.storage("STORAGE_URL")}
        processing.work_off()
    row = Recognition.objects.get()
    assert (row.status, row.error_code, row.losses) == (Status.QUEUED, "store_down", 0)


def test_files_without_a_row_are_found_there_too(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = sent(alice)
    orphan = storage.put(b"picture", b"thumbnail")
    monkeypatch.setattr(storage, "ORPHANED_AFTER", -storage.ORPHANED_AFTER)
    storage.remove_orphans()
    assert not default_storage.exists(orphan)
    assert default_storage.exists(str(kept.image.name))
    assert io.BytesIO(default_storage.open(str(kept.image.name)).read()).getvalue().startswith(b"\x89PNG")


def test_an_archive_is_made_from_there_kept_there_and_sent_from_there(alice: User, alice_client: Client) -> None:
    sent(alice)
    processing.work_off()
    archives.ask(alice)
    archiving.work_off()
    archive = Archive.objects.get()
    assert default_storage.exists(archive.file)
    found = re.search(r"/accounts/data/archive/\S+", Mail.objects.get().content["body"])
    assert found is not None
    whole = b"".join(alice_client.get(f"{found[0]}file/", headers={"Range": "bytes=0-"}))
    with zipfile.ZipFile(io.BytesIO(whole)) as opened:
        assert opened.read("pictures/000001 number.png").startswith(b"\x89PNG")
    archives.tidy()
    assert not default_storage.exists(archive.file)


def test_a_download_from_there_goes_on_where_it_broke_off(alice: User, alice_client: Client) -> None:
    archives.ask(alice)
    archiving.work_off()
    archive = Archive.objects.get()
    found = re.search(r"/accounts/data/archive/\S+", Mail.objects.get().content["body"])
    assert found is not None
    rest = b"".join(alice_client.get(f"{found[0]}file/", headers={"Range": "bytes=100-"}))
    with default_storage.open(archive.file) as whole:
        assert rest == whole.read()[100:]


def test_an_archive_leaves_a_gap_for_a_picture_that_is_missing_there(alice: User) -> None:
    default_storage.delete(str(sent(alice).image.name))
    [entry] = json.loads(archived(alice).read("recognitions.json"))
    assert entry["picture"] is None


def test_an_archive_waits_while_the_store_cannot_be_reached(
    alice: User, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    archives.ask(alice)
    monkeypatch.setenv("STORAGE_URL", "s3://key:secret@127.0.0.1:9/digits?tls=false&region=us-east-1")
    settings.STORAGES = settings.STORAGES | {"default": env.storage("STORAGE_URL")}
    archiving.work_off()
    assert (Archive.objects.get().status, Archive.objects.get().error_code) == (Status.QUEUED, "store_down")


def test_a_person_is_erased_there_too(alice: User) -> None:
    name = str(sent(alice).image.name)
    leaving.ask(alice)
    Leaving.objects.update(due_at=Now())
    leaving.work_off()
    assert not default_storage.exists(name)
    assert not User.objects.exists()
