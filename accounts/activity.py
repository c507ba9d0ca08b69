"""What happened in somebody's account, as they read it: from the audit log, newest first, in plain words."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hdr_site.foundation.actions import Action
from hdr_site.foundation.models import AuditEntry

PAGE_SIZE = 50
METHODS = {
    "password": gettext_lazy("with your password"),
    "code": gettext_lazy("with a code from a mail"),
    "passkey": gettext_lazy("with a passkey"),
    "socialaccount": gettext_lazy("through another account"),
    "password_reset": gettext_lazy("after a new password"),
    "confirmation": gettext_lazy("after confirming your email address"),
}
FACTORS = {
    "totp": gettext_lazy("code of your authenticator app"),
    "webauthn": gettext_lazy("passkey"),
    "recovery_codes": gettext_lazy("recovery code"),
}
WRONG = {
    "password": gettext_lazy("(wrong password)"),
    "code": gettext_lazy("(wrong code from a mail)"),
}
ALARMING = {Action.SIGN_IN_FAILED, Action.FACTOR_FAILED}


@dataclass(frozen=True)
class Line:
    """One entry: what happened, when, and from where."""

    entry: AuditEntry
    what: str
    is_alarming: bool


@dataclass(frozen=True)
class Page:
    """Some lines, and the number to ask for the older ones with (None where there are none)."""

    lines: list[Line]
    older: int | None


def of(person: AbstractBaseUser, before: int | None = None, size: int = PAGE_SIZE) -> Page:
    """What concerns `person`: the newest, or those older than the entry of the number `before`, which is theirs too.

    By keyset, as fast at the end as at the beginning.
    """
    entries = AuditEntry.objects.filter(person_id=person.pk)
    if before is not None:
        last = entries.filter(pk=before).first()
        if last is None:
            return Page([], None)
        entries = entries.filter(Q(at__lt=last.at) | Q(at=last.at, pk__lt=last.pk), at__lte=last.at)
    found = list(entries.order_by("-at", "-pk")[: size + 1])
    shown = found[:size]
    return Page([_line(entry) for entry in shown], shown[-1].pk if len(found) > size else None)


def in_words(entry: AuditEntry) -> str:
    """What happened, in words for whom it concerns."""
    parts = [_label(entry.action), *_how(entry)]
    if entry.actor_id is not None and entry.actor_id != entry.person_id:
        parts.append(_("by an administrator"))
    what = " ".join(str(part) for part in parts)
    return f"{what}: {entry.subject}" if entry.subject else what


def _line(entry: AuditEntry) -> Line:
    return Line(entry, in_words(entry), entry.action in ALARMING)


def _label(action: str) -> str:
    """An action that an older version of the product noted and this one does not know stands for itself."""
    return str(Action(action).label) if action in Action.values else action


def _how(entry: AuditEntry) -> list[str]:
    details: dict[str, Any] = entry.details
    method, factor = details.get("method"), details.get("factor")
    words = WRONG if entry.action == Action.SIGN_IN_FAILED else METHODS
    said = [str(words[method])] if method in words else []
    if factor in FACTORS:
        said.append((_("and a %s") if said else "(%s)") % FACTORS[factor])
    if provider := details.get("provider"):
        said.append(f"({provider})")
    return said
