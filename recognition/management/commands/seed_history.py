"""`manage.py seed_history`: a long history to measure and try the pages with; never on an installation that is used."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from recognition import seeding

OTHERS = 20


class Command(BaseCommand):
    """Rows without pictures: some of one owner, the others of people who cannot sign in."""

    help = "Write a long history of one owner into a longer table, to measure and try the pages with."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The owner has an account already."""
        parser.add_argument("email", help="whose history it is to be")
        parser.add_argument("--count", type=int, default=100_000, help="recognitions of the owner (100,000)")
        parser.add_argument("--total", type=int, default=1_000_000, help="recognitions in all (1,000,000)")

    def handle(self, *args: Any, email: str, count: int, total: int, **options: Any) -> None:
        """Seconds for 100,000 rows in all, a few minutes for a million."""
        people = get_user_model()._default_manager
        owner = people.filter(email__iexact=email).first()
        if owner is None:
            raise CommandError(f"Nobody here has the address {email}. Sign up with it first.")
        addresses = [f"seeded-{place}@example.org" for place in range(OTHERS)]
        others = [people.get_or_create(email=address, defaults={"is_active": False})[0].pk for address in addresses]
        try:
            seeding.seed(owner.pk, count, others, total)
        except ValueError as problem:
            raise CommandError(str(problem)) from None
        seeding.refresh_statistics()
        self.stdout.write(f"{count:,} recognitions of {email}, {total:,} in all.")
