"""What happens to accounts is noted in the audit log, from the places where allauth tells of it."""

from datetime import timedelta
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest
from django.utils import timezone, translation

from accounts import devices
from hdr_site.foundation import audit, origin
from hdr_site.foundation.actions import Action
from hdr_site.foundation.models import AuditEntry

RECOVERY_CODES = "recovery_codes"
REMEMBERED_FOR = timedelta(days=90)
CHANGES: dict[str, tuple[Action, dict[str, Any]]] = {
    "account/email/password_changed": (Action.PASSWORD_CHANGED, {}),
    "account/email/password_set": (Action.PASSWORD_SET, {}),
    "account/email/password_reset": (Action.PASSWORD_RESET, {}),
    "account/email/email_changed": (Action.EMAIL_CHANGED, {}),
    "account/email/email_deleted": (Action.EMAIL_REMOVED, {}),
    "mfa/email/totp_activated": (Action.FACTOR_ADDED, {"factor": "totp"}),
    "mfa/email/totp_deactivated": (Action.FACTOR_REMOVED, {"factor": "totp"}),
    "mfa/email/webauthn_added": (Action.FACTOR_ADDED, {"factor": "webauthn"}),
    "mfa/email/webauthn_removed": (Action.FACTOR_REMOVED, {"factor": "webauthn"}),
    "mfa/email/recovery_codes_generated": (Action.RECOVERY_CODES_MADE, {}),
    "socialaccount/email/account_connected": (Action.SOCIAL_CONNECTED, {}),
    "socialaccount/email/account_disconnected": (Action.SOCIAL_DISCONNECTED, {}),
}
"""Which change a mail to the owner tells of, by the template of the mail. allauth asks for one after every change."""


def signed_in(request: HttpRequest, user: AbstractBaseUser) -> None:
    """Note by which ways `user` has come in, and a recovery code that was one of them. A new place is told by mail."""
    ways = methods(request, user)
    with translation.override("en"):
        device = devices.in_words(request.headers.get("User-Agent", ""))
    is_new = _is_new_place(user, device)
    audit.record(user, Action.SIGNED_IN, device=device, **ways)
    if is_new:
        get_adapter().send_notification_mail("account/email/new_place", user)
    if ways.get("factor") == RECOVERY_CODES:
        audit.record(user, Action.RECOVERY_CODE_USED)


def _is_new_place(user: AbstractBaseUser, device: str) -> bool:
    """Whether the owner should be told: never the first time, then for each pair of network and kind of browser."""
    before = AuditEntry.objects.filter(
        person_id=user.pk, action=Action.SIGNED_IN, at__gt=timezone.now() - REMEMBERED_FOR
    )
    if before.filter(network=origin.network(), details__device=device).exists():
        return False
    return before.exists()


def signed_out(request: HttpRequest) -> None:
    """Note that whoever is signed in leaves."""
    if request.user.is_authenticated:
        audit.record(request.user, Action.SIGNED_OUT)


def signed_up(user: AbstractBaseUser) -> None:
    """Note a new account."""
    audit.record(user, Action.ACCOUNT_CREATED)


def confirmed(user: AbstractBaseUser) -> None:
    """Note that `user` has shown that an address is theirs."""
    audit.record(user, Action.EMAIL_CONFIRMED)


def changed(mail_template: str, user: AbstractBaseUser, context: dict[str, Any] | None) -> None:
    """Note the change of an account that a mail of this template tells its owner of."""
    if found := CHANGES.get(mail_template):
        action, details = found
        provider = (context or {}).get("provider")
        audit.record(user, action, str(getattr(provider, "name", None) or provider or ""), **details)


def methods(request: HttpRequest, user: AbstractBaseUser) -> dict[str, Any]:
    """How `user` came in: `method` (password, code, socialaccount, passkey, password_reset, confirmation), `factor`.

    allauth keeps in the session what was proved; it is the session's, so it ends with it.
    """
    ways = {"method": "confirmation"}
    for found in get_authentication_records(request, user):
        if found.get("reauthenticated"):
            continue
        if found["method"] != "mfa":
            ways["method"] = found["method"]
        elif found.get("passwordless"):
            ways["method"] = "passkey"
        else:
            ways["factor"] = found["type"]
        if "provider" in found:
            ways["provider"] = found["provider"]
    return ways
