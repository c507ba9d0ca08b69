"""Digits in the script that the reader chose."""

from datetime import date

import pytest
from babel.core import Locale
from django.template import Context, Template
from django.utils import translation

from hdr_site import numbering
from hdr_site.collecting_messages import LANGUAGES


def rendered(source: str, **context: object) -> str:
    return Template("{% load i18n numerals %}" + source).render(Context(context))


@pytest.mark.parametrize("language", ["en", *LANGUAGES])
def test_each_language_has_the_digits_that_cldr_gives_it(language: str) -> None:
    with translation.override(language):
        assert numbering.current() == Locale.parse(language).default_numbering_system


def test_every_numbering_has_ten_digits_in_their_order() -> None:
    for digits in numbering.DIGITS.values():
        assert [int(digit) for digit in digits] == list(range(10))


def test_the_readers_choice_wins_over_the_language_and_ends_with_its_block() -> None:
    with translation.override("mr"), numbering.override("latn"):
        assert rendered("{{ n|digits }}", n=407) == "407"
    with translation.override("hi"):
        with numbering.override("deva"):
            assert rendered("{{ n|digits }}", n=407) == "४०७"
        assert rendered("{{ n|digits }}", n=407) == "407"


def test_a_choice_that_is_none_of_ours_is_the_languages() -> None:
    with translation.override("bn"), numbering.override("runes"):
        assert rendered("{{ n|digits }}", n=407) == "৪০৭"


@pytest.mark.parametrize(
    ("value", "shown"),
    [("12.50 a", "௧௨.௫௦ a"), (98.5, "௯௮.௫"), (date(2026, 7, 1), "௨௦௨௬"), (None, "None"), (True, "True"), ("", "")],
)
def test_texts_and_dates_are_shown_in_it_too(value: object, shown: str) -> None:
    with numbering.override("taml"):
        assert shown in rendered("{{ value|digits }}", value=value)


def test_markup_stays_as_it_is() -> None:
    with numbering.override("taml"):
        assert (
            rendered("{{ '<b>5</b>'|safe|digits }} {{ markup|force_escape|digits }}", markup="'5") == "<b>5</b> &#x27;5"
        )


def test_a_count_chooses_the_plural_and_is_written_in_it() -> None:
    sentence = "{% blocktranslate count n=n|digits %}{{ n }} picture{% plural %}{{ n }} pictures{% endblocktranslate %}"
    with numbering.override("arab"):
        assert rendered(sentence, n=1) == "١ picture"
        assert rendered(sentence, n=12) == "١٢ pictures"
