"""Commands that the documents name exist."""

import re
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
DOCUMENTS = [path for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))) if path.exists()]
MAKEFILE = (ROOT / "Makefile").read_text()


def targets() -> set[str]:
    """The words that make knows."""
    return set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))


def named(pattern: str) -> list[str]:
    """What the documents name in code: between backquotes, or in an indented or fenced block."""
    text = "\n".join(path.read_text() for path in DOCUMENTS)
    code = "\n".join(re.findall(r"```.*?```|`[^`\n]+`", text, re.DOTALL))
    return sorted(set(re.findall(pattern, code)))


def test_there_are_documents() -> None:
    assert [path.name for path in DOCUMENTS if path.name == "operations.md"]


@pytest.mark.parametrize("word", named(r"\bmake ([a-z-]+)"))
def test_a_make_word_exists(word: str) -> None:
    assert word in targets()


@pytest.mark.parametrize("module", named(r"python3? -m ([a-z_.]+)"))
def test_a_python_module_exists(module: str) -> None:
    assert find_spec(module) is not None


@pytest.mark.parametrize("word", named(r"python manage\.py ([a-z_]+)"))
def test_a_management_command_exists(word: str) -> None:
    from django.core.management import get_commands

    assert word in get_commands()


@pytest.mark.parametrize("word", sorted(targets()))
def test_help_names_every_word_for_people(word: str) -> None:
    helped = re.search(r"^help:\n((?:\t.*\n)+)", MAKEFILE, re.MULTILINE)
    assert helped
    assert word in helped[1] or word in {"help", "install", "install-dev"}
