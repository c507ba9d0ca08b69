"""A search of the history as JSON, for work that is done later: a worker finds what the person found."""

import uuid
from collections.abc import Callable
from dataclasses import asdict
from datetime import date, tzinfo
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

from recognition.history import HistoryFilter, Order
from recognition.models import Source, Status
from recognition.numerals import Match

READERS: dict[str, Callable[[Any], Any]] = {
    "status": Status,
    "since": date.fromisoformat,
    "until": date.fromisoformat,
    "zone": ZoneInfo,
    "match": Match,
    "source": Source,
    "batch": uuid.UUID,
    "order": Order,
}
"""What is not the same in JSON."""


def as_record(wanted: HistoryFilter) -> dict[str, Any]:
    """What was asked for, without what was left open."""
    return {name: _plain(value) for name, value in asdict(wanted).items() if value is not None}


def from_record(record: dict[str, Any]) -> HistoryFilter:
    """The same search as was given to `as_record`."""
    return HistoryFilter(**{name: READERS.get(name, _unchanged)(value) for name, value in record.items()})


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    return str(value) if isinstance(value, date | tzinfo | uuid.UUID) else value


def _unchanged(value: Any) -> Any:
    return value
