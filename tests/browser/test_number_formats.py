"""Choosing what the numbers are, and what the answer then says."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.handwriting import sheet
from tests.browser.looking import faults
from tests.browser.visitors import Visits
from tests.drawing import encoded


@pytest.fixture
def account(tmp_path: Path) -> Path:
    """A photograph of 417286 and of a number that is too short."""
    path = tmp_path / "codes.png"
    path.write_bytes(encoded(sheet("417286", "4172")))
    return path


def sent(page: Page, picture: Path, kind: str, more: str = "") -> None:
    page.goto("/recognitions/new/")
    page.get_by_label("Picture").set_input_files(picture)
    page.get_by_text("What kind of number is it?").click()
    page.get_by_label("What the numbers are").select_option(label=kind)
    page.get_by_label("More about it").fill(more)
    page.get_by_role("button", name="Read it").click()


def test_a_format_is_chosen_and_the_answer_says_what_fits(visits: Visits, alice: Any, account: Path) -> None:
    page = visits.open(alice)
    sent(page, account, "Postal code of India")
    expect(page.locator(".number-text")).to_have_text(["417 286", "4172"])
    expect(page.get_by_text("Expected 6 digits, found 4.")).to_be_visible()
    page.get_by_text("Read it again as another kind of number").first.click()
    assert faults(page) == []


def test_the_chosen_format_is_asked_for_on_a_page_that_looks_well(visits: Visits, alice: Any) -> None:
    page = visits.open(alice)
    page.goto("/recognitions/new/")
    page.get_by_text("What kind of number is it?").click()
    assert faults(page) == []


def test_the_answer_is_read_again_as_another_format(visits: Visits, alice: Any, account: Path) -> None:
    page = visits.open(alice, java_script_enabled=False)
    sent(page, account, "So many digits (say how many)", "4-6")
    expect(page.locator(".number-text")).to_have_text(["417286", "4172"])
    page.get_by_text("Read it again as another kind of number").first.click()
    page.get_by_label("What the numbers are").select_option(label="A pattern (say which)")
    page.get_by_label("More about it").fill("DD/DD")
    page.get_by_role("button", name="Read it again as another kind of number").click()
    expect(page.locator(".number-text")).to_have_text(["417286", "41/72"])


def test_a_format_that_cannot_be_is_told_beside_its_field(visits: Visits, alice: Any, account: Path) -> None:
    page = visits.open(alice)
    sent(page, account, "So many digits (say how many)", "many")
    expect(page.get_by_role("alert").first).to_contain_text("Give a length as length:6")
    expect(page.get_by_label("More about it")).to_have_value("many")
    assert faults(page) == []
