"""What people fill in to correct an answer: one form for each thing that they may say."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from recognition import correcting, edits
from recognition.answers import Answer
from recognition.engine import Placed
from recognition.models import Correction, Recognition


class CorrectionForm(forms.Form):
    """One change to the answer that `version` names. `edited` gives all digits with it, once the form is valid."""

    version = forms.CharField(max_length=30)


class DigitForm(CorrectionForm):
    """It is another digit."""

    position = forms.IntegerField(min_value=0, max_value=correcting.MOST_DIGITS)
    value = forms.IntegerField(
        min_value=0, max_value=9, error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), _("Give one digit, 0 to 9.")
        )
    )  # fmt: skip

    def edited(self, answer: Answer, recognition: Recognition) -> list[Placed]:
        """The digit at `position` is `value`."""
        return edits.with_value(answer.placed, self.cleaned_data["position"], self.cleaned_data["value"])


class RemovalForm(CorrectionForm):
    """It is no digit."""

    position = forms.IntegerField(min_value=0, max_value=correcting.MOST_DIGITS)

    def edited(self, answer: Answer, recognition: Recognition) -> list[Placed]:
        """All but the digit at `position`."""
        return edits.without(answer.placed, self.cleaned_data["position"])


class NumberForm(CorrectionForm):
    """A number is another one."""

    number = forms.IntegerField(min_value=0, max_value=correcting.MOST_DIGITS)
    text = forms.RegexField(
        r"^[\d .,/-]*$",  # in any script
        required=False,
        max_length=edits.LONGEST_NUMBER,
        error_messages={
            "invalid": _("A number has the digits 0 to 9, and perhaps a minus, points, commas or slashes.")
        },
    )

    def edited(self, answer: Answer, recognition: Recognition) -> list[Placed]:
        """The number was typed anew; empty, it is none."""
        chosen = self.cleaned_data["number"]
        if chosen >= len(answer.numbers):
            return answer.placed
        positions = answer.numbers[chosen]["digits"]
        return edits.retyped(answer.placed, positions, self.cleaned_data["text"], recognition.width)


class MissedForm(CorrectionForm):
    """A digit was missed."""

    value = DigitForm.base_fields["value"]
    x = forms.IntegerField(min_value=0)
    y = forms.IntegerField(min_value=0)
    width = forms.IntegerField(min_value=1)
    height = forms.IntegerField(min_value=1)

    def edited(self, answer: Answer, recognition: Recognition) -> list[Placed]:
        """One digit more, at the box."""
        said = self.cleaned_data
        return edits.with_digit(answer.placed, said["value"], (said["x"], said["y"], said["width"], said["height"]))


FORMS: dict[str, type[DigitForm | RemovalForm | NumberForm | MissedForm]] = {
    "change": DigitForm,
    "remove": RemovalForm,
    "retype": NumberForm,
    "add": MissedForm,
}
WHOLE: dict[str, Callable[[Recognition, Any, str], Correction]] = {
    "undo": correcting.undo,
    "machine": correcting.take_machines,
}
"""What is said of the answer as a whole."""
