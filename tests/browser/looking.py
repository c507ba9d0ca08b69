"""Looking at one page as everybody does who ever opens it: every screen, light and dark, large letters, axe-core."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from playwright.sync_api import Page, Request

from hdr_site.launcher.folders import CHECKOUT
from tests.browser import layout

SCREENS = ((320, 640), (375, 812), (768, 630), (1024, 768), (1440, 900), (1920, 1080), (2560, 1801))
TOUCHED_UP_TO = 1024  # CSS pixels: tablets; wider screens have a mouse
LARGE_LETTERS = ((375, 812), (1440, 900))
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
PICTURES = CHECKOUT / "var" / "looks"
AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
_AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
# Without its copies of the style sheets, which our policy would not let it make; no rule of these asks for them.
_RUN_AXE = "(tags) => axe.run(document, {runOnly: tags, resultTypes: ['violations'], preload: false})"


def axe(page: Page, *, ours: bool = True) -> list[str]:
    """What axe-core finds; its script comes out of the package that ships it. Of ours its advice is heeded, too."""
    page.evaluate(_AXE)
    found = page.evaluate(_RUN_AXE, [*AA, "best-practice"] if ours else AA)
    return [
        f"{violation['id']}: {node['html'][:150]} {node['failureSummary'][:300]}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


HEAVIEST_PAGE = 150_000  # bytes of a first visit as they travel, compressed, without pictures
PICTURES_AND_FILMS = {"image", "media"}
_BLOCKING = """
() => performance.getEntriesByType("resource")
  .filter((entry) => entry.renderBlockingStatus === "blocking" && entry.initiatorType === "script")
  .map((entry) => `${entry.name} keeps the page from being shown`)
"""


@contextmanager
def light(page: Page) -> Iterator[None]:
    """The page that is opened in this block, in a window with nothing stored, is within its budget."""
    requests: list[Request] = []

    def note(request: Request) -> None:
        requests.append(request)

    page.on("requestfinished", note)
    yield
    page.wait_for_load_state("load")
    page.remove_listener("requestfinished", note)
    wordy = [request for request in requests if request.resource_type not in PICTURES_AND_FILMS]
    weights = {request.url: request.sizes()["responseBodySize"] for request in wordy}
    assert sum(weights.values()) <= HEAVIEST_PAGE, f"{page.url} weighs {sum(weights.values()):,} bytes: {weights}"
    assert weights, page.url
    assert page.evaluate(_BLOCKING) == []


def faults(page: Page, *, ours: bool = True) -> list[str]:
    """What is wrong with the page that is open, as sentences; pictures of it are left in var/looks.

    One load: the window and the scheme of colours change on the living page. `ours`: not a library's page, of which
    only WCAG 2.2 AA and the page's width are asked.
    """
    page.evaluate("document.fonts.ready")
    found: dict[tuple[str | int, ...], list[str]] = {}
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # nothing is on its way to another colour
        found[scheme, "axe"] = axe(page, ours=ours)
        for width, height in SCREENS:
            layout.resize(page, width, height)
            found[scheme, width] = layout.problems(page) if ours else layout.overflow(page)
            if ours and width <= TOUCHED_UP_TO:
                found[scheme, width, "targets"] = layout.small_targets(page)
            _take_picture(page, f"{width}-{scheme}")
    if ours:
        found |= _with_large_letters(page)
    return [f"{page.url}, {where}: {fault}" for where, these in found.items() for fault in these]


def _with_large_letters(page: Page) -> dict[tuple[str | int, ...], list[str]]:
    layout.set_text_size(page, 200)
    found: dict[tuple[str | int, ...], list[str]] = {}
    for width, height in LARGE_LETTERS:
        layout.resize(page, width, height)
        found["text at 200 %", width] = layout.problems(page)
    layout.set_text_size(page, 100)
    return found


def _take_picture(page: Page, name: str) -> None:
    folder = PICTURES / _slug(page.url)
    folder.mkdir(parents=True, exist_ok=True)
    Path(folder / f"{name}.jpg").write_bytes(page.screenshot(type="jpeg", quality=50))


def _slug(url: str) -> str:
    """A folder's name for an address; ids become one word, so that the next run replaces these pictures."""
    address = urlsplit(url)
    words = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "id", f"{address.path} {address.query}")
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")[:80] or "home"
