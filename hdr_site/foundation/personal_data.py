"""What the foundation keeps of a person: their audit entries, and mails that were not yet sent."""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Q

from hdr_site.foundation.models import AuditEntry, Mail

MODELS = (AuditEntry,)


def export(user: AbstractBaseUser) -> dict[str, Any]:
    """The audit entries of what `user` did and of what concerns them, as far as it is theirs to know.

    What they did to somebody else is told without saying to whom.
    """
    entries = AuditEntry.objects.filter(Q(actor_id=user.pk) | Q(person_id=user.pk)).order_by("at", "pk")
    return {"audit": [_entry(entry, user) for entry in entries.iterator()]}


def _entry(entry: AuditEntry, user: AbstractBaseUser) -> dict[str, Any]:
    by_me = entry.actor_id == user.pk
    return {
        "at": entry.at.isoformat(),
        "action": entry.action,
        "subject": entry.subject,
        "by": "you" if by_me else "somebody else" if entry.actor_id else "unknown",
        "network": entry.network if by_me or entry.actor_id is None else "",
        "details": entry.details,
    }


def erase(user: AbstractBaseUser) -> None:
    """Remove the mails. Audit entries stay, and name nobody once the account is gone."""
    Mail.objects.filter(to__iexact=user.get_username()).delete()
