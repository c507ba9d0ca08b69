"""Compiling the catalogs of gettext."""

import gettext
import os
from pathlib import Path

import pytest

from hdr_site import catalogs

SOURCE = 'msgid ""\nmsgstr "Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\nmsgid "one"\nmsgstr "eins"\n'


@pytest.fixture
def german(tmp_path: Path) -> Path:
    source = tmp_path / "de" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(SOURCE)
    return source


def in_german(locale: Path) -> str:
    return gettext.translation("django", locale, ["de"]).gettext("one")


def test_a_catalog_is_compiled_where_gettext_looks_for_it(german: Path, tmp_path: Path) -> None:
    assert catalogs.compile_stale(tmp_path) == [german.with_suffix(".mo")]
    assert in_german(tmp_path) == "eins"


def test_a_catalog_is_compiled_again_only_when_its_source_has_changed(german: Path, tmp_path: Path) -> None:
    compiled = german.with_suffix(".mo")
    catalogs.compile_stale(tmp_path)
    assert catalogs.compile_stale(tmp_path) == []
    german.write_text(SOURCE.replace("eins", "1"))
    later = compiled.stat().st_mtime_ns + 1
    os.utime(german, ns=(later, later))
    assert catalogs.compile_stale(tmp_path) == [compiled]
    assert compiled.read_bytes().count(b"eins") == 0


def test_compiling_leaves_nothing_but_what_everybody_may_read(german: Path, tmp_path: Path) -> None:
    (compiled,) = catalogs.compile_stale(tmp_path)
    assert sorted(file.name for file in german.parent.iterdir()) == ["django.mo", "django.po"]
    assert compiled.stat().st_mode & 0o777 == 0o644
