"""What is chosen last, on validation glyphs and pages: when to reject, and how far numbers and pages can be trusted."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml import trust
from ml.assembly import examine
from ml.decision import NOT_A_DIGIT, Chances
from ml.reader import Reader
from ml.sheets import Sheet
from ml.trust import Trust

PAGE_LIMIT = 0.15  # chosen on validation pages of digits, cheques, words and scribbles
_LIMITS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
_COST = 0.0003  # so many of the digits that are read rightly may be rejected


def choose_limit(chances: Chances, labels: NDArray[np.integer]) -> float:
    """The strictest limit for (n, 11) chances that rejects at most 3 in 10,000 digits that are read rightly."""
    right = (labels != NOT_A_DIGIT) & (chances[:, :NOT_A_DIGIT].argmax(axis=1) == labels)
    none = chances[right, NOT_A_DIGIT]
    return next((limit for limit in _LIMITS if (none > limit).mean() <= _COST), _LIMITS[-1])


def fit_trust(reader: Reader, sheets: list[Sheet]) -> Trust:
    """Weights for numbers, then for pages with these, from what `reader` finds on `sheets`."""
    pages = [(sheet, reader.find(sheet.grey)) for sheet in sheets]
    rows: list[trust.Features] = []
    right: list[bool] = []
    for sheet, (width, height, found, around) in pages:
        seen = examine(width, height, found, around, Trust())
        rows += seen.numbers
        right += [sheet.holds(number) for number in seen.page.numbers]
    numbers = Trust(number=trust.fit(np.array(rows), np.array(right)))
    examined = [(sheet, examine(*found, numbers)) for sheet, found in pages]
    wholes = [(seen.whole, seen.page.text == sheet.text) for sheet, seen in examined if seen.whole is not None]
    page = trust.fit(np.array([whole for whole, _ in wholes]), np.array([hit for _, hit in wholes]))
    return Trust(numbers.number, page)
