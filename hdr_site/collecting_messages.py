"""Collect every sentence that is marked for translation into locale/<language>/LC_MESSAGES/django.po: `make messages`.

Ours come from the templates (by Django's own reading of them) and the Python modules. Besides, each catalog has what
Django, allauth and Django REST framework say on our pages and in our API and do not say in that language themselves.

A catalog is written the same way each time: sorted by where a sentence stands and by the sentence, without lines,
dates and names, so that a change is as small as what changed. Translations of sentences that are gone go with them.
"""

import importlib
from collections.abc import Iterable
from gettext import GNUTranslations, NullTranslations
from io import SEEK_END, BytesIO
from pathlib import Path

from babel.core import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from hdr_site.catalogs import LOCALE, compile_stale

ROOT = LOCALE.parent
LANGUAGES = ("ar", "bn", "es", "fr", "gu", "hi", "kn", "mr", "ta", "te")
PACKAGES = ("hdr_site", "accounts", "recognition")
KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
BORROWED = {
    "django": (
        "contrib/auth/forms.py",
        "contrib/auth/password_validation.py",
        "core/validators.py",
        "forms/*.py",
        "template/defaultfilters.py",
        "utils/dates.py",
    ),
    "allauth": (
        *("account/adapter.py", "account/fields.py", "account/forms.py", "account/internal/**/*.py"),
        *("mfa/adapter.py", "mfa/*/forms.py", "mfa/webauthn/internal/*.py"),
        *("socialaccount/adapter.py", "socialaccount/forms.py"),
    ),
    "rest_framework": ("exceptions.py", "fields.py", "serializers.py", "validators.py"),
}
"""Which parts of libraries speak to people through our pages and our API."""
HEADER = """\
# {name} translation of the handwritten number platform; docs/translating.md says how to go about it.
msgid ""
msgstr ""
"Language: {language}\\n"
"Plural-Forms: {plural_forms}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


def main() -> None:
    """Bring the catalog of every language up to date, and compile it."""
    ours = own_messages()
    for language in LANGUAGES:
        file = LOCALE / language / "LC_MESSAGES" / "django.po"
        file.parent.mkdir(parents=True, exist_ok=True)
        before = read_po(BytesIO(file.read_bytes())) if file.exists() else Catalog()
        file.write_bytes(written(language, _together(ours, borrowed_messages(language)), before))
    compile_stale()


def written(language: str, messages: Iterable[Message], before: Catalog) -> bytes:
    """The catalog as its file has it, with the translations that there were before."""
    catalog = Catalog(locale=language)
    for message in messages:
        known = before.get(message.id, message.context)
        translation = known.string if known and known.id == message.id else ""  # a plural goes by both its forms
        _add(catalog, message, translation or "")
    name = Locale.parse(language).english_name
    text = BytesIO(HEADER.format(name=name, language=language, plural_forms=catalog.plural_forms).encode())
    text.seek(0, SEEK_END)
    write_po(text, catalog, width=0, include_lineno=False, omit_header=True)
    return text.getvalue().rstrip() + b"\n"


def own_messages() -> Catalog:
    """What our templates and modules say."""
    catalog = Catalog()
    for template in sorted((ROOT / "templates").rglob("*")):
        if template.is_file():
            _collect(catalog, template, _as_python(template), ROOT)
    for package in PACKAGES:
        for module in sorted((ROOT / package).rglob("*.py")):
            _collect(catalog, module, module.read_bytes(), ROOT)
    return catalog


def borrowed_messages(language: str) -> Catalog:
    """What the libraries would say in English to a reader of this language."""
    catalog = Catalog()
    for library, patterns in BORROWED.items():
        root = _root(library)
        translated = _translated(root, language)
        for module in sorted(module for pattern in patterns for module in root.glob(pattern)):
            found = Catalog()
            _collect(found, module, module.read_bytes(), root.parent)
            for message in found:
                if message.id and not _has(translated, message):
                    _add(catalog, message, "")
    return catalog


def _as_python(template: Path) -> bytes:
    """What Django's own makemessages makes of a template: calls of gettext between words that mean nothing."""
    lines = templatize(template.read_text(), origin=str(template)).splitlines()
    return "\n".join(line.strip() for line in lines).encode()


def _collect(catalog: Catalog, file: Path, source: bytes, root: Path) -> None:
    place = (file.relative_to(root).as_posix(), 0)
    for _, identity, comments, context in extract(
        "python", BytesIO(source), keywords=KEYWORDS, comment_tags=("Translators:",), strip_comment_tags=True
    ):
        catalog.add(identity, locations=[place], auto_comments=comments, context=context)


def _together(*catalogs: Catalog) -> list[Message]:
    """All messages, each once, by where they stand (ours first) and what they say."""
    together = Catalog()
    for catalog in catalogs:
        for message in catalog:
            if message.id:
                _add(together, message, "")
    return sorted((message for message in together if message.id), key=_place)


def _add(catalog: Catalog, message: Message, translation: str | tuple[str, ...] | list[str]) -> None:
    catalog.add(
        message.id,
        translation,
        locations=message.locations,
        flags=message.flags,
        auto_comments=message.auto_comments,
        context=message.context,
    )


def _place(message: Message) -> tuple[str, str, str]:
    first, _ = min(message.locations)
    return first, str(message.id), message.context or ""


def _root(library: str) -> Path:
    return Path(str(importlib.import_module(library).__file__)).parent


class _Nothing(NullTranslations):
    """What is asked after all catalogs of a library: it knows no translation."""

    def gettext(self, message: str) -> str:
        return ""

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return ""

    def pgettext(self, context: str, message: str) -> str:
        return ""


def _translated(root: Path, language: str) -> NullTranslations:
    """The library's own catalogs of a language, one after the other."""
    first: NullTranslations = _Nothing()
    for file in sorted(root.glob(f"**/locale/{language}/LC_MESSAGES/django.mo")):
        with file.open("rb") as compiled:
            catalog = GNUTranslations(compiled)
        catalog.add_fallback(first)
        first = catalog
    return first


def _has(translated: NullTranslations, message: Message) -> bool:
    if isinstance(message.id, str):
        text, context = message.id, message.context
        return bool(translated.pgettext(context, text) if context else translated.gettext(text))
    one, many = message.id
    return bool(translated.ngettext(one, many, 1))


if __name__ == "__main__":
    main()
