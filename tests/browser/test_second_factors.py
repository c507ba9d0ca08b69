"""Second factors in a real browser: apps, recovery codes, and passkeys held by Chromium's virtual authenticator."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import CDPSession, Page, expect

from hdr_site.launcher.trial import TrialProduct
from tests import people
from tests.browser import visitors
from tests.browser.visitors import Visits
from tests.e2e import house

A_PHONE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@contextmanager
def authenticator(page: Page) -> Iterator[tuple[CDPSession, str]]:
    """A device that makes and keeps passkeys, and whose person is verified, is part of the page's browser."""
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    added = device.send("WebAuthn.addVirtualAuthenticator", {"options": A_PHONE})
    yield device, added["authenticatorId"]
    device.detach()


def new_administrator(product: TrialProduct) -> str:
    """Somebody on their first day; returns the address."""
    address = house.arrive(product, "boss").email
    visitors.make_administrator(product, address)
    return address


def test_an_administrator_makes_a_passkey_and_enters_with_it_alone(visits: Visits, product: TrialProduct) -> None:
    page = visits.open()
    address = new_administrator(product)
    with authenticator(page) as (device, number):
        visitors.sign_in(page, address)
        page.wait_for_url("**/dashboard/")
        page.goto("/admin/accounts/user/")
        page.get_by_role("link", name="Make a passkey").click()
        page.get_by_label("Name").fill("My phone")
        page.get_by_role("button", name="Make a passkey").click()
        page.wait_for_url("**/recovery-codes/")
        page.get_by_role("link", name="Go on to the administration").click()
        page.wait_for_url(visits.url + "/admin/accounts/user/")
        [made] = device.send("WebAuthn.getCredentials", {"authenticatorId": number})["credentials"]
        assert made["isResidentCredential"]

        page.context.clear_cookies()
        page.goto("/admin/accounts/user/")
        page.wait_for_url("**/accounts/login/**")
        page.get_by_role("button", name="Log in with a passkey").click()
        page.wait_for_url(visits.url + "/admin/accounts/user/")

        page.goto("/accounts/2fa/webauthn/")
        expect(page.get_by_role("listitem").filter(has_text="My phone")).to_be_visible()


def test_a_passkey_is_the_second_step_after_the_password(visits: Visits, product: TrialProduct) -> None:
    page = visits.open()
    address = house.arrive(product, "alice").email
    with authenticator(page):
        visitors.sign_in(page, address)
        page.wait_for_url("**/dashboard/")
        page.goto("/accounts/2fa/webauthn/add/")
        page.get_by_role("button", name="Make a passkey").click()
        page.wait_for_url("**/recovery-codes/")
        page.context.clear_cookies()
        visitors.sign_in(page, address)
        page.wait_for_url("**/accounts/2fa/authenticate/")
        page.get_by_role("button", name="Use a passkey").click()
        expect(page.get_by_role("heading", name="Overview")).to_be_visible()


def test_a_person_who_is_not_verified_gets_no_further(visits: Visits, product: TrialProduct) -> None:
    page = visits.open()
    address = house.arrive(product, "alice").email
    with authenticator(page) as (device, number):
        visitors.sign_in(page, address)
        page.wait_for_url("**/dashboard/")
        page.goto("/accounts/2fa/webauthn/add/")
        page.get_by_role("button", name="Make a passkey").click()
        page.wait_for_url("**/recovery-codes/")
        page.context.clear_cookies()
        device.send("WebAuthn.setUserVerified", {"authenticatorId": number, "isUserVerified": False})
        page.goto("/accounts/login/")
        page.get_by_role("button", name="Log in with a passkey").click()
        expect(page.get_by_role("alert").filter(has_text="No passkey was used")).to_be_visible()


def test_where_passkeys_cannot_work_the_page_says_so(visits: Visits) -> None:
    page = visits.open()
    page.goto(visits.url.replace("localhost", "127.0.0.1") + "/accounts/login/")  # passkeys belong to names
    expect(page.get_by_role("button", name="Log in with a passkey")).to_be_disabled()
    expect(page.get_by_text("Passkeys do not work here")).to_be_visible()


def test_an_administrator_sets_up_an_app_and_comes_back_with_it_and_with_a_recovery_code(
    visits: Visits, product: TrialProduct
) -> None:
    page = visits.open()
    address = new_administrator(product)
    visitors.sign_in(page, address)
    page.wait_for_url("**/dashboard/")
    page.goto("/admin/")
    page.get_by_role("link", name="Set up an app").click()
    secret = page.locator("#secret").inner_text()
    page.get_by_label("Code").fill(people.code_of(secret))
    page.get_by_role("button", name="Switch it on").click()
    page.wait_for_url("**/recovery-codes/")
    code = page.locator(".recovery-codes code").first.inner_text()
    assert re.fullmatch(r"\d{8}", code)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as a text file").click()
    assert code in download.value.path().read_text()
    page.get_by_role("link", name="Go on to the administration").click()
    page.wait_for_url(visits.url + "/admin/")

    for given in (people.code_of(secret, steps_from_now=1), code):
        page.context.clear_cookies()
        visitors.sign_in(page, address)
        page.wait_for_url("**/accounts/2fa/**")
        page.get_by_label("Code").fill(given)
        page.get_by_role("main").get_by_role("button", name="Go on").click()
        page.wait_for_url("**/dashboard/")
        page.goto("/admin/")
        expect(page.get_by_role("link", name="Users")).to_be_visible()
