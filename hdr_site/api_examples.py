"""The page of examples for programs: docs/api-examples.md, as much of Markdown as it uses."""

import re
from functools import cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_GET

FENCE = re.compile(r"```sh\n(.*?)```\n", re.DOTALL)
INLINE = (
    (re.compile(r"`([^`]+)`"), r"<code>\1</code>"),
    (re.compile(r"\*\*([^*]+)\*\*"), r"<strong>\1</strong>"),
    (re.compile(r"\[([^\]]+)\]\([^)]+\)"), r"\1"),  # what they lead to is not served
)


@require_GET
def api_examples(request: HttpRequest) -> HttpResponse:
    """One example for everything that a program can do."""
    return render(request, "pages/api_examples.html", {"examples": _page()})


@cache
def _page() -> SafeString:
    text = (settings.BASE_DIR / "docs" / "api-examples.md").read_text().partition("\n")[2]  # without its title
    return as_html(text.replace("http://localhost:8000", settings.SITE_URL))


def as_html(text: str) -> SafeString:
    """Second headings, paragraphs and blocks of commands; all that was written is escaped."""
    parts = FENCE.split(text)  # by turns what is between commands, and commands
    written = (_paragraphs(part) if nth % 2 == 0 else _commands(part) for nth, part in enumerate(parts))
    return mark_safe("\n".join(written))  # noqa: S308 - escaped below


def _commands(block: str) -> str:
    return f"<pre><code>{escape(block.strip())}</code></pre>"


def _paragraphs(text: str) -> str:
    return "\n".join(_paragraph(one) for one in re.split(r"\n{2,}", text.strip()) if one)


def _paragraph(one: str) -> str:
    if one.startswith("## "):
        return f"<h2>{escape(one[3:])}</h2>"
    told = str(escape(one.replace("\n", " ")))
    for pattern, replacement in INLINE:
        told = pattern.sub(replacement, told)
    return f"<p>{told}</p>"
