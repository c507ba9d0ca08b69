"""Your account in a real browser: time zone, where one is logged in, tokens, another address."""

from pathlib import Path

from playwright.sync_api import Page, expect

from hdr_site.launcher.trial import TrialProduct
from tests.browser.conftest import SendPicture
from tests.browser.visitors import Visits, newest_code, sign_in
from tests.e2e import house

PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.3 Mobile/15E148 Safari/604.1"
)


def arrived(visits: Visits, product: TrialProduct, **options: str) -> tuple[Page, str]:
    """Somebody new, logged in through the form."""
    address = house.arrive(product, "Mover").email
    return logged_in(visits, address, **options), address


def logged_in(visits: Visits, address: str, **options: str) -> Page:
    page = visits.open(**options)
    sign_in(page, address)
    page.wait_for_url("**/dashboard/")
    return page


def test_times_are_the_devices_until_a_time_zone_is_chosen(
    visits: Visits, product: TrialProduct, send: SendPicture, blank_page: Path
) -> None:
    page, _ = arrived(visits, product, timezone_id="Asia/Tokyo")
    send(page, blank_page)
    page.goto("/recognitions/")
    shown = page.locator("main time").first
    expect(shown).not_to_contain_text("UTC")
    page.goto("/accounts/")
    page.get_by_label("Time zone").select_option("Asia/Kolkata")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Time zone")).to_have_value("Asia/Kolkata")
    page.goto("/recognitions/")
    expect(shown).to_contain_text("IST")


def test_a_browser_that_is_logged_out_from_another_one_is_out_at_its_next_step(
    visits: Visits, product: TrialProduct
) -> None:
    page, address = arrived(visits, product)
    phone = logged_in(visits, address, user_agent=PHONE)
    page.get_by_text("Account", exact=True).click()
    page.get_by_role("link", name="Your account").click()
    page.get_by_role("main").get_by_role("link", name="Where you are logged in 2 browsers").click()
    page.get_by_role("button", name="Log out Safari on iPhone").click()
    expect(page.get_by_role("main")).to_contain_text("That browser was logged out")
    expect(page.get_by_role("main")).to_contain_text("You are logged in nowhere else")
    phone.goto("/recognitions/")
    expect(phone.get_by_role("heading", name="Log in")).to_be_visible()


def test_another_address_is_confirmed_and_then_is_the_one_to_log_in_with(visits: Visits, product: TrialProduct) -> None:
    page, address = arrived(visits, product)
    another = address.replace("mover", "moved")
    page.goto("/accounts/email/")
    page.get_by_label("New email address").fill(another)
    page.get_by_role("button", name="Change the address").click()
    page.get_by_label("Code", exact=True).fill(newest_code(product, another))
    page.get_by_role("button", name="Confirm my address").click()
    expect(page.get_by_role("main")).to_contain_text(f"You log in with {another}")
    logged_in(visits, another)


def test_a_token_for_reading_cannot_delete(visits: Visits, product: TrialProduct) -> None:
    page, _ = arrived(visits, product)
    page.goto("/accounts/tokens/")
    page.get_by_label("What is it for?").fill("display in the hall")
    page.get_by_label("send pictures and have them read again").uncheck()
    page.get_by_role("button", name="Make a token").click()
    program = {"Authorization": f"Token {page.locator('#key').inner_text()}", "Cookie": ""}
    assert page.request.get("/api/v1/recognitions/", headers=program).status == 200
    refused = page.request.delete("/api/v1/recognitions/00000000-0000-4000-8000-000000000000/", headers=program)
    assert refused.status == 403
    assert "“delete”" in refused.json()["error"]["message"]


def test_all_of_it_works_without_javascript(visits: Visits, product: TrialProduct) -> None:
    page, address = arrived(visits, product)
    logged_in(visits, address, user_agent=PHONE)
    plain = visits.browser.new_context(
        base_url=product.url, java_script_enabled=False, storage_state=page.context.storage_state()
    ).new_page()
    plain.goto("/accounts/")
    plain.get_by_label("Name").fill("Alice Liddell")
    plain.get_by_label("Time zone").select_option("Europe/Berlin")
    plain.get_by_role("button", name="Save").click()
    expect(plain.get_by_label("Name")).to_have_value("Alice Liddell")
    plain.goto("/accounts/sessions/")
    plain.get_by_role("button", name="Log out all other browsers").click()
    expect(plain.get_by_role("main")).to_contain_text("1 browser was logged out")
