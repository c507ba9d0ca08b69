"""Your data: take everything along, or leave."""

from allauth.account.decorators import reauthentication_required
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import archives, leaving, sending
from accounts.data_forms import LeaveForm
from accounts.requester import person_of
from hdr_site.error_pages import error_response
from hdr_site.foundation import register


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator] # allauth has no types
def data(request: HttpRequest) -> HttpResponse:
    """What becomes of the archive that was asked for; POST asks for one."""
    status, refusal = 200, ""
    if request.method == "POST":
        try:
            archives.ask(person_of(request))
            return redirect("accounts:data")
        except archives.TooManyArchives as too_many:
            status, refusal = 429, str(too_many)
    context = {"archive": archives.latest(person_of(request)), "refusal": refusal, "leaving_days": leaving.DAYS}
    return render(request, "accounts/data.html", context, status=status)


@never_cache
@login_required
@require_safe
def archive(request: HttpRequest, key: str) -> HttpResponse:
    """Where the link of the mail leads: a page, so that programs that look at links use nothing up."""
    found = archives.find(person_of(request), key)
    if found is None:
        return _not_found(request)
    status = 200 if found.is_ready else 410
    return render(request, "accounts/data_archive.html", {"archive": found, "key": key}, status=status)


@never_cache
@login_required
@require_safe
def archive_file(request: HttpRequest, key: str) -> HttpResponseBase:
    """The file. It is used up once the last byte was handed over, so a download that broke off can go on (Range)."""
    found = archives.find(person_of(request), key)
    if found is None:
        return _not_found(request)
    if found.is_ready:
        try:
            return sending.sent(request, found)
        except sending.Busy:
            return _busy(request)
        except FileNotFoundError:  # removed at this moment
            pass
    return render(request, "accounts/data_archive.html", {"archive": found, "key": key}, status=410)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator] # allauth has no types
def leave(request: HttpRequest) -> HttpResponse:
    """What would go; POST asks for it."""
    user = person_of(request)
    form = LeaveForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            leaving.ask(user)
            logout(request)
            return redirect("accounts:goodbye")
        except leaving.LastAdministrator:
            form.add_error(
                None, _("You are the only administrator. Make somebody else one first, then delete your account.")
            )
    context = {"form": form, "counts": register.counts(user), "days": leaving.DAYS}
    return render(request, "accounts/data_leave.html", context, status=400 if form.errors else 200)


@never_cache
@require_safe
def goodbye(request: HttpRequest) -> HttpResponse:
    """Shown after `leave`, to nobody in particular."""
    return render(request, "accounts/data_goodbye.html", {"days": leaving.DAYS})


def _not_found(request: HttpRequest) -> HttpResponse:
    sentence = _("There is no such archive, or it is not yours. Log in with the account that asked for it.")
    return error_response(request.path, 404, "not_found", sentence, request=request)


def _busy(request: HttpRequest) -> HttpResponse:
    sentence = _("Too many archives are being downloaded just now. Yours waits for you; try again in a minute.")
    return error_response(request.path, 503, "busy", sentence, request=request, headers={"Retry-After": "60"})
