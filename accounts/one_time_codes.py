"""Codes that open an account once: those of an authenticator app (TOTP, RFC 6238), and recovery codes.

A code of the app is good for one time step and once: the step of the last accepted code is kept with the
authenticator, and no step up to it is accepted again (RFC 6238, section 5.2). allauth keeps used codes in the cache
instead, for less long than our tolerance accepts them, and forgets them with the cache.
"""

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.mfa.utils import decrypt
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import words
from accounts.models import User
from hdr_site.foundation import audit
from hdr_site.foundation.actions import Action

LAST_STEP = "last_step"


def check(user: User, code: str) -> Authenticator:
    """What of `user`'s the code opens; the code is used up. Raises ValidationError: wrong, or used already."""
    opened = _opened(user, code)
    if opened is None:
        audit.record(None, Action.FACTOR_FAILED, person=user)
        raise ValidationError(words.WRONG_FACTOR_CODE, code="incorrect_code")
    return opened


def use_up(authenticator: Authenticator, code: str) -> bool:
    """Whether the app shows this code in a time step that was not used yet; that step is used now."""
    step = _step_of(decrypt(authenticator.data["secret"]), code)
    if step is None:
        return False
    with transaction.atomic():
        locked = Authenticator.objects.select_for_update().get(pk=authenticator.pk)
        if step <= locked.data.get(LAST_STEP, -1):
            return False
        locked.data[LAST_STEP] = step
        locked.save(update_fields=["data"])
    return True


def _opened(user: User, code: str) -> Authenticator | None:
    for authenticator in Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.WEBAUTHN):
        is_app = authenticator.type == Authenticator.Type.TOTP
        if use_up(authenticator, code) if is_app else RecoveryCodes(authenticator).validate_code(code):
            return authenticator
    return None


def _step_of(secret: str, code: str) -> int | None:
    shown = (
        step
        for step in yield_hotp_counters_from_time()
        if compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, step)))
    )
    return next(shown, None)
