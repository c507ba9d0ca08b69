"""Correcting an answer on its page, with and without JavaScript."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SendPicture
from tests.browser.visitors import Visits

LISTEN = """
window.heard = [];
const voice = { cancel() {}, speak: (one) => window.heard.push(one.text) };
Object.defineProperty(window, "speechSynthesis", { value: voice });
"""


@pytest.fixture
def page(visits: Visits, alice: Any, send: SendPicture, handwritten: Path) -> Page:
    """The answer to 4172 and 86."""
    page = visits.open(alice)
    page.add_init_script(LISTEN)
    send(page, handwritten)
    page.evaluate("window.sameDocument = true")
    return page


def numbers(page: Page) -> Any:
    return page.locator(".number-text")


def digit(page: Page, position: int) -> Any:
    return page.locator(f"[data-digit='{position}'] > summary")


def test_a_digit_is_typed_over_and_the_machines_answer_stays_visible(page: Page) -> None:
    digit(page, 2).focus()
    page.keyboard.press("1")
    expect(numbers(page)).to_have_text(["4112", "86"])
    expect(page.locator(".machine-read")).to_contain_text("The machine read 4172 86")
    expect(digit(page, 2)).to_be_focused()
    expect(page.locator("[data-announcement]")).to_contain_text("Corrected: 4112 86.")
    assert page.evaluate("window.sameDocument") is True
    page.reload()
    expect(numbers(page)).to_have_text(["4112", "86"])


def test_fast_typing_loses_nothing(page: Page) -> None:
    for position, key in ((0, "9"), (1, "8"), (2, "7"), (3, "6")):
        digit(page, position).focus()
        page.keyboard.press(key)
    expect(numbers(page)).to_have_text(["9876", "86"])


def test_after_typing_tab_goes_to_the_next_digit_to_check(page: Page) -> None:
    page.locator("[data-digit='4']").evaluate("one => one.classList.replace('is-sure', 'is-unsure')")
    digit(page, 0).focus()
    page.keyboard.press("Tab")
    expect(digit(page, 1)).to_be_focused()
    page.evaluate("document.querySelector(\"[data-digit='4']\").classList.add('is-unsure')")
    page.route("**/correct/", lambda route: route.abort())
    digit(page, 0).focus()
    page.keyboard.press("9")
    page.keyboard.press("Tab")
    expect(digit(page, 4)).to_be_focused()


def test_a_false_digit_is_removed_and_undo_brings_it_back(page: Page) -> None:
    digit(page, 1).focus()
    page.keyboard.press("Delete")
    expect(numbers(page)).to_have_text(["472", "86"])
    page.get_by_role("button", name="Undo the last correction").click()
    expect(numbers(page)).to_have_text(["4172", "86"])
    expect(page.locator(".machine-read")).to_have_count(0)


def test_a_number_is_typed_anew_with_a_point(page: Page) -> None:
    page.get_by_text("Type it anew").first.click()
    page.get_by_label("The number is").first.fill("417.25")
    page.get_by_label("The number is").first.press("Enter")
    expect(numbers(page)).to_have_text(["417.25", "86"])


def test_a_missed_digit_is_added_by_drawing_a_box(page: Page) -> None:
    page.get_by_text("A digit is missing").click()
    last = page.locator("[data-box='5'] .box").bounding_box()
    assert last is not None
    x, y = last["x"] + last["width"] + 4, last["y"]
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + last["width"] / 2, y + last["height"])
    page.mouse.up()
    expect(page.get_by_label("Digit", exact=True)).to_be_focused()
    page.keyboard.type("5")
    page.keyboard.press("Enter")
    expect(numbers(page)).to_have_text(["4172", "865"])
    expect(page.locator("[data-digit='6']")).to_contain_text("yours")


def test_a_missed_digit_is_added_by_keyboard(page: Page) -> None:
    page.get_by_text("A digit is missing").click()
    left = page.get_by_label("Left", exact=True)
    before = int(left.input_value())
    page.locator("[data-zoom] svg").focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Shift+ArrowUp")
    assert int(left.input_value()) < before
    page.get_by_label("Digit", exact=True).fill("5")
    page.get_by_role("button", name="Add it").click()
    expect(numbers(page)).to_have_text(["4172", "865"])


def test_the_numbers_are_copied(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy the numbers").click()
    expect(page.get_by_text("Copied", exact=True)).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").split() == ["4172", "86"]


def test_who_looks_closer_moves_the_picture_by_keyboard_and_never_out_of_its_frame(page: Page) -> None:
    picture = page.locator("[data-zoom] svg")
    page.get_by_role("button", name="Larger").click()
    before = picture.get_attribute("viewBox")
    picture.focus()
    page.keyboard.press("ArrowRight")
    assert picture.get_attribute("viewBox") != before
    for _ in range(20):
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowRight")
    inside = picture.evaluate(
        """(one) => {
          const { x, y, width, height } = one.viewBox.baseVal;
          const within = (end, side) => end <= Number(one.getAttribute(side)) + 0.01;
          return within(x + width, "width") && within(y + height, "height");
        }"""
    )
    assert inside
    frame, box = picture.bounding_box(), page.locator("[data-zoom]").bounding_box()
    assert frame == box
    page.get_by_role("button", name="Whole picture").click()
    expect(picture).not_to_have_attribute("tabindex", "0")


def test_a_digit_that_is_none_is_refused_in_words(page: Page) -> None:
    digit(page, 0).click()
    page.locator("[data-digit='0'] [name=value]").evaluate("one => one.removeAttribute('pattern')")
    page.locator("[data-digit='0'] [name=value]").fill("x")
    page.locator("[data-digit='0']").get_by_role("button", name="Correct").click()
    expect(page.get_by_role("alert")).to_contain_text("Give one digit, 0 to 9.")
    expect(numbers(page)).to_have_text(["4172", "86"])


def test_who_corrects_in_two_windows_is_told(page: Page) -> None:
    other = page.context.new_page()
    other.goto(page.url)
    digit(other, 0).focus()
    other.keyboard.press("9")
    expect(numbers(other)).to_have_text(["9172", "86"])
    digit(page, 1).focus()
    page.keyboard.press("8")
    expect(page.get_by_role("alert")).to_contain_text("stale_answer")
    expect(numbers(page)).to_have_text(["9172", "86"])


def test_it_is_read_aloud_digit_by_digit_with_maybe_where_unsure(page: Page) -> None:
    page.get_by_role("button", name="Read aloud").click()
    [heard] = page.evaluate("window.heard")
    assert re.sub("maybe ", "", heard) == "4, 1, 7, 2. 8, 6."
    unsure = page.locator(".digit.is-unsure").count()
    assert heard.count("maybe") == unsure


def test_zooming_keeps_boxes_on_the_picture_and_inside_its_frame(page: Page) -> None:
    frame, box = page.locator("[data-zoom] svg"), page.locator("[data-box='0'] .box")
    before = box.bounding_box()
    for _ in range(2):
        page.get_by_role("button", name="Larger").click()
    after = box.bounding_box()
    assert before
    assert after
    assert after["width"] > 2 * before["width"]
    expect(frame).to_have_css("overflow", "hidden")
    around = frame.bounding_box()
    assert around
    page.mouse.move(around["x"] + 100, around["y"] + 100)
    page.mouse.down()
    page.mouse.move(around["x"] + 160, around["y"] + 100)
    page.mouse.up()
    moved = box.bounding_box()
    assert moved
    assert round(moved["x"] - after["x"]) == 60
    page.get_by_role("button", name="Whole picture").click()
    assert box.bounding_box() == before


def test_without_javascript_forms_correct_remove_add_and_undo(
    visits: Visits, alice: Any, send: SendPicture, handwritten: Path
) -> None:
    address = send(visits.open(alice), handwritten)
    page = visits.open(alice, java_script_enabled=False)
    page.goto(address)
    digit(page, 2).click()
    page.locator("[data-digit='2'] [name=value]").fill("1")
    page.locator("[data-digit='2']").get_by_role("button", name="Correct").click()
    expect(numbers(page)).to_have_text(["4112", "86"])
    digit(page, 0).click()
    page.locator("[data-digit='0']").get_by_role("button", name="No digit").click()
    expect(numbers(page)).to_have_text(["112", "86"])
    page.get_by_text("A digit is missing").click()
    page.get_by_label("Digit", exact=True).fill("3")
    page.get_by_role("button", name="Add it").click()
    expect(numbers(page)).to_have_text(["112", "863"])
    page.get_by_role("button", name="Undo the last correction").click()
    expect(numbers(page)).to_have_text(["112", "86"])
    page.get_by_role("button", name="Take the machine's answer").click()
    expect(numbers(page)).to_have_text(["4172", "86"])
