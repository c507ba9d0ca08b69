"""The product's one audit log: who did what to what, and when. Append-only by a trigger in Postgres."""

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

from hdr_site.foundation.models import AuditEntry


def record(
    actor: AbstractBaseUser | AnonymousUser | None, action: str, subject: str = "", **details: str | int
) -> None:
    """Note that `actor` did `action` (such as `recognition.deleted`) to `subject` (such as a public id)."""
    AuditEntry.objects.create(actor_id=getattr(actor, "pk", None), action=action, subject=subject, details=details)
