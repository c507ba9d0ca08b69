"""The whole way without JavaScript: a reload shows the answer."""

import re
from pathlib import Path

from playwright.sync_api import FilePayload, expect

from hdr_site.launcher.trial import TrialProduct
from tests.browser.test_account import log_out, signed_up
from tests.browser.visitors import Visits, new_address, newest_link, worker_held


def test_from_signing_up_to_deleting(visits: Visits, product: TrialProduct, handwritten: Path) -> None:
    page, address = visits.open(java_script_enabled=False), new_address("plain")
    signed_up(page, address)
    page.goto(newest_link(product, address, "confirm-email"))
    page.get_by_role("button", name="Yes, confirm it").click()
    page.get_by_role("main").get_by_role("link", name="Send a picture").click()
    page.get_by_label("Picture").set_input_files(handwritten)
    with worker_held(product):
        page.get_by_role("button", name="Read it").click()
        expect(page.get_by_role("heading", name="Your picture is being read")).to_be_visible()
        expect(page.get_by_role("link", name="Look again")).to_be_visible()
    expect(page.locator(".number-text")).to_have_text(["4172", "86"])  # the page loads itself anew
    page.locator("[data-digit='0'] summary").click()
    expect(page.locator("[data-digit='0'] table")).to_be_visible()
    page.get_by_role("link", name="Delete").click()
    page.get_by_role("button", name="Delete it").click()
    expect(page.get_by_role("status")).to_contain_text("was deleted")
    log_out(page)
    expect(page.get_by_role("main").get_by_role("link", name="Log in")).to_be_visible()


def test_a_refused_file_is_told(visits: Visits, alice: object) -> None:
    page = visits.open(alice, java_script_enabled=False)
    page.goto("/recognitions/new/")
    file = FilePayload(name="letter.psd", mimeType="image/x-photoshop", buffer=b"8BPS ...")
    page.get_by_label("Picture").set_input_files(file)
    page.get_by_role("button", name="Read it").click()
    expect(page.get_by_role("alert")).to_contain_text("This is a Photoshop file, which is not read here")
    expect(page.get_by_role("alert")).to_contain_text("unsupported_format")


def test_choosing_nothing_is_told(visits: Visits, alice: object) -> None:
    page = visits.open(alice, java_script_enabled=False)
    page.goto("/recognitions/new/")
    page.get_by_role("button", name="Read it").click()
    expect(page.get_by_role("alert")).to_contain_text(re.compile("Choose a picture first"))
