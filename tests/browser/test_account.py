"""Signing up, confirming, logging in and out, a forgotten password, tokens: all by the pages and the real mails."""

import re

from playwright.sync_api import Page, expect

from hdr_site.launcher.trial import TrialProduct
from tests.browser.visitors import PASSWORD, Visits, make_token, new_address, newest_code, newest_link, sign_in
from tests.e2e import house

ANOTHER_PASSWORD = "a fresh horse with batteries"


def signed_up(page: Page, address: str) -> None:
    """Fill in the form; the mail is on its way then."""
    page.goto("/")
    page.get_by_role("main").get_by_role("link", name="Sign up").click()
    page.get_by_label("Email").fill(address)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password (again)").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign up").click()


def log_out(page: Page) -> None:
    """Through the menu; waits until it is done."""
    page.get_by_text("Account", exact=True).click()
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("main").get_by_role("link", name="Log in")).to_be_visible()


def test_somebody_signs_up_by_code_logs_out_and_logs_in_again(visits: Visits, product: TrialProduct) -> None:
    page, address = visits.open(), new_address("newcomer")
    signed_up(page, address)
    expect(page.get_by_role("heading", name="Check your email")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text(address)
    page.get_by_label("Code", exact=True).fill("0000-0000")
    page.get_by_role("button", name="Confirm my address").click()
    expect(page.get_by_label("Code", exact=True)).to_have_accessible_description(re.compile("not the code"))
    page.get_by_label("Code", exact=True).fill(newest_code(product, address))
    page.get_by_role("button", name="Confirm my address").click()
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    log_out(page)
    expect(page.get_by_role("main").get_by_role("link", name="Log in")).to_be_visible()
    sign_in(page, address)
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()


def test_a_link_opened_on_another_device_lets_the_page_that_waits_go_on(visits: Visits, product: TrialProduct) -> None:
    page, address = visits.open(), new_address("two-devices")
    signed_up(page, address)
    expect(page.get_by_role("heading", name="Check your email")).to_be_visible()
    phone = visits.open(viewport={"width": 375, "height": 700}, has_touch=True)
    phone.goto(newest_link(product, address, "confirm-email"))
    phone.get_by_role("button", name="Yes, confirm it").click()
    expect(phone.get_by_role("main")).to_contain_text("Go on where you signed up")
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()  # by itself


def test_a_wrong_address_is_put_right_before_it_is_confirmed(visits: Visits, product: TrialProduct) -> None:
    page, wrong, right = visits.open(), new_address("tpyo"), new_address("typo")
    signed_up(page, wrong)
    page.get_by_label("The right address").fill(right)
    page.get_by_role("button", name="Send the mail to this address").click()
    expect(page.get_by_role("main")).to_contain_text(right)
    page.get_by_label("Code", exact=True).fill(newest_code(product, right))
    page.get_by_role("button", name="Confirm my address").click()
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()


def test_somebody_logs_in_with_a_code_by_mail(visits: Visits, product: TrialProduct) -> None:
    page, address = visits.open(), house.arrive(product, "Coda").email
    page.goto("/accounts/login/")
    page.get_by_role("link", name="Log in with a code by email").click()
    page.get_by_label("Email").fill(address)
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_label("Code", exact=True).fill(newest_code(product, address))
    page.get_by_role("main").get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()


def test_without_a_mail_server_the_pages_say_in_which_folder_mails_are(visits: Visits, product: TrialProduct) -> None:
    page = visits.open()
    for path in ("/accounts/signup/", "/accounts/login/code/", "/accounts/password/reset/done/"):
        page.goto(path)
        expect(page.get_by_role("main")).to_contain_text(str(product.mail))


def test_a_weak_password_is_refused_beside_its_field(visits: Visits) -> None:
    page = visits.open()
    page.goto("/accounts/signup/")
    page.get_by_label("Email").fill(new_address("weak"))
    page.get_by_label("Password", exact=True).fill("12345")
    page.get_by_label("Password (again)").fill("12345")
    page.get_by_role("main").get_by_role("button", name="Sign up").click()
    expect(page.get_by_label("Password", exact=True)).to_have_accessible_description(re.compile("too short"))
    expect(page.get_by_role("alert")).to_be_visible()


def test_a_forgotten_password_is_replaced_through_the_mail(visits: Visits, product: TrialProduct) -> None:
    page, address = visits.open(), new_address("forgetful")
    signed_up(page, address)
    page.goto(newest_link(product, address, "confirm-email"))
    page.get_by_role("button", name="Yes, confirm it").click()
    log_out(page)
    page.goto("/accounts/login/")
    page.get_by_role("link", name="Forgot your password?").click()
    page.get_by_label("Email").fill(address)
    page.get_by_role("button", name="Send me the link").click()
    page.goto(newest_link(product, address, "password/reset/key"))
    page.get_by_label("New password", exact=True).fill(ANOTHER_PASSWORD)
    page.get_by_label("New password (again)").fill(ANOTHER_PASSWORD)
    page.get_by_role("button", name="Save the new password").click()
    expect(page.get_by_role("heading", name="Your new password is saved")).to_be_visible()
    sign_in(page, address, PASSWORD)
    expect(page.get_by_role("alert")).to_be_visible()
    sign_in(page, address, ANOTHER_PASSWORD)
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()


def test_a_token_is_shown_once_works_and_is_revoked(visits: Visits, alice: object) -> None:
    page = visits.open(alice)
    key = make_token(page, "scanner in room 12")
    asked = page.request.get("/api/v1/recognitions/", headers={"Authorization": f"Token {key}", "Cookie": ""})
    assert asked.status == 200
    page.goto("/accounts/tokens/")
    expect(page.get_by_role("main")).not_to_contain_text(key)
    page.get_by_role("button", name="Revoke scanner in room 12").click()
    expect(page.get_by_role("main")).to_contain_text("The token was revoked")
    asked = page.request.get("/api/v1/recognitions/", headers={"Authorization": f"Token {key}", "Cookie": ""})
    assert asked.status == 401
