"""Signing in with an account elsewhere: what is offered, what happens when it does not work, and how one is linked.

An account is never opened by an address alone, whoever vouches for it. Where somebody comes with an address that has
an account already, and the provider has verified that it is theirs, the link waits in their session until they have
logged in to that account as they always do. Where the provider has not verified it, they see what a newcomer sees,
and the owner of the address gets a mail that says what to do.
"""

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from allauth.account.internal.userkit import filter_users_by_email
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.base import AuthError, AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from requests import RequestException

from accounts import addresses, limits, sign_up
from accounts.limiting import refused
from accounts.models import User
from hdr_site.foundation import audit
from hdr_site.foundation.actions import Action
from hdr_site.foundation.limits import Refusal

logger = logging.getLogger(__name__)

NAMES = {"google": "Google", "facebook": "Facebook", "linkedin": "LinkedIn"}
KINDS = {"google": "openid_connect", "facebook": "facebook", "linkedin": "openid_connect"}
CHANGED_THEIR_MIND = {"access_denied", "user_cancelled_login", "user_cancelled_authorize"}
"""How OAuth 2.0 (RFC 6749, section 4.1.2.1) and LinkedIn say that somebody did not consent."""

WAITING = "social_link"
WAITS_SECONDS = 15 * 60


@dataclass(frozen=True)
class SocialFailure:
    """Why nobody was logged in: a code, a status, and a sentence with places for {provider} and {domains}."""

    code: str
    status: int
    sentence: Any

    def page(self, request: HttpRequest, provider_id: str, cause: BaseException | None = None) -> HttpResponse:
        """The page that says so. The log names the kinds of error only: their words may hold codes and tokens."""
        name = NAMES.get(provider_id, provider_id)
        logger.warning("Log-in with %s: %s %s", provider_id, self.code, " from ".join(_kinds(cause)))
        message = str(self.sentence).format(provider=name, domains=sign_up.domains_in_words())
        context = {"code": self.code, "message": message}
        return render(request, "socialaccount/authentication_error.html", context, status=self.status)


def _kinds(cause: BaseException | None) -> Iterator[str]:
    while cause:
        yield type(cause).__name__
        cause = cause.__cause__


NOT_BEGUN_HERE = SocialFailure(
    "social_not_begun_here",
    HTTPStatus.BAD_REQUEST,
    _(
        "This way through {provider} was begun in another browser, more than ten minutes ago, or was used already. "
        "Begin again."
    ),
)
UNREACHABLE = SocialFailure(
    "social_unreachable",
    HTTPStatus.BAD_GATEWAY,
    _("{provider} does not answer at the moment. Try again in a minute, or log in another way."),
)
BAD_ANSWER = SocialFailure(
    "social_bad_answer",
    HTTPStatus.BAD_GATEWAY,
    _(
        "{provider} sent an answer that we cannot rely on, so it was not used. Begin again; if it stays like "
        "this, log in another way and tell whoever runs this installation."
    ),
)
REFUSED = SocialFailure(
    "social_refused",
    HTTPStatus.BAD_GATEWAY,
    _("{provider} refused. Begin again in a few minutes, or log in another way."),
)
DOMAIN_NOT_TAKEN = SocialFailure(
    "social_domain_not_taken",
    HTTPStatus.FORBIDDEN,
    _(
        "Only addresses of {domains} may sign up here, and {provider} has told us another one. Sign up with an address "
        "of those, or ask whoever runs this site."
    ),
)
TWICE = SocialFailure(
    "social_twice",
    HTTPStatus.CONFLICT,
    _("The same account at {provider} was used twice at the same time. Begin again."),
)


def apps(provider: str | None = None, client_id: str | None = None) -> list[SocialApp]:
    """What the environment switches on; the database is not asked."""
    listed = [
        SocialApp(provider=kind, **app)
        for kind, chosen in settings.SOCIALACCOUNT_PROVIDERS.items()
        for app in chosen["APPS"]
    ]
    return [
        app
        for app in listed
        if provider in {None, app.provider_id, app.provider} and client_id in {None, app.client_id}
    ]


def is_offered(provider_id: str) -> bool:
    """Whether people can sign in with it here."""
    return any(app.provider_id == provider_id for app in apps())


def failure(request: HttpRequest, error: str, exception: Exception | None) -> SocialFailure | None:
    """What went wrong, from what allauth knows; None when somebody just changed their mind."""
    if request.GET.get("error") in CHANGED_THEIR_MIND or error == AuthError.CANCELLED:
        return None
    if isinstance(exception, RequestException):
        return UNREACHABLE
    if isinstance(exception, OAuth2Error):
        return BAD_ANSWER
    return REFUSED if "error" in request.GET else NOT_BEGUN_HERE


# --- A link that waits for proof --------------------------------------------------------------------------------------


def owner_of_verified_address(sociallogin: SocialLogin) -> User | None:
    """Whose account here has the address that the provider says is verified."""
    for address in sociallogin.email_addresses:
        owners: list[User] = filter_users_by_email(address.email, prefer_verified=True) if address.verified else []
        if owners:
            return owners[0]
    return None


def make_way_for(sociallogin: SocialLogin) -> None:
    """Who comes with a verified address is not kept out by an account that only claims it and was never used."""
    if sign_up.is_open():
        for address in sociallogin.email_addresses:
            if address.verified and sign_up.takes(address.email):
                addresses.make_way(address.email, None)


def hold(request: HttpRequest, sociallogin: SocialLogin, owner: User) -> HttpResponse:
    """Keep the link in the session until `owner` has logged in; answers with the page that explains it."""
    request.session[WAITING] = {"login": sociallogin.serialize(), "owner": owner.pk, "since": time.time()}
    return redirect("accounts:social-link")


def waiting(request: HttpRequest) -> SocialLogin | None:
    """What waits for proof in this session."""
    held = request.session.get(WAITING)
    if not held or time.time() - held["since"] > WAITS_SECONDS:
        return None
    return SocialLogin.deserialize(held["login"])


def link_what_waited(request: HttpRequest, user: User) -> None:
    """`user` has logged in: what waited for exactly them is linked, what waited for somebody else is dropped."""
    sociallogin, held = waiting(request), request.session.pop(WAITING, None)
    if sociallogin is None or held["owner"] != user.pk:
        return
    sociallogin.lookup()
    if not sociallogin.is_existing:
        sociallogin.connect(request, user)
        name = NAMES[sociallogin.account.provider]
        messages.success(
            request, _("%(provider)s is connected: next time you can log in with it.") % {"provider": name}
        )


def too_many_mails(sociallogin: SocialLogin) -> Refusal | None:
    """Where a mail to an unconfirmed address would follow: count it, as the forms that send one do."""
    if sociallogin.is_existing:
        unconfirmed = EmailAddress.objects.filter(user=sociallogin.user, primary=True, verified=False)
        wanted = list(unconfirmed.values_list("email", flat=True))
    else:
        wanted = [address.email for address in sociallogin.email_addresses if not address.verified]
    return limits.mail_wanted(wanted[0]) if wanted else None


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc] # allauth has no types
    """Where allauth asks how signing in with an account elsewhere is done here."""

    error_messages = DefaultSocialAccountAdapter.error_messages | {
        "no_password": _("You have no password yet. Set one first, so that you can always get in, then disconnect."),
        "no_verified_email": _(
            "Your email address is not confirmed. Confirm it first, so that you can always get in, then disconnect."
        ),
    }

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """What the environment switches on."""
        return apps(provider, client_id)

    def get_app(self, request: HttpRequest, provider: str, client_id: str | None = None) -> SocialApp:
        """One of them. A connection to one that was switched off since keeps its name and can be removed."""
        found = apps(provider, client_id)
        if not found and provider in NAMES:
            return SocialApp(provider=KINDS[provider], provider_id=provider, name=NAMES[provider])
        return super().get_app(request, provider, client_id)

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Whether new accounts are taken, and with this address."""
        if not super().is_open_for_signup(request, sociallogin):
            raise ImmediateHttpResponse(render(request, "account/signup_closed.html", status=HTTPStatus.FORBIDDEN))
        if not all(sign_up.takes(address.email) for address in sociallogin.email_addresses):
            raise ImmediateHttpResponse(DOMAIN_NOT_TAKEN.page(request, sociallogin.account.provider))
        return True

    def get_signup_form_initial_data(self, sociallogin: SocialLogin) -> dict[str, str]:
        """What the form that asks for the missing address starts with."""
        return {"email": sociallogin.user.email, "name": sociallogin.user.name}

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> User:
        """Somebody signed up. With a form, the account's own adapter has noted that already."""
        user: User = super().save_user(request, sociallogin, form)
        name = NAMES[sociallogin.account.provider]
        if form is None:
            audit.record(user, Action.ACCOUNT_CREATED)
        audit.record(user, Action.SOCIAL_CONNECTED, name)
        return user

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        """Address and name; people change the name on their account page."""
        user: User = super().populate_user(request, sociallogin, data)
        user.name = "".join(filter(str.isprintable, str(data.get("name") or "")))[:100]
        return user

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Before anything is done with an answer that was found good."""
        sociallogin.token = None  # has served its purpose, and is kept nowhere
        if sociallogin.state.get("process") == AuthProcess.CONNECT:
            return
        if refusal := too_many_mails(sociallogin):
            raise ImmediateHttpResponse(refused(request, refusal))
        if sociallogin.is_existing:
            return
        make_way_for(sociallogin)
        owner = owner_of_verified_address(sociallogin)
        if owner and owner == request.user:
            sociallogin.state["process"] = AuthProcess.CONNECT
        elif owner:
            raise ImmediateHttpResponse(hold(request, sociallogin, owner))

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: str = AuthError.UNKNOWN, exception: Any = None, **context: Any
    ) -> None:
        """A page of ours for each way it can fail."""
        why = failure(request, error, exception)
        page = why.page(request, provider.sub_id, exception) if why else redirect("socialaccount_login_cancelled")
        raise ImmediateHttpResponse(page)
