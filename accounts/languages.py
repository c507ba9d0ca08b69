"""In which language we write to somebody."""

from contextlib import AbstractContextManager
from typing import Any

from django.utils import translation

from accounts.models import User
from hdr_site.preferences import language_of


def of_recipient(address: str, person: Any = None) -> AbstractContextManager[None]:
    """Inside the block, texts are in the language that the owner of `address` has chosen.

    `person` is who that is, where it is known. Whoever has chosen none, or has no account, gets the language of the
    page from which the mail is sent.
    """
    if not isinstance(person, User):
        person = User.objects.filter(email__iexact=address).first()
    return translation.override(language_of(person) or translation.get_language())
