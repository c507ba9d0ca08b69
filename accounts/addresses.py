"""The e-mail address of an account, as allauth keeps it: what may sign in, and where mails go."""

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount

from accounts.models import User
from hdr_site.foundation import audit
from hdr_site.foundation.actions import Action


def set_confirmed(user: User) -> None:
    """Make the account's e-mail its only address, confirmed: whoever sets it answers for it."""
    EmailAddress.objects.filter(user=user).delete()
    EmailAddress.objects.create(user=user, email=user.email.lower(), verified=True, primary=True)


def confirm_only_one(user: User) -> None:
    """Confirm the account's address after a mail to it has done its work; with several, nobody knows which it was."""
    own = EmailAddress.objects.filter(user=user)
    taken = EmailAddress.objects.exclude(user=user).filter(email__in=own.values("email"), verified=True).exists()
    if own.count() == 1 and not taken and own.filter(verified=False).update(verified=True, primary=True):
        SocialAccount.objects.filter(user=user).delete()  # of whoever only claimed the address until now
        audit.record(user, Action.EMAIL_CONFIRMED)


def make_way(email: str, owner: User | None) -> None:
    """Remove accounts other than the owner's, if there is one, that gave this address and never confirmed it.

    Whoever reads the mails of an address has it; somebody who only signed up with it does not stand in their way.
    """
    claims = User.objects.filter(email__iexact=email, last_login=None)
    if owner:
        claims = claims.exclude(pk=owner.pk)
    claims.exclude(emailaddress__verified=True).delete()
