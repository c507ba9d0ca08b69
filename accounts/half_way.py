"""Who has begun to log in and is asked for more, a second factor or a code: only while the account stays as it was.

A new password ends all sessions. It ends what has only begun with the old one as well, which is no session yet.
"""

from allauth.account.internal.stagekit import clear_login
from allauth.core.exceptions import ImmediateHttpResponse
from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from accounts.models import User

BEGAN = "login_began"  # in the session: a hash of the password that was the person's then


def begin(request: HttpRequest, user: User) -> None:
    """Somebody begins to log in as `user`."""
    request.session[BEGAN] = user.get_session_auth_hash()


def end(request: HttpRequest, user: User) -> None:
    """They have shown all that was asked for. Raises ImmediateHttpResponse where the account was changed meanwhile."""
    began = request.session.pop(BEGAN, None)
    if user.is_active and constant_time_compare(began, user.get_session_auth_hash()):
        return
    clear_login(request)
    messages.info(request, _("This account was changed meanwhile. Log in with its password of now."))
    raise ImmediateHttpResponse(redirect("account_login"))
