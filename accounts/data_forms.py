"""The form with which somebody says that they are sure."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class LeaveForm(forms.Form):
    """The address of the account, typed in: so that nobody deletes it by a slip."""

    email = forms.CharField(
        label=_("Your email address"),
        help_text=_("Type it to say that you are sure."),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._user = user

    def clean_email(self) -> str:
        """Compared without case."""
        typed: str = self.cleaned_data["email"].strip()
        if typed.lower() != self._user.email.lower():
            raise forms.ValidationError(gettext("This is not the address of your account; see above which is."))
        return typed
