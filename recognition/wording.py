"""Sentences that were made in English, in the language of whoever reads them."""

import re
from functools import cache, lru_cache

from django.utils.translation import get_language, gettext

from hdr_site.languages import ENGLISH
from recognition.sentences import SENTENCES

PLACE = re.compile(r"%\((\w+)\)s")


def worded(sentence: str) -> str:
    """`sentence` in the language that is active; one that is none of ours stays as it is."""
    if not sentence or get_language() in {None, ENGLISH}:
        return sentence
    template, parameters = _taken_apart(sentence)
    if template is None:
        return sentence
    said = {name: worded(value) for name, value in parameters}
    return gettext(template) % said if said else gettext(template)


@lru_cache(maxsize=2000)
def _taken_apart(sentence: str) -> tuple[str | None, tuple[tuple[str, str], ...]]:
    """The sentence as it stands in the catalogs, and what was put into it."""
    if sentence in SENTENCES:
        return sentence, ()
    for template, pattern in _patterns():
        if match := pattern.fullmatch(sentence):
            return template, tuple(match.groupdict().items())
    return None, ()


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Those with places, the longest first: what says more is tried before what fits more."""
    templates = sorted((one for one in SENTENCES if PLACE.search(one)), key=len, reverse=True)
    return tuple((template, _pattern(template)) for template in templates)


def _pattern(template: str) -> re.Pattern[str]:
    """What stands between the places as it is; in a place anything."""
    parts = PLACE.split(template)
    fixed = [re.escape(part) if at % 2 == 0 else f"(?P<{part}>.+?)" for at, part in enumerate(parts)]
    return re.compile("".join(fixed), re.DOTALL)
