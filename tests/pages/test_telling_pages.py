"""The guide, the page about the reader, and the page on privacy."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts import known_browsers
from hdr_site import model_card

pytestmark = [pytest.mark.integration, pytest.mark.django_db]
PAGES = ("guide", "about", "privacy")


def text_of(client: Client, name: str) -> str:
    """What stands on the page, without its tags."""
    page = client.get(reverse(name)).content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


@pytest.mark.parametrize("name", PAGES)
def test_everybody_reads_it_and_every_page_leads_to_it(ann_client: Client, alice_client: Client, name: str) -> None:
    for reader in (ann_client, alice_client):
        assert reader.get(reverse(name)).status_code == 200
        assert f'href="{reverse(name)}"' in reader.get(reverse("home")).content.decode()
    assert f'href="{reverse(name)}"' in alice_client.get(reverse("recognition:list")).content.decode()


@pytest.mark.parametrize("name", PAGES)
def test_every_picture_on_it_is_there(ann_client: Client, name: str) -> None:
    page = ann_client.get(reverse(name)).content.decode()
    for source in re.findall(r'(?:src|href)="/static/([^"]+)"', page):
        assert finders.find(source), source


def test_the_figures_are_those_of_the_card(ann_client: Client) -> None:
    scores = json.loads((Path(configured.BASE_DIR) / "ml" / "weights" / "latin.json").read_text())["scores"]
    page = text_of(ann_client, "about")
    for key in model_card.PICTURES:
        assert f"{scores[key]['exact_digits'] * 100:.1f}\u00a0%".replace("\u00a0", " ") in page.replace("\u00a0", " ")
    for key in model_card.BLANKS:
        assert f"{scores['blank_pages'][key]['invented'] * 100:.1f} %" in page.replace("\u00a0", " ")


def test_the_worst_figures_come_first() -> None:
    def shares(rows: list[model_card.Score]) -> list[float]:
        return [float(row.share.removesuffix("\u00a0%")) for row in rows]

    assert shares(model_card.pictures()) == sorted(shares(model_card.pictures()))
    assert shares(model_card.digits()) == sorted(shares(model_card.digits()))
    assert shares(model_card.blanks()) == sorted(shares(model_card.blanks()), reverse=True)


def test_every_plot_that_evaluation_draws_is_shown(ann_client: Client) -> None:
    drawn = {path.name for path in (Path(configured.BASE_DIR) / "docs" / "figures").glob("*.svg")}
    shown = set(re.findall(r'src="/static/figures/([^"]+)"', ann_client.get(reverse("about")).content.decode()))
    assert shown == drawn
    assert all(plot.width > plot.height > 100 for plot in model_card.plots() if plot.file.endswith("curves.svg"))


def test_the_page_names_the_reader_that_is_at_work(ann_client: Client) -> None:
    card = model_card.card()
    page = text_of(ann_client, "about")
    assert card["model_version"] in page
    assert card["sha256"][:12] in page
    assert model_card.finder()["model_version"] in page


def test_the_guide_has_the_limits_of_this_installation(ann_client: Client, settings: Settings) -> None:
    settings.UPLOAD_MAX_BYTES = 7_000_000
    settings.UPLOAD_MAX_PIXELS = 33_000_000
    settings.OWNER_UPLOADS_PER_MINUTE = 77
    page = text_of(ann_client, "guide")
    assert "at most 7 MB" in page
    assert "at most 33 megapixels" in page
    assert "77 pictures a minute" in page


def test_every_cookie_is_named_with_its_purpose(ann_client: Client) -> None:
    page = text_of(ann_client, "privacy")
    names = {name for name in dir(configured) if name.endswith("_COOKIE_NAME")}
    ours = {getattr(configured, name) for name in names} | {known_browsers.cookie_name(), "messages"}
    assert {name for name in ours if name not in page} == set()


def test_who_runs_the_installation_is_named(ann_client: Client, settings: Settings) -> None:
    settings.OPERATOR_NAME, settings.OPERATOR_CONTACT = "Riverside School", "digits@school.example"
    page = ann_client.get(reverse("privacy")).content.decode()
    assert "run by Riverside School" in page
    assert 'href="mailto:digits@school.example"' in page


def test_without_a_contact_the_page_says_whom_to_ask(ann_client: Client, settings: Settings) -> None:
    settings.OPERATOR_NAME = settings.OPERATOR_CONTACT = ""
    assert "Whoever gave you the address of this site runs it" in text_of(ann_client, "privacy")
