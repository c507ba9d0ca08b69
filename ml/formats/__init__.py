"""Number formats: what a number may look like, and the best reading of its digits that does.

Plain Python without a model, so that web processes can check what people ask for.
"""

from ml.formats.base import Format, FormatRejected, Illegal, Written
from ml.formats.catalogue import CATALOGUE, Entry, entry_of, parse
from ml.formats.decoding import Decoded, Overruled, Shape, decode
from ml.formats.pages import apply

__all__ = [
    "CATALOGUE",
    "Decoded",
    "Entry",
    "Format",
    "FormatRejected",
    "Illegal",
    "Overruled",
    "Shape",
    "Written",
    "apply",
    "decode",
    "entry_of",
    "parse",
]
