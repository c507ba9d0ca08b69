"""Mails as files, for an installation without a mail server: one `.eml` a mail, that any mail program opens."""

import re
import uuid
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone


class EmailBackend(BaseEmailBackend):
    """Writes each mail to a file of its own in EMAIL_FILE_PATH, readable by its owner only."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write the files; a name holds the time and the recipient, so that the newest is easily found."""
        folder = Path(str(settings.EMAIL_FILE_PATH))
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for message in email_messages:
            self._write(folder, message)
        return len(email_messages)

    @staticmethod
    def _write(folder: Path, message: EmailMessage) -> None:
        recipient = re.sub(r"[^A-Za-z0-9.@_-]", "_", message.to[0])[:80]
        name = f"{timezone.now():%Y%m%d-%H%M%S}-{recipient}-{uuid.uuid4().hex[:6]}.eml"
        unfinished = folder / f".{name}"
        unfinished.touch(mode=0o600)
        unfinished.write_bytes(message.message().as_bytes())
        unfinished.rename(folder / name)  # whoever watches the folder never sees half a mail
