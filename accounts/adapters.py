"""Where allauth asks us how things are done here. Each method is one call to the module that knows."""

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.email_verification_by_code import EmailVerificationProcess
from allauth.account.models import EmailAddress
from allauth.core import context as request_context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.http import HttpRequest, HttpResponse

from accounts import (
    addresses,
    audit_trail,
    confirming,
    half_way,
    known_browsers,
    languages,
    leaving,
    mails,
    password_tries,
    second_factor,
    sessions,
    sign_up,
    social,
    words,
)
from accounts.models import User
from hdr_site.foundation import origin


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth has no types
    """Sign-up, confirmation, sign-in, passwords and the mails about them."""

    error_messages: ClassVar[dict[str, Any]] = DefaultAccountAdapter.error_messages | words.ERRORS

    def get_client_ip(self, request: HttpRequest) -> str:
        """The first address of the client's network: so limits count by network, and sessions keep no full address."""
        return origin.network_of(origin.client_address(request)).partition("/")[0] or "0.0.0.0"  # noqa: S104 - unknown

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Whose password this is, if their address is confirmed; too many wrong ones end the request with a page."""
        return password_tries.look_at(confirming.only_confirmed(self, super().authenticate), request, **credentials)

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """Somebody signed up."""
        saved: User = super().save_user(request, user, form, commit)
        audit_trail.signed_up(saved)
        return saved

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Somebody has shown that an address is theirs."""
        addresses.make_way(email_address.email, email_address.user)
        confirmed = bool(super().confirm_email(request, email_address))
        if confirmed:
            audit_trail.confirmed(email_address.user)
        return confirmed

    def pre_login(self, request: HttpRequest, user: User, **how: Any) -> HttpResponse | None:
        """Somebody begins to log in, and may be asked for more."""
        half_way.begin(request, user)
        response: HttpResponse | None = super().pre_login(request, user, **how)
        return response

    def login(self, request: HttpRequest, user: User) -> None:
        """All was shown that was asked for."""
        half_way.end(request, user)
        super().login(request, user)

    def post_login(self, request: HttpRequest, user: User, **how: Any) -> HttpResponse:
        """Somebody is in."""
        audit_trail.signed_in(request, user)
        social.link_what_waited(request, user)
        response: HttpResponse = super().post_login(request, user, **how)
        known_browsers.remember(response, user.email)
        sessions.keep_newest(user)
        leaving.welcome_back(request, user)
        return response

    def logout(self, request: HttpRequest) -> None:
        """Somebody leaves."""
        audit_trail.signed_out(request)
        super().logout(request)

    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Something about the account was changed: its owner is told."""
        audit_trail.changed(template_prefix, user, context)
        super().send_notification_mail(template_prefix, user, context, email)

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Whether new accounts are taken, whichever way."""
        return sign_up.is_open()

    def send_confirmation_mail(
        self, request: HttpRequest, emailconfirmation: EmailVerificationProcess, signup: bool
    ) -> None:
        """With a link beside the code."""
        confirming.send(self, emailconfirmation, signup=signup)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """In the language of whom it is for, with links to the address that people use."""
        with languages.of_recipient(email, context.get("user")):
            super().send_mail(template_prefix, email, mails.with_our_links(context))

    def set_password(self, user: User, password: str) -> None:
        """A new password ends all sessions but that in which it is changed."""
        super().set_password(user, password)
        sessions.end_others(user, request_context.request)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not of somebody who has shown a moment ago who they are, as who has just signed in."""
        needed: bool = super().is_reauthentication_required(app=app, **kwargs)
        return needed and second_factor.must_prove(request_context.request)

    def get_reauthentication_methods(self, user: AbstractBaseUser | AnonymousUser) -> list[dict[str, Any]]:
        """With a factor, if there is one; by a mailed code, if there is nothing else."""
        return second_factor.ways_to_prove(user, super().get_reauthentication_methods(user))


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc] # allauth has no types
    """Second factors."""

    error_messages: ClassVar[dict[str, Any]] = DefaultMFAAdapter.error_messages | words.FACTOR_ERRORS

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:  # noqa: A002
        """What a passkey is called until its owner gives it a name."""
        return second_factor.next_name(user)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Passkeys belong to the host that they are made on; people see the product's name beside it."""
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return entity | second_factor.SITE
