"""The languages of this installation: English, in which the product is written, and those that locale/ has."""

from pathlib import Path

from django.conf.locale import LANG_INFO
from django.utils.translation import to_language

ENGLISH = "en"
# What Django does not know: a language that it has no translation into, and one by its own name.
LANG_INFO.setdefault("gu", {"bidi": False, "code": "gu", "name": "Gujarati", "name_local": "ગુજરાતી"})
LANG_INFO["kn"]["name_local"] = "ಕನ್ನಡ"


def in_folder(locale: Path) -> list[tuple[str, str]]:
    """Code and own name of each language: English first, then every `<language>/LC_MESSAGES/django.po`, by code.

    A new catalog appears by itself. Languages that Django does not know go by their code.
    """
    found = {to_language(catalog.parent.parent.name) for catalog in locale.glob("*/LC_MESSAGES/django.po")}
    return [(code, _own_name(code)) for code in (ENGLISH, *sorted(found - {ENGLISH}))]


def _own_name(code: str) -> str:
    known = LANG_INFO.get(code) or LANG_INFO.get(code.partition("-")[0], {})
    return str(known.get("name_local", code))
