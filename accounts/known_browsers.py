"""Browsers in which somebody has logged in before: others cannot use up their tries.

Whoever logs in gets a signed cookie for 90 days: a number, and a keyed hash of the address. It opens nothing.
Tries for that address from that browser are counted apart from everybody else's, so that who attacks the account, from
many networks or from the next desk, does not keep its owner out (OWASP, "Slow Down Online Guessing Attacks with Device
Cookies"). Strangers cannot tell by it whether an account exists.
"""

import secrets
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

KNOWN_FOR = timedelta(days=90)
_SALT = "accounts.known_browsers"


def cookie_name() -> str:
    """Over https a name that browsers take from this very host only."""
    return "__Host-known" if settings.SESSION_COOKIE_SECURE else "known"


def remember(response: HttpResponse, address: str) -> None:
    """The browser that gets `response` is known for `address` from now on, and for no other."""
    response.set_signed_cookie(
        cookie_name(),
        f"{secrets.token_urlsafe(12)}.{_hash(address)}",
        salt=_SALT,
        max_age=KNOWN_FOR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def number(request: HttpRequest, address: str) -> str:
    """The browser's own number, if somebody has logged in with `address` in it; else ""."""
    kept = request.get_signed_cookie(cookie_name(), default="", salt=_SALT, max_age=KNOWN_FOR)
    found, _, whose = (kept or "").partition(".")
    return found if address and constant_time_compare(whose, _hash(address)) else ""


def _hash(address: str) -> str:
    return salted_hmac(_SALT, address.strip().lower(), algorithm="sha256").hexdigest()[:32]
