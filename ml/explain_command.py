"""What `python -m ml.read --explain` adds to an answer: explanations in its JSON, a table for people, pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ml import explanation_pictures
from ml.explain import Explanation, explain
from ml.images import open_picture
from ml.page import Page
from ml.reader import Reader

ROWS, COLUMNS = ("upper", "middle", "lower"), ("left", "centre", "right")


def added(answer: dict[str, Any], reader: Reader, path: Path, page: Page | None, folder: Path | None) -> dict[str, Any]:
    """The answer with `explanation` in every digit; the pictures into `folder`, where one is given."""
    if page is None:
        return answer
    boxes = [(digit.box, digit.value) for digit in page.digits]
    with open_picture(path, mode="L") as picture:
        found = explain(reader, picture, boxes, range(len(boxes)))
    if folder:
        _save(found, folder, path.stem)
    digits = [
        digit | {"explanation": one.as_dict() if one else None}
        for digit, one in zip(answer["digits"], found, strict=True)
    ]
    return answer | {"digits": digits}


def table(answer: dict[str, Any]) -> str:
    """The explanations of an answer, one line a digit."""
    head = (
        f"{'digit':>5}  {'chance':>7}  {'rests on the ink at the':<24}{'else':>6}{'slant':>7}{'stroke':>8}{'loops':>7}"
    )
    return "\n  ".join(["", head, *(_row(digit) for digit in answer["digits"])])


def _row(digit: dict[str, Any]) -> str:
    begins = f"{digit['value']:>5}  {digit['confidence']:>7.1%}  "
    why = digit["explanation"]
    if why is None:
        return begins + "not found again"
    spot, style = why["stroke"], why["style"]
    place = f"{ROWS[spot['row']]} {COLUMNS[spot['column']]} ({-spot['fall']:+.0%})" if spot else "nowhere"
    instead = ("none" if spot["reads_as"] is None else spot["reads_as"]) if spot else digit["value"]
    row = f"{begins}{place:<24}{instead:>6}"
    if style is None:
        return row
    return f"{row}{style['slant_degrees']:>+6.0f}°{style['stroke_width']:>8.0%}{style['loops']:>7}"


def _save(found: list[Explanation | None], folder: Path, stem: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for at, one in enumerate(found):
        if one:
            (folder / f"{stem}-{at:03d}-heat.png").write_bytes(explanation_pictures.laid_over(one))
            (folder / f"{stem}-{at:03d}-maps.png").write_bytes(explanation_pictures.pictures(one)["maps"])
