"""Who visits the pages with a real browser, and what is noted meanwhile."""

import email
import email.policy
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, expect

from hdr_site.launcher.processes import wait_for
from hdr_site.launcher.trial import TrialProduct
from tests import people

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PATIENCE = 60_000  # milliseconds; a slow machine is no failure
PASSWORD = "correct horse battery staple"
REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) => window.reportViolation(
  `${event.violatedDirective} forbids ${event.blockedURI} at ${event.sourceFile}:${event.lineNumber} ${event.sample}`));
"""


def chromium() -> str | None:
    """The browser's program, if this machine has one; CHROMIUM names another."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def launch(playwright: Playwright, program: str, film: Path | None = None) -> Browser:
    """A headless browser. `film`: a file of JPEG pictures that its camera sees; pages may use that without asking."""
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    camera = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    seen = [*camera, f"--use-file-for-fake-video-capture={film}"] if film else []
    return playwright.chromium.launch(
        executable_path=program, args=["--disable-dev-shm-usage", "--disable-gpu", *seen, *root], timeout=PATIENCE
    )


@dataclass
class Visits:
    """Opens pages as somebody, and notes whatever the browser complains about."""

    browser: Browser
    url: str
    complaints: list[str] = field(default_factory=list)

    def open(self, state: Any = None, **options: Any) -> Page:
        """A page in a context of its own. `state`: who is signed in, None for Ann, who is not.

        Without a service worker, which only tests of working without a network want: `service_workers="allow"`.
        """
        options = {"service_workers": "block"} | options
        context = self.browser.new_context(base_url=self.url, storage_state=state, **options)
        context.set_default_timeout(PATIENCE)
        context.expose_binding("reportViolation", lambda source, words: self.complaints.append(words))
        context.add_init_script(REPORT_VIOLATIONS)
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on("console", self._heard)
        return page

    def _heard(self, message: ConsoleMessage) -> None:
        # A status of 400 or more is logged too; the tests ask for those on purpose.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)


def new_address(name: str) -> str:
    """An address that no earlier test has used."""
    return f"{name}-{secrets.token_hex(4)}@example.org"


def sign_in(page: Page, address: str, password: str = PASSWORD) -> None:
    """Through the form, as people do."""
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill(address)
    page.get_by_label("Password").fill(password)
    page.get_by_role("main").get_by_role("button", name="Log in", exact=True).click()


def give_code(page: Page, secret: str = people.SECRET) -> None:
    """The code that the authenticator app shows, where signing in asks for it."""
    page.wait_for_url("**/accounts/2fa/**")
    page.get_by_label("Code").fill(people.code_of(secret))
    page.get_by_role("main").get_by_role("button", name="Go on").click()


def make_token(page: Page, name: str) -> str:
    """Through the form; who logged in some minutes ago gives the password once more. Returns the key."""
    page.goto("/accounts/tokens/")
    page.get_by_label("What is it for?").fill(name)
    page.get_by_role("button", name="Make a token").click()
    key, asked = page.locator("#key"), page.get_by_role("heading", name="Is it you?")
    expect(key.or_(asked)).to_be_visible()
    if asked.is_visible():
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Go on").click()
    return key.inner_text()


def newest_link(product: TrialProduct, address: str, part: str) -> str:
    """The link that contains `part`, out of the newest mail to this address; waits until it is there."""
    found: list[str] = []

    def arrived() -> bool:
        found[:] = [link for link in map(_link_in, _mails_to(product.mail, address)) if part in link]
        return bool(found)

    assert wait_for(arrived, seconds=60), f"no mail with a link to {part} for {address} in {product.mail}"
    return found[-1]


def newest_code(product: TrialProduct, address: str) -> str:
    """The code out of the newest mail to this address; waits until it is there."""
    found: list[str] = []

    def arrived() -> bool:
        bodies = map(_body_of, _mails_to(product.mail, address))
        found[:] = [code for body in bodies for code in re.findall(r"^\d{4}-\d{4}$", body, re.MULTILINE)]
        return bool(found)

    assert wait_for(arrived, seconds=60), f"no mail with a code for {address} in {product.mail}"
    return found[-1]


def _mails_to(folder: Path, address: str) -> list[Path]:
    mails = folder.glob("[!.]*.eml")
    return sorted((mail for mail in mails if address in mail.name), key=lambda mail: mail.stat().st_mtime_ns)


def _link_in(mail: Path) -> str:
    link = re.search(r"https?://\S+", _body_of(mail))
    return link.group() if link else ""


def _body_of(mail: Path) -> str:
    message = email.message_from_bytes(mail.read_bytes(), policy=email.policy.default)
    body = message.get_body(("plain",))
    return str(body.get_content()) if body else ""


def make_administrator(product: TrialProduct, address: str) -> None:
    """With the command that `make admin` runs."""
    launcher = [sys.executable, "-m", "hdr_site.launcher", "--data", str(product.data.root)]
    command = [*launcher, "manage", "make_administrator", "--email", address]
    environment = product.environment | {"DJANGO_SUPERUSER_PASSWORD": PASSWORD}
    subprocess.run(command, env=environment, check=True, capture_output=True)


@contextmanager
def worker_held(product: TrialProduct) -> Iterator[None]:
    """The worker stands still meanwhile, so that what is sent stays waiting."""
    group = product.pid("worker")
    os.killpg(group, signal.SIGSTOP)
    try:
        yield
    finally:
        os.killpg(group, signal.SIGCONT)
