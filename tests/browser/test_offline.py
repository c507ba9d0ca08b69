"""Without a network: the pages that are at hand then, and pictures that wait until there is one."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from hdr_site.launcher.processes import wait_for
from hdr_site.launcher.trial import TrialProduct
from tests.browser import layout, visitors
from tests.browser.handwriting import sheet
from tests.browser.test_drawing import write
from tests.browser.visitors import PATIENCE, Visits
from tests.drawing import encoded
from tests.e2e import house

NEW, DRAW, HISTORY = "/recognitions/new/", "/recognitions/draw/", "/recognitions/"
TOKEN, SENDING = "**/offline/token/", "**/api/v1/recognitions/"
UNDER_CONTROL = """
() => new Promise((done) => {
  const { serviceWorker } = navigator;
  if (serviceWorker.controller) done();
  else serviceWorker.addEventListener("controllerchange", () => done());
})
"""
SHARE = """
(bytes) => {
  const form = Object.assign(document.createElement("form"), {
    action: "/offline/shared/", method: "post", enctype: "multipart/form-data",
  });
  const input = Object.assign(document.createElement("input"), { type: "file", name: "image" });
  const carried = new DataTransfer();
  carried.items.add(new File([Uint8Array.from(bytes)], "shared.png", { type: "image/png" }));
  input.files = carried.files;
  form.append(input);
  document.body.append(form);
  form.submit();
}
"""
READER_IS_HERE = "caches.match(document.querySelector('[data-network]').dataset.network).then(Boolean)"
KEPT = "caches.keys().then((names) => Promise.all(names.map((name) => caches.open(name).then((one) => one.keys()))))"
ADDRESSES = f"async () => (await {KEPT}).flat().map((request) => new URL(request.url).pathname)"


@pytest.fixture
def card(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A photograph of 417, under a name that no other test has."""
    file = tmp_path / f"{request.node.name}.png"
    file.write_bytes(encoded(sheet("417")))
    return file


def at_hand(visits: Visits, who: Any, address: str = NEW) -> Page:
    """A page whose browser has all it needs to go on without a network."""
    page = visits.open(who, service_workers="allow")
    page.goto(address)
    page.evaluate(UNDER_CONTROL)
    return page


def choose(page: Page, *files: Path) -> None:
    page.locator("#id_image").set_input_files(files)
    expect(page.locator(".chosen-item [data-turn]:visible")).to_have_count(len(files))
    page.get_by_role("button", name="Read it").click()


def waiting(page: Page) -> Locator:
    return page.locator("[data-waiting-list] [data-name]")


def keep_offline(page: Page, file: Path) -> None:
    """Choose a file without a network, and see it wait."""
    page.context.set_offline(True)
    choose(page, file)
    expect(waiting(page)).to_have_text([file.name])


def expect_sent(page: Page) -> None:
    expect(page.get_by_text("Everything that waited was sent")).to_be_visible(timeout=PATIENCE)
    expect(page.locator("[data-waiting-panel]")).to_be_hidden()


def arrived(product: TrialProduct, name: str) -> list[str]:
    """Addresses of those who have a picture of that name, once for each."""
    sql = """
        SELECT person.email FROM recognition_recognition AS picture
        JOIN accounts_user AS person ON person.id = picture.owner_id WHERE picture.name = %s"""
    return [email for (email,) in house.rows(product, sql, name)]


def log_in_anew(context: BrowserContext, state: Any) -> None:
    """Another session in the same browser; what it has stored stays."""
    context.clear_cookies()
    if state:
        context.add_cookies(state["cookies"])


def test_without_a_network_pictures_are_taken_and_wait_for_one(
    visits: Visits, alice: Any, product: TrialProduct, card: Path
) -> None:
    page = at_hand(visits, alice)
    page.context.set_offline(True)
    page.goto(HISTORY)
    expect(page.get_by_role("heading", name="No network")).to_be_visible()
    page.get_by_role("main").get_by_role("link", name="Read a picture").click()
    expect(page.get_by_text("There is no network.").first).to_be_visible()
    choose(page, card)
    expect(waiting(page)).to_have_text([card.name])
    assert layout.problems(page) == []
    page.goto("/accounts/")
    page.get_by_role("main").get_by_role("link", name="Read a picture").click()
    expect(waiting(page)).to_have_text([card.name])
    page.context.set_offline(False)
    expect_sent(page)
    page.get_by_role("link", name="Show the answers").click()
    expect(page.get_by_role("heading", name="History")).to_be_visible()
    assert len(arrived(product, card.name)) == 1


def test_nothing_of_a_person_is_kept_in_the_browser(visits: Visits, alice: Any) -> None:
    page = at_hand(visits, alice, HISTORY)
    page.goto("/accounts/")
    page.goto("/api/v1/recognitions/")
    kept = page.evaluate(ADDRESSES)
    assert [address for address in kept if not address.startswith(("/static/", "/offline/"))] == []
    assert len(kept) > 20


def test_a_picture_is_sent_after_its_page_was_closed(
    visits: Visits, alice: Any, product: TrialProduct, card: Path
) -> None:
    page = at_hand(visits, alice)
    keep_offline(page, card)
    context = page.context
    page.close()
    context.set_offline(False)
    context.new_page().goto("/")
    assert wait_for(lambda: bool(arrived(product, card.name)), seconds=60)
    assert len(arrived(product, card.name)) == 1


def test_a_picture_whose_answer_was_lost_is_sent_again_and_arrives_once(
    visits: Visits, alice: Any, product: TrialProduct, card: Path
) -> None:
    page = at_hand(visits, alice)
    keep_offline(page, card)
    lost: list[int] = []

    def lose(route: Route) -> None:
        if lost:
            route.continue_()
        else:
            lost.append(route.fetch().status)
            route.abort("connectionreset")

    page.context.route(SENDING, lose)
    with page.context.expect_event("requestfailed", lambda request: "/api/v1/" in request.url):
        page.context.set_offline(False)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect_sent(page)
    assert (lost, len(arrived(product, card.name))) == ([202], 1)


def test_nobody_else_at_the_same_browser_sees_or_sends_what_waits(
    visits: Visits, alice: Any, bob: Any, product: TrialProduct, card: Path
) -> None:
    page = at_hand(visits, alice)
    keep_offline(page, card)
    log_in_anew(page.context, bob)
    with page.expect_response(TOKEN) as asked:
        page.context.set_offline(False)
    assert asked.value.ok
    with page.expect_response(TOKEN) as asked:
        page.goto(NEW)
    asked.value.finished()
    page.evaluate("waitingRoom.account()")
    expect(page.locator("[data-waiting-panel]")).to_be_hidden()
    assert page.evaluate("waitingRoom.count()") == 1
    log_in_anew(page.context, alice)
    page.goto(NEW)
    assert wait_for(lambda: bool(arrived(product, card.name)), seconds=60)
    assert [email.partition("-")[0] for email in arrived(product, card.name)] == ["alice"]


def test_who_was_logged_out_meanwhile_is_asked_to_log_in_and_loses_nothing(
    visits: Visits, alice: Any, product: TrialProduct, card: Path
) -> None:
    page = at_hand(visits, alice)
    keep_offline(page, card)
    log_in_anew(page.context, None)
    page.context.set_offline(False)
    expect(page.get_by_text("You have been logged out. Log in, and they are sent")).to_be_visible()
    expect(waiting(page)).to_have_text([card.name])
    page.get_by_role("main").get_by_role("link", name="Log in").click()
    expect(page.get_by_text("Pictures wait on this device")).to_be_visible()
    log_in_anew(page.context, alice)
    page.goto(HISTORY)
    assert wait_for(lambda: bool(arrived(product, card.name)), seconds=60)


def test_logging_out_asks_and_then_removes_what_waits(visits: Visits, product: TrialProduct, card: Path) -> None:
    page = visits.open(service_workers="allow")
    visitors.sign_in(page, house.arrive(product, "Alice").email)
    page.locator("form[data-log-out]").wait_for(state="attached")
    page.goto(NEW)
    page.evaluate(UNDER_CONTROL)
    keep_offline(page, card)
    page.context.route(TOKEN, lambda route: route.abort())  # it goes on waiting
    page.context.set_offline(False)
    page.goto(NEW)
    page.locator("[data-menu] summary").click()
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_text("were not sent yet: 1")).to_be_visible()
    page.get_by_role("main").get_by_role("button", name="Log out").click()
    page.get_by_role("link", name="Log in").first.wait_for()
    assert page.evaluate("waitingRoom.count()") == 0
    page.context.set_offline(True)
    page.goto(NEW)
    choose(page, card)
    expect(page.get_by_role("alert")).to_contain_text("Nobody is logged in on this device")
    assert arrived(product, card.name) == []


def test_what_the_server_refuses_stays_with_its_reason(visits: Visits, alice: Any, tmp_path: Path) -> None:
    torn = tmp_path / "torn.jpg"
    torn.write_bytes(encoded(sheet("4172"), "JPEG")[:3000])
    page = at_hand(visits, alice)
    page.context.set_offline(True)
    page.locator("#id_image").set_input_files(torn)
    page.get_by_role("button", name="Read it").click()
    expect(waiting(page)).to_have_text(["torn.jpg"])
    page.context.set_offline(False)
    expect(page.locator("[data-waiting-list]")).to_contain_text("truncated_picture")
    page.get_by_role("button", name="Remove: torn.jpg").click()
    expect(page.locator("[data-waiting-panel]")).to_be_hidden()


NO_ROOM = """
const put = IDBObjectStore.prototype.put;
IDBObjectStore.prototype.put = function (value, ...more) {
  if (this.name === "pictures") throw new DOMException("No room.", "QuotaExceededError");
  return put.call(this, value, ...more);
};
"""
NOTHING_KEPT = "IDBFactory.prototype.open = () => { throw new DOMException('Not here.', 'SecurityError'); };"


@pytest.mark.parametrize(
    ("device", "code"), [(NO_ROOM, "device_full"), (NOTHING_KEPT, "device_keeps_nothing")], ids=["full", "nothing"]
)
def test_a_browser_that_cannot_keep_a_picture_says_so(
    visits: Visits, alice: Any, card: Path, device: str, code: str
) -> None:
    page = visits.open(alice)
    page.add_init_script(device)
    page.goto(NEW)
    page.context.set_offline(True)
    choose(page, card)
    expect(page.get_by_role("alert")).to_contain_text(code)
    expect(page.locator(".chosen-item")).to_have_count(1)


def test_drawing_works_without_a_network_once_its_page_was_open(
    visits: Visits, alice: Any, product: TrialProduct
) -> None:
    page = at_hand(visits, alice, DRAW)
    assert wait_for(lambda: bool(page.evaluate(READER_IS_HERE)), seconds=60)
    page.context.set_offline(True)
    page.goto(DRAW)
    write(page, "7")
    expect(page.locator(".number-text")).to_have_text("7")
    page.get_by_role("button", name="Keep it").click()
    expect(waiting(page)).to_have_text(["Drawing.png"])
    page.context.set_offline(False)
    expect_sent(page)


def test_a_picture_is_sent_while_no_page_is_open(visits: Visits, alice: Any, product: TrialProduct, card: Path) -> None:
    page = at_hand(visits, alice)
    keep_offline(page, card)
    context = page.context
    page.close()
    context.set_offline(False)
    worker = context.service_workers[0]

    def sent() -> bool:  # as when the browser finds a network, which it may have done by itself already
        worker.evaluate("sync().catch(() => undefined)")
        return bool(arrived(product, card.name))

    assert wait_for(sent, seconds=60)
    assert len(arrived(product, card.name)) == 1


def test_another_version_takes_over_and_clears_up_while_a_page_is_open(visits: Visits, alice: Any) -> None:
    page = visits.open(alice, service_workers="allow")

    def older(route: Route) -> None:
        script = route.fetch()
        route.fulfill(response=script, body=script.text().replace('"version": "', '"version": "older-'))

    page.context.route("**/sw.js*", older)
    page.goto(NEW)
    page.evaluate(UNDER_CONTROL)
    assert [name for name in page.evaluate("caches.keys()") if "older" in name]
    page.context.unroute("**/sw.js*")
    page.evaluate("async () => (await navigator.serviceWorker.getRegistration()).update()")
    assert wait_for(lambda: not any("older" in name for name in page.evaluate("caches.keys()")), seconds=60)
    page.context.set_offline(True)
    page.goto(NEW)
    expect(page.get_by_text("There is no network.").first).to_be_visible()


def test_switched_off_the_worker_clears_up_and_goes(visits: Visits, alice: Any) -> None:
    page = at_hand(visits, alice)
    gone = 'importScripts("/static/js/offline/gone.js");'
    page.context.route("**/sw.js?off", lambda route: route.fulfill(body=gone, content_type="text/javascript"))
    page.evaluate("async () => { await navigator.serviceWorker.register('/sw.js?off'); }")
    assert wait_for(lambda: page.evaluate("caches.keys()") == [], seconds=60)


def test_what_is_being_sent_when_its_page_closes_arrives_later_and_once(
    visits: Visits, alice: Any, product: TrialProduct, card: Path, tmp_path: Path
) -> None:
    other = tmp_path / f"other-{card.name}"
    other.write_bytes(encoded(sheet("86")))
    page = at_hand(visits, alice)
    page.route("**/api/v1/batches/*/pictures/", lambda route: route.abort("connectionreset"))
    choose(page, card, other)
    expect(waiting(page)).to_have_text([card.name, other.name])
    context = page.context
    page.close()
    context.new_page().goto("/")
    assert wait_for(lambda: bool(arrived(product, other.name)), seconds=60)
    assert (len(arrived(product, card.name)), len(arrived(product, other.name))) == (1, 1)


def test_what_is_shared_with_the_app_is_chosen_on_the_page_new(visits: Visits, alice: Any) -> None:
    page = at_hand(visits, alice)
    page.evaluate(SHARE, list(encoded(sheet("417"))))
    page.wait_for_url("**/recognitions/new/?shared=1")
    expect(page.get_by_role("img", name="shared.png")).to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name="Read it")).to_be_visible()
    assert page.evaluate("waitingRoom.shared()") == []
