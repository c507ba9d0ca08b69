"""The language switch in a browser, and a page that is written from right to left."""

from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import expect

from tests.browser import layout
from tests.browser.visitors import Visits


def test_switched_to_arabic_pages_are_written_from_right_to_left_and_fit(visits: Visits, bob: Any) -> None:
    page = visits.open(bob, viewport={"width": 375, "height": 800})
    page.goto("/recognitions/new/")
    page.locator(".languages > summary").click()
    page.get_by_role("button", name="العربيّة").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    assert layout.problems(page) == []
    page.set_viewport_size({"width": 1440, "height": 900})
    assert layout.problems(page) == []
    page.locator(".languages > summary").click()
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("dir", "ltr")


@pytest.mark.parametrize("language", [code for code, _ in settings.LANGUAGES])
def test_pages_fit_a_small_phone_in_every_language(visits: Visits, alice: Any, language: str) -> None:
    page = visits.open(alice, viewport={"width": 320, "height": 640})
    page.context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": visits.url}])
    for address in ("/", "/dashboard/", "/recognitions/new/", "/recognitions/draw/", "/recognitions/", "/accounts/"):
        page.goto(address)
        expect(page.locator("html")).to_have_attribute("lang", language)
        assert layout.problems(page) == []
