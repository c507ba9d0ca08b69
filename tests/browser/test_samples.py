"""Trying a sample on the home page: in place, and without JavaScript."""

from playwright.sync_api import Page, expect

from hdr_site.launcher.trial import TrialProduct
from tests.browser.visitors import PATIENCE, Visits, worker_held

NUMBERS = "[data-sample] .number-text"


def press(page: Page, title: str) -> None:
    page.get_by_role("main").get_by_role("button", name=title).click()


def test_ann_tries_one_after_the_other_in_place(visits: Visits, product: TrialProduct) -> None:
    page = visits.open()
    page.goto("/")
    with worker_held(product):
        press(page, "A mark sheet")
        expect(page.locator("[data-progress-sentence]")).to_contain_text("A mark sheet", timeout=PATIENCE)
        press(page, "A cheque")  # what was tried before is not waited for any longer
        expect(page.locator("[data-progress-sentence]")).to_contain_text("A cheque", timeout=PATIENCE)
    expect(page.locator(NUMBERS)).to_have_text(["1250.75"], timeout=PATIENCE)
    expect(page.locator("[data-samples] [data-said]")).to_contain_text("Read: 1250.75.")
    expect(page.locator("[data-sample] svg .box.is-sure")).to_have_count(7)  # six digits, and the one of the legend
    press(page, "An empty page")
    expect(page.get_by_role("heading", name="No digit found here")).to_be_visible(timeout=PATIENCE)
    assert page.url == f"{product.url}/"
    page.context.set_offline(True)
    press(page, "A meter")
    expect(page.locator("[data-sample]")).to_contain_text("The connection is interrupted", timeout=PATIENCE)
    page.context.set_offline(False)
    press(page, "A meter")
    expect(page.locator(NUMBERS)).to_have_text(["04172"], timeout=PATIENCE)


def test_ann_tries_one_without_javascript(visits: Visits) -> None:
    page = visits.open(java_script_enabled=False)
    page.goto("/")
    press(page, "A postal code")
    expect(page.locator(NUMBERS)).to_have_text(
        ["560 034"], timeout=PATIENCE
    )  # the page loads itself anew until it is there
    assert "?sample=" in page.url
