"""What people fill in on the pages, and what programs put into a query."""

from datetime import date

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from recognition.models import Status
from recognition.selectors import LARGEST_PAGE, PAGE_SIZE, HistoryFilter


class UploadForm(forms.Form):
    """One picture."""

    image = forms.FileField(
        label="Picture",
        allow_empty_file=True,  # the decoder says what is wrong with it, with the same code as for programs
        max_length=10_000,  # names are cleaned, not refused
        error_messages={"required": "Choose a picture first."},
    )


def _day(label: str) -> forms.DateField:
    within = [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2999, 12, 31))]
    widget = forms.DateInput(attrs={"type": "date"})
    return forms.DateField(label=label, required=False, widget=widget, validators=within)


class HistoryForm(forms.Form):
    """Which part of a history to show."""

    status = forms.ChoiceField(
        label="State",
        required=False,
        choices=[("", "All"), ("queued", "Waiting"), ("running", "Being read"), ("done", "Read"), ("failed", "Failed")],
    )
    since = _day("From")
    until = _day("To")

    def wanted(self) -> HistoryFilter:
        """The filter that was asked for; only after `is_valid()`."""
        data = self.cleaned_data
        return HistoryFilter(Status(data["status"]) if data["status"] else None, data["since"], data["until"])


class HistoryQuery(HistoryForm):
    """What a program may ask for beyond that."""

    page_size = forms.IntegerField(required=False, min_value=1, max_value=LARGEST_PAGE)

    def size(self) -> int:
        """How many recognitions on a page; only after `is_valid()`."""
        return self.cleaned_data["page_size"] or PAGE_SIZE
