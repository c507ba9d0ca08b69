"""Mail through an outbox in Postgres: a mail server that is down delays a mail, fails no request and loses nothing.

`OutboxBackend` is Django's mail backend: it writes the mail as a row, in the same transaction as the change it
belongs to. A worker then sends it through the transport that EMAIL_URL names.
"""

import logging
import smtplib
import time
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from hdr_site.foundation import bells, jobs
from hdr_site.foundation.models import Mail

logger = logging.getLogger(__name__)

FIRST_DELAY = timedelta(seconds=2)
LONGEST_DELAY = timedelta(minutes=5)
SHIFT_SECONDS = 2.0
"""So long a worker goes on with mails before it looks whether other work waits."""
FOR_GOOD = 500
ABOUT_ONE_MAIL = (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError, smtplib.SMTPSenderRefused)
GIVE_UP_AFTER = timedelta(days=4)
"""As long as mail servers usually keep trying (RFC 5321, 4.5.4.1)."""
EMPTIED: dict[str, Any] = {"to": "", "subject": "", "content": {}}
"""What stays of a mail once it was sent or given up: that there was one. Mails carry secrets and addresses."""


class OutboxBackend(BaseEmailBackend):
    """Writes mails to the outbox instead of sending them."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write each mail as a row and ring for it on commit; returns how many were written."""
        rows = [_as_row(message) for message in email_messages if message.recipients()]
        Mail.objects.bulk_create(rows)
        bells.ring_on_commit(Mail)
        return len(rows)


def forget(addresses: Iterable[str]) -> None:
    """Drop what is still to be sent to these addresses; what was sent holds no address."""
    for address in addresses:
        Mail.objects.filter(to__iexact=address).delete()


def deliver_due() -> None:
    """What a worker does when rung: send the mails that are due, for one shift; rings again if more wait then.

    One at a time, so that a mail server that hangs holds up one mail and not eight.
    """
    end = time.monotonic() + SHIFT_SECONDS
    bells.heard(Mail)
    while claimed := jobs.claim(Mail, at_most=1):
        if not _deliver(claimed[0]):
            return
        if time.monotonic() > end:
            bells.ring(Mail)
            return


def _deliver(mail: Mail) -> bool:
    """False when the mail server is down, so that there is no use in going on."""
    try:
        get_connection(settings.EMAIL_TRANSPORT).send_messages([_as_message(mail)])
    except OSError as problem:  # all that smtplib raises is an OSError, too
        if _is_final(problem):
            jobs.fail(mail, "mail_refused", "The mail server refused this mail for good.", **EMPTIED)
            return True
        delay = _try_later(mail, problem)
        if not isinstance(problem, ABOUT_ONE_MAIL):
            jobs.put_off(Mail, delay)
            return False
    else:
        jobs.settle(mail, **EMPTIED)
    return True


def _is_final(problem: OSError) -> bool:
    """Whether the server said no for good: a reply of 5xx about the recipients or the text (RFC 5321, 4.2.1)."""
    if isinstance(problem, smtplib.SMTPRecipientsRefused):
        return all(code >= FOR_GOOD for code, _ in problem.recipients.values())
    return isinstance(problem, smtplib.SMTPDataError) and problem.smtp_code >= FOR_GOOD


def _try_later(mail: Mail, problem: OSError) -> timedelta:
    logger.warning("Mail %s not sent, trying again: %s", mail.pk, type(problem).__name__)
    delay: timedelta = min(LONGEST_DELAY, FIRST_DELAY * 2 ** min(mail.attempt - 1, 10))
    if mail.created_at < timezone.now() - GIVE_UP_AFTER:
        jobs.fail(mail, "mail_server_down", "The mail server did not take this mail for days.", **EMPTIED)
    else:
        jobs.postpone(mail, delay, "mail_server_down", "The mail server did not take it yet; trying again.")
    return delay


def _as_row(message: EmailMessage) -> Mail:
    if message.attachments:
        raise ValueError("The outbox carries no attachments; put a link into the mail instead.")
    content: dict[str, Any] = {
        "body": message.body,
        "from": message.from_email,
        "to": list(message.to),
        "reply_to": list(message.reply_to),
        "headers": dict(message.extra_headers),
        "alternatives": [list(part) for part in getattr(message, "alternatives", [])],
    }
    return Mail(to=", ".join(message.recipients()), subject=str(message.subject), content=content)


def _as_message(mail: Mail) -> EmailMessage:
    content = mail.content
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=content["body"],
        from_email=content["from"],
        to=content["to"],
        reply_to=content["reply_to"],
        headers=content["headers"],
    )
    for body, mimetype in content["alternatives"]:
        message.attach_alternative(body, mimetype)
    return message
