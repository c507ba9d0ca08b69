"""Collecting what is to be translated."""

from io import BytesIO

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from hdr_site import collecting_messages
from hdr_site.catalogs import LOCALE


def test_sentences_of_templates_and_of_modules_are_collected() -> None:
    messages = {message.id: message for message in collecting_messages.own_messages()}
    assert messages["Skip to the content"].locations == [("templates/base.html", 0)]
    assert messages["contains it"].locations == [("recognition/numerals.py", 0)]


def test_a_plural_is_collected_with_both_its_forms() -> None:
    messages = [message.id for message in collecting_messages.own_messages()]
    assert ("%(total)s picture, all done", "%(total)s pictures, all done") in messages


def test_what_a_library_says_itself_in_a_language_is_not_asked_of_translators() -> None:
    assert collecting_messages.borrowed_messages("fr").get("This field is required.") is None
    assert collecting_messages.borrowed_messages("gu").get("This field is required.") is not None


def test_writing_a_catalog_again_changes_nothing_and_keeps_translations() -> None:
    before = Catalog(locale="ar")
    before.add("Skip to the content", "إلى المحتوى")
    before.add(("%(count)s file", "%(count)s files"), ("0", "1", "2", "3", "4", "5"))
    before.add("A sentence that is gone", "!")
    messages = Catalog()
    messages.add("Skip to the content", locations=[("templates/base.html", 0)])
    messages.add(("%(count)s file", "%(count)s files"), locations=[("templates/base.html", 0)])
    wanted = [message for message in messages if message.id]
    once = collecting_messages.written("ar", wanted, before)
    assert collecting_messages.written("ar", wanted, read_po(BytesIO(once))) == once
    assert "إلى المحتوى" in once.decode()
    assert 'msgstr[5] "5"' in once.decode()
    assert b"gone" not in once


def test_every_language_of_the_collection_has_its_catalog() -> None:
    assert {file.parent.parent.name for file in LOCALE.glob("*/*/*.po")} == set(collecting_messages.LANGUAGES)
