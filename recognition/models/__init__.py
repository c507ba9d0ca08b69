"""The tables of the work, by what they are about."""

from hdr_site.foundation.jobs import LEGAL_MOVES, Priority, Status
from recognition.models.batches import Batch, Intake, Notice
from recognition.models.corrections import Correction, Role
from recognition.models.owners import LONGEST_KEEPING, OwnerChoices, OwnerUsage
from recognition.models.pictures import (
    LISTED,
    SEARCHED,
    SURE,
    UNSURE,
    WANTS_A_LOOK,
    Digit,
    Explanation,
    Reading,
    Recognition,
    Source,
)
from recognition.models.searches import Export, SavedFilter

__all__ = [
    "LEGAL_MOVES",
    "LISTED",
    "LONGEST_KEEPING",
    "SEARCHED",
    "SURE",
    "UNSURE",
    "WANTS_A_LOOK",
    "Batch",
    "Correction",
    "Digit",
    "Explanation",
    "Export",
    "Intake",
    "Notice",
    "OwnerChoices",
    "OwnerUsage",
    "Priority",
    "Reading",
    "Recognition",
    "Role",
    "SavedFilter",
    "Source",
    "Status",
]
