"""Accounts as a Django app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Who you are: user, e-mail, sign-in, tokens, your data."""

    name = "accounts"
    verbose_name = "People"

    def ready(self) -> None:
        """Tell drf-spectacular how a token is sent."""
        from accounts import openapi  # noqa: F401 - registers itself by being imported
