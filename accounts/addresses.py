"""The e-mail address of an account, as allauth keeps it: what may sign in, and where mails go."""

from allauth.account.models import EmailAddress

from accounts.models import User


def set_confirmed(user: User) -> None:
    """Make the account's e-mail its only address, confirmed: whoever sets it answers for it."""
    EmailAddress.objects.filter(user=user).delete()
    EmailAddress.objects.create(user=user, email=user.email.lower(), verified=True, primary=True)
