"""Every page and every mail in every language, and what its catalog must keep of the English sentences."""

import itertools
import re
from collections.abc import Iterator

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import translation

from hdr_site.catalogs import LOCALE
from hdr_site.collecting_messages import LANGUAGES
from recognition.models import Recognition
from tests.contracts import test_urls_and_roles as addresses
from tests.pages.test_mails import CONTEXT, MAILS

picture, explained = addresses.picture, addresses.explained
PLACE = re.compile(r"%%|%\(\w+\)[sd]|%[sd]|\{\w*\}")
TAG = re.compile(r"</?[a-zA-Z][^<>]*>")


def pages_of(picture: Recognition) -> list[str]:
    """What Alice may look at, the API and its document left out, which are for programs and in English."""
    names = [name for name, roles in addresses.EXPECTED.items() if roles.alice == addresses.OK]
    own = [name for name in names if not name.startswith("api") and name != "openapi"]
    return [reverse(name, kwargs=addresses.fill_for(name, picture)) for name in own]


@pytest.mark.integration
@pytest.mark.django_db
def test_every_page_is_shown_in_every_language(explained: Recognition, alice_client: Client) -> None:
    pages = pages_of(explained)
    assert len(pages) > 20
    for language, address in itertools.product(LANGUAGES, pages):
        alice_client.cookies["language"] = language
        response = alice_client.get(address)
        assert response.status_code == addresses.OK, (language, address)
        if not response.streaming and b"<html" in response.content:
            assert f'<html lang="{language}"'.encode() in response.content, (language, address)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_mail_can_be_written(language: str) -> None:
    with translation.override(language):
        for name in MAILS:
            for kind in ("subject.txt", "message.txt", "message.html"):
                assert render_to_string(f"{name}_{kind}", CONTEXT).strip(), name


def messages_of(language: str) -> Iterator[Message]:
    """What stands in a catalog."""
    with (LOCALE / language / "LC_MESSAGES" / "django.po").open("rb") as source:
        yield from (message for message in read_po(source) if message.id)


def said_of(message: Message) -> list[tuple[str, str]]:
    """Each translated form of a message with the English one it stands for; the last of a plural is its plural."""
    if isinstance(message.id, str):
        return [(message.id, str(message.string))] if message.string else []
    forms = [str(form) for form in message.string or () if form]
    return [(message.id[1], forms[-1])] if forms else []


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_keep_what_is_put_into_sentences(language: str) -> None:
    for message in messages_of(language):
        for english, said in said_of(message):
            assert sorted(PLACE.findall(said)) == sorted(PLACE.findall(english)), said
            assert sorted(TAG.findall(said)) == sorted(TAG.findall(english)), said


@pytest.mark.parametrize("language", LANGUAGES)
def test_plurals_put_in_nothing_that_is_not_there(language: str) -> None:
    for message in messages_of(language):
        if not isinstance(message.id, str):
            known = set(PLACE.findall(" ".join(message.id)))
            assert set(PLACE.findall(" ".join(message.string or ()))) <= known, message.id


def values_in_order(text: str) -> int:
    """How many values without a name are put in: one too few or too many, and the page fails."""
    return sum(place in {"%s", "%d"} for place in PLACE.findall(text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_form_takes_as_many_values_as_it_is_given(language: str) -> None:
    for message in messages_of(language):
        english, said = ([text] if isinstance(text, str) else text for text in (message.id, message.string or ""))
        assert {values_in_order(form) for form in said if form} <= {values_in_order(form) for form in english}, said


def is_translated(message: Message) -> bool:
    """Whether all its forms are there."""
    return all(message.string) if isinstance(message.string, (tuple, list)) else bool(message.string)


def untranslated(language: str) -> list[object]:
    """What a catalog lacks."""
    return [message.id for message in messages_of(language) if not is_translated(message)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalog_is_complete(language: str) -> None:
    assert untranslated(language)[:5] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_a_guess(language: str) -> None:
    assert [message.id for message in messages_of(language) if message.fuzzy] == []
