"""`make admin EMAIL=…`: an account that may do everything in the admin site; and the way back for one locked out."""

import getpass
import os
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse

from accounts import addresses, roles, second_factor
from accounts.models import User


class Command(BaseCommand):
    """Make an administrator, or make an existing account one."""

    help = "Make an administrator. Asks for the password, or takes it from DJANGO_SUPERUSER_PASSWORD."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Only the address; a password on a command line would stay in the shell's history."""
        parser.add_argument("--email", required=True)
        parser.add_argument(
            "--reset-factors",
            action="store_true",
            help="Take away the second factors of somebody who has lost them, and end their sessions; change no more.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Makes an administrator, or takes lost factors away."""
        email = options["email"].strip()
        self.stdout.write(_without_factors(email) if options["reset_factors"] else self._made(email))

    def _made(self, email: str) -> str:
        """Refuses an address that is none and a password that is too weak, with the reason."""
        try:
            validate_email(email)
            password = os.environ.get("DJANGO_SUPERUSER_PASSWORD") or _asked_password()
            validate_password(password, User(email=email))
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from None
        user = _administrator(email, password)
        made = f"{user.email} is an administrator now and can log in at {settings.SITE_URL}{reverse('admin:index')}"
        if second_factor.has_one(user):
            return f"{made} with the second factor set up before."
        return (
            f"{made}\nThe administration asks for a second factor too. Set one up after logging in, at "
            f"{settings.SITE_URL}{reverse('second_factor_needed')}"
        )


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
    roles.assign(None, user, roles.of(user) | {roles.Role.ADMINISTRATOR})
    return user


def _without_factors(email: str) -> str:
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        raise CommandError(f"There is no account with the address {email}.")
    count = second_factor.reset(None, user)
    return f"{user.email} has no second factor any more and is logged out everywhere; factors taken away: {count}."
