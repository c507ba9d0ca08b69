"""Everything works by keyboard alone, and one sees where one is."""

from contextlib import suppress
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from hdr_site.launcher.trial import TrialProduct
from tests.browser.conftest import Member, SendPicture
from tests.browser.visitors import PASSWORD, PATIENCE, Visits
from tests.e2e import house

MOST_STEPS = 120


def tab_to(page: Page, selector: str, key: str = "Tab") -> None:
    """Press Tab, or Shift+Tab, until the element has the focus."""
    for _ in range(MOST_STEPS):
        page.keyboard.press(key)
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} cannot be reached by Tab on {page.url}")


def choose_by_keyboard(page: Page, selector: str, shown: Locator) -> None:
    """Open the browser's window for choosing files, again if a busy machine let it go by, until a file is shown."""
    for _ in range(5):
        tab_to(page, selector)
        page.keyboard.press("Enter")
        with suppress(PlaywrightTimeoutError):
            shown.wait_for(timeout=PATIENCE / 4)
            return
    raise AssertionError(f"{selector} opens no window for choosing files")


def test_the_skip_link_comes_first_and_leads_to_the_content(visits: Visits) -> None:
    page = visits.open()
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_in_viewport()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_from_the_history_to_the_chances_of_a_digit(
    visits: Visits, alice: Any, send: SendPicture, handwritten: Path
) -> None:
    page = visits.open(alice)
    address = send(page, handwritten)
    page.goto("/recognitions/")
    tab_to(page, ".history-text a")
    page.keyboard.press("Enter")
    page.wait_for_url(address)
    tab_to(page, "[data-digit='1'] summary")
    assert "is-lit" in (page.locator("[data-box='1']").get_attribute("class") or "")
    page.keyboard.press("Enter")
    expect(page.locator("[data-digit='1'] table")).to_be_visible()
    tab_to(page, ".answer-actions form button")
    page.keyboard.press("Enter")
    expect(page.locator("[data-progress]")).to_have_count(0)
    expect(page.locator(".number-text").first).to_be_visible()


def test_from_logging_in_to_deleting(visits: Visits, product: TrialProduct, handwritten: Path) -> None:
    page = visits.open()
    page.on("filechooser", lambda chooser: chooser.set_files(handwritten))  # heard from now on, not from some moment
    page.goto("/accounts/login/")
    for field, words in (("login", house.arrive(product, "Keys").email), ("password", PASSWORD)):
        tab_to(page, f"[name='{field}']")
        page.keyboard.type(words)
    page.keyboard.press("Enter")
    page.wait_for_url("**/dashboard/")
    tab_to(page, "a[href='/recognitions/new/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/recognitions/new/")
    choose_by_keyboard(page, "#id_image", page.get_by_role("img", name="The picture you chose"))
    tab_to(page, "[data-send]")
    page.keyboard.press("Enter")
    page.locator("[data-outcome]").wait_for(state="attached")
    tab_to(page, "[data-digit='2'] > summary")
    page.keyboard.press("1")
    expect(page.locator(".number-text")).to_have_text(["4112", "86"])
    tab_to(page, ".breadcrumb a", "Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/recognitions/")
    tab_to(page, ".history-item a[href$='/delete/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/delete/")
    tab_to(page, "main .button-danger")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("was deleted")


def test_nothing_holds_the_focus_for_ever(visits: Visits, member: Member) -> None:
    page = visits.open(member.state)
    answer = f"/recognitions/{member.picture}/"
    for path in ("/dashboard/", "/report/", "/recognitions/", "/recognitions/new/", "/recognitions/draw/", answer):
        page.goto(path)
        tab_to(page, ".site-footer a")
        expect(page.locator(".site-footer a:focus")).to_be_visible()


def test_the_account_menu_opens_and_closes_by_keyboard(visits: Visits, alice: Any) -> None:
    page = visits.open(alice)
    page.goto("/")
    tab_to(page, ".menu summary")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Tokens for programs")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Tokens for programs")).to_be_hidden()
    assert page.evaluate("document.activeElement.matches('.menu summary')")


def test_whatever_has_the_focus_shows_it(visits: Visits, alice: Any) -> None:
    page = visits.open(alice)
    for path in ("/", "/recognitions/", "/recognitions/new/", "/accounts/tokens/", "/accounts/password/change/"):
        page.goto(path)
        for _ in range(12):
            page.keyboard.press("Tab")
            shown = page.evaluate(
                "() => { const style = getComputedStyle(document.activeElement);"
                " return document.activeElement === document.body"
                " || (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2); }"
            )
            assert shown, page.evaluate("document.activeElement.outerHTML")
