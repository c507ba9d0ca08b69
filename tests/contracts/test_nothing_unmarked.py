"""No sentence that people see is left out of the catalogs: in templates, in modules, in scripts."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*") if path.is_file())
SCRIPTS = sorted((ROOT / "static" / "js").rglob("*.js"))
MODULES = sorted(
    path
    for package in ("hdr_site", "accounts", "recognition")
    for path in (ROOT / package).rglob("*.py")
    if not {"migrations", "launcher", "management"} & set(path.parts)
)
TRANSLATED = re.compile(
    r"\{% blocktrans(?:late)?\b.*?\{% endblocktrans(?:late)? %\}|\{% block width %\}.*?\{% endblock %\}"
    r"|\{% comment.*?endcomment %\}|\{#.*?#\}",
    re.DOTALL,
)
OF_TEMPLATES = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
SEEN_ATTRIBUTES = {"alt", "title", "placeholder", "aria-label", "aria-description", "label"}
WORD = re.compile(r"[^\W\d_]{2,}")
SAME_EVERYWHERE = {
    "API", "CSV", "JSON", "PDF", "ZIP", "XLSX", "TIFF", "MB", "MIT", "OpenAPI", "Facebook", "Google", "LinkedIn",
    "curl", "UTC", "openapi", "json",
}  # fmt: skip
"""Names and abbreviations that no language translates."""


class Seen(HTMLParser):
    """Collects what people see of a page."""

    SILENT = ("script", "style", "code", "pre", "kbd")

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in self.SILENT
        self.words += [value for name, value in attrs if value and (name in SEEN_ATTRIBUTES or _is_said(name, value))]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in self.SILENT

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words.append(data)


def _is_said(name: str, value: str) -> bool:
    """Whether a data attribute has a sentence for a script to show."""
    return name.startswith("data-") and " " in value.strip() and bool(WORD.search(value))


def _unmarked(template: str, *, is_markup: bool) -> list[str]:
    named = re.sub(r"(</?)\{[{%].*?[%}]\}", r"\1i", TRANSLATED.sub("", template))  # tags whose name is put in
    rest = OF_TEMPLATES.sub("", named)
    if not is_markup:
        return _words([rest])
    page = Seen()
    page.feed(rest)
    return _words(page.words)


def _words(texts: list[str]) -> list[str]:
    found = [word for text in texts for word in WORD.findall(text)]
    return [word for word in found if word not in SAME_EVERYWHERE]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_word_of_a_template_is_marked(template: Path) -> None:
    assert _unmarked(template.read_text(), is_markup=template.suffix != ".txt") == []


def test_an_unmarked_word_of_a_template_is_found() -> None:
    page = '<p title="Look">{% trans "a" %} {{ b }} here</p><code>c d</code><i data-x="do it {% trans "e" %}">'
    assert _unmarked(page, is_markup=True) == ["Look", "here", "do", "it"]


# --- Scripts ----------------------------------------------------------------------------------------------------------

LITERAL = re.compile(r'"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`')
COMMENT = re.compile(r"^\s*//[^\n]*$|(?<=[;,{})]) // [^\n]*$|/\*.*?\*/", re.MULTILINE | re.DOTALL)
SENTENCE = re.compile(r"[A-Za-z]{2,}[,:;]? [A-Za-z]{2,}")
NOT_SEEN = {
    "The network was made for another reader.", "The network arrived damaged.", "The server answered  .",
    "The transaction was aborted.", "Sending stopped:  .",
    "input, textarea", "id_image_limits id_image_error",
}  # fmt: skip
"""Errors that go to the console, and names."""


def _sentences(script: str) -> list[str]:
    """Literals with two words, what is put into them left out."""
    literals = [re.sub(r"\$\{[^}]*\}", " ", text)[1:-1] for text in LITERAL.findall(COMMENT.sub("", script))]
    return [text for text in literals if SENTENCE.search(text) and text not in NOT_SEEN]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_script_has_no_sentences_of_its_own(script: Path) -> None:
    assert _sentences(script.read_text()) == []


def test_a_sentence_in_a_script_is_found() -> None:
    assert _sentences('say("Try again"); // "a comment is none"\nsay(words.busy, `${count} files more`);') == [
        "Try again",
        "  files more",
    ]


# --- Modules ----------------------------------------------------------------------------------------------------------

SAID_BY = {
    "ApiError": (1,),
    "error_response": (3,),
    "add_error": (1,),
    "ValidationError": (0,),
    "success": (1,),
    "info": (1,),
    "warning": (1,),
    "error": (1,),
    "message_user": (1,),
    "AuthenticationFailed": (0,),
    "PermissionDenied": (0,),
    "add_message": (2,),
}
"""Calls, and which of their arguments people read."""
SAID_AS = {"label", "empty_label", "verbose_name_plural", "short_description"}
PROSE = re.compile(r"[^\W\d_]{2,}")


def _said(tree: ast.AST) -> Iterator[ast.expr]:
    """What a module says to people, as far as it stands in a call of the above or as a form's label."""
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call):
            continue
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value) == "logger":
            continue
        yield from (call.args[at] for at in SAID_BY.get(name, ()) if at < len(call.args))
        form = name.endswith("Field") and ast.unparse(call.func).startswith("forms.")
        yield from (word.value for word in call.keywords if word.arg in SAID_AS or (form and word.arg == "help_text"))


def _unmarked_of(source: str) -> list[str]:
    parts: list[ast.expr] = list(_said(ast.parse(source)))
    bare = [part for part in parts if isinstance(part, (ast.Constant, ast.JoinedStr)) and not _is_code(part)]
    return [text for text in map(ast.unparse, bare) if PROSE.search(re.sub(r"\{[^}]*\}", "", text[1:]))]


def _is_code(part: ast.expr) -> bool:
    return isinstance(part, ast.Constant) and re.fullmatch("[a-z_]+", str(part.value)) is not None


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_marks_what_it_says_to_people(module: Path) -> None:
    assert _unmarked_of(module.read_text()) == []


def test_an_unmarked_sentence_of_a_module_is_found() -> None:
    source = 'messages.error(request, f"{name} is gone"); forms.CharField(label="Name"); logger.error("x", "fine")'
    assert _unmarked_of(source) == ["f'{name} is gone'", "'Name'"]
