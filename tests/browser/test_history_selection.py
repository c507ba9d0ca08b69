"""Finding pictures again and doing something with many of them, by mouse and by keyboard."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from hdr_site.launcher.processes import wait_for
from hdr_site.launcher.trial import TrialProduct
from tests.browser.handwriting import sheet
from tests.browser.visitors import Visits, sign_in
from tests.drawing import encoded
from tests.e2e import house

HISTORY = "/recognitions/"


@pytest.fixture(scope="module")
def archivist(product: TrialProduct) -> house.Person:
    """Somebody with two pictures that were read, the one with 30915 the newer."""
    house.becomes_ready(product)
    person = house.arrive(product, "Archivist")
    for name, text in (("marks.png", "4172 86"), ("postcode.png", "30915")):
        person.api.send(encoded(sheet(text)), name=name)
    wait_for(lambda: house.unfinished_of(product, person) == 0, 120)
    return person


@pytest.fixture(scope="module")
def state(browser: Any, product: TrialProduct, archivist: house.Person) -> Any:
    """The cookies of the archivist."""
    page = Visits(browser, product.url).open()
    sign_in(page, archivist.email)
    page.wait_for_url("**/dashboard/")
    cookies = page.context.storage_state()
    page.context.close()
    return cookies


def names(page: Page) -> Any:
    return page.locator(".history-name")


def all_that_fits(page: Page) -> Any:
    """The part for all that fits, opened by keyboard."""
    part = page.locator(".selection-all")
    part.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(part.get_by_role("button", name="Delete all that fits")).to_be_visible()
    return part


def test_a_number_is_searched_the_list_sorted_and_the_search_kept(visits: Visits, state: Any) -> None:
    page = visits.open(state)
    page.goto(HISTORY)
    expect(names(page)).to_have_text(["postcode.png", "marks.png"])
    page.get_by_label("Order").select_option("Oldest first")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(names(page)).to_have_text(["marks.png", "postcode.png"])
    page.get_by_role("searchbox", name="Number").fill("41*2")
    page.keyboard.press("Enter")
    expect(names(page)).to_have_text(["marks.png"])
    page.locator("summary", has_text="Save this search").click()
    page.get_by_label("Name of this search").fill("Marks of June")
    page.get_by_role("button", name="Save", exact=True).click()
    page.goto(HISTORY)
    expect(names(page)).to_have_count(2)
    page.get_by_role("link", name="Marks of June").click()
    expect(names(page)).to_have_text(["marks.png"])
    page.get_by_role("button", name="Forget the search Marks of June").click()
    expect(page.get_by_role("link", name="Marks of June")).to_have_count(0)


def test_pictures_are_ticked_by_keyboard_added_up_and_read_again_as_other_numbers(visits: Visits, state: Any) -> None:
    page = visits.open(state)
    page.goto(HISTORY)
    for name in ("postcode.png", "marks.png"):
        page.get_by_role("checkbox", name=f"Select {name}").focus()
        page.keyboard.press("Space")
    page.locator("#selection").get_by_role("button", name="Add up").press("Enter")
    total = page.locator(".totals div").filter(has_text="Sum").locator("dd")
    expect(total).to_have_text(f"{4172 + 86 + 30915}")
    page.get_by_role("link", name="History").first.click()
    page.get_by_role("checkbox", name="Select postcode.png").check()
    page.locator("#selection").get_by_role("button", name="Read again").click()
    page.get_by_role("checkbox", name="As another kind of number than before:").check()
    page.locator("summary", has_text="What kind of number is it?").click()
    page.get_by_label("What the numbers are").select_option("Meter reading")
    page.get_by_role("button", name="Read them again").click()
    expect(page.get_by_role("status")).to_contain_text("1 picture is being read again.")


def test_all_that_fits_is_taken_along_as_a_table_and_as_a_pdf(visits: Visits, state: Any) -> None:
    page = visits.open(state)
    page.goto(f"{HISTORY}?number=4172")
    with page.expect_download() as table:
        all_that_fits(page).get_by_role("link", name="Download all that fits as CSV").click()
    assert "4172 86" in Path(table.value.path()).read_text(encoding="utf-8-sig")
    page.get_by_role("link", name="Download all that fits as PDF").click()
    page.get_by_role("button", name="Make the PDF file").click()
    expect(page.get_by_role("heading", name="The PDF file with 1 picture is ready")).to_be_visible(timeout=60_000)
    with page.expect_download() as file:
        page.get_by_role("link", name="Download (").click()
    assert Path(file.value.path()).read_bytes().startswith(b"%PDF")
    page.get_by_role("button", name="Delete this file").click()
    expect(page.get_by_role("heading", name="No files")).to_be_visible()


def test_all_that_fits_is_deleted_after_a_yes(visits: Visits, state: Any) -> None:
    page = visits.open(state)
    page.goto(f"{HISTORY}?number=4172")
    all_that_fits(page).get_by_role("button", name="Delete all that fits").click()
    expect(page.get_by_role("heading", name="Delete 1 picture?")).to_be_visible()
    page.get_by_role("link", name="Keep them").click()
    expect(names(page)).to_have_text(["marks.png"])
    all_that_fits(page).get_by_role("button", name="Delete all that fits").click()
    page.get_by_role("button", name="Delete them").click()
    expect(page.get_by_role("status")).to_contain_text("1 picture was deleted.")
    page.goto(HISTORY)
    expect(names(page)).to_have_text(["postcode.png"])
