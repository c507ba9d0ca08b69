"""What people of the cast do to be who they are: apps that show codes, and sessions that have passed one."""

import base64
import hashlib
import hmac
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from allauth.mfa.models import Authenticator
    from django.test import Client

    from accounts.models import User

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code_of(secret: str = SECRET, *, steps_from_now: int = 0) -> str:
    """The six digits that an authenticator app shows: TOTP of RFC 6238, written down here once more."""
    step = int(time.time()) // 30 + steps_from_now
    digest = hmac.digest(base64.b32decode(secret), step.to_bytes(8, "big"), hashlib.sha1)
    start = digest[-1] & 0x0F
    return f"{(int.from_bytes(digest[start : start + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06}"


def with_an_app(person: "User") -> "Authenticator":
    """The person's authenticator app; it holds SECRET."""
    from allauth.mfa.models import Authenticator
    from allauth.mfa.utils import encrypt

    found = Authenticator.objects.filter(user=person, type="totp").first()
    return found or Authenticator.objects.create(user=person, type="totp", data={"secret": encrypt(SECRET)})


def signed_in(person: "User") -> "Client":
    """A browser in which the person has signed in, with nothing but that."""
    from django.test import Client

    client = Client()
    client.force_login(person)
    return client


def just_signed_in(person: "User") -> "Client":
    """The same, with the password, a moment ago: nobody asks again who they are."""
    return _noting(person, {"method": "password", "at": time.time()})


def at_the_desk(person: "User") -> "Client":
    """The same, with a code of the person's app given in this session: how staff enter the admin site."""
    return _noting(person, {"method": "mfa", "at": time.time(), "id": with_an_app(person).pk, "type": "totp"})


def _noting(person: "User", note: dict[str, object]) -> "Client":
    """Signed in, with allauth's note of how."""
    client = signed_in(person)
    session = client.session
    session["account_authentication_methods"] = [note]
    session["account_authentication_methods_user"] = str(person.pk)
    session.save()
    return client


def program_of(owner: "User") -> "Client":
    """A program with a token of the owner's, which may do everything, and no session."""
    from django.test import Client

    from accounts import tokens

    _, key = tokens.create(owner, "scanner")
    return Client(headers={"Authorization": f"Token {key}"})
