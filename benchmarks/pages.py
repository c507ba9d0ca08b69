"""`python -m benchmarks.pages`: when pages show their first words on a slow phone, and what they weigh.

Starts the product and opens its pages in Chromium with a processor four times slower and the slow 4G of Lighthouse's
method (150 ms for each round trip, 1.6 Mbit/s down, 750 kbit/s up), as a first visit and once more. Prints a table and
writes the same to var/benchmarks/pages.json.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page, Request, sync_playwright

from benchmarks import pictures
from benchmarks.closed_loop import Client
from benchmarks.plan import FORM_TYPE, form
from hdr_site.launcher import product as launched
from hdr_site.launcher.folders import CHECKOUT
from hdr_site.launcher.trial import TrialProduct, product

LATEST = CHECKOUT / "var" / "benchmarks" / "pages.json"
PAGES = {"home": "/", "overview": "/dashboard/", "new": "/recognitions/new/", "history": "/recognitions/"}
PICTURES = 50
"""A full page of the history."""
PHONE = {"width": 375, "height": 812}
SLOWER = 4
SLOW_4G = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8}
PAINTED = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pages", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="first visits of each page (5)")
    rounds = parser.parse_args().rounds
    with product({"OWNER_UPLOADS_PER_MINUTE": "1000"}) as running:
        person = _person_with_a_history(running)
        with _chromium() as browser:
            cookie = {"name": "sessionid", "value": person["session"], "url": running.url}
            found = {name: _measured(browser, running.url + path, cookie, rounds) for name, path in PAGES.items()}
    LATEST.parent.mkdir(parents=True, exist_ok=True)
    LATEST.write_text(json.dumps(found, indent=2) + "\n")
    print(f"{'':10}{'first visit':>14}{'next visit':>14}{'kB':>8}")
    for name, page in found.items():
        print(f"{name:10}{page['first_ms']:>11} ms{page['next_ms']:>11} ms{page['kilobytes']:>8}")


def _person_with_a_history(running: TrialProduct) -> dict[str, str]:
    environment = launched.environment(running.data, {}, running.environment)
    command = [sys.executable, "-m", "benchmarks.people", "1"]
    line = subprocess.run(command, env=environment, cwd=CHECKOUT, check=True, capture_output=True, text=True).stdout
    person: dict[str, str] = json.loads(line)
    program = Client(running.url, {"Authorization": f"Token {person['token']}"})
    for picture in pictures.mix(PICTURES):
        program.ask("POST", "/api/v1/recognitions/", form(picture), Content_Type=FORM_TYPE)
    return person


@contextmanager
def _chromium() -> Iterator[Browser]:
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--disable-dev-shm-usage", *root])
        yield browser
        browser.close()


def _measured(browser: Browser, url: str, cookie: Any, rounds: int) -> dict[str, int]:
    """Medians of milliseconds to the first words, and the bytes of a first visit without pictures."""
    first, following, weights = [], [], []
    for _ in range(rounds):
        context = browser.new_context(viewport=PHONE, device_scale_factor=2, has_touch=True)  # type: ignore[arg-type]
        context.add_cookies([cookie])
        page = context.new_page()
        asked = _noted(page)
        _slow_down(page)
        first.append(_first_words(page, url))
        page.wait_for_load_state("networkidle")
        weights.append(sum(of.sizes()["responseBodySize"] for of in asked if of.resource_type != "image"))
        following.append(_first_words(page, url))
        context.close()
    return {
        "first_ms": round(statistics.median(first)),
        "next_ms": round(statistics.median(following)),
        "kilobytes": round(statistics.median(weights) / 1000),
    }


def _noted(page: Page) -> list[Request]:
    """What the page asks for from now on; grows meanwhile."""
    asked: list[Request] = []

    def note(request: Request) -> None:
        asked.append(request)

    page.on("requestfinished", note)
    return asked


def _slow_down(page: Page) -> None:
    """As DevTools does it."""
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    session.send("Network.emulateNetworkConditions", SLOW_4G)


def _first_words(page: Page, url: str) -> float:
    """Milliseconds from asking for the page until the first text or picture of it is painted."""
    page.goto(url)
    page.wait_for_function(PAINTED)
    return float(page.evaluate(PAINTED))


if __name__ == "__main__":
    main()
