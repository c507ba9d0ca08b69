"""allauth's forms for second factors: our words, our limits, and what is to be noted when a code was used."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, BaseAuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from allauth.mfa.webauthn.internal import auth as webauthn
from django import forms
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

from accounts import one_time_codes, second_factor, words
from hdr_site.foundation import audit
from hdr_site.foundation.actions import Action

NAME_LENGTH = 60


@contextmanager
def _unreadable_is_wrong() -> Iterator[None]:
    """Whatever a stranger sends as the answer of a passkey: what the libraries cannot read is a wrong answer."""
    try:
        yield
    except (LookupError, ValueError, TypeError, AttributeError, EOFError, struct.error) as problem:
        raise get_adapter().validation_error("incorrect_code") from problem


def _code_field(label: _StrOrPromise, help_text: _StrOrPromise) -> forms.CharField:
    """A field for a short code; a phone offers its digits, and a password manager the code itself."""
    typed = {"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false", "autocapitalize": "off"}
    return forms.CharField(label=label, help_text=help_text, max_length=40, widget=forms.TextInput(attrs=typed))


def _any_code() -> forms.CharField:
    return _code_field(_("Code"), _("The six digits of your authenticator app, or one of your recovery codes."))


def _name_field() -> forms.CharField:
    return forms.CharField(label=_("Name"), max_length=NAME_LENGTH, help_text=_("For example: phone, or blue key."))


class _EachCodeOnce(BaseAuthenticateForm):  # type: ignore[misc] # allauth has no types
    """Looks a code up with our limits, and notes its use."""

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        self.authenticator = one_time_codes.check(self.user, code)
        return code

    def save(self) -> None:
        super().save()
        second_factor.used(context.request, self.authenticator)


class SignInCode(_EachCodeOnce, AuthenticateForm):  # type: ignore[misc] # allauth has no types
    """The code asked for while signing in."""

    code = _any_code()


class AgainCode(_EachCodeOnce, ReauthenticateForm):  # type: ignore[misc] # allauth has no types
    """The code asked for again before something that matters."""

    code = _any_code()

    def save(self) -> None:
        """With a line in the audit log for a recovery code; signing in writes its own."""
        super().save()
        if self.authenticator.type == Authenticator.Type.RECOVERY_CODES:
            audit.record(self.user, Action.RECOVERY_CODE_USED)


class SetUpCode(ActivateTOTPForm):  # type: ignore[misc] # allauth has no types
    """The first code of an app, which shows that it has the secret."""

    code = _code_field(_("Code"), _("The six digits that the app shows now."))

    def clean_code(self) -> str:
        """Says what to look at when the code is not that of the new key."""
        try:
            return str(super().clean_code())
        except forms.ValidationError as problem:
            if problem.code != "incorrect_code":
                raise
            raise forms.ValidationError(words.WRONG_FIRST_CODE, code="incorrect_code") from problem


class AddPasskey(AddWebAuthnForm):  # type: ignore[misc] # allauth has no types
    """A new passkey. All of ours can sign in alone, so nothing is asked but its name."""

    name = forms.CharField(label=_("Name"), max_length=NAME_LENGTH, required=False, help_text=_("For example: phone."))
    passwordless = None

    def clean(self) -> dict[str, Any]:
        """Checks the answer of the device."""
        with _unreadable_is_wrong():
            cleaned: dict[str, Any] = super().clean()
        return cleaned


class RenamePasskey(EditWebAuthnForm):  # type: ignore[misc] # allauth has no types
    """Another name for a passkey."""

    name = _name_field()

    def save(self) -> Authenticator:
        """With a line in the audit log."""
        renamed = super().save()
        audit.record(renamed.user, Action.FACTOR_RENAMED)
        return renamed


class SignInPasskey(AuthenticateWebAuthnForm):  # type: ignore[misc] # allauth has no types
    """A passkey as the second step of signing in.

    It cannot be guessed: its tries are not counted, so that nobody can use up another's.
    """

    def clean_credential(self) -> Authenticator:
        answer = self.cleaned_data["credential"]
        with _unreadable_is_wrong():
            webauthn.parse_authentication_response(answer)
            return webauthn.complete_authentication(self.user, answer)


class AgainPasskey(SignInPasskey, ReauthenticateWebAuthnForm):  # type: ignore[misc] # allauth has no types
    """A passkey again, before something that matters."""


class LogInPasskey(LoginWebAuthnForm):  # type: ignore[misc] # allauth has no types
    """A passkey alone."""

    def clean_credential(self) -> Authenticator:
        """Whose it is stands in the answer."""
        with _unreadable_is_wrong():
            return super().clean_credential()
