"""The pictures before and after one: in its batch, and of those that want a look."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from recognition.models import LISTED, WANTS_A_LOOK, Recognition


@dataclass(frozen=True, slots=True)
class Neighbours:
    """`previous` and `next` in the same batch, if it is of one; `to_look_at` is of the same batch too then.

    Without a batch, `to_look_at` is the next older one of the owner's; behind the last comes the first again.
    """

    previous: Recognition | None
    next: Recognition | None
    to_look_at: Recognition | None


def of(recognition: Recognition) -> Neighbours:
    """The neighbours of one picture; two or three queries, and one more where the end is reached."""
    owned = Recognition.objects.filter(LISTED, owner=recognition.owner_id).only("public_id", "name")
    if recognition.batch_id is None:
        row = Q(created_at=recognition.created_at, public_id__lt=recognition.public_id)
        behind = Q(created_at__lt=recognition.created_at) | row
        return Neighbours(None, None, _to_look_at(recognition, owned.order_by("-created_at", "-public_id"), behind))
    batch = owned.filter(batch=recognition.batch_id)
    at = Q(place=recognition.place)
    before = Q(place__lt=recognition.place) | at & Q(pk__lt=recognition.pk)
    behind = Q(place__gt=recognition.place) | at & Q(pk__gt=recognition.pk)
    rows = batch.order_by("place", "pk")
    return Neighbours(
        previous=rows.filter(before).reverse().first(),
        next=rows.filter(behind).first(),
        to_look_at=_to_look_at(recognition, rows, behind),
    )


def _to_look_at(recognition: Recognition, rows: QuerySet[Recognition], behind: Q) -> Recognition | None:
    """The first behind it that wants a look, else the first of all; never the picture itself."""
    wanted = rows.filter(WANTS_A_LOOK).exclude(pk=recognition.pk)
    return wanted.filter(behind).first() or wanted.first()
