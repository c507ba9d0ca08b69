"""The limits of the account pages: what may be done how often. docs/operations.md says why the figures are so.

Figures from one network leave room for a school class behind one address: thirty people who log in within a minute,
each with a mistake or two. Figures for one address are for one person.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from hdr_site.foundation.limits import HOUR, MINUTE, Limit


@dataclass(frozen=True)
class Asking:
    """Who asks for what: from which network, about which address, and as whom (signed in or half-way in).

    `address_browser` and `person_browser` are the number of a browser that is known for the one or the other.
    """

    network: str
    address: str = ""
    person: str = ""
    address_browser: str = ""
    person_browser: str = ""


@dataclass(frozen=True)
class Rule:
    """A limit, and whose tries it counts together: of the same subject; "" is not counted."""

    limit: Limit
    subject: Callable[[Asking], str]


def _network(asking: Asking) -> str:
    return asking.network or "unknown"


def _address_from_here(asking: Asking) -> str:
    """From a browser that is known for the address, or else from the network."""
    return asking.address and f"{asking.address} {asking.address_browser or asking.network}"


def _address_from_strangers(asking: Asking) -> str:
    """From all networks together; known browsers are not counted."""
    return "" if asking.address_browser else asking.address


def mailbox(address: str) -> str:
    """`ann+digits@example.org` → `ann@example.org`: what follows a plus reaches the same mailbox (RFC 5233)."""
    local, at, domain = address.rpartition("@")
    return f"{local.partition('+')[0] or local}{at}{domain}"


def _mailbox_from_here(asking: Asking) -> str:
    return asking.address and f"{mailbox(asking.address)} {asking.address_browser or asking.network}"


def _mailbox_from_strangers(asking: Asking) -> str:
    return "" if asking.address_browser else mailbox(asking.address)


def _person(asking: Asking) -> str:
    return asking.person


def _person_from_here(asking: Asking) -> str:
    return asking.person and f"{asking.person} {asking.person_browser or asking.network}"


def _person_from_strangers(asking: Asking) -> str:
    return "" if asking.person_browser else asking.person


LOG_IN = _("attempts to log in from your network")
WRONG_PASSWORDS = _("failed attempts to log in to this account")
WRONG_FROM_NETWORK = _("failed attempts to log in from your network")
SIGN_UP = _("attempts to sign up from your network")
SIGN_UP_ADDRESS = _("attempts to sign up with this address")
MAILS = _("mails asked for by your network")
MAILS_ADDRESS = _("mails asked for to this address")
CODES = _("codes entered from your network")
CODES_PERSON = _("codes entered")
LINKS = _("links opened from your network")
PROOFS = _("proofs of who you are")
CHANGES = _("changes to your account")
TOKENS = _("new tokens")
FORMS = _("forms sent from your network")

FAILED_PASSWORDS = (
    Rule(Limit("password/address+network", WRONG_PASSWORDS, 5, 5 * MINUTE), _address_from_here),
    Rule(Limit("password/address", WRONG_PASSWORDS, 20, 10 * MINUTE), _address_from_strangers),
    Rule(Limit("password/network", WRONG_FROM_NETWORK, 80, 10 * MINUTE), _network),
)

_ALL_MAILS_TO_IT = Rule(Limit("mail/address", MAILS_ADDRESS, 10, 30 * MINUTE), _mailbox_from_strangers)
"""Whichever form asks for them: else every form that sends a mail would be a way more to flood somebody."""

_SIGN_UP = (
    Rule(Limit("signup/address+network", SIGN_UP_ADDRESS, 10, 10 * MINUTE), _mailbox_from_here),
    Rule(Limit("signup/network", SIGN_UP, 150, HOUR), _network),
    _ALL_MAILS_TO_IT,
)
_ASK_FOR_MAIL = (
    Rule(Limit("mail/address+network", MAILS_ADDRESS, 3, 5 * MINUTE), _mailbox_from_here),
    _ALL_MAILS_TO_IT,
    Rule(Limit("mail/network", MAILS, 60, 10 * MINUTE), _network),
)
_MAIL_AGAIN = (
    Rule(Limit("mail/person+network", MAILS_ADDRESS, 5, 10 * MINUTE), _person_from_here),
    _ALL_MAILS_TO_IT,
    Rule(Limit("mail/network", MAILS, 60, 10 * MINUTE), _network),
)
_ENTER_CODE = (
    Rule(Limit("code/person+network", CODES_PERSON, 10, 10 * MINUTE), _person_from_here),
    Rule(Limit("code/person", CODES_PERSON, 30, 10 * MINUTE), _person_from_strangers),
    Rule(Limit("code/network", CODES, 150, 10 * MINUTE), _network),
)
_SECOND_FACTOR = (
    Rule(Limit("factor/person+network", CODES_PERSON, 5, 5 * MINUTE), _person_from_here),
    Rule(Limit("factor/person", CODES_PERSON, 10, 10 * MINUTE), _person_from_strangers),
    Rule(Limit("factor/network", CODES, 150, 10 * MINUTE), _network),
)
_PROVE = (
    Rule(Limit("proof/person", PROOFS, 10, 5 * MINUTE), _person),
    Rule(Limit("proof/network", FORMS, 150, 10 * MINUTE), _network),
)
_CHANGE = (Rule(Limit("change/person", CHANGES, 20, 10 * MINUTE), _person),)

ANYTHING_ELSE = (
    Rule(Limit("form/person", FORMS, 60, MINUTE), _person),
    Rule(Limit("form/network", FORMS, 150, MINUTE), _network),
)
SECOND_FACTOR, WAITING_PAGE = "mfa_authenticate", "account_email_verification_sent"
CODE, PASSKEY = "code", "passkey"

FOR_ADDRESS_OF: dict[str, tuple[Rule, ...]] = {
    "account_login": (Rule(Limit("login/network", LOG_IN, 100, MINUTE), _network),),
    "mfa_login_webauthn": (Rule(Limit("login/network", LOG_IN, 100, MINUTE), _network),),
    "account_signup": _SIGN_UP,
    "socialaccount_signup": _SIGN_UP,
    "account_request_login_code": _ASK_FOR_MAIL,
    "account_reset_password": _ASK_FOR_MAIL,
    "account_confirm_login_code": _ENTER_CODE,
    "account_confirm_login_code:resend": _MAIL_AGAIN,
    WAITING_PAGE: _ENTER_CODE,
    f"{WAITING_PAGE}:resend": _MAIL_AGAIN,
    f"{WAITING_PAGE}:change": (*_MAIL_AGAIN, _ASK_FOR_MAIL[0]),
    "account_confirm_email": (Rule(Limit("link/network", LINKS, 150, 10 * MINUTE), _network),),
    "account_reset_password_from_key": (Rule(Limit("link/network", LINKS, 150, 10 * MINUTE), _network),),
    SECOND_FACTOR: _SECOND_FACTOR,
    f"{SECOND_FACTOR}:{PASSKEY}": ANYTHING_ELSE,  # not to be guessed: stays open when codes do not
    "account_reauthenticate": _PROVE,
    "mfa_reauthenticate": (*_PROVE, *_SECOND_FACTOR),
    "mfa_reauthenticate_webauthn": _PROVE,
    "reauthenticate_by_mail": (*_PROVE, *_ENTER_CODE),
    "reauthenticate_by_mail:resend": _MAIL_AGAIN,
    "account_change_password": _CHANGE,
    "account_set_password": _CHANGE,
    "account_email": (*_CHANGE, *_ASK_FOR_MAIL[:2]),
    "accounts:tokens": (Rule(Limit("token/person", TOKENS, 20, HOUR), _person),),
}
"""By the name of the address, or `name:action` for a form that says what it is for."""

TAKE_AN_ADDRESS = {
    "account_signup",
    "socialaccount_signup",
    "account_request_login_code",
    "account_reset_password",
    f"{WAITING_PAGE}:change",
    "account_email",
}
"""Forms with a field for an address. In others an `email` is somebody's who wants another's tries to be counted."""
