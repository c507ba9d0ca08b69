"""The register of personal data: what each app keeps of a person, to be counted, archived or erased as one.

Every module that settings.PERSONAL_DATA names has `MODELS` (the tables it answers for), `counts(user)`,
`export(user, archive)` and `erase(user)`. A test fails when a model with an owner is in none of them.
"""

from importlib import import_module
from typing import Protocol, cast

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import models

from hdr_site.foundation.archive_files import ArchiveFile


class PersonalData(Protocol):
    """What a module of the register offers."""

    MODELS: tuple[type[models.Model], ...]

    def counts(self, user: AbstractBaseUser) -> dict[str, int]:
        """How much the app keeps of `user`, by kind, such as `pictures`."""

    def export(self, user: AbstractBaseUser, archive: ArchiveFile) -> None:
        """Write everything the app keeps of `user` into the archive, piece by piece."""

    def erase(self, user: AbstractBaseUser) -> None:
        """Remove it, rows and files, some hundreds at a time; may break off and be called again."""


def modules() -> list[PersonalData]:
    """The modules of the register, in the order in which they are to be erased."""
    return [cast("PersonalData", import_module(name)) for name in settings.PERSONAL_DATA]


def counts(user: AbstractBaseUser) -> dict[str, int]:
    """How much the product keeps of `user`, by kind."""
    return {kind: count for module in modules() for kind, count in module.counts(user).items()}


def export(user: AbstractBaseUser, archive: ArchiveFile) -> None:
    """Write everything the product keeps of `user` into the archive."""
    for module in modules():
        module.export(user, archive)


def erase(user: AbstractBaseUser) -> None:
    """Remove everything the product keeps of `user`, except the row of the account itself: see accounts/leaving.py."""
    for module in modules():
        module.erase(user)
