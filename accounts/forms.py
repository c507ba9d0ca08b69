"""Forms of the account pages."""

from datetime import timedelta
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from allauth.account.forms import AddEmailForm
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts import sign_up
from accounts.models import User
from hdr_site import numbering
from hdr_site.foundation.scopes import Scope

REGIONS = (
    "Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"
)  # fmt: skip
"""Where the IANA time zone database has places; its other names are abbreviations and old spellings."""
NEVER = "never"


class TokenForm(forms.Form):
    """What a new key is for, what it may do, and for how long."""

    name = forms.CharField(
        max_length=60, label=_("What is it for?"), help_text=_("For example: scanner in room 12. Only you see this.")
    )
    scopes = forms.MultipleChoiceField(
        label=_("What may it do?"),
        choices=[(scope.value, scope.label) for scope in Scope],
        initial=[Scope.READ, Scope.WRITE],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one; a token that may do nothing is of no use.")},
    )
    days = forms.ChoiceField(
        label=_("For how long?"),
        choices=[("30", _("30 days")), ("90", _("90 days")), ("365", _("A year")), (NEVER, _("It never expires"))],
        initial="90",
        help_text=_("The shorter, the less harm it does when somebody else gets hold of it."),
    )

    def lifetime(self) -> timedelta | None:
        """How long the key is to be good for, None: without end; only after `is_valid()`."""
        days = self.cleaned_data["days"]
        return None if days == NEVER else timedelta(days=int(days))


class NewAddressForm(AddEmailForm):  # type: ignore[misc] # allauth has no types
    """The address that is to replace one's own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("New email address")

    def clean_email(self) -> str:
        """Refuses addresses of domains that may not sign up."""
        email = str(super().clean_email())
        sign_up.check(email)
        return email


class PreferencesForm(forms.ModelForm[User]):
    """Name, language, digits and time zone."""

    language = forms.ChoiceField(label=_("Language"), required=False)
    numerals = forms.ChoiceField(label=_("Digits"), required=False, help_text=_("In which numbers are shown to you."))
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        required=False,
        help_text=_("In which times are shown to you."),
        error_messages={"invalid_choice": _("There is no time zone of this name; choose one from the list.")},
    )

    class Meta:
        model = User
        fields = ("name", "language", "numerals", "time_zone")
        labels = {"name": _("Name")}
        help_texts = {"name": _("Only you and the people who run this installation see it.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self.fields["time_zone"], [("", _("As this device says")), ("UTC", "UTC"), *time_zones()])
        _choose(self.fields["numerals"], [("", _("As the language has them")), *numbering.DIGITS.items()])
        _choose(self.fields["language"], [("", _("As this browser asks for")), *settings.LANGUAGES])
        if len(settings.LANGUAGES) == 1:
            del self.fields["language"]


@cache
def time_zones() -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """The places of the time zone database by region: (region, ((name, place), …)), in alphabetical order."""
    names = sorted(available_timezones())
    return tuple(
        (region, tuple((name, _place(name)) for name in names if name.startswith(f"{region}/"))) for region in REGIONS
    )


def _place(name: str) -> str:
    """`America/Argentina/Buenos_Aires` → `Argentina, Buenos Aires`."""
    return name.partition("/")[2].replace("_", " ").replace("/", ", ")


def _choose(field: forms.Field, choices: list[Any]) -> None:
    assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker
    field.choices = choices
