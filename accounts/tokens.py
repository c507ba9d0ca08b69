"""What people do with their keys for programs: make, find, revoke."""

from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import ApiToken, User
from hdr_site.foundation import audit

MOST_TOKENS = 50
USE_NOTED_EVERY = timedelta(minutes=1)


class TooManyTokens(Exception):
    """The owner has as many keys as one may have."""


@transaction.atomic
def create(owner: User, name: str) -> tuple[ApiToken, str]:
    """A new key: its row, and the key itself, which cannot be had again later."""
    if ApiToken.objects.filter(owner=owner).count() >= MOST_TOKENS:
        raise TooManyTokens(f"You have {MOST_TOKENS} tokens, which is as many as one may have; revoke one first.")
    key = ApiToken.new_key()
    hint = key[: len(ApiToken.PREFIX) + 4]
    token = ApiToken.objects.create(owner=owner, name=name, digest=ApiToken.digest_of(key), hint=hint)
    audit.record(owner, "token.created", hint)
    return token, key


def find(key: str) -> ApiToken | None:
    """The token that `key` opens, of an owner who may sign in. Its use is noted once a minute."""
    token = ApiToken.objects.select_related("owner").filter(digest=ApiToken.digest_of(key)).first()
    if token is None or not token.owner.is_active:
        return None
    if token.last_used_at is None or token.last_used_at < timezone.now() - USE_NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=Now())
    return token


@transaction.atomic
def revoke(owner: User, token_id: int) -> bool:
    """Make a key of `owner` useless at once; False if there is none of that number."""
    token = ApiToken.objects.filter(owner=owner, pk=token_id).first()
    if token is None:
        return False
    token.delete()
    audit.record(owner, "token.revoked", token.hint)
    return True
