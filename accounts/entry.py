"""The pages through which people come in: sign up, confirm the address, sign in, sign in by a mailed code.

What is not said here is allauth's. What a page changes and the mail it writes are one transaction: both, or neither.
"""

import time
from collections.abc import Callable
from functools import wraps
from importlib import import_module
from typing import Any

from allauth.account import views as allauth_views
from allauth.account.adapter import get_adapter
from allauth.account.internal.stagekit import clear_login
from allauth.account.models import EmailAddress
from allauth.account.stages import EmailVerificationStage, LoginStageController
from django.conf import settings
from django.contrib import messages
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import addresses, claims, confirming, sign_up
from accounts.confirming import Confirmation
from accounts.entry_forms import ConfirmationCodeForm, OtherAddressForm
from accounts.racing import twice_where_somebody_was_first
from hdr_site.foundation import audit
from hdr_site.foundation.actions import Action

GONE, FORBIDDEN, NO_CONTENT = 410, 403, 204

Answer = Callable[..., HttpResponseBase]


def one_at_a_time(view: Answer) -> Answer:
    """Requests of one browser wait for each other, so that five tries are five however many arrive at once."""

    @wraps(view)
    @transaction.atomic
    def waiting(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        key = request.session.session_key
        if request.method != "POST" or Session.objects.select_for_update().filter(pk=key).first() is None:
            return view(request, *args, **kwargs)
        request.session = import_module(settings.SESSION_ENGINE).SessionStore(key)  # as the one before has left it
        response = view(request, *args, **kwargs)
        if request.session.modified and request.session.session_key == key:
            request.session.save()
            request.session.modified = False  # else it would be saved again later, over what the next one has noted
        return response

    return waiting


class SignUp(allauth_views.SignupView):  # type: ignore[misc] # allauth has no types
    """Sign up by address and password."""

    def closed(self) -> HttpResponse:
        """The sentence that no new accounts are taken."""
        return render(self.request, self.template_name_signup_closed, status=FORBIDDEN)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the domains that may sign up."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"domains": sign_up.domains_in_words()}


signup = twice_where_somebody_was_first(SignUp.as_view())
login = transaction.atomic(allauth_views.login)
request_login_code = transaction.atomic(allauth_views.request_login_code)


# --- Waiting for the code or the link ---------------------------------------------------------------------------------


class Waiting(View):
    """The page that waits: type the code, have it sent again, give another address, or go on once the link was opened.

    Who has signed in waits here for a further address, who signs up for the first.
    """

    http_method_names = ["get", "head", "post"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Nobody waits: to the log-in page. The link was opened meanwhile: go on."""
        self.stage = LoginStageController.enter(request, EmailVerificationStage.key)
        found = Confirmation.of(request)
        if found is None or (self.stage is None and not request.user.is_authenticated):
            return self._nothing_waits()
        self.confirmation = found
        if found.is_fulfilled:
            return (
                HttpResponse(status=NO_CONTENT) if request.method == "HEAD" else _go_on(self.confirmation, self.stage)
            )
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        """The page. HEAD answers 204 instead of 200 once the link was opened, so that a script may look."""
        return self._page()

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """`action`: verify (the default), resend, change or cancel."""
        actions = {"resend": self._resend, "change": self._change, "cancel": self._cancel}
        return actions.get(request.POST.get("action", ""), self._verify)()

    def _verify(self) -> HttpResponseBase:
        waiting = self.confirmation
        form = ConfirmationCodeForm(self.request.POST, code=waiting.code, user=waiting.user, email=waiting.email)
        if not form.is_valid():
            if waiting.code:
                waiting.record_invalid_attempt()
            return self._page(form=form)
        if waiting.is_trusted:
            waiting.finish()
        return _go_on(self.confirmation, self.stage)

    def _resend(self) -> HttpResponseBase:
        if self.confirmation.can_resend:
            self.confirmation.resend()
        return redirect("account_email_verification_sent")

    def _change(self) -> HttpResponseBase:
        form = OtherAddressForm(self.request.POST, email=self.confirmation.email)
        if self.stage is None or not self.confirmation.can_change or not form.is_valid():
            return self._page(other=form)
        return confirming.apply_again(self.confirmation, self.stage, form.cleaned_data["email"])

    def _cancel(self) -> HttpResponseBase:
        """What waits is taken back; a sign-up with its account, so that the same address may sign up anew."""
        if self.stage:
            confirming.withdraw(self.confirmation)
        self.confirmation.forget()
        if self.request.user.is_authenticated:
            return redirect("account_email")
        clear_login(self.request)
        return redirect("account_signup")

    def _nothing_waits(self) -> HttpResponseBase:
        if self.request.user.is_authenticated:
            return redirect(settings.LOGIN_REDIRECT_URL)
        messages.info(self.request, _("Nothing waits to be confirmed in this browser. Log in, or sign up again."))
        return redirect("account_login")

    def _page(self, form: ConfirmationCodeForm | None = None, other: OtherAddressForm | None = None) -> HttpResponse:
        waiting = self.confirmation
        context = {
            "waiting": waiting,
            "form": form or ConfirmationCodeForm(),
            "other": other or OtherAddressForm(),
            "too_old": not waiting.is_valid(),
            "signed_in": self.request.user.is_authenticated,
        }
        return render(self.request, "account/confirm_email_verification_code.html", context)


email_verification_sent = never_cache(one_at_a_time(Waiting.as_view()))


def _go_on(confirmation: Confirmation, stage: EmailVerificationStage | None) -> HttpResponseBase:
    """The waiting is over: a sign-up goes on into the account, if it is still that of whoever waited."""
    request, user, trusted = confirmation.request, confirmation.user, confirmation.is_trusted
    confirmation.forget()
    if stage is None:
        return redirect("account_email")
    response: HttpResponseBase
    if trusted and user == stage.login.user and confirming.is_confirmed(user):
        response = stage.exit()
    else:
        messages.info(request, _("This account was changed meanwhile. Log in with its password of now."))
        response = stage.abort()
    return response


# --- The link ---------------------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@transaction.atomic
def confirm_email(request: HttpRequest, key: str) -> HttpResponseBase:
    """The page behind the link: asks (a mail program that only looks uses nothing up), and POST confirms."""
    address = confirming.address_of(key)
    if address is None:
        return render(request, "account/email_confirm.html", status=GONE)
    if confirming.is_confirmed(address.user) and request.user != address.user:
        return render(
            request, "account/email_confirm.html", {"address": address, "log_in_first": True}, status=FORBIDDEN
        )
    if request.method != "POST":
        return render(request, "account/email_confirm.html", {"address": address})
    return _confirmed_by_link(request, address)


def _confirmed_by_link(request: HttpRequest, address: EmailAddress) -> HttpResponseBase:
    if not get_adapter(request).confirm_email(request, address):
        return redirect("account_email" if request.user.is_authenticated else "account_login")
    waiting = Confirmation.of(request)
    stage = LoginStageController.enter(request, EmailVerificationStage.key)
    if waiting and waiting.user == address.user and (stage or request.user == address.user):
        return _go_on(waiting, stage)
    if request.user.is_authenticated:
        return redirect("account_email")
    messages.info(request, _("Go on where you signed up, or log in here."))
    return redirect("account_login")


# --- Sign in by a mailed code -----------------------------------------------------------------------------------------


class SignInCode(allauth_views.ConfirmLoginCodeView):  # type: ignore[misc] # allauth has no types
    """Type the code from the mail."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """A code that has run out is said so."""
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        if getattr(self, "_process", self) is None:
            messages.error(request, _("This code is more than 15 minutes old. Have a new one sent."))
        return response

    def _verify_form_valid(self, form: Any) -> HttpResponse:
        """In; and if nobody has confirmed the address before, without what somebody else may have given."""
        if self._was_given_up():
            return self._no_longer_good()
        claims.drop_what_a_claimant_gave(self.request, self._process.user)
        response: HttpResponse = super()._verify_form_valid(form)
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        """A wrong code is noted, as a wrong password is."""
        audit.record(None, Action.SIGN_IN_FAILED, person=self._process.user, method="code")
        response: HttpResponse = super().form_invalid(form)
        return response

    def _resend_form_valid(self, form: Any) -> HttpResponse:
        """A new code has its own 15 minutes and five tries; where there is no account, the mail says so again."""
        if self._was_given_up():
            return self._no_longer_good()
        process = self._process
        process.state |= {"at": time.time(), "failed_attempts": 0}
        process.send()
        process.record_resend()
        process.persist()
        return HttpResponseRedirect(self.passthrough_next_url(reverse("account_confirm_login_code")))

    def _was_given_up(self) -> bool:
        """Whether the account has another address since: who reads the mails of the old one is nobody to it."""
        user, email = self._process.user, self._process.state.get("email")
        return bool(user and email) and not addresses.belongs_to(email, user)

    def _no_longer_good(self) -> HttpResponse:
        self._process.abort()
        messages.error(self.request, _("This code is no longer good. Have a new one sent."))
        return redirect("account_request_login_code")


confirm_login_code = one_at_a_time(SignInCode.as_view())
