"""What owners choose about their pictures: how long they are kept, and whether staff may look at them.

Erasing what is over its time is `erasing`.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import ExpressionWrapper, F, Func, OuterRef, Q, QuerySet, Subquery, Value, fields
from django.utils import formats, timezone
from django.utils.translation import gettext, gettext_lazy

from hdr_site.foundation import audit, limits
from hdr_site.foundation.actions import Action
from hdr_site.foundation.limits import HOUR, Limit, Refusal
from recognition.models import OwnerChoices, Recognition
from recognition.uploads import UploadRejected

CHANGES = Limit("keeping/owner", gettext_lazy("changes to what you have chosen"), 60, HOUR)
"""Each is an entry in the audit log, from which nothing is ever deleted."""
A_DAY = Value(timedelta(days=1), output_field=fields.DurationField())


class TooManyChanges(Exception):
    """The owner changes their mind more often than people do; `refusal` says when they may again."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.sentence())
        self.refusal = refusal


class ThisHour(Func):
    """When the running hour began, by the database's clock.

    Times are over on the hour, so that what is sent all day long goes, and is noted in the audit log, in batches.
    """

    template = "date_trunc('hour', statement_timestamp())"
    output_field = fields.DateTimeField()


@dataclass(frozen=True, slots=True)
class Loss:
    """What would be erased at once: pictures whose numbers stay, and recognitions that go as a whole."""

    pictures: int = 0
    recognitions: int = 0

    @property
    def total(self) -> int:
        """How many of the owner's recognitions it touches."""
        return self.pictures + self.recognitions


def of(owner: Any) -> OwnerChoices:
    """What the owner has chosen; the defaults if nothing."""
    return OwnerChoices.objects.filter(owner_id=owner.pk).first() or OwnerChoices(owner_id=owner.pk)


@transaction.atomic
def choose(owner: Any, **wanted: int | bool | None) -> OwnerChoices:
    """Save what the owner wants; columns that are not named stay. What has changed is noted in the audit log.

    Waits for an erasure that is under way: once this returns, nothing more is erased by the former choice.

    Raises:
        TooManyChanges: Nothing was changed.
    """
    OwnerChoices.objects.get_or_create(owner_id=owner.pk)
    chosen = OwnerChoices.objects.select_for_update().get(owner_id=owner.pk)
    changed = {column: value for column, value in wanted.items() if getattr(chosen, column) != value}
    if not changed:
        return chosen
    _tried, refusal = limits.count(CHANGES, str(owner.pk))
    if refusal:
        raise TooManyChanges(refusal)
    OwnerChoices.objects.filter(owner_id=owner.pk).update(**changed)
    said: dict[str, Any] = {column: _in_words(value) for column, value in changed.items()}
    audit.record(owner, Action.CHOICES_CHANGED, **said)
    return of(owner)


def loss(owner: Any, days: int | None, *, texts_too: bool) -> Loss:
    """What the owner would lose at once if they chose this."""
    if days is None:
        return Loss()
    with_picture = over(owner.pk, days, erased=False).count()
    if not texts_too:
        return Loss(pictures=with_picture)
    return Loss(recognitions=with_picture + over(owner.pk, days, erased=True).count())


def over(owner_id: int, days: int, *, erased: bool) -> QuerySet[Recognition]:
    """An owner's recognitions that ended more than `days` before this hour; waiting ones have not ended."""
    rows = Recognition.objects.filter(owner_id=owner_id, pictures_erased_at__isnull=not erased)
    return rows.filter(finished_at__lt=ThisHour() - timedelta(days=days))


def owners_with_something_over() -> QuerySet[OwnerChoices]:
    """The choices of those who have something to be erased; a look into an index for each who chose to erase.

    It asks for the oldest, not whether any is old enough: for that Postgres may go through the table from end to end.
    """
    age = ExpressionWrapper(F("erase_pictures_after_days") * A_DAY, output_field=fields.DurationField())
    latest = ExpressionWrapper(ThisHour() - age, output_field=fields.DateTimeField())
    ended = Recognition.objects.filter(owner_id=OuterRef("owner_id"), finished_at__isnull=False).order_by("finished_at")
    oldest = ended.values("finished_at")
    return (
        OwnerChoices.objects.filter(erase_pictures_after_days__isnull=False)
        .annotate(
            oldest_picture=Subquery(oldest.filter(pictures_erased_at__isnull=True)[:1]),
            oldest_text=Subquery(oldest.filter(pictures_erased_at__isnull=False)[:1]),
        )
        .filter(Q(oldest_picture__lt=latest) | Q(erase_texts_too=True, oldest_text__lt=latest))
        .order_by("owner_id")
    )


def refuse_erased(recognition: Recognition) -> None:
    """Raises UploadRejected("picture_erased") if there is no picture any more to look at or to read again."""
    if recognition.pictures_erased_at is not None:
        raise erased(recognition)


def erased(recognition: Recognition) -> UploadRejected:
    """Why something cannot be done with a picture that was erased."""
    sentence = gettext(
        "This picture was erased on %(day)s, as its owner chose; what was read is kept. "
        "To have it looked at again, send it again."
    )
    return UploadRejected("picture_erased", sentence % {"day": _day(recognition)}, 410)


def _day(recognition: Recognition) -> str:
    when = recognition.pictures_erased_at
    return formats.date_format(timezone.localtime(when), "j F Y") if when else ""


def _in_words(value: int | bool | None) -> str | int:
    if value is None:
        return "never"
    return value if not isinstance(value, bool) else "yes" if value else "no"
