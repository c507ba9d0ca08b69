"""A mail server that is down at sign-up delays the mail; it is sent once when the server is back."""

import os
import time
from collections.abc import Iterator
from email import message_from_bytes

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from hdr_site.launcher import trial
from hdr_site.launcher.processes import wait_for
from hdr_site.launcher.trial import TrialProduct
from tests.e2e import house
from tests.e2e.http import Browser

PASSWORD = "seven blue lamps"


class Letterbox:
    """Keeps what a real SMTP server is given."""

    def __init__(self) -> None:
        self.letters: list[Envelope] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """aiosmtpd's hook for a whole mail."""
        self.letters.append(envelope)
        return "250 OK"


@pytest.fixture
def smtp_port() -> int:
    """Where the mail server will be, one day."""
    return trial.free_port()


@pytest.fixture
def posting(smtp_port: int) -> Iterator[TrialProduct]:
    """A product that sends its mail by SMTP."""
    address = {"EMAIL_URL": f"smtp://127.0.0.1:{smtp_port}", "SWEEP_SECONDS": "1"}
    with trial.product(address | {"STATIC_ROOT": os.environ["STATIC_ROOT"]}) as running:
        yield running


@pytest.mark.slow
def test_sign_up_goes_on_and_the_mail_arrives_once_when_the_server_is_back(
    posting: TrialProduct, smtp_port: int
) -> None:
    form = {"email": "ann@example.org", "password1": PASSWORD, "password2": PASSWORD}
    began = time.monotonic()
    assert Browser(posting.url).send_form("/accounts/signup/", form).status == 302
    assert time.monotonic() - began < 10
    attempts = "SELECT max(attempt) FROM foundation_mail WHERE status = 'queued'"
    assert wait_for(lambda: (house.rows(posting, attempts)[0][0] or 0) >= 2, 60)

    box = Letterbox()
    server = Controller(box, hostname="127.0.0.1", port=smtp_port)
    server.start()
    try:
        assert wait_for(lambda: house.rows(posting, "SELECT status FROM foundation_mail") == [("done",)], 60)
        time.sleep(3)  # three more sweeps: nobody sends it again
    finally:
        server.stop()
    [letter] = box.letters
    assert letter.rcpt_tos == ["ann@example.org"]
    assert b"/accounts/confirm-email/" in (letter.original_content or b"")
    assert message_from_bytes(letter.original_content or b"")["To"] == "ann@example.org"
