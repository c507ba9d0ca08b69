"""The register of personal data: what each app keeps of a person, to be archived or erased as one.

Every module that settings.PERSONAL_DATA names has `MODELS` (the tables it answers for), `export(user)` and
`erase(user)`. A test fails when a model with an owner is in none of them.
"""

from importlib import import_module
from typing import Any, Protocol, cast

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import models


class PersonalData(Protocol):
    """What a module of the register offers."""

    MODELS: tuple[type[models.Model], ...]

    def export(self, user: AbstractBaseUser) -> dict[str, Any]:
        """Everything the app keeps of `user`, ready for JSON."""

    def erase(self, user: AbstractBaseUser) -> None:
        """Remove it, rows and files."""


def modules() -> list[PersonalData]:
    """The modules of the register, in the order in which they are to be erased."""
    return [cast("PersonalData", import_module(name)) for name in settings.PERSONAL_DATA]


def export(user: AbstractBaseUser) -> dict[str, Any]:
    """Everything the product keeps of `user`, by module."""
    return {name: module.export(user) for name, module in zip(settings.PERSONAL_DATA, modules(), strict=True)}


def erase(user: AbstractBaseUser) -> None:
    """Remove everything the product keeps of `user`, the account last."""
    for module in modules():
        module.erase(user)
