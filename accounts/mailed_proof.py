"""A code by mail, with which people show again who they are who have neither a password nor a second factor.

They log in elsewhere, or with mailed codes. allauth asks them nothing before changes that matter, so that whoever finds
their browser open could set a password or a second factor, and keep the account for good.
"""

import time
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.core.internal.cryptokit import normalize_user_code
from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts import letters
from accounts.models import User

WAITING = "mailed_proof"  # in the session: what is kept of the code, when it was sent, and how often it was tried
TRIES = settings.ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS
SECONDS = settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT


def send(request: HttpRequest, user: User) -> None:
    """Mail a new code; the one before is void."""
    code = get_adapter().generate_login_code()
    letters.send(user, "proof", code=code)
    request.session[WAITING] = {"digest": _digest(user, code), "at": time.time(), "tries": 0}


def is_waiting(request: HttpRequest) -> bool:
    """Whether a code was sent that is still good."""
    sent: dict[str, Any] = request.session.get(WAITING, {})
    return bool(sent) and sent["tries"] < TRIES and time.time() - sent["at"] <= SECONDS


def _digest(user: User, code: str) -> str:
    return salted_hmac(
        "accounts.mailed_proof", f"{user.pk} {normalize_user_code(code)}", algorithm="sha256"
    ).hexdigest()


class MailedCode(forms.Form):
    """The code of the mail."""

    code = forms.CharField(
        label=_("Code from the mail"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        """`request`: the session has what is kept of the code."""
        self.request = request
        super().__init__(*args, **kwargs)

    def clean_code(self) -> str:
        """The code counts once; a wrong one counts as a try."""
        code: str = self.cleaned_data["code"]
        user = self.request.user
        if not isinstance(user, User) or not is_waiting(self.request):
            raise forms.ValidationError(_("This code is no longer good. Send a new one."))
        sent = self.request.session[WAITING]
        if not constant_time_compare(sent["digest"], _digest(user, code)):
            self.request.session[WAITING] = sent | {"tries": sent["tries"] + 1}
            raise forms.ValidationError(_("This is not the code of our newest mail."))
        del self.request.session[WAITING]
        record_authentication(self.request, user, "code", reauthenticated=True)
        return code
