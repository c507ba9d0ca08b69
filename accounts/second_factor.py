"""What a session has proved beyond a password, and what people change about it.

allauth notes in the session by which means its person has proved who they are. A session has passed the second factor
when one of these notes names a factor that the person still has: a factor that is removed lets nobody go on.
"""

import time
from typing import Any

from allauth.account import app_settings as account_settings
from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from accounts import sessions
from accounts.models import User
from hdr_site.foundation import audit
from hdr_site.foundation.actions import Action

FEW_CODES = 3
SITE = {"name": "Handwritten digits"}
WANTED = "staff_next"  # in the session: where somebody was going who had to set up a factor first


def has_one(user: User) -> bool:
    """Whether the person has a factor; recovery codes alone are none."""
    return bool(Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES).exists())


def passed(request: HttpRequest) -> bool:
    """Whether this session has passed a factor that its person still has."""
    user = request.user
    if isinstance(user, AnonymousUser):
        return False
    numbers = [note["id"] for note in get_authentication_records(request, user) if note["method"] == "mfa"]
    return bool(numbers) and bool(Authenticator.objects.filter(user=user, pk__in=numbers).exists())


def just_proved(request: HttpRequest) -> bool:
    """Whether the session proved within the last minutes who its person is: with a factor, if they have one."""
    user = request.user
    if not isinstance(user, User):
        return False
    notes = get_authentication_records(request, user)
    if has_one(user):
        notes = [note for note in notes if note["method"] == "mfa"]
    return any(time.time() - note["at"] < account_settings.REAUTHENTICATION_TIMEOUT for note in notes)


def ways_to_prove(user: AbstractBaseUser | AnonymousUser, ways: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of allauth's ways to prove again who one is: a factor, if there is one, before the password; a mail, if nothing.

    It knows no way for those who have neither; see mailed_proof.py.
    """
    factors = [way for way in ways if way["id"].startswith("mfa_reauthenticate")]
    if ways or not user.is_authenticated:
        return factors or ways
    by_mail = reverse("reauthenticate_by_mail")
    return [{"id": "reauthenticate_by_mail", "description": gettext("Use a code by email"), "url": by_mail}]


def must_prove(request: HttpRequest) -> bool:
    """Whether somebody has to show who they are before a change that matters.

    Raises ReauthenticationRequired for those with neither password nor factor, whom allauth would let pass.
    """
    if just_proved(request):
        return False
    if not get_reauthentication_flows(request.user):
        raise ReauthenticationRequired
    return True


def next_name(user: AbstractBaseUser) -> str:
    """A name for the next passkey of a person who gives it none."""
    count = Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN).count()
    return gettext("Passkey %(number)d") % {"number": count + 1}


def added(request: HttpRequest, factor: Authenticator) -> None:
    """A factor was set up in this session, which has thereby shown that it has it."""
    record_authentication(request, factor.user, "mfa", id=factor.pk, type=factor.type, reauthenticated=True)


def used(request: HttpRequest, factor: Authenticator) -> None:
    """A code was used; who runs out of recovery codes is told in time."""
    if factor.type != Authenticator.Type.RECOVERY_CODES:
        return
    factor.refresh_from_db()
    left = len(factor.wrap().get_unused_codes())
    if left <= FEW_CODES:
        words = ngettext(
            "You have %(left)d recovery code left. Make new ones under “Second factors”.",
            "You have %(left)d recovery codes left. Make new ones under “Second factors”.",
            left,
        )
        messages.warning(request, words % {"left": left})


def kinds(user: User) -> list[str]:
    """What sorts of factors a person has, in words."""
    found = Authenticator.objects.filter(user=user).order_by("pk")
    return list(dict.fromkeys(str(factor.get_type_display()) for factor in found))


@transaction.atomic
def reset(actor: Any, user: User) -> int:
    """Take all factors of `user` away, who has lost them; returns how many there were. Their sessions end.

    `actor` is who decides it; None for a command on the machine itself.
    """
    count, _ = Authenticator.objects.filter(user=user).delete()
    sessions.end_others(user, None)
    audit.record(actor, Action.FACTORS_RESET, person=user, count=count)
    return int(count)
