"""Every page at every width, light and dark: layout, accessibility, content security policy."""

from pathlib import Path
from typing import Any

import pytest
from django.contrib import admin
from django.urls import reverse
from playwright.sync_api import Page, expect

from hdr_site.launcher.trial import TrialProduct
from tests import people
from tests.browser import pages
from tests.browser.conftest import Member, SendPicture
from tests.browser.looking import faults, light
from tests.browser.visitors import PASSWORD, Visits, make_administrator, make_token, new_address, sign_in, worker_held
from tests.contracts.test_urls_and_roles import ALL, EXPECTED
from tests.e2e import house

FOR_ANN = (
    *pages.by_themselves(EXPECTED, ALL, "ann"),
    "/accounts/3rdparty/login/error/",
    "/accounts/confirm-email/no-such-key/",
    "/accounts/password/reset/key/1-no-such-key/",
    "/no/such/page/",
)
FOR_ALICE = (
    *pages.by_themselves(EXPECTED, ALL, "alice"),
    "/recognitions/?status=failed&until=2001-01-01",
    "/recognitions/?status=eaten",
    "/recognitions/export/?kind=pdf",
    "/accounts/data/archive/no-such-key/",
)
ONE_LINE = 90  # CSS pixels: two lines of 44 px and what is around them are 108
TABLES = sorted(model._meta.label_lower for model in admin.site._registry)


def set_up_an_app(page: Page, address: str) -> None:
    """Log in and set an app up, as on somebody's first day; the browser has shown just now who sits at it."""
    sign_in(page, address)
    page.wait_for_url("**/dashboard/")
    page.goto("/accounts/2fa/totp/activate/")
    page.get_by_label("Code").fill(people.code_of(page.locator("#secret").inner_text()))
    page.get_by_role("button", name="Switch it on").click()
    page.wait_for_url("**/recovery-codes/")


@pytest.mark.parametrize("path", FOR_ANN)
def test_pages_for_everybody(visits: Visits, path: str) -> None:
    page = visits.open()
    with light(page):
        page.goto(path)
    assert faults(page) == []


@pytest.mark.parametrize("path", FOR_ALICE)
def test_pages_of_a_member(visits: Visits, member: Member, path: str) -> None:
    page = visits.open(member.state)
    with light(page):
        page.goto(path)
    assert faults(page) == []


@pytest.mark.parametrize("name", pages.OF_A_PICTURE + pages.OF_A_BATCH + pages.OF_A_FILE)
def test_pages_of_a_picture_a_batch_and_a_file(visits: Visits, member: Member, name: str) -> None:
    page = visits.open(member.state)
    ids = dict.fromkeys(pages.OF_A_BATCH, member.batch) | dict.fromkeys(pages.OF_A_FILE, member.file)
    needed = {"public_id": ids.get(name, member.picture), "position": 7}
    with light(page):
        page.goto(reverse(name, kwargs={argument: needed[argument] for argument in ALL[name]}))
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert faults(page) == []


def test_pages_that_ask_for_a_fresh_proof(visits: Visits, product: TrialProduct) -> None:
    page = visits.open()
    sign_in(page, house.arrive(product, "Newcomer").email)
    page.wait_for_url("**/dashboard/")
    assert faults_of_all(page, visits, pages.WITH_A_FRESH_PROOF) == []


def faults_of_all(page: Page, visits: Visits, names: tuple[str, ...]) -> list[str]:
    """One after the other, for a person who took time to become."""
    found: list[str] = []
    for path in map(reverse, names):
        page.goto(path)
        assert page.url == visits.url + path
        found += faults(page)
    return found


def test_pages_of_second_factors(visits: Visits, product: TrialProduct) -> None:
    page = visits.open()
    set_up_an_app(page, house.arrive(product, "Newcomer").email)
    assert faults_of_all(page, visits, pages.WITH_AN_APP) == []


def test_the_page_that_leads_staff_to_a_second_factor(visits: Visits, product: TrialProduct) -> None:
    address = house.arrive(product, "Newcomer").email
    make_administrator(product, address)
    page = visits.open()
    sign_in(page, address)
    page.wait_for_url("**/dashboard/")
    page.goto("/admin/")
    expect(page.get_by_role("heading", name="One more step before the administration")).to_be_visible()
    assert faults(page) == []


def test_the_second_step_and_a_wrong_code(visits: Visits, product: TrialProduct) -> None:
    address = house.arrive(product, "Newcomer").email
    house.give_an_app(product, address)
    page = visits.open()
    sign_in(page, address)
    page.wait_for_url("**/accounts/2fa/**")
    assert faults(page) == []
    page.get_by_label("Code").fill("000000")
    page.get_by_role("main").get_by_role("button", name="Go on").click()
    expect(page.get_by_role("main")).to_contain_text("This code is wrong")
    assert faults(page) == []


def test_waiting_for_a_mail_and_a_wrong_code(visits: Visits) -> None:
    page = visits.open()
    page.goto("/accounts/signup/")
    page.get_by_label("Email").fill(new_address("a.rather.long.name.for.a.narrow.telephone"))
    for field in ("Password", "Password (again)"):
        page.get_by_label(field, exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign up").click()
    expect(page.get_by_role("heading", name="Check your email")).to_be_visible()
    assert faults(page) == []
    page.get_by_label("Code", exact=True).fill("1234-5678")
    page.get_by_role("button", name="Confirm my address").click()
    expect(page.get_by_role("main")).to_contain_text("This is not the code in our newest mail")
    assert faults(page) == []


def test_a_refusal_after_too_many_tries_leads_to_another_way_in(visits: Visits, product: TrialProduct) -> None:
    address = house.arrive(product, "Forgetful").email
    page = visits.open()
    for _ in range(6):
        sign_in(page, address, "not this one")
    expect(page.get_by_role("heading", name="Too many tries")).to_be_visible()
    assert faults(page) == []
    page.get_by_role("link", name="Log in with a code by email").click()
    expect(page.get_by_role("heading", name="Log in with a code by email")).to_be_visible()


def test_the_answer(visits: Visits, alice: Any, send: SendPicture, handwritten: Path) -> None:
    page = visits.open(alice)
    address = send(page, handwritten)
    page.locator("[data-digit='1'] summary").click()
    assert faults(page) == []
    page.goto(address + "delete/")
    assert faults(page) == []


def test_a_corrected_answer(visits: Visits, alice: Any, send: SendPicture, handwritten: Path) -> None:
    page = visits.open(alice)
    send(page, handwritten)
    page.locator("[data-digit='1'] > summary").focus()
    page.keyboard.press("8")
    page.locator(".machine-read").wait_for()
    for closed in ("A digit is missing", "Type it anew", "One correction"):
        page.get_by_text(closed).first.click()
    page.get_by_role("button", name="Larger").click()
    assert faults(page) == []


def test_the_answer_to_a_blank_page(visits: Visits, alice: Any, send: SendPicture, blank_page: Path) -> None:
    page = visits.open(alice)
    send(page, blank_page)
    assert faults(page) == []


def test_waiting_and_having_failed(visits: Visits, alice: Any, product: TrialProduct, handwritten: Path) -> None:
    page = visits.open(alice)
    page.goto("/recognitions/new/")
    page.get_by_label("Picture").set_input_files(handwritten)
    page.get_by_role("img", name="The picture you chose").wait_for()
    assert faults(page) == []
    with worker_held(product):
        page.get_by_role("button", name="Read it").click()
        page.locator("[data-progress]").wait_for()
        assert faults(page) == []
        for file in product.data.media.rglob("*"):
            if file.is_file():
                file.unlink()
    page.get_by_role("heading", name="This picture could not be read").wait_for()
    assert faults(page) == []


def test_a_new_token_and_an_open_menu(visits: Visits, alice: Any) -> None:
    page = visits.open(alice)
    make_token(page, "a scanner with a long name that needs several lines on a phone")
    page.get_by_text("Account", exact=True).click()
    assert faults(page) == []


def test_forms_with_errors(visits: Visits, alice: Any) -> None:
    page = visits.open()
    page.goto("/accounts/signup/")
    page.get_by_role("main").get_by_role("button", name="Sign up").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert faults(page) == []
    page = visits.open(alice)
    page.goto("/recognitions/new/")
    page.get_by_role("button", name="Read it").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose a picture first")
    assert faults(page) == []


def test_the_front_of_the_admin_site(visits: Visits, rita: Any) -> None:
    page = visits.open(rita)
    page.goto("/admin/")
    assert faults(page, ours=False) == []
    page.locator("#content caption a").first.click()
    expect(page.locator(".breadcrumbs")).to_be_visible()
    assert faults(page, ours=False) == []


@pytest.mark.parametrize("table", TABLES)
def test_admin_pages(visits: Visits, rita: Any, table: str) -> None:
    page, found = visits.open(rita), []
    listed = f"/admin/{table.replace('.', '/')}/"
    for path in (listed, f"{listed}add/"):
        answer = page.goto(path)
        if answer is not None and answer.status == 200:
            found += faults(page, ours=False)
    page.goto(listed)
    first = page.locator("#result_list tbody th a").first
    if first.count():
        changed = str(first.get_attribute("href"))
        for path in (changed, changed.replace("/change/", "/history/"), changed.replace("/change/", "/delete/")):
            answer = page.goto(path)
            if answer is not None and answer.status == 200:
                found += faults(page, ours=False)
    assert found == []


def test_one_recognition_in_the_admin_site(
    visits: Visits, alice: Any, rita: Any, send: SendPicture, handwritten: Path
) -> None:
    send(visits.open(alice), handwritten)
    page = visits.open(rita)
    page.goto("/admin/recognition/recognition/")
    page.locator("#result_list").get_by_role("link", name="4172 86").first.click()
    expect(page.locator(".hdr-overlay [data-box]")).to_have_count(6)
    expect(page.locator(".hdr-chances tbody tr")).to_have_count(6)
    assert faults(page, ours=False) == []


def test_the_page_about_the_api_shows_the_operations(visits: Visits) -> None:
    page = visits.open()
    page.goto("/api/docs/")
    page.locator("#operations-v1-recognitions_create").click()
    expect(page.get_by_text("Idempotency-Key").first).to_be_visible()
    assert faults(page, ours=False) == []


def test_a_violation_of_the_policy_would_be_noticed(visits: Visits) -> None:
    page = visits.open()
    page.goto("/")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">no</p>')")
    page.wait_for_function("document.querySelector('p[style]')")
    page.wait_for_timeout(200)
    assert any("style-src" in complaint for complaint in visits.complaints)
    visits.complaints.clear()


def test_the_navigation_is_one_line_on_a_phone(visits: Visits, member: Member) -> None:
    for state in (None, member.state):
        page = visits.open(state, viewport={"width": 375, "height": 812})
        page.goto("/guide/")
        box = page.locator(".site-header").bounding_box()
        assert box is not None
        assert box["height"] < ONE_LINE
