"""The pages for faults must work when session, database and request are not there. (No test here has a database.)"""

from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string

PAGES = sorted(path.name for path in Path(settings.BASE_DIR, "templates", "errors").glob("*.html"))


@pytest.mark.parametrize("name", PAGES)
def test_an_error_page_needs_nothing_and_leads_on(name: str) -> None:
    page = render_to_string(f"errors/{name}", {"status": 500, "code": "a_code", "message": "What, limit, remedy."})
    assert page.count("<h1>") == 1
    assert 'class="button' in page
    assert "Log in" not in page  # it cannot know whether one is


@pytest.mark.parametrize("name", PAGES)
def test_an_error_page_works_even_without_a_context(name: str) -> None:
    assert "<h1>" in render_to_string(f"errors/{name}")


def test_the_page_after_an_expired_form_says_so() -> None:
    page = render_to_string("errors/403.html", {"code": "csrf_failed", "message": "…"})
    assert "This form has expired" in page


def test_the_page_for_something_forbidden_does_not_speak_of_forms() -> None:
    page = render_to_string("errors/403.html", {"code": "permission_denied", "message": "…"})
    assert "This form has expired" not in page
