"""What the foundation keeps of a person: their audit entries, and mails that were not yet sent."""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser

from hdr_site.foundation.models import AuditEntry, Mail

MODELS = (AuditEntry,)


def export(user: AbstractBaseUser) -> dict[str, Any]:
    """The audit entries of what `user` did."""
    entries = AuditEntry.objects.filter(actor_id=user.pk).order_by("at")
    return {"audit": [{"at": e.at.isoformat(), "action": e.action, "subject": e.subject} for e in entries]}


def erase(user: AbstractBaseUser) -> None:
    """Remove the mails. Audit entries stay, and name nobody once the account is gone."""
    Mail.objects.filter(to__iexact=user.get_username()).delete()
