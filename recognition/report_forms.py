"""For which period a report is asked for."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from recognition.figures import A_DAY, A_WEEK, LONGEST_DAYS, WEEKS_SHOWN
from recognition.history_forms import UPSIDE_DOWN, day_field

TOO_LONG = _("A report covers ten years at most. Choose days that are closer together.")


class PeriodForm(forms.Form):
    """From one day to another; twelve weeks up to today where nothing is said."""

    def __init__(self, data: Any, today: date) -> None:
        super().__init__(data)
        self.today = today
        self.fields["from"] = day_field(_("From"))  # a word of Python's own
        self.fields["to"] = day_field(_("To"))

    def clean(self) -> dict[str, Any]:
        """Both days are always there afterwards, where both are possible."""
        data = super().clean() or {}
        if self.errors:
            return data
        data["to"] = data.get("to") or max(self.today, data.get("from") or self.today)
        data["from"] = data.get("from") or data["to"] - A_WEEK * WEEKS_SHOWN + A_DAY
        if data["from"] > data["to"]:
            self.add_error("to", UPSIDE_DOWN)
        elif data["to"] - data["from"] >= timedelta(days=LONGEST_DAYS):
            self.add_error("from", TOO_LONG)
        return data

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last day; only after `is_valid()`."""
        return self.cleaned_data["from"], self.cleaned_data["to"]
