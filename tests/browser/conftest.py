"""A real browser and the running product. Alice, Bob, Rita and Ann are people in that browser here."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from hdr_site.launcher.processes import wait_for
from hdr_site.launcher.trial import TrialProduct
from tests.browser import visitors
from tests.browser.handwriting import sheet
from tests.browser.visitors import Visits
from tests.drawing import blank, encoded
from tests.e2e import house

SendPicture = Callable[..., str]
expect.set_options(timeout=visitors.PATIENCE)
LONG_NAME = "Alice.Featherstonehaugh-Cholmondeley.of.the.office"


@dataclass(frozen=True)
class Member:
    """Somebody with a long address, whose history has a bit of everything; signed in."""

    state: Any
    picture: str
    batch: str
    file: str


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here needs a browser."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """The machine's Chromium, headless. One a module: Django's database layer refuses to work beside its event loop."""
    program = visitors.chromium()
    if program is None:
        pytest.skip(f"NO BROWSER TESTS: none of {', '.join(visitors.NAMES)} is here; install one or set CHROMIUM.")
    with sync_playwright() as playwright:
        film = _saved(tmp_path_factory.mktemp("camera") / "film.mjpeg", encoded(sheet("30915"), "JPEG") * 10)
        running = visitors.launch(playwright, program, film)
        yield running
        running.close()


@pytest.fixture
def visits(browser: Browser, product: TrialProduct) -> Iterator[Visits]:
    """Opens pages; a violation of the content security policy or an error in a script fails the test."""
    house.becomes_ready(product)
    opened = Visits(browser, product.url)
    yield opened
    for context in browser.contexts:
        context.close()
    assert opened.complaints == []


@pytest.fixture(scope="session")
def _states() -> dict[str, Any]:
    return {}


def _state(name: str, visits: Visits, product: TrialProduct, states: dict[str, Any]) -> Any:
    """The cookies of somebody who has signed in through the form; once a test run."""
    if name not in states:
        address = house.arrive(product, name).email
        page = visits.open()
        if name == "Rita":
            visitors.make_administrator(product, address)
            house.give_an_app(product, address)
        visitors.sign_in(page, address)
        if name == "Rita":
            visitors.give_code(page)
        page.wait_for_url("**/dashboard/")
        states[name] = page.context.storage_state()
        page.context.close()
    return states[name]


@pytest.fixture
def alice(visits: Visits, product: TrialProduct, _states: dict[str, Any]) -> Any:
    """Alice's cookies."""
    return _state("Alice", visits, product, _states)


@pytest.fixture
def bob(visits: Visits, product: TrialProduct, _states: dict[str, Any]) -> Any:
    """Bob's cookies."""
    return _state("Bob", visits, product, _states)


@pytest.fixture
def rita(visits: Visits, product: TrialProduct, _states: dict[str, Any]) -> Any:
    """The cookies of Rita, who is an administrator here and has signed in with her password and a code."""
    return _state("Rita", visits, product, _states)


@pytest.fixture(scope="module")
def member(browser: Browser, product: TrialProduct) -> Member:
    """Thirty digits in a row, a page of numbers, a blank page, a batch with a long name, and a file."""
    house.becomes_ready(product)
    person = house.arrive(product, LONG_NAME)
    page_of_numbers = sheet(*(f"{13 + 7 * row} {100 + 37 * row}" for row in range(8)))
    for drawn in (blank(), page_of_numbers, sheet("314159265358979323846264338327")):
        picture = person.api.submit(encoded(drawn))
    together = {"name": "Class 7b, marks of the autumn, counted on the 17th of November in the north hall"}
    answer = person.api.ask("POST", "/api/v1/batches/", together | {"image": ("7b.png", encoded(sheet("515")))})
    file = person.api.ask("POST", "/api/v1/exports/", {"kind": "csv"})
    assert wait_for(lambda: house.unfinished_of(product, person) == 0, 180)
    page = Visits(browser, product.url).open()
    visitors.sign_in(page, person.email)
    page.wait_for_url("**/dashboard/")
    return Member(page.context.storage_state(), picture, answer.json["id"], file.json["id"])


@pytest.fixture
def handwritten(tmp_path: Path) -> Path:
    """A photograph of two handwritten numbers, 4172 and 86."""
    return _saved(tmp_path / "marks.png", encoded(sheet("4172 86")))


@pytest.fixture
def blank_page(tmp_path: Path) -> Path:
    """A photograph of nothing."""
    return _saved(tmp_path / "blank.png", encoded(blank()))


@pytest.fixture
def send() -> SendPicture:
    """Send a picture through the upload page, wait for its answer, and return the answer's address."""

    def sent(page: Page, picture: Path) -> str:
        page.goto("/recognitions/new/")
        page.get_by_label("Picture").set_input_files(picture)
        page.get_by_role("button", name="Read it").click()
        page.locator("[data-outcome]").wait_for(state="attached")
        return page.url

    return sent


def _saved(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path
