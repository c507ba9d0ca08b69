"""Whose pictures wait in a browser, without saying who that is."""

from typing import Any

from django.utils.crypto import salted_hmac

SALT = "hdr_site.offline.account"
LENGTH = 32  # hexadecimal digits: 128 bits


def mark_of(user: Any) -> str:
    """An opaque name of an account, always the same; "" for nobody. It opens nothing and leads back to no number."""
    if not getattr(user, "is_authenticated", False):
        return ""
    return salted_hmac(SALT, str(user.pk), algorithm="sha256").hexdigest()[:LENGTH]
