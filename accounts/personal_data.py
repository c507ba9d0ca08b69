"""What the accounts app keeps of a person."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import AbstractBaseUser

from accounts.models import ApiToken, Archive, Leaving, User

MODELS = (User, ApiToken, EmailAddress, SocialAccount, Authenticator, UserSession, Archive, Leaving)


def export(user: AbstractBaseUser) -> dict[str, Any]:
    """The account, its addresses and the names of its tokens; no password hash, no key."""
    account = User.objects.get(pk=user.pk)
    return {
        "account": {"email": account.email, "name": account.name, "joined": account.date_joined.isoformat()},
        "addresses": list(EmailAddress.objects.filter(user_id=user.pk).values("email", "verified", "primary")),
        "tokens": [
            {"name": token.name, "hint": token.hint, "created": token.created_at.isoformat()}
            for token in ApiToken.objects.filter(owner_id=user.pk)
        ],
    }


def erase(user: AbstractBaseUser) -> None:
    """Remove the account with addresses and tokens. Sessions end with it."""
    User.objects.filter(pk=user.pk).delete()
