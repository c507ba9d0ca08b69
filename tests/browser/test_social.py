"""Logging in with accounts elsewhere, in a real browser, against a provider of our own on another port."""

import os
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from hdr_site.launcher import trial
from hdr_site.launcher.trial import TrialProduct
from tests.browser.visitors import Visits, newest_code
from tests.identity_provider import CLIENT_ID, CLIENT_SECRET, IdentityProvider, running

CAROL = {"sub": "1234567890", "email": "carol@example.org", "email_verified": True, "name": "Carol"}


@pytest.fixture
def provider() -> Iterator[IdentityProvider]:
    """Carol sits there. For Google it does PKCE, for LinkedIn not."""
    with running(CAROL) as ours:
        ours.pkce = None
        yield ours


@pytest.fixture
def offering(provider: IdentityProvider) -> Iterator[TrialProduct]:
    """The product with Google and LinkedIn switched on."""
    ours = {"STATIC_ROOT": os.environ["STATIC_ROOT"]}
    for name in ("GOOGLE", "LINKEDIN"):
        ours |= {f"{name}_CLIENT_ID": CLIENT_ID, f"{name}_CLIENT_SECRET": CLIENT_SECRET, f"{name}_SERVER": provider.url}
    with trial.product(ours) as product:
        yield product


@pytest.fixture
def visitors_of_both(browser: Browser, offering: TrialProduct) -> Iterator[Visits]:
    """Opens pages; a violation of the content security policy or an error in a script fails the test."""
    opened = Visits(browser, offering.url)
    yield opened
    for context in browser.contexts:
        context.close()
    assert opened.complaints == []


def goes_to(page: Page, name: str, provider: IdentityProvider, *, answer: str = "Allow") -> None:
    """From the log-in page to the provider, and back with an answer."""
    page.goto("/accounts/login/")
    page.get_by_role("button", name=f"Continue with {name}").click()
    page.wait_for_url(f"{provider.url}/authorize**")
    page.get_by_role("button", name=answer).click()


@pytest.mark.slow
def test_carol_signs_up_with_google_and_proves_who_she_is_to_connect_linkedin(
    visitors_of_both: Visits, offering: TrialProduct, provider: IdentityProvider
) -> None:
    page = visitors_of_both.open()
    goes_to(page, "Google", provider, answer="Deny")
    expect(page.get_by_role("main")).to_contain_text("social_cancelled")
    goes_to(page, "Google", provider)
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()

    another = visitors_of_both.open(java_script_enabled=False)
    goes_to(another, "LinkedIn", provider)
    expect(another.get_by_role("heading", name="You have an account already")).to_be_visible()
    another.get_by_role("button", name="Send me a code").click()
    another.get_by_label("Code", exact=True).fill(newest_code(offering, "carol@example.org"))
    another.get_by_role("main").get_by_role("button", name="Log in").click()
    expect(another.get_by_role("heading", name="Connected accounts")).to_be_visible()
    expect(another.get_by_role("main")).to_contain_text(re.compile("LinkedIn is connected"))
    for name in ("Google", "LinkedIn"):
        expect(another.get_by_role("button", name=f"Disconnect {name}")).to_be_visible()

    third = visitors_of_both.open()
    goes_to(third, "LinkedIn", provider)
    expect(third.get_by_role("heading", name="Overview")).to_be_visible()
    assert ["code_challenge" in asked for asked in provider.consents] == [True, True, False, False]
