"""`python -m tests.browser.portraits`: the four pictures of README and user guide, taken of the running product.

Alice's history is sent and read in truth; only its dates are spread over some weeks, for the chart. Writes PNG files
of 256 colours, each below 150 KB, into docs/images.
"""

import io
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from hdr_site.launcher import trial
from hdr_site.launcher.folders import CHECKOUT
from hdr_site.launcher.processes import wait_for
from hdr_site.launcher.trial import TrialProduct
from tests import services
from tests.browser import visitors
from tests.browser.handwriting import sheet
from tests.drawing import blank, encoded
from tests.e2e import house

FOLDER = CHECKOUT / "docs" / "images"
LARGEST = 150_000  # bytes
PHONE: ViewportSize = {"width": 390, "height": 844}
DESKTOP: ViewportSize = {"width": 1280, "height": 860}
WHOLE_OVERVIEW: ViewportSize = {"width": 1280, "height": 1480}
SPREAD = """
    UPDATE recognition_recognition SET created_at = created_at - (random() * random() * 75) * interval '1 day'
    WHERE owner_id = %s"""


def main() -> None:
    """Start the product, furnish it, take the pictures."""
    import django

    services.begin()
    django.setup()
    FOLDER.mkdir(parents=True, exist_ok=True)
    with trial.product({"STATIC_ROOT": os.environ["STATIC_ROOT"]}) as product, _browser() as browser:
        person = house.arrive(product, "Alice")
        answer = _furnish(product, person)
        page = visitors.Visits(browser, product.url).open()
        visitors.sign_in(page, person.email)
        page.wait_for_url("**/dashboard/")
        _all_four(page, answer)


def _all_four(page: Page, answer: str) -> None:
    with TemporaryDirectory() as folder:
        photo = Path(folder) / "marks.png"
        photo.write_bytes(encoded(sheet("4172 86", "30915")))
        page.set_viewport_size(PHONE)
        page.goto("/recognitions/new/")
        page.locator("#id_image").set_input_files(photo)
        page.get_by_role("img", name="The picture you chose").wait_for()
        _take(page, "new-on-a-phone")
    page.set_viewport_size(DESKTOP)
    page.goto(f"/recognitions/{answer}/")
    page.locator(".number-text").first.wait_for()
    _take(page, "answer")
    page.set_viewport_size(WHOLE_OVERVIEW)
    page.goto("/dashboard/")
    _take(page, "overview")
    page.set_viewport_size(DESKTOP)
    page.emulate_media(color_scheme="dark")
    page.goto("/recognitions/")
    _take(page, "history-in-the-dark")


@contextmanager
def _browser() -> Iterator[Browser]:
    program = visitors.chromium()
    if program is None:
        raise SystemExit("There is no browser here: install chromium, or name one in CHROMIUM.")
    with sync_playwright() as playwright:
        browser = visitors.launch(playwright, program)
        yield browser
        browser.close()


def _furnish(product: TrialProduct, person: house.Person) -> str:
    """A history as a school or an office has it; returns the answer to show."""
    for number in range(24):
        person.api.submit(encoded(sheet(str(30_915 + 1_117 * number), seed=number)))
    person.api.submit(encoded(blank()))
    answer = person.api.submit(encoded(sheet(*_marks(range(6)), seed=3)))
    assert wait_for(lambda: house.unfinished_of(product, person) == 0, 120)
    house.rows(product, SPREAD, person.id)
    house.rows(product, "UPDATE recognition_recognition SET created_at = now() WHERE public_id = %s", answer)
    return answer


def _marks(rows: Iterable[int]) -> list[str]:
    return [f"{13 + 14 * row} {472 - 37 * row}" for row in rows]


def _take(page: Page, name: str) -> None:
    page.wait_for_load_state("networkidle")
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB").quantize(256)
    path = FOLDER / f"{name}.png"
    picture.save(path, optimize=True)
    if path.stat().st_size > LARGEST:
        raise SystemExit(f"{path} has {path.stat().st_size:,} bytes; at most {LARGEST:,} are wanted.")
    sys.stdout.write(f"{path.relative_to(CHECKOUT)}: {path.stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main()
