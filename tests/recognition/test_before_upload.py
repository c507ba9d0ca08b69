"""What the page knows of files before they are sent: exactly what the server would say."""

import json
import re

import pytest
from django.test import Client
from pytest_django import Settings

from ml import picture_formats
from ml.images import PictureRejected
from recognition import before_upload, uploads
from recognition.uploads import UploadRejected
from tests.drawing import upload

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def refused(content: bytes) -> list[str]:
    with pytest.raises(UploadRejected) as reason:
        uploads.clean(upload(content))
    return [reason.value.code, reason.value.sentence]


def test_every_kind_that_is_not_read_is_refused_in_the_servers_words() -> None:
    rules = before_upload.rules()
    known = {magic: rest for magic, *rest in rules["others"]}
    assert len(known) == len(picture_formats.OTHER)
    for magic in (b"8BPS", b"Rar!", b"\x00\x00\x01\x00"):
        assert known[magic.decode("latin-1")] == refused(magic)
    assert rules["refusals"]["unknown"] == refused(b"a letter to a friend")
    assert rules["refusals"]["empty"] == refused(b"")


def test_a_file_that_is_too_large_is_refused_in_the_servers_words(settings: Settings) -> None:
    settings.UPLOAD_MAX_BYTES = 1_500_000
    code, sentence = before_upload.rules()["refusals"]["tooLarge"]
    assert [code, sentence.replace("{megabytes}", "2.0")] == refused(b"\x89PNG\r\n\x1a\n" + bytes(1_999_992))


def test_every_kind_that_is_read_is_known_to_the_page() -> None:
    rules = before_upload.rules()
    for magic in rules["pictures"]:
        assert picture_formats.recognise(magic.encode("latin-1"))
    for brand in rules["heic"]:
        assert picture_formats.recognise(b"\0\0\0\x18ftyp" + brand.encode("latin-1")) == "HEIC"
    with pytest.raises(PictureRejected):
        picture_formats.recognise(b"\0\0\0\x18ftypisom")


def test_the_page_carries_the_rules_where_its_script_finds_them(alice_client: Client) -> None:
    page = alice_client.get("/recognitions/new/").content.decode()
    found = re.search(r'<script id="file-rules" type="application/json">(.*?)</script>', page)
    assert found
    assert json.loads(found.group(1)) == before_upload.rules()
