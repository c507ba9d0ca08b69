"""Where somebody is signed in, found and ended everywhere, whether or not allauth has noted the session."""

import json

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session

from accounts.models import User

TOGETHER = 1000


def end_everywhere(user: User) -> None:
    """End all sessions of `user`, and those of browsers half-way in that hold one of their addresses.

    A session's content is signed and packed, so those that allauth has not noted are found by reading all of them:
    some microseconds each, for something that happens once in the life of an account.
    """
    noted = UserSession.objects.filter(user=user)
    Session.objects.filter(session_key__in=list(noted.values_list("session_key", flat=True))).delete()
    noted.delete()
    addresses = {
        user.email.lower(),
        *map(str.lower, EmailAddress.objects.filter(user=user).values_list("email", flat=True)),
    }
    strays = [row.pk for row in Session.objects.iterator(TOGETHER) if _is_theirs(row, user, addresses)]
    Session.objects.filter(pk__in=strays).delete()


def _is_theirs(session: Session, user: User, addresses: set[str]) -> bool:
    content = session.get_decoded()
    if content.get(SESSION_KEY) == str(user.pk):
        return True
    text = json.dumps(content, default=str, ensure_ascii=False).lower()
    return any(f'"{address}"' in text for address in addresses)
