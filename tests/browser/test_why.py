"""Why a digit was read so: asked on the answer's page, made by the worker, shown without a reload."""

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from hdr_site.launcher.trial import TrialProduct
from tests.browser.conftest import SendPicture
from tests.browser.looking import faults
from tests.browser.visitors import Visits, worker_held


def ask_why(page: Page, position: int) -> None:
    page.locator(f"[data-digit='{position}'] summary").click()
    page.locator(f"[data-digit='{position}']").get_by_role("button", name=re.compile("Why")).click()


def test_why_is_shown_inside_the_digit_as_soon_as_it_is_made(
    visits: Visits, alice: Any, send: SendPicture, product: TrialProduct, handwritten: Path
) -> None:
    page = visits.open(alice)
    send(page, handwritten)  # 4172 86
    page.evaluate("window.sameDocument = true")
    digit = page.locator("[data-digit='5']")
    with worker_held(product):
        ask_why(page, 5)
        expect(digit.get_by_text("Parts of the digit are being covered")).to_be_visible()
    expect(digit.get_by_text("the chance of a 6 falls from")).to_be_visible()
    expect(digit.locator(".thirds tbody td")).to_have_count(9)
    expect(digit.get_by_text(re.compile("This 6 .* with .* one closed loop"))).to_be_visible()
    expect(page.locator("[data-announcement]")).to_have_text("Why this was read as 6 is explained below.")
    page.wait_for_function("document.querySelector('.why-maps img').naturalWidth > 0")
    ask_why(page, 0)
    expect(page.locator("[data-digit='0']").get_by_text("the chance of a 4 falls from")).to_be_visible()
    assert page.evaluate("window.sameDocument") is True
    assert faults(page) == []


def test_without_a_connection_why_says_so_and_may_be_asked_again(
    visits: Visits, alice: Any, send: SendPicture, handwritten: Path
) -> None:
    page = visits.open(alice)
    send(page, handwritten)
    page.route("**/why/", lambda route: route.abort())
    ask_why(page, 0)
    digit = page.locator("[data-digit='0']")
    expect(digit.get_by_text("This did not work just now.")).to_be_visible()
    page.unroute("**/why/")
    digit.get_by_role("button", name="Why 4?").click()
    expect(digit.get_by_text("the chance of a 4 falls from")).to_be_visible()


def test_the_page_of_a_digit_shows_the_map_in_pictures_words_and_numbers(
    visits: Visits, alice: Any, send: SendPicture, product: TrialProduct, handwritten: Path
) -> None:
    page = visits.open(alice)
    page.goto(send(page, handwritten) + "digits/5/why/")
    with worker_held(product):
        page.get_by_role("button", name="Explain this digit").click()
        expect(page.locator("[data-progress]")).to_be_visible()
        page.evaluate("window.sameDocument = true")
    expect(page.get_by_role("img", name="The same with the heat map over it")).to_be_visible()
    expect(page).to_have_title(re.compile("^Why 6"))
    assert page.evaluate("window.sameDocument")
    answers = page.evaluate(
        """() => Promise.all([...document.querySelectorAll('.why svg image')].map(
            (image) => fetch(image.getAttribute('href')).then((answer) => answer.status)))"""
    )
    assert answers == [200] * 5  # the picture, the picture and the heat, the glyph and the heat
    digit, heat = page.locator(".why-picture svg").nth(1), page.locator(".why-picture svg").nth(0)
    assert digit.screenshot() != heat.screenshot()
    assert faults(page) == []


def test_without_javascript_the_page_loads_itself_anew(
    visits: Visits, alice: Any, send: SendPicture, handwritten: Path
) -> None:
    address = send(visits.open(alice), handwritten)
    page = visits.open(alice, java_script_enabled=False)
    page.goto(address)
    ask_why(page, 1)
    expect(page.get_by_text("the chance of a 1 falls from")).to_be_visible()
    page.get_by_role("link", name="Back to the whole answer").click()
    expect(page.locator(".number-text")).to_have_text(["4172", "86"])


def test_an_address_of_a_digit_offers_to_explain_it(
    visits: Visits, alice: Any, bob: Any, send: SendPicture, handwritten: Path
) -> None:
    page = visits.open(alice)
    address = send(page, handwritten) + "digits/2/why/"
    page.goto(address)
    assert faults(page) == []
    stranger = visits.open(bob).goto(address)
    assert stranger is not None
    assert stranger.status == 404
    page.get_by_role("button", name="Explain this digit").click()
    expect(page.get_by_text("the chance of a 7 falls from")).to_be_visible()
