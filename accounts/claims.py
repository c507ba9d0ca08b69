"""Accounts whose address nobody has confirmed yet: who made them has only claimed the address.

When the owner of the address comes to such an account by another way than the one it was made by, what the claimant
put there must not stay: a password or a connection of a stranger's would let that stranger in later (A. Sudhodanan,
A. Paverd: "Pre-hijacked accounts", USENIX Security 2022).
"""

from allauth.socialaccount.models import SocialAccount
from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts import confirming
from accounts.models import User


def drop_what_a_claimant_gave(request: HttpRequest, user: User) -> None:
    """Somebody logs in to the account of `user` by a mailed code, which confirms the address.

    If that is the first time, password and connections stay only in the browser that has signed up with them.
    """
    if confirming.is_confirmed(user) or _has_signed_up_here(request, user):
        return
    if user.has_usable_password():
        messages.info(
            request, _("The password that was given at sign-up is not kept. Set a new one if you want to use one.")
        )
    user.set_unusable_password()
    user.save(update_fields=["password"])
    SocialAccount.objects.filter(user=user).delete()


def _has_signed_up_here(request: HttpRequest, user: User) -> bool:
    waiting = confirming.Confirmation.of(request)
    return waiting is not None and waiting.user == user and waiting.is_trusted
