"""`python -m benchmarks.drawing`: how long after the pen lifts the page says what was drawn.

A headless Chromium (`chromium` on the path, or CHROMIUM names it) draws digits with the mouse on the page that needs no
account; measured inside the page, from the pointer's going up to the answer's standing there. The network is fetched at
the first stroke, so the first answer is told by itself.
"""

import os
import shutil
import statistics
from typing import Any

from playwright.sync_api import Page, sync_playwright

from hdr_site.launcher.trial import product
from ml.handwriting import STROKES, points

PAGE = "/offline/draw/"
ROUNDS, TOGETHER = 12, 5
PROMISED = 500  # milliseconds
WATCH = """
() => {
  window.waits = [];
  let lifted;
  addEventListener("pointerup", () => { lifted = performance.now(); }, true);
  new MutationObserver(() => {
    if (lifted !== undefined) window.waits.push(performance.now() - lifted);
    lifted = undefined;
  }).observe(document.querySelector("[data-lines]"), { childList: true });
}
"""


def main() -> None:
    """Draw, and print the waits."""
    with product() as running, sync_playwright() as playwright:
        program = os.environ.get("CHROMIUM") or shutil.which("chromium")
        root = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=program, args=["--disable-gpu", *root])
        page = browser.new_page(viewport={"width": 1024, "height": 768}, service_workers="block")
        page.goto(running.url + PAGE)
        page.evaluate(WATCH)
        waits = [wait for turn in range(ROUNDS) for wait in _round(page, turn)]
        browser.close()
    print(_words(waits[0], sorted(waits[1:])))


def _round(page: Page, turn: int) -> list[float]:
    """Some digits beside each other, read again at each stroke; the waits in milliseconds."""
    for place in range(TOGETHER):
        _write(page, str((turn * TOGETHER + place) % 10), 0.03 + 0.19 * place)
    waits: list[float] = page.evaluate("window.waits")
    page.locator("[data-clear]").click()
    page.evaluate("window.waits = []")
    return waits


def _write(page: Page, digit: str, left: float) -> None:
    paper = page.locator("[data-paper]")
    paper.scroll_into_view_if_needed()
    box: Any = paper.bounding_box()
    tall = 0.6 * box["height"]
    for stroke in STROKES[digit]:
        before = page.evaluate("window.waits.length")
        x0, y0 = box["x"] + left * box["width"], box["y"] + 0.2 * box["height"]
        (first_x, first_y), *rest = [(x0 + 0.5 * tall * x, y0 + tall * y) for x, y in points(stroke)]
        page.mouse.move(first_x, first_y)
        page.mouse.down()
        for x, y in rest:
            page.mouse.move(x, y, steps=4)
        page.mouse.up()
        page.wait_for_function("(before) => window.waits.length > before", arg=before)


def _words(first: float, waits: list[float]) -> str:
    late = sum(wait > PROMISED for wait in waits)
    middle, most = statistics.median(waits), waits[int(0.95 * len(waits))]
    return (
        f"first answer, network fetched meanwhile: {first:.0f} ms; {len(waits)} further ones: p50 {middle:.0f} ms, "
        f"p95 {most:.0f} ms, longest {waits[-1]:.0f} ms; {late} later than {PROMISED} ms "
        f"(load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors)"
    )


if __name__ == "__main__":
    main()
