"""Mail through an outbox in Postgres: a mail server that is down delays a mail, fails no request and loses nothing.

`OutboxBackend` is Django's mail backend: it writes the mail as a row, in the same transaction as the change it
belongs to. A worker then sends it through the transport that EMAIL_URL names.
"""

import logging
import smtplib
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from hdr_site.foundation import bells, jobs
from hdr_site.foundation.models import Mail

logger = logging.getLogger(__name__)

FIRST_DELAY = timedelta(seconds=2)
LONGEST_DELAY = timedelta(minutes=5)
GIVE_UP_AFTER = timedelta(days=4)
"""As long as mail servers usually keep trying (RFC 5321, 4.5.4.1)."""


class OutboxBackend(BaseEmailBackend):
    """Writes mails to the outbox instead of sending them."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write each mail as a row and ring for it on commit; returns how many were written."""
        rows = [_as_row(message) for message in email_messages if message.recipients()]
        Mail.objects.bulk_create(rows)
        bells.ring_on_commit(Mail)
        return len(rows)


def deliver_due() -> None:
    """What a worker does when rung: send every mail that is due."""
    bells.heard(Mail)
    while claimed := jobs.claim(Mail):
        for mail in claimed:
            jobs.extend([mail])
            _deliver(mail)


def _deliver(mail: Mail) -> None:
    try:
        get_connection(settings.EMAIL_TRANSPORT).send_messages([_as_message(mail)])
    except smtplib.SMTPRecipientsRefused:
        jobs.fail(mail, "recipient_refused", "The mail server of the recipient refused the address.")
    except (OSError, smtplib.SMTPException) as problem:
        _try_later(mail, problem)
    else:
        jobs.settle(mail, content={})


def _try_later(mail: Mail, problem: Exception) -> None:
    logger.warning("Mail %s not sent, trying again: %s", mail.pk, type(problem).__name__)
    delay = min(LONGEST_DELAY, FIRST_DELAY * 2 ** min(mail.attempt - 1, 10))
    if mail.attempt * LONGEST_DELAY > GIVE_UP_AFTER:
        jobs.fail(mail, "mail_server_down", "The mail server could not be reached for days.")
    else:
        jobs.postpone(mail, delay, "mail_server_down", "The mail server could not be reached; trying again.")


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
