"""The rooms of one's account, each with its state in a few words."""

from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import sessions
from accounts.models import ApiToken, User
from hdr_site import numbering


@dataclass(frozen=True)
class Room:
    """One page of the account: what it is called, the name of its address, and how things stand there."""

    title: str
    address: str
    state: str


def rooms(person: User) -> list[Room]:
    """All of them, in the order in which people look for them; six queries."""
    return [
        Room(_("Email address"), "account_email", person.email),
        Room(_("Password"), "account_change_password", _password(person)),
        Room(_("Second factors"), "mfa_index", _factors(person)),
        Room(_("Connected accounts"), "socialaccount_connections", _connections(person)),
        Room(_("Where you are logged in"), "usersessions_list", _sessions(person)),
        Room(_("Tokens for programs"), "accounts:tokens", _tokens(person)),
        Room(_("Activity"), "accounts:activity", _("what happened in your account")),
        Room(_("Your data"), "accounts:data", _("download everything, or delete your account")),
    ]


def _password(person: User) -> str:
    return _("set") if person.has_usable_password() else _("none; you log in without one")


def _factors(person: User) -> str:
    factors = Authenticator.objects.filter(user_id=person.pk).exclude(type=Authenticator.Type.RECOVERY_CODES).count()
    return counted(ngettext("%(count)d factor", "%(count)d factors", factors), factors) if factors else _("off")


def _connections(person: User) -> str:
    connected = SocialAccount.objects.filter(user_id=person.pk).count()
    words = ngettext("%(count)d account", "%(count)d accounts", connected)
    return counted(words, connected) if connected else _("none")


def _sessions(person: User) -> str:
    browsers = sessions.count(person)
    return counted(ngettext("%(count)d browser", "%(count)d browsers", browsers), browsers)


def _tokens(person: User) -> str:
    tokens = ApiToken.objects.filter(owner_id=person.pk).count()
    return counted(ngettext("%(count)d token", "%(count)d tokens", tokens), tokens) if tokens else _("none")


def counted(words: str, count: int) -> str:
    """The count put into its words, in the digits that the reader chose."""
    return str(numbering.shown(words % {"count": count}))
