"""Where somebody is signed in. Django keeps the session, in Postgres; beside it allauth keeps a row for people to see.

The row holds the network, never the address (AccountAdapter.get_client_ip). Ending a session deletes both, so that the
next request of that browser is nobody's.
"""

from datetime import timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.core.cache.backends.locmem import LocMemCache
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Now
from django.http import HttpRequest
from django.utils import timezone

from accounts import devices
from accounts.models import User
from hdr_site.foundation import audit, origin
from hdr_site.foundation.actions import Action

SEEN_EVERY = timedelta(minutes=5)
MOST_SESSIONS = 50
"""Of one person; whoever signs in once more ends the one that was not used for longest."""
UNKNOWN_ADDRESS = "0.0.0.0"  # noqa: S104 - the table wants an address

# Which sessions this process has noted lately. In memory, because asking anybody else would cost every request more
# than the note is worth; several processes then note the same session, and the UPDATE sees to it that one is enough.
_noted = LocMemCache("sessions-noted", {"TIMEOUT": SEEN_EVERY.total_seconds(), "OPTIONS": {"MAX_ENTRIES": 20_000}})


def note_use(request: HttpRequest, person: User) -> None:
    """Note that the session of `request` is in use, and from which network: once in some minutes, else no query."""
    key = request.session.session_key
    now = timezone.now()
    if key is None or not _noted.add(key, True):
        return
    if person.last_login and person.last_login > now - SEEN_EVERY:
        return  # whoever has just signed in was noted by that
    found = {"ip": origin.network().partition("/")[0] or UNKNOWN_ADDRESS, "last_seen_at": now}
    stale = UserSession.objects.filter(session_key=key, last_seen_at__lt=now - SEEN_EVERY)
    if not stale.update(**found):
        header = request.headers.get("User-Agent", "")[: UserSession._meta.get_field("user_agent").max_length]
        UserSession.objects.get_or_create(
            session_key=key, defaults={"user": person, "user_agent": header, "created_at": now, **found}
        )


def of(person: User) -> list[UserSession]:
    """The sessions in which `person` is signed in, the last used first. Rows whose session is over are removed."""
    rows = list(UserSession.objects.filter(user_id=person.pk).order_by("-last_seen_at"))
    kept = Session.objects.filter(session_key__in=[row.session_key for row in rows], expire_date__gt=Now())
    living = {session.session_key for session in kept if _opens(session, person)}
    over = [row.pk for row in rows if row.session_key not in living]
    if over:
        UserSession.objects.filter(pk__in=over).delete()
    return [row for row in rows if row.session_key in living]


def count(person: User) -> int:
    """How many browsers `person` is signed in with."""
    return _with_session(UserSession.objects.filter(user_id=person.pk)).count()


def end(person: User, number: int) -> bool:
    """End one session of `person`; False if there is none of that number."""
    return _end(person, UserSession.objects.filter(user_id=person.pk, pk=number)) > 0


def end_others(person: User, request: HttpRequest | None) -> int:
    """End all sessions of `person` but that of `request`; returns how many."""
    session = getattr(request, "session", None)
    others = UserSession.objects.filter(user_id=person.pk).exclude(
        session_key=getattr(session, "session_key", "") or ""
    )
    return _end(person, others)


def keep_newest(person: User) -> None:
    """End what is more than one may have, the longest unused first: else a program that signs in fills the table."""
    rows = UserSession.objects.filter(user_id=person.pk).order_by("-last_seen_at", "-pk")
    surplus = list(rows.values_list("pk", flat=True)[MOST_SESSIONS:])
    if surplus:
        _end(person, UserSession.objects.filter(pk__in=surplus))


def purge() -> None:
    """Remove sessions that are over by their date, and rows whose session is gone."""
    Session.objects.filter(expire_date__lt=Now()).delete()
    UserSession.objects.exclude(pk__in=_with_session(UserSession.objects.all()).values("pk")).delete()


@transaction.atomic
def _end(person: User, rows: "QuerySet[Any]") -> int:
    ended = list(rows)
    Session.objects.filter(session_key__in=[row.session_key for row in ended]).delete()
    UserSession.objects.filter(pk__in=[row.pk for row in ended]).delete()
    for row in ended:
        audit.record(person, Action.SESSION_ENDED, devices.in_words(row.user_agent))
    return len(ended)


def _with_session(rows: "QuerySet[Any]") -> "QuerySet[Any]":
    living = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=Now())
    return rows.filter(Exists(living))


def _opens(session: Session, person: User) -> bool:
    """Whether the session still is that of `person`: a password that was changed since has ended it."""
    content = session.get_decoded()
    hashes = {person.get_session_auth_hash(), *person.get_session_auth_fallback_hash()}
    return content.get(SESSION_KEY) == str(person.pk) and content.get(HASH_SESSION_KEY) in hashes
