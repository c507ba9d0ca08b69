"""How often one may try to get in, ask for mails and enter codes: from one network, for one address, as one person.

One table (limits_table.py) says it for every address of the account pages; a middleware counts before the page is
asked. Failed passwords are counted apart (`password_tried`), because only the adapter knows that they failed.

Nobody can be locked out for long by somebody else: the sharp limits are for an address *from one network*. Those for
an address from all networks together end within minutes, and do not hold for networks from which its owner has logged
in before (the idea of OWASP's "device cookies", with the network in the place of the cookie).
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.utils import url_str_to_user_pk
from django.http import HttpRequest
from django.utils import timezone

from accounts.limits_table import (
    ANYTHING_ELSE,
    CODE,
    FAILED_PASSWORDS,
    FOR_ADDRESS_OF,
    PASSKEY,
    SECOND_FACTOR,
    TAKE_AN_ADDRESS,
    WAITING_PAGE,
    Asking,
    Rule,
    mailbox,
)
from hdr_site.foundation import limits, origin
from hdr_site.foundation.actions import Action
from hdr_site.foundation.limits import Refusal, Try
from hdr_site.foundation.models import AuditEntry

KNOWN_FOR = timedelta(days=90)
LOGS_IN, CONFIRMS = "account_login", "account_email_verification_code"
"""Where allauth keeps in the session who is about to log in, and which address is about to be confirmed."""


def count(request: HttpRequest, view_name: str) -> Refusal | None:
    """Count a POST to one of the account pages against the limits that the table has for it."""
    purpose = request.POST.get("action", "")
    if view_name == SECOND_FACTOR:  # told by what is in the form, as that page tells it: it has no `action`
        purpose = CODE if "code" in request.POST else PASSKEY
    name = f"{view_name}:{purpose}"
    rules = FOR_ADDRESS_OF.get(name) or FOR_ADDRESS_OF.get(view_name) or ANYTHING_ELSE
    named = request.POST.get("email") if {name, view_name} & TAKE_AN_ADDRESS else ""
    first = CONFIRMS if view_name == WAITING_PAGE else LOGS_IN  # a browser may hold both, of two persons
    return _count(rules, _asking(request, _normal(named or ""), first))[1]


def password_tried(address: str) -> tuple[list[Try], Refusal | None]:
    """Count a password before it is looked at, as if it were wrong; if it is right, `limits.take_back` the tries.

    Counting first means that a hundred passwords sent at once are a hundred tries.
    """
    return _count(FAILED_PASSWORDS, Asking(origin.network(), address=_normal(address)))


def mail_wanted(address: str) -> Refusal | None:
    """Count a mail to `address` that is sent without a form of ours having asked for it."""
    return _count(FOR_ADDRESS_OF["account_request_login_code"], Asking(origin.network(), address=_normal(address)))[1]


def _count(rules: Iterable[Rule], asking: Asking) -> tuple[list[Try], Refusal | None]:
    tries: list[Try] = []
    refusals: list[Refusal] = []
    for rule in rules:
        if subject := rule.subject(asking):
            counted, refusal = limits.count(rule.limit, subject)
            tries.append(counted)
            if refusal and not (rule.spares_known_networks and _is_known(asking)):
                refusals.append(refusal)
    return tries, max(refusals, key=lambda refusal: refusal.wait, default=None)


def _asking(request: HttpRequest, named: str, first: str) -> Asking:
    """Who asks; about the address that the form names, else that for which this browser waits."""
    network = origin.network()
    if request.user.is_authenticated:
        waits = request.session.get(CONFIRMS) or {}
        return Asking(network, named or _waits_for(waits), str(request.user.pk), request.user.pk)
    for key in (first, LOGS_IN, CONFIRMS):
        pending = request.session.get(key)
        if isinstance(pending, Mapping) and (person := _pending(pending)):
            return Asking(network, named or _waits_for(pending), *person)
    return Asking(network, named)


def _waits_for(state: Mapping[str, Any]) -> str:
    return _normal(state.get("email") or "")


def _pending(state: Mapping[str, Any]) -> tuple[str, int | None] | None:
    """Who is half-way in: by the address where there is one, so that addresses without an account count alike."""
    number = url_str_to_user_pk(state["user_pk"]) if state.get("user_pk") else None
    if address := _waits_for(state):
        return mailbox(address), number
    return (str(number), number) if number else None


def _normal(address: str) -> str:
    return address.strip().lower()[:254]


def _is_known(asking: Asking) -> bool:
    """Whether the owner has logged in from this network lately. Asked only when a limit is reached.

    The owner of the address, where there is one: not whoever is signed in and names another's.
    """
    person = asking.number
    if asking.address:
        person = EmailAddress.objects.filter(email__iexact=asking.address).values_list("user_id", flat=True).first()
    if person is None or asking.network == origin.UNKNOWN:
        return False
    return AuditEntry.objects.filter(
        person_id=person, action=Action.SIGNED_IN, network=asking.network, at__gt=timezone.now() - KNOWN_FOR
    ).exists()
