"""Sentences that were made in English are said in the reader's language."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

from recognition import wording
from recognition.sentences import SENTENCES
from recognition.uploads import UploadRejected

ROOT = Path(__file__).resolve().parents[2]
RAISED = {"PictureRejected", "FormatRejected", "Illegal", "UploadRejected", "Refused", "unsupported"}
SENTENCE = re.compile(r"[A-Za-z]{2,}\W+\w")
FOR_PROGRAMMERS = {"no picture of ours", "no message"}
"""What ml/documents/ says to itself when its child process breaks off."""


@pytest.fixture
def catalog(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Translations of a language that is not English."""
    said: dict[str, str] = {}
    monkeypatch.setattr(wording, "gettext", lambda sentence: said.get(sentence, sentence))
    return said


def test_a_sentence_is_found_again_with_what_was_put_into_it(catalog: dict[str, str]) -> None:
    catalog["This PDF has %(pages)s pages; send at most %(limit)s at a time."] = "höchstens %(limit)s statt %(pages)s"
    with translation.override("es"):
        assert wording.worded("This PDF has 70 pages; send at most 50 at a time.") == "höchstens 50 statt 70"


def test_what_was_put_in_is_worded_too(catalog: dict[str, str]) -> None:
    catalog["Expected %(wanted)s, found %(found)s."] = "%(found)s statt %(wanted)s"
    catalog["%(least)s to %(most)s digits"] = "%(least)s bis %(most)s Ziffern"
    with translation.override("es"):
        assert wording.worded("Expected 13 to 19 digits, found 4.") == "4 statt 13 bis 19 Ziffern"


def test_a_sentence_of_nobody_and_english_stay_as_they_are(catalog: dict[str, str]) -> None:
    catalog["This file is empty; send a picture."] = "!"
    assert wording.worded("This file is empty; send a picture.") == "This file is empty; send a picture."
    with translation.override("es"):
        assert wording.worded("Something else 12") == "Something else 12"


def test_a_refusal_is_in_the_language_of_whoever_is_answered(catalog: dict[str, str]) -> None:
    catalog["This file is empty; send a picture."] = "leer"
    with translation.override("es"):
        assert UploadRejected("empty_file", "This file is empty; send a picture.").sentence == "leer"


def _modules() -> Iterator[Path]:
    yield from (ROOT / "ml" / "documents").glob("*.py")
    yield from (ROOT / "ml" / "formats").glob("*.py")
    yield from (ROOT / "ml" / name for name in ("images.py", "reencoding.py", "picture_formats.py"))
    yield from (module for module in (ROOT / "recognition").glob("*.py") if module.name != "sentences.py")


def _said(module: Path) -> Iterator[str]:
    """What a module raises with a code, as far as it stands there; `told`, a beginning of it, is put in its place."""
    tree = ast.parse(module.read_text())
    named = [node for node in ast.walk(tree) if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)]
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in RAISED:
            before = [node for node in sorted(named, key=lambda node: node.lineno) if node.lineno < call.lineno]
            told = {ast.unparse(node.targets[0]): node.value for node in before}
            yield from filter(SENTENCE.search, [_text(argument, told) for argument in call.args])


def _text(node: ast.expr, told: dict[str, ast.expr]) -> str:
    """A literal with 7 in each of its places; empty for what is no literal."""
    match node:
        case ast.Constant(value=str() as text):
            return text
        case ast.JoinedStr():
            return "".join(_text(part, told) for part in node.values)
        case ast.Name(id=("told" | "sentence") as name) | ast.FormattedValue(value=ast.Name(id="told" as name)):
            return _text(told[name], told) if name in told else ""
        case ast.FormattedValue():
            return "7"
    return ""


@pytest.mark.parametrize("module", sorted(_modules()), ids=lambda module: f"{module.parent.name}/{module.name}")
def test_every_refusal_stands_among_the_sentences(module: Path) -> None:
    unknown = [said for said in _said(module) if wording._taken_apart(said)[0] is None]
    assert [said for said in unknown if said not in FOR_PROGRAMMERS] == []


def test_no_sentence_stands_among_them_twice() -> None:
    assert len(set(SENTENCES)) == len(SENTENCES)
