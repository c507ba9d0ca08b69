"""The product's one audit log: who did what to what, when, and from which network. Append-only by a trigger.

What can be said is listed in actions.py.
"""

from datetime import UTC

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import DateTimeField
from django.db.models.functions import Now, TruncDate

from hdr_site.foundation import origin
from hdr_site.foundation.actions import Action
from hdr_site.foundation.models import AuditEntry

Actor = AbstractBaseUser | AnonymousUser | None


def record(
    actor: Actor, action: Action, subject: str = "", *, person: AbstractBaseUser | None = None, **details: str | int
) -> None:
    """Note that `actor` did `action` (one of actions.py) to `subject` (such as a public id).

    `person` is whom it concerns and who may see it, where that is not the actor: somebody failed to sign in as them,
    or an administrator changed their role.

    Raises:
        ValueError: There is no such action.
    """
    _entry(actor, action, subject, person, details).save()


def once_a_day(actor: AbstractBaseUser, action: Action, subject: str = "", **details: str | int) -> None:
    """As `record`, but of several calls in a day (UTC, by the database's clock) only the first is noted.

    A unique index sees to that, so several processes may call it at once. It costs one INSERT even where nothing is
    noted: who is called often asks first whether this is the first time since yesterday.
    """
    entry = _entry(actor, action, subject, None, details)
    entry.day = TruncDate(Now(output_field=DateTimeField()), tzinfo=UTC)
    AuditEntry.objects.bulk_create([entry], ignore_conflicts=True)


def _entry(
    actor: Actor, action: Action, subject: str, person: AbstractBaseUser | None, details: dict[str, str | int]
) -> AuditEntry:
    actor_id = getattr(actor, "pk", None)
    return AuditEntry(
        actor_id=actor_id,
        person_id=person.pk if person else actor_id,
        action=Action(action),
        subject=subject,
        network=origin.network(),
        details=details,
    )
