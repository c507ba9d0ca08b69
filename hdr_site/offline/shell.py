"""What a browser keeps, and the service worker's script that says so.

Names of collected static files carry a hash of their content, so a list of them is a version: when it changes, the
script does, and browsers fetch what is new.
"""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from posixpath import dirname, join, normpath

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.templatetags.static import static
from django.urls import reverse

from hdr_site.offline import pages

WORKER = ("js/offline/waiting-room.js", "js/offline/dispatch.js", "js/offline/worker.js")
READER = ("reader/", "js/reader/")
"""Folders of the reader in the page: 500 KB that only those get who draw."""

_IMPORTED = re.compile(r"""^\s*(?:import|export)\b[^"';]*["'](\.{1,2}/[^"']+)["']""", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class House:
    """Addresses of static files: `shell` is fetched at once, `reader` by those who draw."""

    shell: tuple[str, ...]
    reader: tuple[str, ...]


@lru_cache(maxsize=32)  # browsers ask for it with every page
def script(language: str) -> str:
    """The service worker's script for pages in one language."""
    shown = {name: pages.rendered(name, language) for name in pages.addresses(language)}
    house, at = contents(shown.values()), pages.addresses(language)
    facts = {
        "shell": house.shell,
        "reader": house.reader,
        "pages": list(at.values()),
        "standIn": {reverse(page): at[name] for name, page in pages.STAND_IN.items()},
        "elsewhere": at[pages.ELSEWHERE],
        "shared": reverse("offline-shared"),
        "afterwards": reverse("recognition:new") + "?shared=1",
        "readerVersion": _digest(*house.reader),
        "version": _digest(*house.shell, *shown.values()),
    }
    parts = ", ".join(json.dumps(static(name)) for name in WORKER)
    return f"self.HOUSE = {json.dumps(facts, sort_keys=True)};\nimportScripts({parts});\n"


def contents(shown: Iterable[str]) -> House:
    """All static files that some pages need, those included that their scripts import."""
    named = {name for page in shown for name in _named_in(page)}
    found = sorted(_with_imports(named))
    later = [name for name in found if name.startswith(READER)]
    return House(
        shell=tuple(static(name) for name in found if name not in later),
        reader=tuple(static(name) for name in later),
    )


def _named_in(page: str) -> set[str]:
    """The source names of the static files that a page's attributes refer to."""
    at_home = {hashed: name for name, hashed in getattr(staticfiles_storage, "hashed_files", {}).items()}
    found = re.findall(rf'="{re.escape(settings.STATIC_URL)}([^"?#]+)"', page)
    return {at_home.get(name, name) for name in found}


def _with_imports(names: set[str]) -> set[str]:
    known: set[str] = set()
    todo = set(names)
    while todo:
        name = todo.pop()
        known.add(name)
        todo |= _imports_of(name) - known
    return known


def _imports_of(name: str) -> set[str]:
    source = finders.find(name)
    if not name.endswith(".js") or not isinstance(source, str):
        return set()
    return {normpath(join(dirname(name), other)) for other in _IMPORTED.findall(Path(source).read_text())}


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
