"""Every mail that accounts cause: our words, as text and as HTML, with the link in both."""

import pytest
from django.template.loader import render_to_string

LINK = "https://digits.example.org/a/link/"
CONTEXT = {
    "activate_url": LINK,
    "password_reset_url": LINK,
    "signup_url": LINK,
    "email": "alice@example.org",
    "deleted_email": "old@example.org",
    "from_email": "old@example.org",
    "to_email": "new@example.org",
    "ip": "192.0.2.7",
    "user_agent": "A browser",
    "timestamp": "2026-11-20",
}
WITH_A_LINK = [
    "email_confirmation",
    "email_confirmation_signup",
    "password_reset_key",
    "unknown_account",
    "account_already_exists",
]
NOTICES = ["password_changed", "password_reset", "password_set", "email_changed", "email_confirm", "email_deleted"]


def rendered(name: str) -> str:
    """A part of a mail."""
    return render_to_string(f"account/email/{name}", CONTEXT)


@pytest.mark.parametrize("name", WITH_A_LINK)
def test_a_mail_with_a_link_carries_it_alone_on_a_line_and_as_a_button(name: str) -> None:
    assert LINK in rendered(f"{name}_message.txt").splitlines()
    assert f'href="{LINK}"' in rendered(f"{name}_message.html")


@pytest.mark.parametrize("name", NOTICES)
def test_a_notice_says_when_and_from_where_and_what_to_do(name: str) -> None:
    for kind in ("txt", "html"):
        mail = rendered(f"{name}_message.{kind}")
        assert "192.0.2.7" in mail
        assert "choose a new password at once" in mail


@pytest.mark.parametrize("name", [*WITH_A_LINK, *NOTICES])
def test_a_subject_is_one_line_of_plain_words(name: str) -> None:
    subject = rendered(f"{name}_subject.txt").strip()
    assert 0 < len(subject) <= 60
    assert "\n" not in subject
