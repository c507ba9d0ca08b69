"""Account pages that allauth does not have, and those of its pages that write mail with the change it tells of."""

from typing import Any

from allauth.account import views as allauth_views
from allauth.account.decorators import reauthentication_required
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import devices, known_browsers, overview, sessions, tokens
from accounts.confirming import Confirmation
from accounts.forms import PreferencesForm, TokenForm
from accounts.models import ApiToken, User
from accounts.requester import person_of
from hdr_site import preferences
from hdr_site.error_pages import not_found
from hdr_site.foundation import origin

LONGEST_NUMBER = 19  # digits; more do not fit into the table's numbers

# The mail is a row of the same transaction as the change it tells of: both, or neither.
password_change = transaction.atomic(allauth_views.password_change)
# allauth lets whoever sits at the browser set a first password; for all other changes it asks who that is.
password_set = login_required(reauthentication_required(transaction.atomic(allauth_views.password_set)))
password_reset = transaction.atomic(allauth_views.password_reset)


class NewPasswordPage(allauth_views.PasswordResetFromKeyView):  # type: ignore[misc] # allauth has no types
    """A new password by a mailed link."""

    def form_valid(self, form: forms.Form) -> HttpResponse:
        """Who has read the mail is the owner: the wrong passwords that were tried before do not keep them out."""
        response: HttpResponse = super().form_valid(form)
        known_browsers.remember(response, self.reset_user.email)
        return response


password_reset_from_key = transaction.atomic(NewPasswordPage.as_view())


class EmailPage(allauth_views.EmailView):  # type: ignore[misc] # allauth has no types
    """The address, and the one that it is being changed to."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With what this browser waits for."""
        waiting = Confirmation.of(self.request)
        mine = waiting if waiting and waiting.user == self.request.user and not waiting.is_fulfilled else None
        return {**super().get_context_data(**kwargs), "waiting": mine}


email = transaction.atomic(login_required(EmailPage.as_view()))


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Name, language and time zone; and the way to all other rooms of one's account."""
    person = person_of(request)
    form = PreferencesForm(request.POST or None, instance=User.objects.get(pk=person.pk))
    if request.method == "POST" and form.is_valid():
        changed = form.save()
        preferences.activate(changed)
        messages.success(request, gettext("Saved."))
        return redirect("accounts:account")
    context = {"form": form, "rooms": overview.rooms(person), "languages": settings.LANGUAGES}
    return render(request, "accounts/account.html", context, status=400 if form.errors else 200)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def session_list(request: HttpRequest) -> HttpResponse:
    """Where the person is signed in; POST ends one session by its number, or all `others`."""
    if request.method == "POST":
        return _end_sessions(request, request.POST.get("session", ""))
    here = request.session.session_key
    rows = [
        {
            "number": row.pk,
            "device": devices.in_words(row.user_agent),
            "network": "" if row.ip == sessions.UNKNOWN_ADDRESS else origin.network_of(row.ip),
            "first_seen": row.created_at,
            "last_seen": row.last_seen_at,
            "is_this_one": row.session_key == here,
        }
        for row in sessions.of(person_of(request))
    ]
    rows.sort(key=lambda row: not row["is_this_one"])
    return render(request, "usersessions/usersession_list.html", {"sessions": rows})


def _end_sessions(request: HttpRequest, which: str) -> HttpResponse:
    person = person_of(request)
    if which == "others":
        ended = sessions.end_others(person, request)
        said = ngettext("%(count)d browser was logged out.", "%(count)d browsers were logged out.", ended)
        messages.success(request, said % {"count": ended})
    elif which.isdecimal() and len(which) < LONGEST_NUMBER and sessions.end(person, int(which)):
        messages.success(request, gettext("That browser was logged out."))
    else:
        return not_found(request, Http404())
    return redirect("usersessions_list")


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator] # allauth has no types
def token_list(request: HttpRequest) -> HttpResponse:
    """The owner's tokens; POST makes one and shows its key, once.

    Who makes one proves first who they are: a key outlives the session, and a new password too.
    """
    form = TokenForm(request.POST or None)
    key, status = None, 200
    if request.method == "POST" and form.is_valid():
        try:
            _, key = tokens.create(
                person_of(request), form.cleaned_data["name"], form.cleaned_data["scopes"], form.lifetime()
            )
            form, status = TokenForm(), 201
        except tokens.TooManyTokens as refusal:
            form.add_error(None, str(refusal))
    if form.errors:
        status = 400
    owned = ApiToken.objects.filter(owner=person_of(request))
    return render(request, "accounts/tokens.html", {"form": form, "tokens": owned, "new_key": key}, status=status)


@login_required
@require_POST
def token_revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    """Revoke one of the owner's tokens, or take an expired one off the list."""
    revoked = tokens.revoke(person_of(request), token_id)
    if revoked is None:
        return not_found(request, Http404())
    good = gettext("The token was revoked. Programs that used it are signed out.")
    messages.success(request, gettext("The expired token was removed.") if revoked.is_expired else good)
    return redirect("accounts:tokens")
