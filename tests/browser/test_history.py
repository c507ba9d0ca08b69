"""Going through one's own pictures; nobody sees anybody else's."""

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from hdr_site.launcher.trial import TrialProduct
from tests.browser.conftest import SendPicture
from tests.browser.visitors import Visits, sign_in
from tests.drawing import encoded
from tests.drawing import page as printed
from tests.e2e import house


def somebody(visits: Visits, product: TrialProduct, name: str) -> tuple[Page, house.Person]:
    """A signed-in page of a person without a history."""
    person, page = house.arrive(product, name), visits.open()
    sign_in(page, person.email)
    page.get_by_role("heading", name="Overview").wait_for()
    return page, person


def test_an_empty_history_leads_to_the_first_picture(visits: Visits, product: TrialProduct) -> None:
    page, _ = somebody(visits, product, "Novice")
    page.goto("/recognitions/")
    page.get_by_role("link", name="Read your first picture").click()
    expect(page.get_by_role("heading", name="Read a picture")).to_be_visible()


def test_a_picture_is_listed_with_text_confidence_date_and_state_and_opens(
    visits: Visits, product: TrialProduct, send: SendPicture, handwritten: Path
) -> None:
    page, _ = somebody(visits, product, "Lister")
    address = send(page, handwritten)
    page.goto("/recognitions/")
    item = page.get_by_role("listitem").filter(has_text="marks.png")
    expect(item).to_contain_text(re.compile(r"4172 86.*marks\.png.*Read.*(sure|check this), \d+.*%", re.DOTALL))
    expect(item.locator("time")).to_be_visible()
    expect(item.locator("img")).to_have_js_property("complete", True)
    item.get_by_role("link", name="4172 86").click()
    expect(page).to_have_url(address)


def test_the_filter_keeps_what_fits_and_says_when_nothing_does(
    visits: Visits, product: TrialProduct, send: SendPicture, handwritten: Path
) -> None:
    page, _ = somebody(visits, product, "Chooser")
    send(page, handwritten)
    page.goto("/recognitions/")
    page.get_by_label("State").select_option("Failed")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_role("heading", name="Nothing here")).to_be_visible()
    page.get_by_role("main").get_by_role("link", name="Show all").first.click()
    page.get_by_label("State").select_option("Read")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator(".history-item")).to_have_count(1)


def test_a_filter_that_is_none_is_told_with_a_way_out(visits: Visits, alice: Any) -> None:
    page = visits.open(alice)
    answer = page.goto("/recognitions/?status=eaten&since=yesterday")
    assert answer is not None
    assert answer.status == 400
    expect(page.get_by_role("alert")).to_contain_text("This search is not possible")
    page.get_by_role("link", name="Show everything").click()
    expect(page).to_have_url(re.compile(r"/recognitions/$"))


def test_the_history_is_paged_older_and_newer(visits: Visits, product: TrialProduct) -> None:
    page, person = somebody(visits, product, "Collector")
    picture = encoded(printed("7", height=40))
    for number in range(23):
        person.api.send(picture, name=f"picture-{number:02}.png")
    page.goto("/recognitions/")
    expect(page.locator(".history-item")).to_have_count(20)
    page.get_by_role("link", name="Next page").click()
    expect(page.locator(".history-name")).to_have_text(["picture-02.png", "picture-01.png", "picture-00.png"])
    page.get_by_role("link", name="Previous page").click()
    expect(page.locator(".history-name").first).to_have_text("picture-22.png")
    expect(page.get_by_role("link", name="Previous page")).to_have_count(0)


def test_read_again_from_the_history_leads_to_the_new_answer(
    visits: Visits, product: TrialProduct, send: SendPicture, handwritten: Path
) -> None:
    page, _ = somebody(visits, product, "Doubter")
    address = send(page, handwritten)
    page.goto("/recognitions/")
    page.get_by_role("button", name="Read marks.png again").click()
    expect(page).to_have_url(address)
    expect(page.locator("[data-progress]")).to_have_count(0)
    expect(page.locator(".number-text")).to_have_text(["4172", "86"])
    assert len(house.readings(product, address.rstrip("/").rpartition("/")[2])) == 2


def test_deleting_asks_first_and_then_removes(
    visits: Visits, product: TrialProduct, send: SendPicture, handwritten: Path
) -> None:
    page, _ = somebody(visits, product, "Tidier")
    address = send(page, handwritten)
    page.goto("/recognitions/")
    page.get_by_role("link", name="Delete marks.png").click()
    page.get_by_role("link", name="Keep it").click()
    expect(page).to_have_url(address)
    page.get_by_role("link", name="Delete", exact=True).click()
    page.get_by_role("button", name="Delete it").click()
    expect(page.get_by_role("status")).to_contain_text("“marks.png” was deleted")
    expect(page.get_by_role("heading", name="No pictures yet")).to_be_visible()
    gone = page.goto(address)
    assert gone is not None
    assert gone.status == 404


def test_bob_finds_nothing_at_alices_addresses(
    visits: Visits, alice: Any, bob: Any, send: SendPicture, handwritten: Path
) -> None:
    address = send(visits.open(alice), handwritten)
    page = visits.open(bob)
    for part in ("", "answer/", "delete/", "image/", "thumbnail/"):
        answer = page.goto(address + part)
        assert answer is not None
        assert answer.status == 404, part
        expect(page.get_by_role("heading", name="There is nothing here")).to_be_visible()
    page.goto("/recognitions/")
    assert address.rstrip("/").rpartition("/")[2] not in page.content()


def test_ann_is_asked_to_log_in_and_then_sees_what_she_asked_for(visits: Visits, product: TrialProduct) -> None:
    page, person = visits.open(), house.arrive(product, "Ann")
    page.goto("/recognitions/new/")
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    page.get_by_label("Email").fill(person.email)
    page.get_by_label("Password").fill(house.PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Log in", exact=True).click()
    expect(page.get_by_role("heading", name="Read a picture")).to_be_visible()
