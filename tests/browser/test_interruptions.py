"""While one waits for an answer the network, the server and the session may fail."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Route, expect

from hdr_site.launcher.trial import TrialProduct
from tests.browser.visitors import Visits, worker_held

ANSWER = "**/answer/"


def waiting_page(visits: Visits, alice: Any, handwritten: Path) -> Page:
    """A page that waits for an answer which the held worker cannot give."""
    page = visits.open(alice)
    page.goto("/recognitions/new/")
    page.get_by_label("Picture").set_input_files(handwritten)
    page.get_by_role("button", name="Read it").click()
    page.get_by_role("heading", name="Your picture is being read").wait_for()
    return page


def test_a_lost_network_is_told_and_overcome(
    visits: Visits, alice: Any, product: TrialProduct, handwritten: Path
) -> None:
    with worker_held(product):
        page = waiting_page(visits, alice, handwritten)
        page.context.set_offline(True)
        expect(page.locator("[data-progress-sentence]")).to_contain_text("The connection is interrupted")
    page.context.set_offline(False)
    expect(page.locator(".number-text")).to_have_text(["4172", "86"])


def test_a_server_that_says_503_for_a_while_is_asked_again(
    visits: Visits, alice: Any, product: TrialProduct, handwritten: Path
) -> None:
    def unwell(route: Route) -> None:
        route.fulfill(status=503, headers={"Retry-After": "5"}, body="One moment, please")

    with worker_held(product):
        page = waiting_page(visits, alice, handwritten)
        page.route(ANSWER, unwell)
        expect(page.locator("[data-progress-sentence]")).to_contain_text("We keep trying")
        page.unroute(ANSWER)
        expect(page.locator("[data-progress-sentence]")).to_contain_text("The answer appears here by itself")
    expect(page.locator(".number-text")).to_have_text(["4172", "86"])


def test_whoever_was_logged_out_meanwhile_is_told_and_sees_no_login_form_in_the_answers_place(
    visits: Visits, alice: Any, product: TrialProduct, handwritten: Path
) -> None:
    with worker_held(product):
        page = waiting_page(visits, alice, handwritten)
        page.context.clear_cookies()
        expect(page.locator("[data-progress-sentence]")).to_contain_text("You have been logged out")
    expect(page.get_by_label("Password")).to_have_count(0)


def test_a_picture_deleted_in_another_window_is_told(
    visits: Visits, alice: Any, product: TrialProduct, handwritten: Path
) -> None:
    with worker_held(product):
        page = waiting_page(visits, alice, handwritten)
        other = visits.open(alice)
        other.goto(page.url + "delete/")
        other.get_by_role("button", name="Delete it").click()
        expect(page.locator("[data-progress-sentence]")).to_contain_text("not there any more")


def test_the_page_asks_at_most_a_few_times_at_first_and_not_after_leaving(
    visits: Visits, alice: Any, product: TrialProduct, handwritten: Path
) -> None:
    with worker_held(product):
        page = waiting_page(visits, alice, handwritten)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url) if request.url.endswith("/answer/") else None)
        page.wait_for_timeout(3000)  # what is measured is how often it asks in this time
        assert 1 <= len(asked) <= 5
        page.goto("/recognitions/")
        asked.clear()
        page.wait_for_timeout(2500)
        assert asked == []
