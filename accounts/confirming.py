"""Confirming an address: one mail holds a link and a code. Either works, each once, and using one ends the other.

The code belongs to the browser that waits for it: 15 minutes, five tries. The link belongs to the address: three days,
on any device. It names the account, the address and the rows of all its addresses, signed; so it is dead as soon as the
address is confirmed, removed or replaced by another.

Somebody who signs up with an address that has an account already waits in the same way for a code that never comes;
the mail tells the owner of the address. What such a visitor gave is kept with the waiting, in the session, so that they
may correct the address like everybody else.
"""

import secrets
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.email_verification_by_code import (
    EMAIL_VERIFICATION_CODE_SESSION_KEY,
    EmailVerificationProcess,
)
from allauth.account.internal.flows.login import perform_login
from allauth.account.internal.flows.manage_email import email_already_exists
from allauth.account.models import EmailAddress, Login
from allauth.account.stages import LoginStage
from allauth.account.utils import setup_user_email
from django.conf import settings
from django.contrib.auth.hashers import is_password_usable
from django.core import signing
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from accounts.models import User
from hdr_site.foundation import audit
from hdr_site.foundation.actions import Action

LINK_DAYS = 3
REMINDER_SECONDS = 10 * 60
_SALT = "accounts.confirming"


@dataclass(frozen=True)
class Applicant:
    """What somebody gave who signs up; `password` is its hash."""

    name: str
    password: str


class Confirmation(EmailVerificationProcess):  # type: ignore[misc] # allauth has no types
    """What a browser waits for, kept in its session: the address, the code, the tries."""

    @classmethod
    def of(cls, request: HttpRequest) -> "Confirmation | None":
        """That of this browser, however old: a code that has run out leaves the way to a new one."""
        state = request.session.get(EMAIL_VERIFICATION_CODE_SESSION_KEY)
        return cls(request=request, state=state) if state else None

    @property
    def tries_left(self) -> int:
        """How often the newest code may still be typed."""
        return max(0, int(self.max_attempts) - int(self.state["failed_attempts"]))

    @property
    def code(self) -> str:
        """The newest code; "", which nothing equals, once it is too old or was mistyped too often."""
        return str(super().code) if self.is_valid() and self.tries_left else ""

    def record_invalid_attempt(self) -> bool:
        """Count a wrong code; False when it was the last try. The waiting goes on: a new code may be sent."""
        self.state["failed_attempts"] += 1
        self.persist()
        return self.tries_left > 0

    def send(self, skip_enumeration_mails: bool = False) -> None:
        """Always a mail: also who has an account already is told again."""
        super().send()

    def resend(self) -> None:
        """A new code with its own 15 minutes and five tries; the one before is dead."""
        self.state |= {"at": time.time(), "failed_attempts": 0}
        super().resend()

    @property
    def applicant(self) -> Applicant | None:
        """What this visitor signed up with, where they may still change the address; else None."""
        if self.user is None:
            kept = self.state.get("applicant")
            return Applicant(**kept) if kept else None
        if is_confirmed(self.user) or self.user.last_login or not is_password_usable(self.user.password):
            return None
        return Applicant(self.user.name, self.user.password)

    @property
    def can_change(self) -> bool:
        """Whether another address may be given; the same for those who only seem to sign up."""
        most = settings.ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_CHANGE
        return self.applicant is not None and self.state["change_count"] < most

    @property
    def is_fulfilled(self) -> bool:
        """Whether the address was confirmed meanwhile, by the link."""
        address = None if self.user is None else self.email_address
        return address is not None and address.pk is not None and address.verified

    @property
    def is_trusted(self) -> bool:
        """Whether the account is still as it was when the mail was written: active, with the same password.

        Else somebody who signed up with another's address would be let in after its owner has taken the account over.
        """
        user = self.user
        return bool(
            user and user.is_active and constant_time_compare(self.state.get("stamp"), user.get_session_auth_hash())
        )

    def remember(self, **state: Any) -> None:
        """Keep more with the waiting."""
        self.state |= state
        self.persist()

    def forget(self) -> None:
        """It is over; a sign-in that waits for it is left as it is."""
        self.request.session.pop(EMAIL_VERIFICATION_CODE_SESSION_KEY, None)


def is_confirmed(user: User | None) -> bool:
    """Whether the account has a confirmed address; without one nobody gets in."""
    return user is not None and EmailAddress.objects.filter(user=user, verified=True).exists()


def only_confirmed(adapter: DefaultAccountAdapter, ask: Callable[..., User | None]) -> Callable[..., User | None]:
    """Whose password it is, as `ask` finds out, where the address is confirmed; else nobody, and a mail with a link.

    To the page it is a wrong password: else signing up with an address and then logging in would tell whether there
    was an account before.
    """

    def asked(request: HttpRequest, **credentials: Any) -> User | None:
        user = ask(request, **credentials)
        if user is None or not user.is_active or is_confirmed(user):
            return user
        remind(adapter, user)
        return None

    return asked


# --- Mails ------------------------------------------------------------------------------------------------------------


def send(adapter: DefaultAccountAdapter, confirmation: EmailVerificationProcess, *, signup: bool) -> None:
    """Write the mail with link and code; notes on whose behalf, so that nobody else is let in by it."""
    user, email = confirmation.user, confirmation.email
    confirmation.state["stamp"] = user.get_session_auth_hash()
    context = {"user": user, "code": confirmation.code, "activate_url": link_for(user, email)}
    adapter.send_mail(f"account/email/email_confirmation{'_signup' if signup else ''}", email, context)


def remind(adapter: DefaultAccountAdapter, user: User) -> None:
    """The right password of an account that is not confirmed yet: a new link, at most one in ten minutes."""
    if cache.add(f"confirm-first:{user.pk}", True, REMINDER_SECONDS):
        context = {"user": user, "activate_url": link_for(user, user.email)}
        adapter.send_mail("account/email/confirm_first", user.email, context)


# --- Links ------------------------------------------------------------------------------------------------------------


def link_for(user: User, email: str) -> str:
    """The address of the page that confirms `email` for this account."""
    key = signing.dumps([user.pk, email.lower(), _rows(user)], salt=_SALT)
    return settings.SITE_URL + reverse("account_confirm_email", args=[key])


def address_of(key: str) -> EmailAddress | None:
    """The address that a link confirms, not confirmed yet and perhaps not saved; None when the link is dead."""
    try:
        number, email, rows = signing.loads(key, salt=_SALT, max_age=timedelta(days=LINK_DAYS))
    except (signing.BadSignature, ValueError):
        return None
    user = User.objects.filter(pk=number, is_active=True).first()
    if user is None or rows != _rows(user):
        return None
    address = EmailAddress.objects.filter(user=user, email=email).first() or EmailAddress(user=user, email=email)
    return None if address.verified else address


def _rows(user: User) -> list[int]:
    return sorted(EmailAddress.objects.filter(user=user).values_list("pk", flat=True))


# --- Another address before confirming --------------------------------------------------------------------------------


@transaction.atomic
def apply_again(confirmation: Confirmation, stage: LoginStage, email: str) -> HttpResponse:
    """Sign up anew with another address: what waits for the old one is gone, account and link included.

    Raises:
        ValueError: This visitor may not change it (any more).
    """
    applicant, request = confirmation.applicant, confirmation.request
    if applicant is None or not confirmation.can_change:
        raise ValueError("This sign-up cannot be changed.")
    withdraw(confirmation)
    _, taken = email_already_exists(email)
    user = None
    if taken:
        rehearse(request, applicant)
    else:
        user = _create(request, applicant, email)
    login = Login(user=user, email=email, signup=True, redirect_url=stage.login.redirect_url)
    response: HttpResponse = perform_login(request, login)
    if renewed := Confirmation.of(request):
        renewed.remember(change_count=confirmation.state["change_count"] + 1, applicant=asdict(applicant))
    return response


def withdraw(confirmation: Confirmation) -> None:
    """Remove the account that waits, if it is as it was when its visitor signed up; takes as long where there is none.

    So the same address may sign up anew.
    """
    if applicant := confirmation.applicant:
        if confirmation.user is None:
            rehearse(confirmation.request, applicant, removal=True)
        else:
            rehearse(confirmation.request, applicant)
            confirmation.user.delete()


def rehearse(request: HttpRequest, applicant: Applicant, *, removal: bool = False) -> None:
    """Write what a new account would write, and undo it: where there is none to make, the answer takes as long."""
    with transaction.atomic():
        nobody = _create(request, applicant, f"{secrets.token_hex(16)}@example.invalid")
        if removal:
            nobody.delete()
        transaction.set_rollback(True)


def remember_applicant(request: HttpRequest, applicant: Applicant) -> None:
    """Of somebody who only seems to sign up: so that they may correct the address like everybody else."""
    if confirmation := Confirmation.of(request):
        confirmation.remember(applicant=asdict(applicant))


def _create(request: HttpRequest, applicant: Applicant, email: str) -> User:
    user = User.objects.create(email=email, password=applicant.password)
    user.name = applicant.name
    user.save(update_fields=["name"])  # apart, as allauth's form does it, so that a rehearsal takes as long
    setup_user_email(request, user, [])
    audit.record(user, Action.ACCOUNT_CREATED)
    return user
