"""What people fill in on the pages, and what programs put into a query."""

from django import forms

from recognition.models import Status
from recognition.selectors import HistoryFilter


class UploadForm(forms.Form):
    """One picture."""

    image = forms.FileField(
        label="Picture",
        allow_empty_file=True,  # the decoder says what is wrong with it, with the same code as for programs
        max_length=10_000,  # names are cleaned, not refused
        error_messages={"required": "Choose a picture first."},
    )


class HistoryForm(forms.Form):
    """Which part of a history to show."""

    status = forms.ChoiceField(
        label="State",
        required=False,
        choices=[("", "All"), ("queued", "Waiting"), ("running", "Being read"), ("done", "Read"), ("failed", "Failed")],
    )
    since = forms.DateField(label="From", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label="To", required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def wanted(self) -> HistoryFilter:
        """The filter that was asked for; only after `is_valid()`."""
        data = self.cleaned_data
        return HistoryFilter(Status(data["status"]) if data["status"] else None, data["since"], data["until"])
