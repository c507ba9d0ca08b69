"""What people do with their keys for programs: make, find, revoke."""

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import ApiToken, User
from hdr_site.foundation import audit
from hdr_site.foundation.actions import Action
from hdr_site.foundation.scopes import Scope

MOST_TOKENS = 50
USE_NOTED_EVERY = timedelta(minutes=1)


class TooManyTokens(Exception):
    """The owner has as many keys as one may have."""


class TokenExpired(Exception):
    """The key was good until a day that has passed."""


@transaction.atomic
def create(
    owner: User, name: str, scopes: Iterable[str] = tuple(Scope.values), lifetime: timedelta | None = None
) -> tuple[ApiToken, str]:
    """A new key: its row, and the key itself, which cannot be had again later. Without `lifetime` it never expires."""
    User.objects.select_for_update(no_key=True).get(pk=owner.pk)  # several at once are counted one after the other
    if ApiToken.objects.filter(owner=owner).count() >= MOST_TOKENS:
        told = gettext("You have %(most)d tokens, which is as many as one may have; revoke one first.")
        raise TooManyTokens(told % {"most": MOST_TOKENS})
    key = ApiToken.new_key()
    hint = key[: len(ApiToken.PREFIX) + 4]
    token = ApiToken.objects.create(
        owner=owner,
        name=name,
        digest=ApiToken.digest_of(key),
        hint=hint,
        scopes=[scope for scope in Scope.values if scope in set(scopes)],
        expires_at=timezone.now() + lifetime if lifetime else None,
    )
    audit.record(owner, Action.TOKEN_CREATED, hint, scopes=" ".join(token.scopes))
    return token, key


def find(key: str) -> ApiToken | None:
    """The token that `key` opens, of an owner who may sign in and is not leaving. Its use is noted once a minute.

    Raises `TokenExpired` for a key whose time is over.
    """
    staying = ApiToken.objects.select_related("owner").filter(owner__leaving=None)
    token = staying.filter(digest=ApiToken.digest_of(key)).first()
    if token is None or not token.owner.is_active:
        return None
    if token.is_expired:
        audit.once_a_day(token.owner, Action.TOKEN_EXPIRED, token.hint)
        raise TokenExpired
    _note_use(token)
    return token


def _note_use(token: ApiToken) -> None:
    now, last = timezone.now(), token.last_used_at
    if last is None or last < now - USE_NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=Now())
    if last is None or last.date() != now.date():  # both in UTC, as the log counts its days
        audit.once_a_day(token.owner, Action.TOKEN_USED, token.hint)


@transaction.atomic
def revoke(owner: User, token_id: int) -> ApiToken | None:
    """Make a key of `owner` useless at once; returns what it was, None if there is none of that number."""
    token = ApiToken.objects.filter(owner=owner, pk=token_id).first()
    if token is None:
        return None
    token.delete()
    audit.record(owner, Action.TOKEN_REVOKED, token.hint)
    return token
