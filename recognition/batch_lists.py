"""The batches of an owner, newest first, a page at a time; found by a part of their names."""

import base64
import binascii
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from recognition import moments, progress
from recognition.models import Batch
from recognition.progress import Progress

PAGE_SIZE = 20
LARGEST_PAGE = 100


class InvalidCursor(ValueError):
    """A page's address that we did not make."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A batch, and how far it is."""

    batch: Batch
    progress: Progress


@dataclass(frozen=True, slots=True)
class BatchPage:
    """So many batches; `next` leads on to older ones, None where there are none."""

    items: list[Listed]
    next: str | None


def page(user: Any, name: str = "", cursor: str | None = None, size: int = PAGE_SIZE) -> BatchPage:
    """A page of `user`'s batches with `name` in their names, in whatever case. Raises InvalidCursor."""
    rows = progress.visible_to(user).order_by("-created_at", "-public_id")
    wanted = name.replace("\0", "").strip()  # Postgres takes no text with that, not even to search for
    if wanted:
        rows = rows.filter(name__icontains=wanted)
    found = list(_older(rows, cursor)[: size + 1])
    shown = found[:size]
    reached = progress.of_each(shown)
    items = [Listed(batch, reached[batch.pk]) for batch in shown]
    return BatchPage(items, _cursor(shown[-1]) if len(found) > size else None)


def _older(rows: QuerySet[Batch], cursor: str | None) -> QuerySet[Batch]:
    if not cursor:
        return rows
    moment, public_id = _parse(cursor)
    return rows.filter(created_at__lte=moment).filter(Q(created_at__lt=moment) | Q(public_id__lt=public_id))


def _cursor(last: Batch) -> str:
    plain = f"{last.created_at.isoformat()} {last.public_id.hex}"
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def _parse(cursor: str) -> tuple[datetime, uuid.UUID]:
    try:
        plain = base64.urlsafe_b64decode((cursor + "=" * (-len(cursor) % 4)).encode()).decode()
        said, public_id = plain.split(" ")
        return moments.parse(said), uuid.UUID(public_id)
    except (binascii.Error, UnicodeError, ValueError) as problem:
        raise InvalidCursor("This page address is not one of ours; start again without a cursor.") from problem
