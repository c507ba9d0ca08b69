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

from accounts.limits_table import ANYTHING_ELSE, FAILED_PASSWORDS, FOR_ADDRESS_OF, PASSKEY, Asking, Rule
from hdr_site.foundation import limits, origin
from hdr_site.foundation.actions import Action
from hdr_site.foundation.limits import Refusal, Try
from hdr_site.foundation.models import AuditEntry

KNOWN_FOR = timedelta(days=90)
HALF_WAY_IN = ("account_login", "account_email_verification_code")
"""Where allauth keeps in the session who is about to log in or to confirm an address."""


def count(request: HttpRequest, view_name: str) -> Refusal | None:
    """Count a POST to one of the account pages against the limits that the table has for it."""
    is_passkey = "credential" in request.POST and "code" not in request.POST
    name = f"{view_name}:{PASSKEY if is_passkey else request.POST.get('action', '')}"
    rules = FOR_ADDRESS_OF.get(name) or FOR_ADDRESS_OF.get(view_name) or ANYTHING_ELSE
    return _count(rules, _asking(request))[1]


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


def _asking(request: HttpRequest) -> Asking:
    address = _normal(request.POST.get("login") or request.POST.get("email") or "")
    if request.user.is_authenticated:
        return Asking(origin.network(), address, str(request.user.pk), request.user.pk)
    for key in HALF_WAY_IN:
        pending = request.session.get(key)
        if isinstance(pending, Mapping) and (person := _pending(pending)):
            return Asking(origin.network(), address, *person)
    return Asking(origin.network(), address)


def _pending(state: Mapping[str, Any]) -> tuple[str, int | None] | None:
    """Who is half-way in: by the address where there is one, so that addresses without an account count alike."""
    number = url_str_to_user_pk(state["user_pk"]) if state.get("user_pk") else None
    if state.get("email"):
        return _normal(state["email"]), number
    return (str(number), number) if number else None


def _normal(address: str) -> str:
    return address.strip().lower()[:254]


def _is_known(asking: Asking) -> bool:
    """Whether the owner has logged in from this network lately. Asked only when a limit is reached."""
    person = asking.number
    if person is None and asking.address:
        person = EmailAddress.objects.filter(email__iexact=asking.address).values_list("user_id", flat=True).first()
    if person is None or asking.network == origin.UNKNOWN:
        return False
    return AuditEntry.objects.filter(
        person_id=person, action=Action.SIGNED_IN, network=asking.network, at__gt=timezone.now() - KNOWN_FOR
    ).exists()
