"""Forms of the account pages."""

from django import forms


class TokenForm(forms.Form):
    """Name a new key."""

    name = forms.CharField(
        max_length=60, label="What is it for?", help_text="For example: scanner in room 12. Only you see this."
    )
