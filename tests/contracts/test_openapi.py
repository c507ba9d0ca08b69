"""The OpenAPI document is a promise: it changes only on purpose, with docs/openapi.json."""

import json
from pathlib import Path

from django.conf import settings
from django.test import Client

SNAPSHOT = Path(settings.BASE_DIR) / "docs" / "openapi.json"
REMEDY = "python manage.py spectacular --format openapi-json --file docs/openapi.json"
AS_JSON = {"Accept": "application/vnd.oai.openapi+json"}


def test_the_document_is_the_one_in_docs(client: Client) -> None:
    served = client.get("/api/v1/openapi.json", headers=AS_JSON).json()
    assert served == json.loads(SNAPSHOT.read_text()), f"The API changed. If that is meant: {REMEDY}"


def test_it_is_openapi_3_1_and_describes_both_ways_to_sign_in() -> None:
    document = json.loads(SNAPSHOT.read_text())
    assert document["openapi"] == "3.1.0"
    assert set(document["components"]["securitySchemes"]) == {"token", "cookieAuth"}


def test_the_documentation_page_needs_nothing_from_other_hosts(client: Client) -> None:
    page = client.get("/api/docs/").content.decode()
    assert "https://" not in page
    assert "//cdn" not in page
