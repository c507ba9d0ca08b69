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

from hdr_site.foundation import outbox
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
