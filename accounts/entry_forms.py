"""Forms of those who come in: sign up, type a code, give another address, choose a new password by a mailed link."""

from typing import Any

from allauth.account.forms import (
    BaseConfirmCodeForm,
    ChangeEmailForm,
    ChangePasswordForm,
    ConfirmEmailVerificationCodeForm,
    ConfirmLoginCodeForm,
    LoginForm,
    ResetPasswordKeyForm,
    SetPasswordForm,
    SignupForm,
)
from django import forms
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts import addresses, confirming, sign_up, words
from accounts.models import User

CODE_HELP = _("Eight digits, as in 1234-5678; it is good for 15 minutes and five tries.")


class SignUpForm(SignupForm):  # type: ignore[misc] # allauth has no types
    """Sign up by address and password."""

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """Where there is an account already, the password is hashed all the same: it takes as long, may be needed."""
        user, response = super().try_save(request)
        if user is None:
            addresses.contest(self.cleaned_data["email"])
            password = make_password(self.cleaned_data["password1"])
            applicant = confirming.Applicant(self.cleaned_data["name"], password)
            confirming.rehearse(request, applicant)
            confirming.remember_applicant(request, applicant)
        return user, response


class _Code(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["code"]
        field.widget = forms.TextInput({"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"})
        field.help_text = CODE_HELP


class ConfirmationCodeForm(_Code, ConfirmEmailVerificationCodeForm):  # type: ignore[misc] # allauth has no types
    """The code that confirms an address."""

    def clean_code(self) -> str:
        """Who knows the code reads the mails of the address: accounts that only claim it are in nobody's way."""
        if self.user and BaseConfirmCodeForm.clean_code(self):
            addresses.make_way(self.email, self.user)
        return str(super().clean_code())


class SignInCodeForm(_Code, ConfirmLoginCodeForm):  # type: ignore[misc] # allauth has no types
    """The code that signs in."""


class OtherAddressForm(ChangeEmailForm):  # type: ignore[misc] # allauth has no types
    """Another address for an account that is not confirmed yet."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("The right address")

    def clean_email(self) -> str:
        """Of a domain that may sign up."""
        email: str = super().clean_email()
        sign_up.check(email)
        return email


class _OurLabels(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.fields.keys() & words.LABELS.keys():
            self.fields[name].label = words.LABELS[name]


class LogInForm(_OurLabels, LoginForm):  # type: ignore[misc] # allauth has no types
    """Address and password."""


class FirstPasswordForm(_OurLabels, SetPasswordForm):  # type: ignore[misc] # allauth has no types
    """A password for somebody who has none."""


class OtherPasswordForm(_OurLabels, ChangePasswordForm):  # type: ignore[misc] # allauth has no types
    """Another password."""


class NewPasswordForm(_OurLabels, ResetPasswordKeyForm):  # type: ignore[misc] # allauth has no types
    """A new password by a mailed link. Who can read the mail has shown that the address is theirs: it is confirmed."""

    def save(self) -> None:
        """Keep the password, and confirm the only address if it is not yet."""
        super().save()
        addresses.confirm_only_one(self.user)
