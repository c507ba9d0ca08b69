"""The product's one audit log: who did what to what, when, and from which network. Append-only by a trigger."""

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

from hdr_site.foundation import origin
from hdr_site.foundation.models import AuditEntry


def record(
    actor: AbstractBaseUser | AnonymousUser | None,
    action: str,
    subject: str = "",
    *,
    person: AbstractBaseUser | None = None,
    **details: str | int,
) -> None:
    """Note that `actor` did `action` (such as `recognition.deleted`) to `subject` (such as a public id).

    `person` is whom it concerns and who may see it, where that is not the actor: somebody failed to sign in as them,
    or an administrator changed their role.
    """
    actor_id = getattr(actor, "pk", None)
    AuditEntry.objects.create(
        actor_id=actor_id,
        person_id=person.pk if person else actor_id,
        action=action,
        subject=subject,
        network=origin.network(),
        details=details,
    )
