"""Drawing a number: with mouse, pen and finger; the answer while one writes; keeping it."""

import base64
import io
import re
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from ml.handwriting import STROKES, points
from ml.reader import Reader
from tests.browser import drawn
from tests.browser.visitors import PATIENCE, Visits

DRAWINGS, SAME = 200, 196
ADDRESS = "/recognitions/draw/"

# Draws strokes with the code of the page and reads them with its reader: the text, and the drawing as a PNG.
READ_ALL = """
async ({ drawings, width, height, words }) => {
  const [{ drawAll }, { Reader }] = await Promise.all([import(words.strokes), import(words.reader)]);
  const [content, card] = await Promise.all([fetch(words.network), fetch(words.card)]);
  const reader = new Reader(await content.arrayBuffer(), await card.json());
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  return drawings.map((strokes) => {
    drawAll(context, strokes);
    const colours = context.getImageData(0, 0, width, height).data;
    const data = Uint8Array.from({ length: width * height }, (_, at) => colours[4 * at]);
    const numbers = reader.read({ width, height, data });
    return [numbers.map(({ text }) => text).join(" "), canvas.toDataURL("image/png").split(",")[1]];
  });
}
"""


def open_paper(visits: Visits, who: Any, **options: Any) -> Page:
    page = visits.open(who, **options)
    page.goto(ADDRESS)
    expect(page.locator("[data-paper]")).to_be_visible()
    return page


def places(page: Page, digit: str, left: float = 0.3) -> list[list[tuple[float, float]]]:
    """Where a pen goes on the screen to write one digit on the paper."""
    page.locator("[data-paper]").evaluate("(paper) => paper.scrollIntoView({ block: 'center' })")
    box = page.locator("[data-paper]").bounding_box()
    assert box
    tall = 0.6 * box["height"]
    x0, y0 = box["x"] + left * box["width"], box["y"] + 0.2 * box["height"]
    return [[(x0 + 0.6 * tall * x, y0 + tall * y) for x, y in points(stroke)] for stroke in STROKES[digit]]


def write(page: Page, digit: str, left: float = 0.3) -> None:
    """With the mouse."""
    for stroke in places(page, digit, left):
        page.mouse.move(*stroke[0])
        page.mouse.down()
        for x, y in stroke[1:]:
            page.mouse.move(x, y, steps=4)
        page.mouse.up()


def test_the_page_reads_as_the_servers_reader_does(visits: Visits, alice: Any) -> None:
    page = open_paper(visits, alice)
    words = page.locator("[data-draw]").evaluate("(part) => ({ ...part.dataset })")
    words |= {"strokes": "/static/js/draw/strokes.js", "reader": "/static/js/reader/reader.js"}
    wanted = [drawn.drawing(seed) for seed in range(DRAWINGS)]
    told = {"drawings": wanted, "width": drawn.WIDTH, "height": drawn.HEIGHT, "words": words}
    answers = page.evaluate(READ_ALL, told)
    reader = Reader.load()
    pictures = [np.asarray(Image.open(io.BytesIO(base64.b64decode(png))).convert("L")) for _, png in answers]
    served = [reader.read(picture).text for picture in pictures]
    pairs = [(seed, text, said) for seed, ((text, _), said) in enumerate(zip(answers, served, strict=True))]
    differ = [pair for pair in pairs if pair[1] != pair[2]]
    assert sum(bool(said) for said in served) > DRAWINGS / 2
    assert sum(not said for said in served) >= 5
    assert DRAWINGS - len(differ) >= SAME, differ


def test_a_number_is_read_while_it_is_written(visits: Visits, alice: Any) -> None:
    page = open_paper(visits, alice)
    write(page, "3", 0.2)
    expect(page.locator(".number-text")).to_have_text("3")
    write(page, "7", 0.45)
    expect(page.locator(".number-text")).to_have_text("37")
    expect(page.get_by_role("status").filter(has_text="Read:")).to_contain_text("Read: 37.")


def test_nothing_is_fetched_before_the_first_stroke_and_nothing_twice(visits: Visits, alice: Any) -> None:
    page = visits.open(alice)
    asked: list[str] = []
    page.context.on("request", lambda request: asked.append(request.url))
    page.goto(ADDRESS)
    page.wait_for_load_state("networkidle")
    assert not [url for url in asked if url.endswith(".bin")]
    write(page, "2", 0.2)
    expect(page.locator(".number-text")).to_have_text("2")
    write(page, "0", 0.5)
    expect(page.locator(".number-text")).to_have_text("20")
    assert len([url for url in asked if url.endswith(".bin")]) == 1


def test_undo_takes_back_the_last_stroke_and_clear_all(visits: Visits, alice: Any) -> None:
    page = open_paper(visits, alice)
    write(page, "3", 0.2)
    write(page, "0", 0.5)
    expect(page.locator(".number-text")).to_have_text("30")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".number-text")).to_have_text("3")
    write(page, "0", 0.5)
    expect(page.locator(".number-text")).to_have_text("30")
    page.keyboard.press("Control+z")
    expect(page.locator(".number-text")).to_have_text("3")
    page.get_by_role("button", name="Clear").click()
    expect(page.locator(".number-text")).to_have_count(0)
    expect(page.locator("[data-said]")).to_have_text("Nothing is drawn yet.")
    expect(page.get_by_role("button", name="Keep it")).to_be_disabled()


def ink(page: Page) -> int:
    """How many pixels of the paper are dark."""
    dark: int = page.locator("[data-paper]").evaluate(
        """(paper) => paper.getContext("2d").getImageData(0, 0, paper.width, paper.height).data
             .filter((value, at) => at % 4 === 0 && value < 128).length"""
    )
    return dark


def test_a_thick_pen_draws_more_than_a_thin_one(visits: Visits, alice: Any) -> None:
    page = open_paper(visits, alice)
    drawn_with = []
    for pen in ("Thin", "Medium", "Thick"):
        page.get_by_label(pen).check()
        write(page, "1")
        drawn_with.append(ink(page))
        page.get_by_role("button", name="Clear").click()
    assert drawn_with[0] < 0.8 * drawn_with[1] < 0.64 * drawn_with[2]


POINTERS = """
(paper, { stroke, kind, pressure }) => {
  paper.setPointerCapture = () => {}; // only the browser itself makes pointers that can be captured
  const send = (name, [clientX, clientY]) => paper.dispatchEvent(new PointerEvent(name, {
    bubbles: true, cancelable: true, isPrimary: true, pointerId: 7, pointerType: kind, pressure, clientX, clientY,
  }));
  send("pointerdown", stroke[0]);
  for (const place of stroke.slice(1)) send("pointermove", place);
  send("pointerup", stroke.at(-1));
}
"""


@pytest.mark.parametrize("lighter", [0.1, 0.3])
def test_a_pen_that_is_pressed_draws_thicker(visits: Visits, alice: Any, lighter: float) -> None:
    page = open_paper(visits, alice)
    drawn_with = []
    for pressure in (lighter, 0.9):
        for stroke in places(page, "1"):
            told = {"stroke": stroke, "kind": "pen", "pressure": pressure}
            page.locator("[data-paper]").evaluate(POINTERS, told)
        expect(page.get_by_role("button", name="Clear")).to_be_enabled()
        drawn_with.append(ink(page))
        page.get_by_role("button", name="Clear").click()
    assert drawn_with[0] < 0.9 * drawn_with[1]


def test_a_finger_writes_on_a_phone(visits: Visits, alice: Any) -> None:
    page = open_paper(visits, alice, viewport={"width": 375, "height": 812}, has_touch=True, is_mobile=True)
    fingers = page.context.new_cdp_session(page)
    strokes = places(page, "5")
    before = page.evaluate("window.scrollY")
    for stroke in strokes:
        for at, (x, y) in enumerate(stroke):
            kind = "touchMove" if at else "touchStart"
            fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
        fingers.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(page.locator(".number-text")).to_have_text("5")
    assert page.evaluate("window.scrollY") == before  # the page stayed where it was


def test_a_kept_drawing_is_read_by_the_server(visits: Visits, alice: Any) -> None:
    page = open_paper(visits, alice)
    write(page, "8")
    expect(page.locator(".number-text")).to_have_text("8")
    page.get_by_text("What kind of number is it?").click()
    page.get_by_label("What the numbers are").select_option("length")
    page.get_by_label("More about it").fill("1")
    page.get_by_role("button", name="Keep it").click()
    page.wait_for_url(re.compile("/recognitions/[0-9a-f-]{36}/"))
    expect(page.locator(".answer-result .number-text")).to_have_text("8")
    expect(page.get_by_label("More about it")).to_have_value("1")
    expect(page.locator(".picture-name")).to_have_text("Drawing.png")


def test_a_drawing_outlives_a_lost_connection(visits: Visits, alice: Any) -> None:
    page = open_paper(visits, alice)
    write(page, "6")
    expect(page.locator(".number-text")).to_have_text("6")
    page.context.set_offline(True)
    write(page, "1", 0.6)
    expect(page.locator(".number-text")).to_have_text("61")  # reading needs no network
    page.get_by_role("button", name="Keep it").click()
    expect(page.locator("[data-waiting-list] [data-name]")).to_have_text(["Drawing.png"])
    page.context.set_offline(False)
    expect(page.get_by_text("Everything that waited was sent")).to_be_visible(timeout=PATIENCE)


def test_who_cannot_draw_is_told_of_another_way(visits: Visits, alice: Any) -> None:
    page = visits.open(alice, java_script_enabled=False)
    page.goto(ADDRESS)
    expect(page.locator("noscript .note-warning")).to_contain_text("Drawing needs JavaScript")
    expect(page.get_by_role("main")).to_contain_text("send a picture or a scan instead")
    page.get_by_role("main").get_by_role("link", name="Read a picture").click()
    page.wait_for_url("**/recognitions/new/")


def test_where_the_page_cannot_read_the_server_does(visits: Visits, alice: Any) -> None:
    page = visits.open(alice)
    page.add_init_script("delete window.Worker")
    page.goto(ADDRESS)
    expect(page.locator("[data-shared]")).to_be_hidden()
    write(page, "4")
    expect(page.locator(".number-text")).to_have_text("4", timeout=PATIENCE)
    expect(page.locator("[data-shared]")).to_contain_text("erased within five minutes")
    expect(page.locator("[data-private]")).to_be_hidden()
    write(page, "2", 0.5)
    expect(page.locator(".number-text")).to_have_text("42", timeout=PATIENCE)


def test_a_network_that_does_not_arrive_is_no_end(visits: Visits, alice: Any) -> None:
    page = visits.open(alice)
    page.context.route("**/*.bin", lambda route: route.abort())
    page.goto(ADDRESS)
    write(page, "7")
    expect(page.locator(".number-text")).to_have_text("7", timeout=PATIENCE)
    expect(page.locator("[data-shared]")).to_be_visible()
