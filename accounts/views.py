"""Account pages that allauth does not have, and those of its pages that write mail with the change it tells of."""

from allauth.account import views as allauth_views
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import tokens
from accounts.forms import TokenForm
from accounts.models import ApiToken, User

# The mail is a row of the same transaction as the change it tells of: both, or neither.
email = transaction.atomic(allauth_views.email)
password_change = transaction.atomic(allauth_views.password_change)
password_reset = transaction.atomic(allauth_views.password_reset)
password_reset_from_key = transaction.atomic(allauth_views.password_reset_from_key)


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - login_required has seen to it; this tells the type checker
    return request.user


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def token_list(request: HttpRequest) -> HttpResponse:
    """The owner's tokens; POST makes one and shows its key, once."""
    form = TokenForm(request.POST or None)
    key, status = None, 200
    if request.method == "POST" and form.is_valid():
        try:
            _, key = tokens.create(_user(request), form.cleaned_data["name"])
            form, status = TokenForm(), 201
        except tokens.TooManyTokens as refusal:
            form.add_error(None, str(refusal))
    if form.errors:
        status = 400
    owned = ApiToken.objects.filter(owner=_user(request))
    return render(request, "accounts/tokens.html", {"form": form, "tokens": owned, "new_key": key}, status=status)


@login_required
@require_POST
def token_revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    """Revoke one of the owner's tokens."""
    if not tokens.revoke(_user(request), token_id):
        return render(request, "errors/404.html", status=404)
    messages.success(request, "The token was revoked. Programs that used it are signed out.")
    return redirect("accounts:tokens")
