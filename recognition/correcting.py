"""What people say instead of the machine: each correction is a whole answer, and none is ever changed or removed.

The owner's last word is what the picture's numbers are: for pages, search, totals and exports. A later reading stands
beside it and never overwrites it.
"""

from collections.abc import Sequence
from typing import Any, cast

from django.db import transaction
from django.db.models import Case, TextField, When
from django.db.models.functions import MD5, Cast, Concat
from django.utils.translation import gettext, gettext_lazy

from hdr_site.foundation import limits
from hdr_site.foundation.limits import MINUTE, Limit
from recognition import answers, engine, selectors
from recognition.engine import Page, Placed
from recognition.models import Correction, Recognition, Role
from recognition.uploads import UploadRejected

MOST_DIGITS = 1000
"""In one answer; the reader finds 600 at most."""
MOST_CORRECTIONS = 100
"""Of one picture, since each is kept."""
MACHINES: dict[str, Any] = {"digits": None, "lines": [], "text": ""}
"""What is noted where the machine's answer is to count again."""
MARK = Case(
    When(digits__isnull=False, then=MD5(Concat(Cast("digits", TextField()), Cast("lines", TextField()), "text")))
)
"""Answers are the same where their marks are; None is the machine's. Whole answers may be long, and they are many."""
RATE = Limit("corrections/owner", gettext_lazy("corrections"), 120, MINUTE)


@transaction.atomic
def correct(
    recognition: Recognition, author: Any, digits: Sequence[Placed], version: str, role: Role = Role.OWNER
) -> Correction:
    """Note what `author` says the picture's digits are, in any order; `version`: of the answer that they saw.

    Raises UploadRejected where that is no answer on this picture, where another answer is on show meanwhile, and where
    there are too many.
    """
    locked = _locked(recognition, author, version)
    _check(digits, locked)
    return _write(locked, author, digits, role)


@transaction.atomic
def take_machines(recognition: Recognition, author: Any, version: str) -> Correction:
    """Take back all that was corrected: the machine's answer counts again, and later ones of its will.

    Raises UploadRejected as `correct` does, and where nothing is corrected.
    """
    locked = _locked(recognition, author, version)
    if locked.corrected_text is None:
        raise _nothing_to_undo()
    return _note(locked, author, MACHINES, Role.OWNER)


@transaction.atomic
def undo(recognition: Recognition, author: Any, version: str) -> Correction:
    """Take back the owner's last correction, by a further one. Raises UploadRejected as `take_machines` does."""
    locked = _locked(recognition, author, version)
    steps = _steps(locked)
    if len(steps) < 2:
        raise _nothing_to_undo()
    return _note(locked, author, _said(steps[-2][0]), Role.OWNER)


def can_undo(recognition: Recognition) -> bool:
    """Whether there is anything to take back."""
    return len(_steps(recognition)) > 1


def _steps(recognition: Recognition) -> list[tuple[int | None, str | None]]:
    """The answers that lead to the one on show, by key and mark, the machine's first.

    A return to the last but one is an undo.
    """
    steps: list[tuple[int | None, str | None]] = [(None, None)]
    for key, mark in selectors.corrections_of(recognition).order_by("pk").values_list("pk", MARK):
        if len(steps) > 1 and steps[-2][1] == mark:
            steps.pop()
        else:
            steps.append((key, mark))
    return steps


def _said(key: int | None) -> dict[str, Any]:
    """The answer of one correction; the machine's without any."""
    return MACHINES if key is None else Correction.objects.values(*MACHINES).get(pk=key)


def _locked(recognition: Recognition, author: Any, version: str) -> Recognition:
    """The row, locked so that corrections come one after the other, if `version` is the answer on show."""
    _, refusal = limits.count(RATE, str(author.pk))
    if refusal:
        raise UploadRejected("too_many_corrections", refusal.sentence(), 429, refusal.wait)
    rows = Recognition.objects.select_for_update(no_key=True, of=("self",)).select_related("reading")
    row = rows.filter(pk=recognition.pk).first()
    if row is None or row.reading is None:
        sentence = gettext("This picture has no answer yet; wait until it is read, then correct it.")
        raise UploadRejected("nothing_read_yet", sentence, 409)
    earlier = selectors.corrections_of(row).count()
    if version != answers.version_of(row.reading, earlier):
        raise _stale(version, row.reading.attempt)
    if earlier >= MOST_CORRECTIONS:
        sentence = gettext("This picture was corrected %(most)d times, which is the most; send the picture again.")
        raise UploadRejected("corrections_full", sentence % {"most": MOST_CORRECTIONS}, 409)
    return row


def _stale(version: str, attempt: int) -> UploadRejected:
    if version.partition(".")[0] != str(attempt):
        sentence = gettext("The picture was read again meanwhile; look at the new answer, then correct that.")
        return UploadRejected("stale_reading", sentence, 409)
    sentence = gettext("The answer was corrected meanwhile, in another window perhaps; look at it, then go on.")
    return UploadRejected("stale_answer", sentence, 409)


def _nothing_to_undo() -> UploadRejected:
    return UploadRejected("nothing_to_undo", gettext("Nothing is corrected here; this is the machine's answer."), 409)


def _check(digits: Sequence[Placed], recognition: Recognition) -> None:
    if len(digits) > MOST_DIGITS:
        told = gettext("An answer has %(count)d digits; give at most %(most)d.")
        raise UploadRejected("too_many_digits", told % {"count": len(digits), "most": MOST_DIGITS})
    for one in digits:
        if not 0 <= one.value <= 9:
            told = gettext("%(value)s is no digit; each is one of 0 to 9.")
            raise UploadRejected("not_a_digit_value", told % {"value": one.value})
        x, y, wide, high = one.box
        if min(x, y) < 0 or min(wide, high) < 1 or x + wide > recognition.width or y + high > recognition.height:
            raise _outside(one, recognition)


def _outside(one: Placed, recognition: Recognition) -> UploadRejected:
    told = gettext("The box %(box)s is not within the picture, which has %(width)d×%(height)d pixels; draw it inside.")
    box = ", ".join(map(str, one.box))
    return UploadRejected("box_outside", told % {"box": box, "width": recognition.width, "height": recognition.height})


def _write(recognition: Recognition, author: Any, digits: Sequence[Placed], role: Role) -> Correction:
    page, ordered = engine.regroup(recognition.width, recognition.height, digits, recognition.format)
    answer = {"digits": _as_stored(page, ordered), "lines": _lines(page), "text": page.text}
    return _note(recognition, author, answer, role)


def _note(recognition: Recognition, author: Any, answer: dict[str, Any], role: Role) -> Correction:
    correction = Correction.objects.create(
        recognition=recognition, reading_id=cast("int", recognition.reading_id), author=author, role=role, **answer
    )
    if role == Role.OWNER:
        said = None if answer["digits"] is None else answer["text"]
        Recognition.objects.filter(pk=recognition.pk).update(corrected_text=said)
    return correction


def _as_stored(page: Page, ordered: Sequence[Placed]) -> list[dict[str, Any]]:
    return [
        dict(zip(("x", "y", "width", "height"), one.box, strict=True))
        | {"value": one.value, "sign": one.sign, "line": digit.line, "number": digit.number}
        for one, digit in zip(ordered, page.digits, strict=True)
    ]


def _lines(page: Page) -> list[list[dict[str, Any]]]:
    """The numbers of each line. They have no confidence: a person said them."""
    return [
        [number.as_dict() | {"confidence": None} for number in page.numbers if number.line == line]
        for line in range(len(page.lines))
    ]
