"""In which language we write to somebody, and in which time zone."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC
from typing import Any

from django.utils import timezone, translation

from accounts.models import User
from hdr_site import numbering
from hdr_site.preferences import language_of, zone_of


@contextmanager
def of_recipient(address: str, person: Any = None) -> Iterator[None]:
    """Inside the block, texts are in the language that the owner of `address` has chosen, in their digits and zone.

    `person` is who that is, where it is known. Whoever has chosen none, or has no account, gets the language of the
    page from which the mail is sent, and times in UTC: a mail does not know the clock of the device it is read on.
    """
    if not isinstance(person, User):
        person = User.objects.filter(email__iexact=address).first()
    with (
        translation.override(language_of(person) or translation.get_language()),
        timezone.override(zone_of(person) or UTC),
        numbering.override(getattr(person, "numerals", "")),
    ):
        yield
