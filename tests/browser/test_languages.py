"""The language switch in a browser, and a page that is written from right to left."""

from typing import Any

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
