"""No page escapes the browser tests of layout and accessibility: each address is looked at, or said to be no page."""

from django.contrib import admin
from django.urls import URLPattern

from tests.browser import pages
from tests.contracts.test_urls_and_roles import ALL, EXPECTED

BY_HAND = (
    *pages.OF_A_PICTURE, *pages.OF_A_BATCH, *pages.OF_A_FILE,
    *pages.WITH_A_FRESH_PROOF, *pages.WITH_AN_APP, *pages.IN_TESTS_OF_THEIR_OWN,
)  # fmt: skip


def test_every_page_is_looked_at() -> None:
    shown = {name for name, at in EXPECTED.items() if 200 in {at.ann, at.alice} and not ALL[name]}
    missing = {name for name in ALL if pages.is_page(name)} - shown - set(BY_HAND)
    assert not missing, f"tests/browser/pages.py does not say how to look at {sorted(missing)}, or that it is no page"


def test_nothing_is_named_that_is_gone() -> None:
    assert {*pages.NO_PAGES, *BY_HAND} <= set(ALL)


def test_every_address_of_the_admin_site_is_one_of_the_kinds_that_are_looked_at() -> None:
    views = [*admin.site.urls[0], *(view for of in admin.site._registry.values() for view in of.get_urls())]
    names = {str(view.name) for view in views if isinstance(view, URLPattern) and view.name}
    others = {name for name in names if not name.endswith(pages.ADMIN_KINDS)}
    assert others <= {"index", "app_list"} | pages.ADMIN_NO_PAGES
