"""Pages about second factors: the one for staff who have none yet, and those of allauth's to which we add something."""

from typing import Any

from allauth.account.utils import get_next_redirect_url
from allauth.account.views import BaseReauthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as allauth_codes
from allauth.mfa.totp import views as allauth_apps
from allauth.mfa.webauthn import views as allauth_passkeys
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import mailed_proof, one_time_codes, second_factor
from accounts.models import User

# The mail about it is a row of the same transaction as the change it tells of: both, or neither.
remove_app = transaction.atomic(allauth_apps.deactivate_totp)
remove_passkey = transaction.atomic(allauth_passkeys.remove_webauthn)
make_recovery_codes = transaction.atomic(allauth_codes.generate_recovery_codes)


@never_cache
@login_required
@require_safe
def needed(request: HttpRequest) -> HttpResponse:
    """For staff without a factor: why they need one, and where to set it up. Where they were going is remembered."""
    user = request.user
    if not isinstance(user, User) or not user.is_staff:
        return redirect("mfa_index")
    wanted = get_next_redirect_url(request) or reverse("admin:index")
    if second_factor.has_one(user):
        return redirect_to_login(wanted, reverse("admin:login"))
    request.session[second_factor.WANTED] = wanted
    return render(request, "accounts/second_factor_needed.html")


def _newest(request: HttpRequest, kind: Authenticator.Type) -> Authenticator:
    return Authenticator.objects.filter(user=request.user, type=kind).latest("pk")


class SetUpApp(allauth_apps.ActivateTOTPView):  # type: ignore[misc] # allauth has no types
    """Set up an authenticator app."""

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        """The code that shows that the app works is used up with it."""
        response: HttpResponse = super().form_valid(form)
        app = _newest(self.request, Authenticator.Type.TOTP)
        one_time_codes.use_up(app, form.cleaned_data["code"])
        second_factor.added(self.request, app)
        return response


class AddPasskey(allauth_passkeys.AddWebAuthnView):  # type: ignore[misc] # allauth has no types
    """Add a passkey."""

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        """Who has just made it has thereby shown it."""
        response: HttpResponse = super().form_valid(form)
        second_factor.added(self.request, _newest(self.request, Authenticator.Type.WEBAUTHN))
        return response


@method_decorator([never_cache, login_required], name="dispatch")
class ProveByMail(BaseReauthenticateView):  # type: ignore[misc] # allauth has no types
    """Show again who one is, with a code by mail; POST with `action=resend` sends one."""

    template_name = "mfa/reauthenticate_by_mail.html"
    form_class = mailed_proof.MailedCode

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Sends a code, or looks at the one that was typed."""
        if request.POST.get("action") != "resend":
            answer: HttpResponse = super().post(request, *args, **kwargs)
            return answer
        if isinstance(request.user, User):
            mailed_proof.send(request, request.user)
        return redirect(self.passthrough_next_url(request.path))

    def get_form_kwargs(self) -> dict[str, Any]:
        """With the request, whose session knows the code."""
        return {**super().get_form_kwargs(), "request": self.request}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """`waiting`: a code is on its way."""
        return {**super().get_context_data(**kwargs), "waiting": mailed_proof.is_waiting(self.request)}
