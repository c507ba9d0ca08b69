"""The ways in: several files, a folder, dropping, pasting, the camera; and sending them over a bad line."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from hdr_site.launcher.trial import TrialProduct
from tests import documents
from tests.browser import layout
from tests.browser.handwriting import sheet
from tests.browser.visitors import PATIENCE, Visits, worker_held
from tests.drawing import encoded

NEW = "/recognitions/new/"
ADDING = "**/api/v1/batches/*/pictures/"


@pytest.fixture
def three(tmp_path: Path) -> list[Path]:
    """Photographs of 417, 86 and 30915."""
    return saved(tmp_path, "417", "86", "30915")


def saved(folder: Path, *numbers: str) -> list[Path]:
    folder.mkdir(exist_ok=True, parents=True)
    files = [folder / f"{at}-{number}.png" for at, number in enumerate(numbers)]
    for file, number in zip(files, numbers, strict=True):
        file.write_bytes(encoded(sheet(number)))
    return files


def choose(page: Page, files: list[Path]) -> None:
    page.goto(NEW)
    page.get_by_label("Picture").set_input_files(files)
    expect(page.locator(".chosen-item")).to_have_count(len(files))


def read_them(page: Page) -> None:
    page.get_by_role("button", name="Read it").click()


def expect_batch(page: Page, *numbers: str) -> None:
    page.wait_for_url("**/recognitions/batches/**")
    expect(page.get_by_role("heading", name="all done")).to_be_visible(timeout=PATIENCE)
    expect(page.locator("[data-picture] .history-text")).to_have_text(list(numbers))


def test_several_files_become_a_batch_whose_page_fills_by_itself(
    visits: Visits, alice: Any, product: TrialProduct, three: list[Path]
) -> None:
    page = visits.open(alice)
    choose(page, three)
    page.get_by_label("Name for all of them").fill("Class 4b")
    with worker_held(product):
        read_them(page)
        expect(page.get_by_role("heading", name="Class 4b")).to_be_visible()
        expect(page.get_by_role("heading", name="0 of 3 read")).to_be_visible()
        page.evaluate("window.sameDocument = true")
    expect_batch(page, "417", "86", "30915")
    assert page.evaluate("window.sameDocument") is True
    expect(page.locator("[data-announcement]")).to_contain_text("3 pictures, all done")


def test_a_batch_can_be_deleted_as_one(visits: Visits, alice: Any, three: list[Path]) -> None:
    page = visits.open(alice)
    choose(page, three[:2])
    read_them(page)
    expect_batch(page, "417", "86")
    page.get_by_role("link", name="Delete the whole batch").click()
    page.get_by_role("button", name="Delete it").click()
    expect(page.get_by_role("status")).to_contain_text("with its 2 pictures")


def test_a_chosen_picture_can_be_removed_and_turned_before_it_is_sent(
    visits: Visits, alice: Any, three: list[Path], tmp_path: Path
) -> None:
    lying = tmp_path / "lying.png"
    lying.write_bytes(encoded(sheet("417").rotate(90, expand=True)))
    page = visits.open(alice)
    choose(page, [three[1], lying])
    page.get_by_role("button", name="Remove: 1-86.png").click()
    wide, high = sheet("417").size
    preview = page.get_by_role("img", name="lying.png")
    expect(preview).to_have_js_property("naturalWidth", high)
    page.get_by_role("button", name="Turn: lying.png").click()
    expect(preview).to_have_js_property("naturalWidth", wide)
    read_them(page)
    expect(page.locator(".number-text")).to_have_text(["417"])


def test_a_part_of_a_picture_is_kept_by_pointer_and_by_keyboard(visits: Visits, alice: Any, tmp_path: Path) -> None:
    two = tmp_path / "two.png"
    two.write_bytes(encoded(sheet("417 86")))
    page = visits.open(alice)
    choose(page, [two])
    page.get_by_role("button", name="Crop: two.png").click()
    paper = page.locator("[data-crop-paper]")
    box = paper.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] - 1, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.75, box["y"] + box["height"] / 2, steps=4)
    page.mouse.up()
    expect(page.get_by_label("Right edge")).to_have_value("75")
    page.get_by_label("Right edge").press("ArrowLeft")
    page.get_by_label("Left edge").fill("10")
    page.get_by_role("button", name="Keep this part").click()
    kept = page.get_by_role("img", name="two.png")
    expect(kept).to_have_js_property("naturalWidth", round(0.64 * sheet("417 86").width))
    expect(page.get_by_role("button", name="Crop: two.png")).to_be_focused()


def test_a_folder_is_sent_without_what_the_system_put_there(visits: Visits, alice: Any, tmp_path: Path) -> None:
    saved(tmp_path / "marks", "417", "86")
    (tmp_path / "marks" / ".DS_Store").write_bytes(b"not a picture")
    page = visits.open(alice)
    page.goto(NEW)
    page.get_by_label("Choose a folder").set_input_files(tmp_path / "marks")
    expect(page.locator(".chosen-item")).to_have_count(2)
    expect(page.get_by_role("alert")).to_be_hidden()


def test_a_folder_is_dropped_with_all_that_lies_in_it(visits: Visits, alice: Any, tmp_path: Path) -> None:
    saved(tmp_path / "marks" / "class 4b", "417")
    saved(tmp_path / "marks", "86")
    page = visits.open(alice)
    page.goto(NEW)
    expect(page.locator("[data-choose]")).to_be_visible()  # the script listens
    hand = page.context.new_cdp_session(page)
    carried = {"items": [], "files": [str(tmp_path / "marks")], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        hand.send("Input.dispatchDragEvent", {"type": kind, "x": 300, "y": 300, "data": carried})
    expect(page.locator(".chosen-item .history-name")).to_have_text(["0-86.png", "0-417.png"])


def test_pictures_are_pasted_and_dropped_one_after_the_other(visits: Visits, alice: Any) -> None:
    page = visits.open(alice)
    page.goto(NEW)
    for number, kind in (("417", "paste"), ("86", "drop")):
        page.evaluate(
            """([name, bytes, kind]) => {
              const carried = new DataTransfer();
              carried.items.add(new File([new Uint8Array(bytes)], name, { type: "image/png" }));
              const how = { bubbles: true, cancelable: true };
              document.body.dispatchEvent(kind === "paste"
                ? new ClipboardEvent("paste", { clipboardData: carried, ...how })
                : new DragEvent("drop", { dataTransfer: carried, ...how }));
            }""",
            [f"{number}.png", list(encoded(sheet(number))), kind],
        )
        expect(page.get_by_role("img", name=f"{number}.png")).to_be_visible()
    read_them(page)
    expect_batch(page, "417", "86")


def test_a_photo_is_taken_with_the_camera_and_read(visits: Visits, alice: Any) -> None:
    page = visits.open(alice)
    page.goto(NEW)
    page.get_by_role("button", name="Take a photo").click()
    expect(page.locator("video")).not_to_have_js_property("videoWidth", 0)
    page.get_by_role("button", name="Shoot").click()
    expect(page.get_by_role("img", name="photo-1.jpg")).to_be_visible()
    page.get_by_role("button", name="Close the camera").click()
    assert page.evaluate("document.querySelector('video').srcObject.active") is False
    read_them(page)
    page.locator("[data-outcome]").wait_for(state="attached")
    expect(page.locator(".number-text")).to_have_text(["30915"])
    told = page.request.get(re.sub(r".*/recognitions/", "/api/v1/recognitions/", page.url))
    assert told.json()["name"] == "photo-1.jpg"


TWO_CAMERAS_WITH_A_LAMP = """
const { getCapabilities } = MediaStreamTrack.prototype;
MediaStreamTrack.prototype.getCapabilities = function () { return { ...getCapabilities.call(this), torch: true }; };
MediaStreamTrack.prototype.applyConstraints = async function ({ advanced }) { window.lamp = advanced[0].torch; };
const media = navigator.mediaDevices;
const [open, list] = [media.getUserMedia.bind(media), media.enumerateDevices.bind(media)];
media.enumerateDevices = async () => [...await list(), { kind: "videoinput", deviceId: "back", label: "At the back" }];
media.getUserMedia = ({ video }) => { window.asked = video.deviceId?.exact; return open({ video: true }); };
"""


def test_one_of_several_cameras_is_chosen_and_its_lamp_lit(visits: Visits, alice: Any) -> None:
    page = visits.open(alice)
    page.add_init_script(TWO_CAMERAS_WITH_A_LAMP)  # the browser plays one camera, without a lamp
    page.goto(NEW)
    page.get_by_role("button", name="Take a photo").click()
    page.get_by_label("Which camera").select_option("At the back")
    page.wait_for_function("window.asked === 'back'")
    lamp = page.get_by_role("button", name="Light")
    lamp.click()
    expect(lamp).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("window.lamp") is True


def test_a_camera_that_may_not_be_used_leaves_the_devices_own(visits: Visits, alice: Any) -> None:
    page = visits.open(alice)
    page.add_init_script("navigator.mediaDevices.getUserMedia = async () => { throw new DOMException(); }")
    page.goto(NEW)
    page.get_by_role("button", name="Take a photo").click()
    expect(page.get_by_role("alert")).to_contain_text("may not use the camera")
    expect(page.get_by_text("Photograph with the device", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Shoot")).to_be_hidden()


def test_addresses_are_pasted_and_sent_with_a_file_as_one_batch(visits: Visits, alice: Any, three: list[Path]) -> None:
    page = visits.open(alice)
    choose(page, three[:1])
    page.evaluate(
        """(text) => {
          const carried = new DataTransfer();
          carried.setData("text", text);
          const how = { bubbles: true, cancelable: true, clipboardData: carried };
          document.body.dispatchEvent(new ClipboardEvent("paste", how));
        }""",
        "https://no-such-host.invalid/7.png",
    )
    expect(page.get_by_label("Web address")).to_have_value("https://no-such-host.invalid/7.png")
    page.get_by_label("Web address").press_sequentially("\nftp://example.org/7.png")
    read_them(page)
    expect(page.get_by_role("alert")).to_contain_text("ftp://example.org/7.png: ")
    page.get_by_role("link", name="Show the answers").click()
    expect(page.locator("[data-batch-summary]")).to_contain_text("no-such-host.invalid", timeout=PATIENCE)
    expect_batch(page, "417")


def test_without_a_camera_for_pages_the_devices_own_stands_in(visits: Visits, alice: Any) -> None:
    page = visits.open(alice)
    page.add_init_script("Object.defineProperty(navigator, 'mediaDevices', { value: undefined })")
    page.goto(NEW)
    expect(page.get_by_role("button", name="Take a photo")).to_be_hidden()
    expect(page.locator("input[capture]")).to_have_count(1)
    expect(page.get_by_text("Photograph with the device", exact=True)).to_be_visible()


def test_a_connection_lost_in_the_middle_is_waited_for_and_nothing_is_sent_twice(
    visits: Visits, alice: Any, three: list[Path]
) -> None:
    page = visits.open(alice)
    choose(page, three)
    arrived: list[int] = []

    def lose(route: Route) -> None:
        """The server gets the second picture, and its answer is lost with the line."""
        arrived.append(route.fetch().status)
        if len(arrived) == 2:
            page.context.set_offline(True)
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route(ADDING, lose)
    read_them(page)
    expect(page.locator("[data-sending-state]")).to_contain_text("The connection is interrupted")
    with page.expect_event("dialog") as asked:  # leaving now would lose what is not sent
        page.evaluate("setTimeout(() => location.reload())")
    assert asked.value.type == "beforeunload"
    asked.value.dismiss()
    page.unroute(ADDING)
    page.context.set_offline(False)
    expect_batch(page, "417", "86", "30915")


def test_a_busy_server_is_waited_for_as_long_as_it_says(visits: Visits, alice: Any, three: list[Path]) -> None:
    page = visits.open(alice)
    choose(page, three[:2])
    asked: list[str] = []

    def busy(route: Route) -> None:
        asked.append(route.request.headers["idempotency-key"])
        if len(asked) == 1:
            route.fulfill(status=429, headers={"Retry-After": "1"}, json={"error": {"code": "x", "message": "x"}})
        else:
            route.continue_()

    page.route(ADDING, busy)
    read_them(page)
    expect(page.locator("[data-sending-state]")).to_contain_text("goes on by itself in a moment")
    expect_batch(page, "417", "86")
    assert (asked[0] == asked[1], asked[1] == asked[2]) == (True, False)


def test_what_the_server_refuses_is_named_and_the_rest_is_read(
    visits: Visits, alice: Any, three: list[Path], tmp_path: Path
) -> None:
    torn = tmp_path / "torn.jpg"
    torn.write_bytes(encoded(sheet("4172"), "JPEG")[:3000])
    page = visits.open(alice)
    choose(page, [three[0], torn, three[1]])
    read_them(page)
    expect(page.get_by_role("alert")).to_contain_text("torn.jpg: ")
    expect(page.get_by_role("alert")).to_contain_text("truncated_picture")
    expect(page.locator(".chosen-item")).to_have_count(1)
    page.get_by_role("link", name="Show the answers").click()
    expect_batch(page, "417", "86")


def test_a_lone_pdf_is_taken_apart_and_wrong_files_are_refused_before_they_travel(
    visits: Visits, alice: Any, tmp_path: Path
) -> None:
    marks, sheet_file, empty = tmp_path / "marks.pdf", tmp_path / "sheet.docx", tmp_path / "empty.png"
    marks.write_bytes(documents.pdf([sheet("417"), sheet("86")]))
    sheet_file.write_bytes(documents.zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<a/>"}))
    empty.write_bytes(b"")
    page = visits.open(alice)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.goto(NEW)
    page.get_by_label("Picture").set_input_files([sheet_file, empty])
    expect(page.get_by_role("alert")).to_contain_text("sheet.docx: This is an office document")
    expect(page.get_by_role("alert")).to_contain_text("empty.png: This file is empty")
    assert sent == []
    page.get_by_label("Picture").set_input_files(marks)
    expect(page.locator(".chosen-item [data-no-picture]")).to_be_visible()
    read_them(page)
    expect_batch(page, "417", "86")


@pytest.mark.parametrize("width", [320, 375, 1440])
def test_the_pages_fit_with_chosen_pictures_and_with_a_batch(
    visits: Visits, alice: Any, three: list[Path], width: int
) -> None:
    page = visits.open(alice, viewport={"width": width, "height": 900})
    choose(page, three)
    assert (layout.problems(page), layout.small_targets(page)) == ([], [])
    read_them(page)
    expect_batch(page, "417", "86", "30915")
    assert (layout.problems(page), layout.small_targets(page)) == ([], [])
