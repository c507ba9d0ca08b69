"""Who may sign up here, and what the sign-up form asks beside address and password.

The form is the base of both of allauth's sign-up forms, by password and through another service.
"""

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.http.request import validate_host
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User


def is_open() -> bool:
    """Whether this installation takes new accounts."""
    return settings.SIGN_UP == "open"


def takes(email: str) -> bool:
    """Whether an address is of a domain that may sign up; without SIGN_UP_DOMAINS every one is.

    `school.example` is that domain alone, `.school.example` also all below it, as in ALLOWED_HOSTS.
    """
    domain = email.rpartition("@")[2].lower()
    return not settings.SIGN_UP_DOMAINS or validate_host(domain, settings.SIGN_UP_DOMAINS)


def check(email: str) -> None:
    """Raises ValidationError with the domains in words, where addresses of this domain may not sign up."""
    if not takes(email):
        words = gettext(
            "Only addresses of %(domains)s may sign up here. Use one of those, or ask whoever runs this site."
        )
        raise ValidationError(words, "domain_not_taken", {"domains": domains_in_words()})


def domains_in_words() -> str:
    """The domains that may sign up, such as `school.example, ….city.example`; "" for all."""
    return ", ".join(f"…{domain}" if domain.startswith(".") else domain for domain in settings.SIGN_UP_DOMAINS)


class ApplicantForm(forms.Form):
    """What we ask of everybody who signs up, whichever way."""

    name = forms.CharField(
        label=_("Name"), required=False, max_length=100, widget=forms.TextInput({"autocomplete": "name"})
    )
    field_order = ["email", "name", "password1", "password2"]

    def clean(self) -> dict[str, object]:
        """Refuses addresses of domains that may not sign up."""
        cleaned: dict[str, object] = super().clean() or self.cleaned_data
        try:
            check(str(cleaned.get("email", "")))
        except ValidationError as refusal:
            if "email" in cleaned:
                self.add_error("email", refusal)
        return cleaned

    def signup(self, request: HttpRequest, user: User) -> None:
        """allauth's hook: keep the name with the new account."""
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])
