"""`make admin EMAIL=…`: an account that may do everything in the admin site."""

import getpass
import os
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction

from accounts import addresses
from accounts.models import User


class Command(BaseCommand):
    """Make an administrator, or make an existing account one."""

    help = "Make an administrator. Asks for the password, or takes it from DJANGO_SUPERUSER_PASSWORD."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Only the address; a password on a command line would stay in the shell's history."""
        parser.add_argument("--email", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuses an address that is none and a password that is too weak, with the reason."""
        email = options["email"].strip()
        try:
            validate_email(email)
            password = os.environ.get("DJANGO_SUPERUSER_PASSWORD") or _asked_password()
            validate_password(password, User(email=email))
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from None
        user = _administrator(email, password)
        self.stdout.write(f"{user.email} is an administrator now and can sign in at /admin/.")


def _asked_password() -> str:
    first, second = getpass.getpass("Password: "), getpass.getpass("Password again: ")
    if first != second:
        raise ValidationError("The two passwords differ.")
    return first


@transaction.atomic
def _administrator(email: str, password: str) -> User:
    user = User.objects.filter(email__iexact=email).first() or User(email=email)
    user.is_staff = user.is_superuser = user.is_active = True
    user.set_password(password)
    user.save()
    addresses.set_confirmed(user)
    return user
