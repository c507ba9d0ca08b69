"""`python -m ml.read --json FILE…`: read pictures from the command line, without server and database."""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

from ml import explain_command, formats
from ml.classifier import WeightsMismatch
from ml.formats import Format, FormatRejected
from ml.images import PictureRejected, open_picture
from ml.page import Page
from ml.reader import Reader


def main(arguments: list[str] | None = None) -> int:
    """0 if every file was read, 1 if any failed (the others are still read), 2 if weights or format cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m ml.read", description="Read handwritten digits in pictures.")
    parser.add_argument("files", nargs="+", metavar="FILE", help="PNG, JPEG, WebP, BMP, TIFF, GIF or HEIC")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--explain", action="store_true", help="say why each digit was read so, and how it was written")
    parser.add_argument("--explain-pictures", type=Path, metavar="FOLDER", help="the same, with heat maps as PNG files")
    parser.add_argument(
        "--format", metavar="FORMAT", help="what the numbers are, as amount, date, postal:IN or length:6"
    )
    given = parser.parse_args(arguments)
    try:
        wanted = formats.parse(given.format) if given.format is not None else None
    except FormatRejected as refusal:
        print(f"{refusal.code}: {refusal.sentence}", file=sys.stderr)
        return 2
    try:
        reader = Reader.load()
    except WeightsMismatch as error:
        print(f"The weights cannot be used: {error}", file=sys.stderr)
        return 2
    answers = [_answer(reader, name, given, wanted) for name in given.files]
    return 0 if all(answers) else 1


def _answer(reader: Reader, name: str, given: argparse.Namespace, wanted: Format | None) -> bool:
    """Read one file and print its answer at once; whether it worked."""
    started = time.perf_counter()
    page, error = _read(reader, Path(name))
    if page is not None and wanted is not None:
        page = formats.apply(wanted, page)
    milliseconds = round((time.perf_counter() - started) * 1000, 1)
    answer = as_dict(page) | {"file": name, "ms": milliseconds, "error": error}
    if given.explain or given.explain_pictures:
        answer = explain_command.added(answer, reader, Path(name), page, given.explain_pictures)
    print(json.dumps(answer) if given.json else _sentence(answer), flush=True)
    return error is None


def _read(reader: Reader, path: Path) -> tuple[Page | None, dict[str, str] | None]:
    try:
        return reader.read(open_picture(path, mode="L")), None
    except PictureRejected as rejected:
        return None, {"code": rejected.code, "message": rejected.sentence}
    except OSError as trouble:
        return None, {"code": "unreadable_file", "message": f"This file cannot be opened: {trouble.strerror}."}


def as_dict(page: Page | None) -> dict[str, Any]:
    """The page as the JSON of the command line; of no page, an empty answer."""
    if page is None:
        return {"text": "", "confidence": None, "lines": [], "numbers": [], "digits": [], "width": None, "height": None}
    digits = [
        {
            "value": digit.value,
            "confidence": digit.confidence,
            "box": list(digit.box),
            "line": digit.line,
            "number": digit.number,
            "probabilities": list(digit.probabilities),
            "not_a_digit": digit.not_a_digit,
        }
        for digit in page.digits
    ]
    return {
        "text": page.text,
        "confidence": page.confidence,
        "lines": list(page.lines),
        "numbers": [number.as_dict() for number in page.numbers],
        "digits": digits,
        "width": page.width,
        "height": page.height,
    }


def _sentence(answer: dict[str, Any]) -> str:
    if answer["error"] is not None:
        return f"{answer['file']}: {answer['error']['message']}"
    if not answer["digits"]:
        return f"{answer['file']}: no digit found ({answer['ms']:.0f} ms)"
    lines = "\n  ".join([*answer["lines"], *_remarks(answer)])
    why = explain_command.table(answer) if "explanation" in answer["digits"][0] else ""
    return f"{answer['file']}: {answer['confidence']:.0%} sure ({answer['ms']:.0f} ms)\n  {lines}{why}"


def _remarks(answer: dict[str, Any]) -> list[str]:
    """What a format has to say to the numbers."""
    remarks = []
    for number in answer["numbers"]:
        said = number["format"]
        if said is not None:
            told = said["text"] if said["legal"] else said["error"]["message"]
            remarks.append(f"{number['text']}: {told}")
            remarks += [one["message"] for one in said["overruled"]]
    return remarks


if __name__ == "__main__":
    raise SystemExit(main())
