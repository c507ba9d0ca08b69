"""Which languages an installation has."""

from pathlib import Path

import pytest
from django.conf import settings

from hdr_site import languages


def catalog(locale: Path, name: str, file: str = "django.po") -> None:
    folder = locale / name / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / file).touch()


def test_without_catalogs_there_is_english(tmp_path: Path) -> None:
    assert languages.in_folder(tmp_path / "nothing") == [("en", "English")]


@pytest.mark.parametrize(
    ("name", "expected"),
    [("de", ("de", "Deutsch")), ("pt_BR", ("pt-br", "Português Brasileiro")), ("tlh", ("tlh", "tlh"))],
)
def test_a_new_catalog_appears_by_itself_under_its_own_name(
    tmp_path: Path, name: str, expected: tuple[str, str]
) -> None:
    catalog(tmp_path, name)
    assert languages.in_folder(tmp_path) == [("en", "English"), expected]


def test_without_its_source_a_compiled_catalog_does_not_count(tmp_path: Path) -> None:
    catalog(tmp_path, "de", "django.mo")
    assert languages.in_folder(tmp_path) == [("en", "English")]


def test_the_product_speaks_eleven_languages_each_under_its_own_name() -> None:
    assert dict(settings.LANGUAGES) == {
        "en": "English",
        "ar": "العربيّة",
        "bn": "বাংলা",
        "es": "español",
        "fr": "français",
        "gu": "ગુજરાતી",
        "hi": "हिंदी",
        "kn": "ಕನ್ನಡ",
        "mr": "मराठी",
        "ta": "தமிழ்",
        "te": "తెలుగు",
    }


def test_a_catalog_of_english_makes_no_second_english(tmp_path: Path) -> None:
    catalog(tmp_path, "en")
    assert languages.in_folder(tmp_path) == [("en", "English")]
