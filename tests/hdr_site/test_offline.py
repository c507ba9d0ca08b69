"""What makes the product installable and lets it work without a network, as the server gives it."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse
from PIL import Image
from pytest_django.fixtures import DjangoAssertNumQueries, Settings

from accounts.models import User
from hdr_site.offline import account, shell
from tests.browser.icons import ICONS

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

PAGES = ("offline", "offline-new", "offline-draw")


def house(client: Client, language: str = "en") -> dict[str, Any]:
    """What the service worker is told to keep."""
    said = client.get(reverse("service-worker"), {"language": language}).content.decode()
    facts: dict[str, Any] = json.loads(said.removeprefix("self.HOUSE = ").partition(";\n")[0])
    return facts


@pytest.mark.parametrize("name", PAGES)
def test_a_page_that_is_kept_is_the_same_for_everybody(
    name: str, ann_client: Client, alice_client: Client, alice: User
) -> None:
    own, anybodys = alice_client.get(reverse(name)), ann_client.get(reverse(name))
    assert own.content == anybodys.content
    assert alice.email not in own.content.decode()
    assert "csrf" not in own.content.decode()
    assert not own.cookies


@pytest.mark.parametrize("name", PAGES)
def test_a_page_that_is_kept_comes_in_the_language_that_is_asked_for(name: str, ann_client: Client) -> None:
    page = ann_client.get(reverse(name), {"language": "en"}, headers={"Accept-Language": "hi"})
    assert '<html lang="en"' in page.content.decode()


def test_the_worker_keeps_every_static_file_of_its_pages_and_what_their_scripts_import(ann_client: Client) -> None:
    facts = house(ann_client)
    kept = set(facts["shell"] + facts["reader"])
    shown = "".join(ann_client.get(reverse(name)).content.decode() for name in PAGES)
    assert set(re.findall(r'(?:src|href|data-\w+)="(/static/[^"]+)"', shown)) <= kept
    for script in (address for address in kept if address.endswith(".js")):
        source = Path(str(finders.find(script.removeprefix("/static/")))).read_text()
        for name in re.findall(r'from "(?:\./|\.\./)+([\w/-]+\.js)"', source):
            assert any(address.endswith(f"/{name}") for address in kept), (script, name)


def test_the_network_that_reads_is_left_to_those_who_draw(ann_client: Client) -> None:
    facts = house(ann_client)
    assert [address for address in facts["reader"] if address.endswith(".bin")]
    assert not [address for address in facts["shell"] if "reader" in address]


def test_a_page_that_changed_makes_another_worker(ann_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    before = house(ann_client)["version"]
    assert house(ann_client)["version"] == before
    monkeypatch.setattr("hdr_site.offline.pages.rendered", lambda name, language: "<p>Another.</p>")
    shell.script.cache_clear()
    after = house(ann_client)["version"]
    shell.script.cache_clear()
    assert after != before


def test_the_worker_is_asked_for_each_time_and_may_serve_the_whole_site(ann_client: Client) -> None:
    answer = ann_client.get("/sw.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert "no-store" in answer["Cache-Control"]
    assert "worker-src 'self'" in answer["Content-Security-Policy"]


def test_the_worker_which_browsers_ask_for_with_every_page_asks_the_database_nothing(
    alice_client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        alice_client.get("/sw.js", {"language": "en"})


def test_switched_off_it_clears_up_and_pages_ask_for_none(alice_client: Client, settings: Settings) -> None:
    assert 'name="service-worker"' in alice_client.get("/").content.decode()
    settings.SERVICE_WORKER = False
    assert "gone" in alice_client.get("/sw.js").content.decode()
    assert 'name="service-worker"' not in alice_client.get("/").content.decode()


def test_only_who_is_logged_in_gets_a_worker_and_a_mark(
    ann_client: Client, alice_client: Client, bob_client: Client, alice: User
) -> None:
    marks = []
    for client in (ann_client, alice_client, bob_client):
        page = client.get("/").content.decode()
        marks += re.findall(r'<meta name="account" content="(\w*)">', page)
        assert ('name="service-worker"' in page) is (client is not ann_client)
    assert marks[0] == ""
    assert marks[1] == account.mark_of(alice)
    assert len(set(marks)) == 3


def test_a_token_comes_with_whose_session_it_is(ann_client: Client, alice_client: Client, alice: User) -> None:
    told = alice_client.get(reverse("offline-token"))
    assert told.json()["account"] == account.mark_of(alice)
    assert "no-store" in told["Cache-Control"]
    assert ann_client.get(reverse("offline-token")).status_code == 401


def test_waiting_pictures_are_taken_with_that_token_alone(alice: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(alice, backend="allauth.account.auth_backends.AuthenticationBackend")
    token = browser.get(reverse("offline-token")).json()["token"]
    assert browser.post(reverse("api:list"), headers={"X-CSRFToken": token}).status_code == 400  # no picture in it
    assert browser.post(reverse("api:list")).status_code == 403


def test_the_manifest_has_icons_of_the_sizes_it_says(ann_client: Client) -> None:
    manifest = ann_client.get(reverse("manifest")).json()
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
    for icon in manifest["icons"]:
        file = finders.find(icon["src"].removeprefix("/static/"))
        with Image.open(str(file)) as picture:
            assert "x".join(map(str, picture.size)) == icon["sizes"]


@pytest.mark.parametrize("name", [name for name in ICONS if "maskable" in name or "apple" in name])
def test_icons_that_devices_cut_have_no_transparent_corner(name: str) -> None:
    with Image.open(str(finders.find(f"images/{name}"))) as picture:
        alpha = picture.convert("RGBA").getchannel("A")
    assert alpha.getextrema() == (255, 255)


def test_the_manifest_leads_to_where_people_land(alice_client: Client) -> None:
    manifest = alice_client.get(reverse("manifest")).json()
    assert alice_client.get(manifest["start_url"]).status_code == 200
    for shortcut in manifest["shortcuts"]:
        assert alice_client.get(shortcut["url"]).status_code == 200


def test_something_shared_that_no_worker_took_leads_to_the_page_where_it_can_be_chosen(alice: User) -> None:
    browser = Client(enforce_csrf_checks=True)  # whoever shares has no token
    browser.force_login(alice, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = browser.post(reverse("offline-shared"), follow=True)
    assert page.redirect_chain == [(reverse("recognition:new"), 302)]
    assert "did not arrive" in page.content.decode()
