"""The examples for programs as a page."""

import re

from django.conf import settings
from django.test import Client

from hdr_site.api_examples import as_html


def test_the_page_has_every_command_of_the_document(client: Client) -> None:
    page = client.get("/api/examples/").content.decode()
    document = (settings.BASE_DIR / "docs" / "api-examples.md").read_text()
    assert page.count("\ncurl ") + page.count("<code>curl ") == len(re.findall(r"^curl ", document, re.MULTILINE))
    assert page.count("<h2>") == document.count("\n## ")
    assert f"SITE={settings.SITE_URL}" in page


def test_the_documentation_of_the_interface_leads_there(client: Client) -> None:
    assert 'href="/api/examples/"' in client.get("/api/docs/").content.decode()


def test_what_is_written_is_escaped() -> None:
    assert as_html("## A <b>\n\nSay `x < y` & **go**.\n\n```sh\ncurl '<i>'\n```\n") == (
        "<h2>A &lt;b&gt;</h2>\n<p>Say <code>x &lt; y</code> &amp; <strong>go</strong>.</p>\n"
        "<pre><code>curl &#x27;&lt;i&gt;&#x27;</code></pre>\n"
    )
