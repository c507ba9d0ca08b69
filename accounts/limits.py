"""How often one may try to get in, ask for mails and enter codes: from one network, for one address, as one person.

One table (limits_table.py) says it for every address of the account pages; a middleware counts before the page is
asked. Failed passwords are counted apart (`password_tried`), because only the adapter knows that they failed.

Nobody can be locked out for long by somebody else: the sharp limits are for an address *from one network*. Those for
an address from all networks together end within minutes. And browsers in which the owner has logged in before count by
themselves (known_browsers.py).
"""

from collections.abc import Iterable, Mapping

from django.http import HttpRequest

from accounts import known_browsers
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
from accounts.models import User
from hdr_site.foundation import limits, origin
from hdr_site.foundation.limits import Refusal, Try

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


def password_tried(request: HttpRequest, address: str) -> tuple[list[Try], Refusal | None]:
    """Count a password before it is looked at, as if it were wrong; if it is right, `limits.take_back` the tries.

    Counting first means that a hundred passwords sent at once are a hundred tries.
    """
    address = _normal(address)
    browser = known_browsers.number(request, address)
    return _count(FAILED_PASSWORDS, Asking(origin.network(), address, address_browser=browser))


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
            if refusal:
                refusals.append(refusal)
    return tries, max(refusals, key=lambda refusal: refusal.wait, default=None)


def _asking(request: HttpRequest, named: str, first: str) -> Asking:
    """Who asks; about the address that the form names, else that for which this browser waits."""
    person, persons_address, waits_for = _person(request, first)
    address = named or waits_for
    return Asking(
        network=origin.network(),
        address=address,
        person=person,
        address_browser=known_browsers.number(request, address),
        person_browser=known_browsers.number(request, persons_address),
    )


def _person(request: HttpRequest, first: str) -> tuple[str, str, str]:
    """Who is signed in or half-way in, their address, and the address for which this browser waits.

    Half-way in, by the address where there is one, so that addresses without an account count alike.
    """
    if isinstance(request.user, User):
        waits = request.session.get(CONFIRMS) or {}
        return str(request.user.pk), _normal(request.user.email), _normal(waits.get("email") or "")
    for key in (first, LOGS_IN, CONFIRMS):
        pending = request.session.get(key)
        if isinstance(pending, Mapping) and (pending.get("email") or pending.get("user_pk")):
            address = _normal(pending.get("email") or "")
            return mailbox(address) or f"#{pending['user_pk']}", address, address
    return "", "", ""


def _normal(address: str) -> str:
    return address.strip().lower()[:254]
