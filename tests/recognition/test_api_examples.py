"""The examples for programs do what they say, and there is one for everything that the interface can do."""

import json
import re
from functools import cache
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from accounts import tokens
from accounts.models import User
from recognition import explaining, export_making, intaking, processing, progress
from recognition.models import Intake
from tests import curl
from tests.browser.handwriting import sheet
from tests.documents import pages, pdf
from tests.drawing import encoded

pytestmark = [pytest.mark.integration]

DOCUMENT = settings.BASE_DIR / "docs" / "api-examples.md"
EXAMPLES = list(curl.examples(DOCUMENT))


def files() -> dict[str, bytes]:
    return {
        "marks.jpg": encoded(sheet("4172 86"), "JPEG"),
        "more.png": encoded(sheet("30915")),
        "sheets.pdf": pdf(pages(2)),
        "letter.docx": b"PK\x03\x04 ...",
    }


def work_off() -> None:
    """What the workers do meanwhile; no test asks hosts outside, so nobody fetches what lies at addresses."""
    Intake.objects.filter(kind=Intake.Kind.ADDRESS).delete()
    intaking.work_off()
    processing.work_off()
    explaining.work_off()
    export_making.work_off()
    progress.finish_ended()


def test_there_are_examples_and_none_is_overlooked() -> None:
    assert len(EXAMPLES) == len(re.findall(r"^curl ", DOCUMENT.read_text(), re.MULTILINE)) > 30


@pytest.mark.django_db(transaction=True)
def test_every_example_is_answered_as_the_document_says(alice: User) -> None:
    client, given = Client(), files()
    names = {"SITE": "", "AUTH": f"Authorization: Token {tokens.create(alice, 'examples')[1]}"}
    for example in EXAMPLES:
        response = curl.send(client, example, names, given)
        told = getattr(response, "content", b"").decode(errors="replace")[:300]
        assert response.status_code == example.status, f"line {example.line}: {example.command}: {told}"
        if example.kept:
            name, part = example.kept
            names[name] = str(response.json()[part])  # type: ignore[attr-defined]
        work_off()


def operations() -> list[tuple[str, str]]:
    described: dict[str, Any] = json.loads((settings.BASE_DIR / "docs" / "openapi.json").read_text())["paths"]
    return [(method.upper(), path) for path, methods in described.items() for method in methods]


@cache
def asked_for() -> set[tuple[str, str]]:
    """Method and address of every example, with what is named by its answer as it stands in the document."""
    names = {name: f"${name}" for name in re.findall(r"\$(\w+)", DOCUMENT.read_text())} | {"SITE": ""}
    requests = [curl.parsed(example.command, names, files()) for example in EXAMPLES]
    return {(request.method, request.address.partition("?")[0]) for request in requests}


@pytest.mark.parametrize(("method", "path"), operations())
def test_every_operation_has_an_example(method: str, path: str) -> None:
    wanted = re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path)))
    assert any(each == method and wanted.fullmatch(address) for each, address in asked_for()), "in docs/api-examples.md"
