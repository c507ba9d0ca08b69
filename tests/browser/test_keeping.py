"""Alice chooses how long her pictures are kept; one goes by itself, and its answer stays."""

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from hdr_site.launcher.processes import wait_for
from hdr_site.launcher.trial import TrialProduct
from tests.browser.conftest import SendPicture
from tests.browser.looking import faults
from tests.browser.visitors import Visits
from tests.e2e import house


def is_erased(product: TrialProduct, public_id: str) -> bool:
    sql = "SELECT pictures_erased_at IS NOT NULL FROM recognition_recognition WHERE public_id = %s"
    return house.rows(product, sql, public_id) == [(True,)]


def test_a_picture_is_erased_after_the_time_that_its_owner_chose(
    visits: Visits, product: TrialProduct, alice: Any, handwritten: Path, send: SendPicture
) -> None:
    page = visits.open(alice)
    answer = send(page, handwritten)
    public_id = answer.rstrip("/").rpartition("/")[2]
    back = "UPDATE recognition_recognition SET finished_at = finished_at - interval '4 days' WHERE public_id = %s"
    house.rows(product, back, public_id)
    page.goto("/accounts/")
    page.get_by_role("link", name=re.compile("Keeping pictures until")).click()
    page.get_by_label("Erase each picture some days after it was read").check()
    page.get_by_label("Days after reading", exact=True).fill("3")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("1 of your pictures was read more than 3 days ago")
    page.get_by_role("button", name="Erase and save").click()
    expect(page.get_by_label("Days after reading", exact=True)).to_have_value("3")
    assert wait_for(lambda: is_erased(product, public_id), 150), product.logs()[-4000:]
    page.goto(answer)
    expect(page.locator(".number-text")).to_have_text(["4172", "86"])
    expect(page.locator(".answer-picture")).to_contain_text("The picture was erased on")
    page.locator("[data-digit='0'] summary").click()
    expect(page.locator("[data-digit='0'] table")).to_be_visible()
    assert faults(page) == []
    page.goto("/recognitions/")
    expect(page.get_by_text("Picture erased")).to_be_visible()
    page.goto("/recognitions/keeping/")
    page.get_by_label("Until I delete them").check()  # the rest of the tests keep what they send
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("Saved")
