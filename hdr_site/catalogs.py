"""The message catalogs of gettext: compiled where the product starts, since only their sources are in the repository.

`python -m hdr_site.catalogs` compiles those that changed; it needs no settings. collecting_messages.py fills them.
"""

import os
import tempfile
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).resolve().parent.parent / "locale"


def compile_stale(locale: Path = LOCALE) -> list[Path]:
    """Compile each `<language>/LC_MESSAGES/*.po` that is newer than its .mo; returns those that were written.

    Several processes may do it at once: a catalog appears whole.
    """
    sources = [source for source in sorted(locale.glob("*/LC_MESSAGES/*.po")) if _is_stale(source)]
    return [_compile(source) for source in sources]


def _is_stale(source: Path) -> bool:
    compiled = source.with_suffix(".mo")
    return not compiled.exists() or compiled.stat().st_mtime_ns <= source.stat().st_mtime_ns


def _compile(source: Path) -> Path:
    compiled = source.with_suffix(".mo")
    with source.open("rb") as text:
        catalog = read_po(text)
    with tempfile.NamedTemporaryFile(dir=source.parent, suffix=".tmp", delete=False) as unfinished:
        write_mo(unfinished, catalog)
    os.chmod(unfinished.name, 0o644)
    os.replace(unfinished.name, compiled)
    return compiled


if __name__ == "__main__":
    compile_stale()
