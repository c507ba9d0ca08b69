"""A password is looked at: counted first, taken back if it was right, noted if it was wrong."""

from collections.abc import Callable
from typing import Any

from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from django.http import HttpRequest

from accounts import limits
from accounts.hashers import TooManyAtOnce
from accounts.limiting import other_ways_in, refused
from accounts.models import User
from hdr_site.foundation import audit
from hdr_site.foundation.actions import Action
from hdr_site.foundation.limits import take_back


def look_at(ask: Callable[..., User | None], request: HttpRequest, **credentials: Any) -> User | None:
    """Whose password it is, as `ask` finds out.

    Raises:
        ImmediateHttpResponse: There were too many wrong ones; whether this one is right is not looked at.
    """
    address = str(credentials.get("email", ""))
    tries, refusal = limits.password_tried(request, address)
    if refusal:
        raise ImmediateHttpResponse(refused(request, refusal, other_ways_in()))
    try:
        user = ask(request, **credentials)
    except TooManyAtOnce:  # nobody has looked at it
        take_back(tries)
        raise
    if user:
        take_back(tries)
    else:
        _note_failure(address)
    return user


def _note_failure(address: str) -> None:
    """For whom it was, if there is such an account; an address that has none is not kept."""
    known = EmailAddress.objects.filter(email__iexact=address.strip()).select_related("user").first()
    audit.record(None, Action.SIGN_IN_FAILED, person=known.user if known else None, method="password")
