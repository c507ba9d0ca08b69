"""Take everything along, leave, and come back: by the pages and the real mails."""

import re
import zipfile
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from hdr_site.launcher.trial import TrialProduct
from tests.browser.visitors import Visits, newest_link, sign_in
from tests.e2e import house


def test_somebody_takes_everything_along_leaves_and_comes_back(
    visits: Visits, product: TrialProduct, send: Any, handwritten: Path, tmp_path: Path
) -> None:
    address = house.arrive(product, "Traveller").email
    page = visits.open()
    sign_in(page, address)
    send(page, handwritten)
    page.goto("/accounts/data/")
    page.get_by_role("button", name="Make my archive").click()
    expect(page.get_by_role("status")).to_contain_text("archive")
    link = newest_link(product, address, "/accounts/data/archive/")
    page.goto(link)
    with page.expect_download() as started:
        page.get_by_role("link", name="Download it").click()
    started.value.save_as(tmp_path / "archive.zip")
    names = zipfile.ZipFile(tmp_path / "archive.zip").namelist()
    assert {"README.txt", "account.json", "recognitions.csv", "pictures/000001 marks.png"} <= set(names)
    page.goto(link)
    expect(page.get_by_role("heading", name="This link was used")).to_be_visible()

    page.goto("/accounts/data/")
    page.get_by_role("link", name="See what would be deleted").click()
    expect(page.get_by_role("main")).to_contain_text("1 picture")
    page.get_by_label("Your email address").fill("somebody@example.org")
    page.get_by_role("button", name="Delete my account").click()
    expect(page.get_by_label("Your email address")).to_have_accessible_description(
        re.compile("This is not the address of your account")
    )
    page.get_by_label("Your email address").fill(address)
    page.get_by_role("button", name="Delete my account").click()
    expect(page.get_by_role("heading", name="Goodbye")).to_be_visible()
    sign_in(page, address)
    expect(page.get_by_role("status").filter(has_text="Welcome")).to_contain_text("Your account stays")
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
