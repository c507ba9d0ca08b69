"""Pictures in an S3-compatible object store, over its real protocol."""

import io
import socket
from collections.abc import Iterator

import boto3
import pytest
from django.core.files.storage import default_storage
from django.test import Client
from moto.server import ThreadedMotoServer
from pytest_django import Settings

from accounts.models import User
from hdr_site import env
from hdr_site.foundation.jobs import Status
from recognition import processing, storage, submissions
from recognition.models import Recognition, Source
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
