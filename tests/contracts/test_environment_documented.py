"""docs/operations.md lists every environment variable that the product reads, and none that it does not."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ("hdr_site", "accounts", "recognition", "ml")
READERS = {
    "text",
    "secret",
    "flag",
    "integer",
    "choice",
    "words",
    "networks",
    "web_address",
    "database",
    "redis",
    "email",
    "storage",
    "service",
}
PAIRS = {"client"}
"""Readers of two variables that belong together."""

NOT_OURS = {"DJANGO_SETTINGS_MODULE", "PYTHONPATH"}


def documented() -> set[str]:
    """The first column of the table under "Environment"."""
    section = (ROOT / "docs" / "operations.md").read_text().split("\n## Environment\n")[1].split("\n## ")[0]
    return set(re.findall(r"^\| `([A-Z_]+)` \|", section, re.MULTILINE))


def read_by_settings() -> set[str]:
    """The variables that one of the typed readers of hdr_site/env.py is called with."""
    return {name for path in sources() for name in reader_calls(ast.parse(path.read_text()))}


def sources() -> Iterator[Path]:
    """All modules of the product."""
    for package in PACKAGES:
        yield from (ROOT / package).rglob("*.py")


def reader_calls(tree: ast.AST) -> Iterator[str]:
    """The first argument of every call of `env.reader(…)`."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="env"), attr=reader),
                args=[ast.Constant(value=str(name)), ast.Constant(value=str(other))],
            ) if reader in PAIRS:
                yield from (name, other)
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="env"), attr=reader), args=[ast.Constant(value=name), *_]
            ):
                if reader in READERS:
                    yield str(name)


def environ_reads(tree: ast.AST) -> Iterator[str]:
    """Every name in `os.environ["…"]`, `os.environ.get("…")` and `given.get("…")` of the launcher."""
    for node in ast.walk(tree):
        match node:
            case ast.Subscript(value=ast.Attribute(attr="environ"), slice=ast.Constant(value=str(name))):
                yield name
            case ast.Call(
                func=ast.Attribute(value=ast.Attribute(attr="environ"), attr="get" | "setdefault"),
                args=[ast.Constant(value=str(name)), *_],
            ):
                yield name


def test_every_variable_that_a_setting_reads_is_documented() -> None:
    assert read_by_settings() - documented() == set()


def test_every_documented_variable_is_read() -> None:
    assert documented() - read_by_settings() == set()


def test_no_variable_is_read_past_the_typed_readers_without_being_mentioned() -> None:
    text = (ROOT / "docs" / "operations.md").read_text()
    found = {name for path in sources() for name in environ_reads(ast.parse(path.read_text()))}
    assert {name for name in found - NOT_OURS if f"`{name}`" not in text} == set()
