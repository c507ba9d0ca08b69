"""Mail through the outbox: written with the change it tells of, sent by a worker, never lost."""

import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Mailbox
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.db import transaction
from django.db.models.functions import Now
from pytest_django import Settings

from hdr_site.foundation import jobs, outbox
from hdr_site.foundation.jobs import Status
from hdr_site.foundation.models import Mail
from hdr_site.foundation.outbox import OutboxBackend

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def letter(body: str = "https://example.org/x") -> EmailMultiAlternatives:
    message = EmailMultiAlternatives("Confirm", body, to=["ann@example.org"])
    message.attach_alternative("<p>https://example.org/x</p>", "text/html")
    return message


def write(message: EmailMessage | None = None) -> Mail:
    OutboxBackend().send_messages([message or letter()])
    return Mail.objects.latest("pk")


@pytest.fixture
def mail_server(settings: Settings, tmp_path: Path) -> Iterator[Controller]:
    """A real SMTP server on a free port; not yet started."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings.EMAIL_TRANSPORT = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    controller = Controller(Mailbox(tmp_path / "received"), hostname="127.0.0.1", port=port)
    yield controller
    if controller.loop.is_running():
        controller.stop()


def received(server: Controller) -> list[str]:
    return [str(message) for message in server.handler.mailbox]


def test_a_mail_is_written_and_not_sent_by_the_request() -> None:
    assert write().status == Status.QUEUED


def test_a_mail_of_a_change_that_is_undone_is_undone_with_it() -> None:
    with transaction.atomic():
        write()
        transaction.set_rollback(True)
    assert not Mail.objects.exists()


def test_a_worker_sends_both_the_text_and_the_html(mail_server: Controller) -> None:
    mail_server.start()
    write()
    outbox.deliver_due()
    [message] = received(mail_server)
    assert "text/plain" in message
    assert "text/html" in message
    assert message.count("https://example.org/x") == 2


def test_a_sent_mail_keeps_none_of_its_secrets(mail_server: Controller) -> None:
    mail_server.start()
    written = write()
    outbox.deliver_due()
    written.refresh_from_db()
    assert (written.status, written.content) == (Status.DONE, {})


def test_a_mail_server_that_is_down_delays_the_mail_until_it_is_back(mail_server: Controller) -> None:
    written = write()
    outbox.deliver_due()
    written.refresh_from_db()
    assert (written.status, written.error_code) == (Status.QUEUED, "mail_server_down")
    mail_server.start()
    Mail.objects.update(due_at=Now() - timedelta(seconds=1))
    outbox.deliver_due()
    assert len(received(mail_server)) == 1


class Refusing(Mailbox):
    """A mail server that answers RCPT with a code of its own."""

    def __init__(self, folder: Path, reply: str) -> None:
        super().__init__(folder)
        self.reply = reply

    async def handle_RCPT(self, *_: object) -> str:  # noqa: N802 - the library's name
        """Its hook for a recipient."""
        return self.reply


@pytest.mark.parametrize(
    ("reply", "status"),
    [("451 Greylisted, come back later", Status.QUEUED), ("550 No such mailbox", Status.FAILED)],
    ids=["for now", "for good"],
)
def test_a_refused_recipient_is_tried_again_only_if_the_server_says_so(
    mail_server: Controller, tmp_path: Path, reply: str, status: Status
) -> None:
    mail_server.handler = Refusing(tmp_path / "refused", reply)
    mail_server.start()
    written = write()
    outbox.deliver_due()
    written.refresh_from_db()
    assert written.status == status


def test_a_mail_that_failed_for_good_keeps_none_of_its_secrets(mail_server: Controller, tmp_path: Path) -> None:
    mail_server.handler = Refusing(tmp_path / "refused", "550 No such mailbox")
    mail_server.start()
    written = write()
    outbox.deliver_due()
    written.refresh_from_db()
    assert written.content == {}


def test_a_mail_server_that_hangs_is_waited_for_once_and_not_for_every_mail(settings: Settings) -> None:
    settings.EMAIL_TRANSPORT = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_TIMEOUT = 0.3
    for _ in range(5):
        write()
    with socket.create_server(("127.0.0.1", 0)) as silent:  # accepts, and never says a word
        settings.EMAIL_HOST, settings.EMAIL_PORT = silent.getsockname()
        outbox.deliver_due()
    tried = Mail.objects.filter(attempt=1)
    assert (tried.count(), Mail.objects.filter(status=Status.QUEUED).count()) == (1, 5)
    assert jobs.claim(Mail) == []  # all of them wait for the server


def test_an_attachment_is_refused_aloud() -> None:
    message = letter()
    message.attach("x.txt", "x")
    with pytest.raises(ValueError, match="no attachments"):
        write(message)


def test_without_a_mail_server_a_mail_is_a_file_with_its_link_in_one_piece(settings: Settings, tmp_path: Path) -> None:
    settings.EMAIL_TRANSPORT = "hdr_site.foundation.mail_files.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    link = "https://example.org/accounts/confirm-email/" + "abcdefgh" * 12 + "/"
    write(letter(body=link))
    outbox.deliver_due()
    [file] = (tmp_path / "mail").iterdir()
    assert file.suffix == ".eml"
    assert link in file.read_text()
    assert file.stat().st_mode & 0o077 == 0
