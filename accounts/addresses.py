"""The e-mail address of an account, as allauth keeps it: what may sign in, and where mails go."""

from datetime import timedelta

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from hdr_site.foundation import audit
from hdr_site.foundation.actions import Action

PRESSED_TWICE = timedelta(seconds=10)
CLAIMS_KEPT_FOR = timedelta(days=7)
"""Links in mails are good for three days; an address that was confirmed by none of them is perhaps a stranger's."""
TOGETHER = 1000


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
    claims = _claims(email)
    if owner:
        claims = claims.exclude(pk=owner.pk)
    claims.delete()


def contest(email: str) -> None:
    """Somebody signs up with an address that somebody else, or they themselves elsewhere, gave and never confirmed.

    Which of the two its owner is, nobody knows; and the owner, who has signed up, will open the link of either mail.
    So what the first gave lets nobody in: whoever confirms the address logs in by mail, and may set a password then.
    A button that was pressed twice is no second person.
    """
    for claim in _claims(email).filter(date_joined__lt=timezone.now() - PRESSED_TWICE):
        claim.set_unusable_password()
        claim.save(update_fields=["password"])
        SocialAccount.objects.filter(user=claim).delete()


def forget_claims() -> None:
    """Remove accounts that nobody confirmed within a week: else strangers could fill the table with people's addresses.

    Nobody was ever in them, so nothing else hangs on them. Accounts of staff are not made by signing up.
    """
    old = User.objects.filter(last_login=None, is_staff=False, date_joined__lt=timezone.now() - CLAIMS_KEPT_FOR)
    claims = old.filter(emailaddress__verified=False).exclude(emailaddress__verified=True).order_by("pk")
    User.objects.filter(pk__in=list(claims.values_list("pk", flat=True)[:TOGETHER])).delete()


def _claims(email: str) -> QuerySet[User]:
    return User.objects.filter(email__iexact=email, last_login=None).exclude(emailaddress__verified=True)


def belongs_to(email: str, user: User) -> bool:
    """Whether the address is that of the account now, confirmed or not."""
    return user.email.lower() == email.lower() or EmailAddress.objects.filter(user=user, email=email.lower()).exists()
