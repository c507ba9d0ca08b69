"""Sending a picture and seeing its answer."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Page, expect

from hdr_site.launcher.trial import TrialProduct
from ml.images import PictureRejected
from ml.picture_formats import recognise
from tests.browser.conftest import SendPicture
from tests.browser.handwriting import sheet
from tests.browser.visitors import Visits, worker_held
from tests.drawing import encoded

REFUSED = {
    "drawing.svg": b'<svg xmlns="http://www.w3.org/2000/svg"/>',
    "film.mp4": b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom",
    "modern.avif": b"\x00\x00\x00\x18ftypavif\x00\x00\x00\x00avifmif1",
}


def server_refusal(content: bytes) -> PictureRejected:
    """What the server says to such a file."""
    with pytest.raises(PictureRejected) as refusal:
        recognise(content)
    return refusal.value


def test_the_answer_comes_without_a_reload(
    visits: Visits, alice: Any, product: TrialProduct, handwritten: Path
) -> None:
    page = visits.open(alice)
    page.goto("/recognitions/new/")
    page.get_by_label("Picture").set_input_files(handwritten)
    with worker_held(product):
        page.get_by_role("button", name="Read it").click()
        expect(page.get_by_role("heading", name="Your picture is being read")).to_be_visible()
        page.evaluate("window.sameDocument = true")
    expect(page.locator(".number-text")).to_have_text(["4172", "86"])
    assert page.evaluate("window.sameDocument") is True
    expect(page).to_have_title("4172 86 – Handwritten digits")
    expect(page.locator("[data-announcement]")).to_contain_text("Read: 4172 86.")


def test_every_digit_has_a_box_inside_the_picture_and_a_confidence(
    visits: Visits, alice: Any, send: SendPicture, handwritten: Path
) -> None:
    page = visits.open(alice)
    send(page, handwritten)
    picture = page.locator(".answer-picture .overlay").first.bounding_box()
    boxes = [box.bounding_box() for box in page.locator("[data-box] .box").all()]
    assert len(boxes) == 6
    assert picture is not None
    for box in boxes:
        assert box is not None
        assert picture["x"] <= box["x"] <= box["x"] + box["width"] <= picture["x"] + picture["width"] + 1
        assert picture["y"] <= box["y"] <= box["y"] + box["height"] <= picture["y"] + picture["height"] + 1
    chances = page.locator(".digit-chance").all_inner_texts()
    assert len(chances) == 6
    assert all(chance.endswith("%") for chance in chances)


def test_the_picture_is_really_shown(visits: Visits, alice: Any, send: SendPicture, handwritten: Path) -> None:
    page = visits.open(alice)
    send(page, handwritten)
    address = page.locator(".answer-picture image").get_attribute("href")
    shown = page.evaluate(
        "async (address) => { const picture = new Image(); picture.src = address; await picture.decode();"
        " return [picture.naturalWidth, picture.naturalHeight]; }",
        address,
    )
    assert tuple(shown) == sheet("4172 86").size


def test_opening_a_digit_shows_its_ten_chances_and_lights_its_box(
    visits: Visits, alice: Any, send: SendPicture, handwritten: Path
) -> None:
    page = visits.open(alice)
    send(page, handwritten)
    page.locator("[data-digit='2'] summary").click()
    rows = page.locator("[data-digit='2'] tbody tr")
    assert [row.split()[0] for row in rows.all_inner_texts()] == [*"0123456789", "none"]
    expect(page.locator("[data-digit='2'] tr.is-chosen th")).to_have_text("7")
    assert "is-lit" in (page.locator("[data-box='2']").get_attribute("class") or "")


def test_several_lines_are_shown_line_by_line(visits: Visits, alice: Any, send: SendPicture, tmp_path: Path) -> None:
    page = visits.open(alice)
    picture = tmp_path / "lines.jpg"
    picture.write_bytes(encoded(sheet("4172 86", "30915"), "JPEG", quality=90))
    send(page, picture)
    lines = [line.locator(".number-text").all_inner_texts() for line in page.locator(".lines > li").all()]
    assert lines == [["4172", "86"], ["30915"]]


def test_a_blank_page_says_that_there_is_no_digit(
    visits: Visits, alice: Any, send: SendPicture, blank_page: Path
) -> None:
    page = visits.open(alice)
    send(page, blank_page)
    expect(page.get_by_role("heading", name="No digit found here")).to_be_visible()


def test_while_a_picture_is_read_again_its_last_answer_stays_on_show(
    visits: Visits, alice: Any, product: TrialProduct, send: SendPicture, handwritten: Path
) -> None:
    page = visits.open(alice)
    send(page, handwritten)
    with worker_held(product):
        page.get_by_role("button", name="Read it again").click()
        expect(page.get_by_text("being read again. Below is the last answer")).to_be_visible()
        expect(page.locator(".number-text")).to_have_text(["4172", "86"])
    expect(page.locator("[data-progress]")).to_have_count(0)
    expect(page.locator(".number-text")).to_have_text(["4172", "86"])


def test_a_picture_that_cannot_be_read_says_why_with_a_code_and_offers_another_try(
    visits: Visits, alice: Any, product: TrialProduct, handwritten: Path
) -> None:
    page = visits.open(alice)
    page.goto("/recognitions/new/")
    page.get_by_label("Picture").set_input_files(handwritten)
    before = set(stored(product))
    with worker_held(product):
        page.get_by_role("button", name="Read it").click()
        page.locator("[data-progress]").wait_for()
        for file in set(stored(product)) - before:
            file.unlink()
    expect(page.get_by_role("heading", name="This picture could not be read")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("The stored picture is gone. Send it again.")
    expect(page.get_by_role("alert")).to_contain_text("picture_missing")
    expect(page.get_by_role("button", name="Try again")).to_be_visible()


def stored(product: TrialProduct) -> list[Path]:
    """All files in the store of pictures."""
    return [file for file in product.data.media.rglob("*") if file.is_file()]


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_of_another_kind_is_refused_before_it_is_sent_in_the_servers_words(
    visits: Visits, alice: Any, name: str
) -> None:
    page = visits.open(alice)
    page.goto("/recognitions/new/")
    file = FilePayload(name=name, mimeType="application/octet-stream", buffer=REFUSED[name])
    page.get_by_label("Picture").set_input_files(file)
    refusal = server_refusal(REFUSED[name])
    expect(page.get_by_role("alert")).to_contain_text(refusal.sentence)
    expect(page.get_by_role("alert")).to_contain_text(refusal.code)
    assert page.get_by_label("Picture").input_value() == ""


def test_a_file_that_is_too_large_is_refused_before_it_is_sent(visits: Visits, alice: Any, tmp_path: Path) -> None:
    page = visits.open(alice)
    large = tmp_path / "large.jpg"
    with large.open("wb") as file:
        file.write(b"\xff\xd8\xff")
        file.truncate(21_300_000)
    page.goto("/recognitions/new/")
    page.get_by_label("Picture").set_input_files(large)
    expect(page.get_by_role("alert")).to_contain_text("This file has 21.3 MB; send at most 20 MB.")
    expect(page.get_by_role("alert")).to_contain_text("too_many_bytes")


def test_what_only_the_server_can_see_is_said_on_the_upload_page(visits: Visits, alice: Any, tmp_path: Path) -> None:
    page = visits.open(alice)
    torn = tmp_path / "torn.jpg"
    torn.write_bytes(encoded(sheet("4172"), "JPEG")[:3000])
    page.goto("/recognitions/new/")
    page.get_by_label("Picture").set_input_files(torn)
    page.get_by_role("button", name="Read it").click()
    expect(page.get_by_role("alert")).to_contain_text("damaged or not complete")
    expect(page.get_by_role("alert")).to_contain_text("truncated_picture")
    expect(page.get_by_label("Picture")).to_have_accessible_description(re.compile("damaged"))


def test_the_chosen_picture_is_shown_before_it_is_sent(visits: Visits, alice: Any, handwritten: Path) -> None:
    page = visits.open(alice)
    page.goto("/recognitions/new/")
    page.get_by_label("Picture").set_input_files(handwritten)
    preview = page.get_by_role("img", name="The picture you chose")
    expect(preview).to_be_visible()
    expect(preview).to_have_js_property("naturalWidth", sheet("4172 86").width)


def test_a_picture_may_be_dropped_onto_the_page(visits: Visits, alice: Any) -> None:
    page = visits.open(alice)
    page.goto("/recognitions/new/")
    drop(page, "dropped.png", encoded(sheet("86")))
    expect(page.get_by_role("img", name="The picture you chose")).to_be_visible()
    page.get_by_role("button", name="Read it").click()
    expect(page.locator(".number-text")).to_have_text(["86"])


def drop(page: Page, name: str, content: bytes) -> None:
    """Let a file fall onto the drop zone, as a file manager does."""
    page.evaluate(
        """([name, bytes]) => {
          const carried = new DataTransfer();
          carried.items.add(new File([new Uint8Array(bytes)], name, { type: "image/png" }));
          const fall = new DragEvent("drop", { dataTransfer: carried, bubbles: true, cancelable: true });
          document.querySelector("[data-drop]").dispatchEvent(fall);
        }""",
        [name, list(content)],
    )
