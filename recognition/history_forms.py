"""What people fill in to find something in their history, and what programs put into a query."""

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, ClassVar

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recognition import moments, numerals
from recognition.answer_files import Kind
from recognition.history import LARGEST_PAGE, PAGE_SIZE, HistoryFilter, Order
from recognition.models import Source, Status
from recognition.numerals import Match
from recognition.selections import MOST_CHOSEN

NOT_A_NUMBER = _("Look for digits, up to 60; * stands for any digits and ? for one, as in 12*45.")
UPSIDE_DOWN = _("The first day is after the last. Exchange them.")
NONE_BETWEEN = _("The least is more than the most. Exchange them.")

BY_ITSELF = {"match": Match.CONTAINS.value, "order": Order.NEWEST.value}
"""What stands in the form unless somebody chooses otherwise."""


def day_field(label: Any) -> forms.DateField:
    """A day, as browsers offer a calendar for it; may be left empty."""
    within = [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2999, 12, 31))]
    widget = forms.DateInput(attrs={"type": "date"})
    return forms.DateField(label=label, required=False, widget=widget, validators=within)


def _percent(label: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=100)


class HistoryForm(forms.Form):
    """Which part of a history to show, in which order."""

    number = forms.CharField(
        label=_("Number"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "inputmode": "search", "autocomplete": "off"}),
    )
    match = forms.ChoiceField(label=_("The answer"), required=False, choices=Match.choices)
    status = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("All")),
            ("queued", _("Waiting")),
            ("running", _("Being read")),
            ("done", _("Read")),
            ("failed", _("Failed")),
        ],
    )
    since = day_field(_("From"))
    until = day_field(_("To"))
    source = forms.ChoiceField(
        label=_("Came by"),
        required=False,
        choices=[
            ("", _("Any way")),
            ("page", _("File")),
            ("camera", _("Camera")),
            ("canvas", _("Drawing")),
            ("api", _("Program")),
            ("zip", _("ZIP file")),
            ("pdf", _("PDF file")),
            ("tiff", _("TIFF file of several pages")),
            ("address", _("Web address")),
        ],
    )
    corrected = forms.ChoiceField(
        label=_("Corrected"),
        required=False,
        choices=[("", _("Either")), ("yes", _("By a person")), ("no", _("As the machine read it"))],
    )
    look = forms.ChoiceField(
        label=_("Wants a look"),
        required=False,
        choices=[("", _("Either")), ("yes", _("Unsure, without a digit, or failed"))],
    )
    at_least = _percent(_("Sure, at least %"))
    at_most = _percent(_("Sure, at most %"))
    order = forms.ChoiceField(label=_("Order"), required=False, choices=Order.choices)
    batch = forms.UUIDField(required=False, widget=forms.HiddenInput)

    FIRST: ClassVar = ("number", "match", "status", "order")
    """What most people look for; the rest is behind "More"."""

    def first(self) -> list[forms.BoundField]:
        """The fields that are always shown."""
        return [self[name] for name in self.FIRST]

    def more(self) -> list[forms.BoundField]:
        """The other fields."""
        return [field for field in self if field.name not in self.FIRST]

    def has_changed(self) -> bool:
        """Whether anything is searched for, or sorted otherwise: what stands in the form by itself does not count."""
        return any(self.data.get(name, "") not in ("", BY_ITSELF.get(name)) for name in self.fields)

    @property
    def wants_more(self) -> bool:
        """Whether one of the other fields is filled in, or wrong."""
        return any(field.errors or field.value() for field in self.more() if not field.is_hidden)

    def clean_number(self) -> str:
        """In ASCII digits, wildcards and single spaces."""
        try:
            return numerals.normalised(self.cleaned_data["number"])
        except numerals.NotANumber:
            raise forms.ValidationError(NOT_A_NUMBER) from None

    def clean(self) -> dict[str, Any]:
        """What no row can fit is a slip."""
        data = super().clean() or {}
        if data.get("since") and data.get("until") and data["since"] > data["until"]:
            self.add_error("until", UPSIDE_DOWN)
        if None not in (data.get("at_least"), data.get("at_most")) and data["at_least"] > data["at_most"]:
            self.add_error("at_most", NONE_BETWEEN)
        return data

    def wanted(self) -> HistoryFilter:
        """The filter that was asked for, with days as the page shows them; only after `is_valid()`."""
        data = self.cleaned_data
        least, most = data["at_least"], data["at_most"]
        return HistoryFilter(
            status=Status(data["status"]) if data["status"] else None,
            since=data["since"],
            until=data["until"],
            zone=timezone.get_current_timezone(),
            number=data["number"],
            match=Match(data["match"] or Match.CONTAINS),
            source=Source(data["source"]) if data["source"] else None,
            batch=data["batch"],
            at_least=None if least is None else least / 100,
            at_most=None if most is None else most / 100,
            corrected={"yes": True, "no": False}.get(data["corrected"]),
            look=data["look"] == "yes",
            order=Order(data["order"] or Order.NEWEST),
        )

    def query(self) -> dict[str, str]:
        """The search as it stands in the address of the page, without what is empty; only after `is_valid()`."""
        given = {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}
        return {name: str(value) for name, value in given.items() if value != BY_ITSELF.get(name)}


class HistoryQuery(HistoryForm):
    """What a program may ask for beyond that."""

    page_size = forms.IntegerField(required=False, min_value=1, max_value=LARGEST_PAGE)

    def wanted(self) -> HistoryFilter:
        """The same with days in UTC, whatever the zone of a browser that asks."""
        return replace(super().wanted(), zone=UTC)

    def size(self) -> int:
        """How many recognitions on a page; only after `is_valid()`."""
        return self.cleaned_data["page_size"] or PAGE_SIZE


class SaveForm(forms.Form):
    """The name of a search that is to be kept."""

    name = forms.CharField(label=_("Name of this search"), max_length=60)


class SelectionForm(forms.Form):
    """Pictures that were ticked, or all that fits a search, and what is to be done with them.

    `seen`: when somebody was shown how many fit; what came later is left as it is.
    """

    wish = forms.ChoiceField(
        choices=[(wish, wish) for wish in ("delete", "read-again", "totals", *Kind.values)],
    )
    all = forms.BooleanField(required=False)
    seen = forms.DateTimeField(required=False)
    certain = forms.BooleanField(required=False)
    chosen = forms.TypedMultipleChoiceField(coerce=uuid.UUID, required=False)

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        given = dict.fromkeys(data.getlist("chosen")[: MOST_CHOSEN + 1])
        choices = [(name, name) for name in given if _is_public_id(name)]
        self.fields["chosen"].choices = choices if len(choices) <= MOST_CHOSEN else []  # type: ignore[attr-defined]

    def clean_seen(self) -> datetime | None:
        """As our own page wrote it."""
        seen: datetime | None = self.cleaned_data["seen"]
        try:
            return seen and moments.ours(seen)
        except ValueError:
            raise forms.ValidationError(self.fields["seen"].error_messages["invalid"], "invalid") from None

    def clean(self) -> dict[str, Any]:
        """One of the two is needed."""
        data = super().clean() or {}
        if not data.get("all") and not data.get("chosen"):
            self.add_error("chosen", self.fields["chosen"].error_messages["required"])
        return data


def _is_public_id(given: str) -> bool:
    try:
        return str(uuid.UUID(given)) == given
    except ValueError:
        return False
