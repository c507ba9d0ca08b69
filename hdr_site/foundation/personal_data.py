"""What the foundation keeps of a person: their audit entries, and mails that were not yet sent."""

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Q
from django.utils.translation import gettext as _

from hdr_site.foundation import outbox
from hdr_site.foundation.archive_files import ArchiveFile
from hdr_site.foundation.models import AuditEntry

MODELS = (AuditEntry,)
TOGETHER = 500


def counts(user: AbstractBaseUser) -> dict[str, int]:
    """Nothing that goes: audit entries stay."""
    return {}


def export(user: AbstractBaseUser, archive: ArchiveFile) -> None:
    """The audit entries of what `user` did and of what concerns them, as far as it is theirs to know.

    What they did to somebody else is told without saying to whom.
    """
    entries = AuditEntry.objects.filter(Q(actor_id=user.pk) | Q(person_id=user.pk)).order_by("at", "pk")
    about = _("what happened in your account: when, what, and from which network")
    with archive.listing("activity.json", about) as rows:
        for entry in entries.iterator(TOGETHER):
            rows.add(_exported(entry, user))


def erase(user: AbstractBaseUser) -> None:
    """Remove the mails. Audit entries stay, and name nobody once the account is gone."""
    outbox.forget([user.get_username()])


def _exported(entry: AuditEntry, user: AbstractBaseUser) -> dict[str, object]:
    mine = entry.actor_id == user.pk
    return {
        "at": entry.at,
        "action": entry.action,
        "by": "you" if mine else "somebody else" if entry.actor_id else "unknown",
        "subject": entry.subject,
        "network": entry.network if mine or entry.actor_id is None else "",
        "details": entry.details,
    }
