"""What the accounts app keeps of a person."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import AbstractBaseUser
from django.utils.translation import gettext as _

from accounts import archives, signed_in
from accounts.models import ApiToken, Archive, Leaving, User
from hdr_site.foundation import outbox
from hdr_site.foundation.archive_files import ArchiveFile

MODELS = (User, ApiToken, EmailAddress, SocialAccount, Authenticator, UserSession, Archive, Leaving)


def counts(user: AbstractBaseUser) -> dict[str, int]:
    """Tokens, sessions, second factors and connections."""
    return {
        "tokens": ApiToken.objects.filter(owner_id=user.pk).count(),
        "sessions": UserSession.objects.filter(user_id=user.pk).count(),
        "factors": Authenticator.objects.filter(user_id=user.pk).count(),
        "connections": SocialAccount.objects.filter(user_id=user.pk).count(),
    }


def export(user: AbstractBaseUser, archive: ArchiveFile) -> None:
    """The account with all that hangs on it; no password hash, no key, no secret of a second factor."""
    about = _("your account: addresses, tokens, second factors, connections, sessions, archives")
    archive.add_json("account.json", _account(User.objects.get(pk=user.pk)), about)


def erase(user: AbstractBaseUser) -> None:
    """Remove all that hangs on the account, mails that are still to be sent included; the account itself stays."""
    addresses = EmailAddress.objects.filter(user_id=user.pk)
    outbox.forget(addresses.values_list("email", flat=True))
    signed_in.end_everywhere(User.objects.get(pk=user.pk))
    archives.remove(Archive.objects.filter(owner_id=user.pk))
    for owned in (Archive, ApiToken):
        owned._default_manager.filter(owner_id=user.pk).delete()
    for model in (SocialAccount, Authenticator, EmailAddress):
        model.objects.filter(user_id=user.pk).delete()


def _account(user: User) -> dict[str, Any]:
    """What account.json says."""
    sessions = UserSession.objects.filter(user=user)
    return {
        "account": {
            "email": user.email,
            "name": user.name,
            "language": user.language,
            "numerals": user.numerals,
            "time_zone": user.time_zone,
            "joined": user.date_joined,
            "last_login": user.last_login,
            "has_password": user.has_usable_password(),
            "roles": list(user.groups.values_list("name", flat=True)),
        },
        "addresses": list(EmailAddress.objects.filter(user=user).values("email", "verified", "primary")),
        "tokens": list(
            ApiToken.objects.filter(owner=user).values(
                "name", "hint", "scopes", "created_at", "expires_at", "last_used_at"
            )
        ),
        "factors": [
            {"type": factor.type, "name": str(factor), "added": factor.created_at, "last_used": factor.last_used_at}
            for factor in Authenticator.objects.filter(user=user)
        ],
        "connections": list(
            SocialAccount.objects.filter(user=user).values("provider", "uid", "date_joined", "last_login", "extra_data")
        ),
        "sessions": list(sessions.values("created_at", "last_seen_at", "ip", "user_agent")),
        "archives": list(Archive.objects.filter(owner=user).values("created_at", "status", "fetched_at")),
    }
