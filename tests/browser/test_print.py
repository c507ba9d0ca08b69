"""What comes out of a printer: the numbers and the pictures, black on white, and nothing to press."""

from playwright.sync_api import Page, expect

from tests.browser import layout
from tests.browser.conftest import Member
from tests.browser.visitors import Visits

A4 = (718, 1047)  # CSS pixels: 210 × 297 mm less a centimetre of margin on each side


def on_paper(page: Page, path: str) -> None:
    """Open the page as a printer does whose owner has dark windows."""
    page.goto(path)
    page.emulate_media(media="print", color_scheme="light", reduced_motion="reduce")
    layout.resize(page, *A4)
    for part in (".site-header", ".site-footer", ".breadcrumb", "main .button"):
        assert not any(one.is_visible() for one in page.locator(part).all()), part
    expect(page.locator("body")).to_have_css("background-color", "rgb(255, 255, 255)")
    assert layout.problems(page) == []


def test_an_answer_is_printed_with_its_picture(visits: Visits, member: Member) -> None:
    page = visits.open(member.state)
    on_paper(page, f"/recognitions/{member.picture}/")
    expect(page.locator(".number-text").first).to_be_visible()
    expect(page.locator(".answer-picture svg").first).to_be_visible()


def test_the_history_is_printed_as_a_list(visits: Visits, member: Member) -> None:
    page = visits.open(member.state)
    on_paper(page, "/recognitions/")
    expect(page.locator(".history-text")).to_have_count(4)


def test_the_report_is_printed_with_its_chart(visits: Visits, member: Member) -> None:
    page = visits.open(member.state)
    on_paper(page, "/report/")
    expect(page.locator(".chart").first).to_be_visible()
