"""A newcomer's first minutes, over HTTP: sign up, confirm, send a picture, find it in the history, delete it."""

import email
import re
import secrets
from email.message import Message
from pathlib import Path

from hdr_site.launcher.processes import wait_for
from hdr_site.launcher.trial import TrialProduct
from tests.e2e import pictures
from tests.e2e.http import Browser

ADDRESS = f"nora-{secrets.token_hex(4)}@example.org"
PASSWORD = "seven blue lamps"


def test_from_sign_up_to_deletion(product: TrialProduct) -> None:
    nora = Browser(product.url)
    form = {"email": ADDRESS, "password1": PASSWORD, "password2": PASSWORD}
    assert nora.send_form("/accounts/signup/", form).status == 302
    assert not nora.sign_in(ADDRESS, PASSWORD)
    assert wait_for(lambda: _mail_to(product.mail, ADDRESS) is not None, 30)
    link = re.search(r"https?://[^/\s]+(/accounts/\S+)", _body(product.mail))
    assert link is not None
    assert nora.send_form(link[1]).status == 302
    assert nora.get("/recognitions/").status == 200

    sent = nora.send_form("/recognitions/new/", {"image": ("meter.png", pictures.small(pictures.NUMBER))})
    assert sent.status == 302
    where = sent.headers["Location"]
    assert nora.get(where).status == 200
    assert wait_for(lambda: nora.get(f"{where}answer/").status == 200, 60)
    assert pictures.NUMBER in nora.get(where).text
    history = nora.get("/recognitions/").text
    assert "meter.png" in history
    assert pictures.NUMBER in history
    assert nora.get(f"{where}image/").headers["Content-Type"] == "image/png"

    assert Browser(product.url).get(where).status == 302
    assert nora.send_form(f"{where}delete/").status == 302
    assert nora.get(where).status == 404
    assert "meter.png" not in nora.get("/recognitions/").text.replace("“meter.png” was deleted", "")


def _mail_to(folder: Path, address: str) -> Message | None:
    found = sorted(folder.glob(f"*{address}*.eml"))
    return email.message_from_bytes(found[-1].read_bytes()) if found else None


def _body(folder: Path) -> str:
    message = _mail_to(folder, ADDRESS)
    assert message is not None
    part = message.get_payload(0) if message.is_multipart() else message
    assert isinstance(part, Message)
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content.decode()
