"""What people fill in on the pages, and what programs put into a query."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from recognition import uploads
from recognition.models import LONGEST_KEEPING, OwnerChoices
from recognition.uploads import UploadRejected

LONGEST_PARAMETER = 50


CHOICES = (
    ("", _("Any numbers")),
    ("amount", _("Amount of money")),
    ("date:dmy", _("Date, day first")),
    ("date:mdy", _("Date, month first")),
    ("date:ymd", _("Date, year first")),
    ("postal:IN", _("Postal code of India")),
    ("postal:US", _("ZIP code of the United States")),
    ("postal", _("Postal code of … (say the country)")),
    ("meter", _("Meter reading")),
    ("card", _("Card number")),
    ("aadhaar", _("Aadhaar number")),
    ("isbn", "ISBN"),
    ("iban", _("IBAN of … (say the country)")),
    ("length", _("So many digits (say how many)")),
    ("pattern", _("A pattern (say which)")),
)
"""Formats as people choose them; what they add is put behind a colon."""


class FormatForm(forms.Form):
    """What the numbers of a picture are to be read as."""

    format = forms.ChoiceField(label=_("What the numbers are"), required=False, choices=CHOICES)
    format_parameter = forms.CharField(
        label=_("More about it"),
        required=False,
        max_length=LONGEST_PARAMETER,
        help_text=_(
            "Country: DE. Digits: 6, or 4-8. Pattern: DDD-DDDD, D for any digit. Meter: 5, or 5.3 with decimals. "
            "Amount: point or comma."
        ),
    )
    refusal: UploadRejected | None = None

    def clean(self) -> dict[str, Any]:
        """Puts both fields together, as `number_format`."""
        data = super().clean() or {}
        chosen, more = data.get("format", ""), data.get("format_parameter", "")
        if not chosen and more:
            self.add_error("format", _("Choose what the numbers are, or leave the field beside it empty."))
            return data
        try:
            code = f"{chosen.partition(':')[0]}:{more}" if more else chosen
            data["number_format"] = uploads.wanted_format(code)
        except UploadRejected as refusal:
            self.refusal = refusal
            self.add_error("format_parameter", refusal.sentence)
        return data


def format_form(code: str) -> FormatForm:
    """A form in which a format is chosen already."""
    if code in dict(CHOICES):
        return FormatForm(initial={"format": code})
    name, _, parameter = code.partition(":")
    return FormatForm(initial={"format": name, "format_parameter": parameter})


class SeveralFiles(forms.ClearableFileInput):
    """A choice of several files."""

    allow_multiple_selected = True


class PicturesField(forms.FileField):
    """One or several files; cleaned, a list."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Each as a file alone."""
        files = data if isinstance(data, list) else [data] if data else []
        if self.required or files:
            return [super(PicturesField, self).clean(file, initial) for file in files or [None]]
        return []


NO_PICTURE = _("Choose a picture first.")


class UploadForm(FormatForm):
    """One picture; or several, and what lies at web addresses, which become a batch."""

    image = PicturesField(
        label=_("Picture"),
        required=False,
        allow_empty_file=True,  # the decoder says what is wrong with it, with the same code as for programs
        max_length=10_000,  # names are cleaned, not refused
    )
    name = forms.CharField(
        label=_("Name for all of them"),
        required=False,
        max_length=120,
        help_text=_("Optional. Several pictures make a batch, which is found by its name."),
    )
    address = forms.CharField(
        label=_("Web address"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
        help_text=_("Of a picture, PDF, TIFF or ZIP, or a link shared from Google Drive. Several: one a line."),
    )

    def clean_address(self) -> list[str]:
        """One a line."""
        return [line.strip() for line in str(self.cleaned_data["address"]).splitlines() if line.strip()]

    def clean(self) -> dict[str, Any]:
        """A picture or an address there must be."""
        data = super().clean()
        if not (data.get("image") or data.get("address")):
            self.add_error("image", NO_PICTURE)
        return data


DAYS_OUT_OF_REACH = _("Give a whole number of days from 1 to 3650, which is ten years.")


class KeepingForm(forms.Form):
    """How long pictures are kept, and what goes with them."""

    keep = forms.ChoiceField(
        label=_("How long shall we keep your pictures?"),
        widget=forms.RadioSelect,
        choices=[
            ("always", _("Until I delete them")),
            ("days", _("Erase each picture some days after it was read")),
        ],
        error_messages={"required": _("Choose one of the two.")},
    )
    days = forms.IntegerField(
        label=_("Days after reading"),
        required=False,
        min_value=1,
        max_value=LONGEST_KEEPING,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), DAYS_OUT_OF_REACH),
    )
    texts = forms.ChoiceField(
        label=_("And the numbers that were read?"),
        widget=forms.RadioSelect,
        choices=[
            ("stay", _("They stay in my history")),
            ("go", _("They go as well, as if I had deleted the picture")),
        ],
        error_messages={"required": _("Choose one of the two.")},
    )
    agreed = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """The number of days counts only for those who have pictures erased."""
        data = super().clean() or {}
        data["agreed"] = data.get("agreed") or 0
        if data.get("keep") == "always":
            self.errors.pop("days", None)
            data["days"] = None
        elif data.get("keep") == "days" and data.get("days") is None and "days" not in self.errors:
            self.add_error("days", DAYS_OUT_OF_REACH)
        return data

    def wanted(self) -> dict[str, Any]:
        """The columns of OwnerChoices; only after `is_valid()`."""
        days = self.cleaned_data["days"]
        texts_too = days is not None and self.cleaned_data["texts"] == "go"
        return {"erase_pictures_after_days": days, "erase_texts_too": texts_too}


def keeping_form(chosen: OwnerChoices) -> KeepingForm:
    """A form in which what was chosen stands already."""
    days = chosen.erase_pictures_after_days
    texts = "go" if chosen.erase_texts_too else "stay"
    return KeepingForm(initial={"keep": "days" if days else "always", "days": days or 30, "texts": texts})
