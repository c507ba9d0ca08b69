"""Every mail there is a template for: our words, as text and as HTML, nothing of other hosts, nothing that tracks."""

import re
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import allauth
import pytest
from django.apps import apps
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

OURS = Path(settings.BASE_DIR) / "templates"
THEIRS = Path(allauth.__file__).parent / "templates"
NOT_SENT = {"account/email/password_reset_code"}  # a forgotten password is replaced through a link here
CODE = "1234-5678"
SITE = "https://digits.example.org"
CONTEXT = {
    "activate_url": f"{SITE}/activate/link/",
    "password_reset_url": f"{SITE}/reset/link/",
    "signup_url": f"{SITE}/signup/link/",
    "email": "o'hara&co@example.org",
    "deleted_email": "o'hara&old@example.org",
    "from_email": "o'hara&old@example.org",
    "to_email": "o'hara&new@example.org",
    "provider": "Tom & Jerry's <b>",
    "code": CODE,
    "ip": "192.0.2.0/24",
    "user_agent": "A browser <script>alert('&')</script>",
    "timestamp": datetime(2026, 11, 20, 9, 30, tzinfo=UTC),
    "site_host": "digits.example.org",
    "pictures": 12,
    "size": 34_000,
}


def names_in(folder: Path) -> set[str]:
    """The mails that a folder of templates has, by what their files begin with."""
    subjects = [*folder.glob("**/email/*_subject.txt"), *folder.glob("**/mail/*_subject.txt")]
    return {str(path.relative_to(folder)).removesuffix("_subject.txt") for path in subjects}


MAILS = sorted(names_in(OURS))


def part(name: str, kind: str) -> str:
    """One part of a mail."""
    return render_to_string(f"{name}_{kind}", CONTEXT)


def links(text: str) -> set[str]:
    """All addresses in a text."""
    return set(re.findall(r"\w+://[^\s\"'<>]+", text))


def words(page: str) -> list[str]:
    """What is read of an HTML part."""
    body = re.sub(r"<head>.*</head>", "", page, flags=re.DOTALL)
    return unescape(re.sub(r"<[^>]+>", " ", body)).split()


def test_every_mail_that_may_be_sent_is_ours() -> None:
    installed = {app.label for app in apps.get_app_configs()}
    theirs = {name for name in names_in(THEIRS) if name.partition("/")[0] in installed | {"account"}}
    assert theirs - NOT_SENT - names_in(OURS) == set()


@pytest.mark.parametrize("name", MAILS)
def test_a_mail_has_a_text_and_an_html_part_of_ours(name: str) -> None:
    for kind in ("message.txt", "message.html"):
        assert (OURS / f"{name}_{kind}").is_file()


@pytest.mark.parametrize("name", MAILS)
def test_a_subject_is_one_line_of_at_most_sixty_letters_and_holds_no_secret(name: str) -> None:
    subject = part(name, "subject.txt").strip()
    assert 0 < len(subject) <= 60
    assert "\n" not in subject
    assert CODE not in subject


@pytest.mark.parametrize("name", MAILS)
def test_both_parts_have_the_same_links_and_lead_to_our_site_only(name: str) -> None:
    text, page = part(name, "message.txt"), part(name, "message.html")
    assert links(text) == links(page)
    assert all(link.startswith(f"{SITE}/") for link in links(text))


@pytest.mark.parametrize("name", MAILS)
def test_both_parts_say_the_same(name: str) -> None:
    text = part(name, "message.txt")
    missing = [word for word in set(text.split()) if word not in words(part(name, "message.html"))]
    assert missing == []


@pytest.mark.parametrize("name", MAILS)
def test_a_link_stands_alone_on_a_line_of_the_text(name: str) -> None:
    text = part(name, "message.txt")
    assert links(text) <= set(text.splitlines())


@pytest.mark.parametrize("name", MAILS)
def test_the_html_loads_nothing_and_runs_nothing(name: str) -> None:
    page = part(name, "message.html")
    assert not re.search(r"<(img|script|link|iframe|object|form|video|audio)\b|\bsrc=|url\(|@import|\bon\w+=", page)


@pytest.mark.parametrize("name", MAILS)
def test_the_html_is_in_our_look_and_says_its_language(name: str) -> None:
    with translation.override("de"):
        page = part(name, "message.html")
    assert page.startswith('<!doctype html>\n<html lang="de" dir="ltr">')
    assert "system-ui" in page
    assert "digits.example.org" in page


@pytest.mark.parametrize("name", MAILS)
def test_signs_are_written_as_they_are_in_the_text_and_escaped_in_the_html(name: str) -> None:
    assert not re.search(r"&(amp|#x27|lt|quot);", part(name, "message.txt"))
    assert not re.search(r"&(?!amp;|#x27;|lt;|gt;|quot;)", part(name, "message.html"))


@pytest.mark.parametrize("name", [name for name in MAILS if "network:" in part(name, "message.txt")])
def test_a_notice_says_when_and_from_where_and_what_to_do(name: str) -> None:
    for kind in ("message.txt", "message.html"):
        mail = part(name, kind)
        assert "20 November 2026, 09:30 UTC" in mail
        assert "192.0.2.0/24" in mail
        assert "choose a new password at once" in mail


def test_whatever_was_changed_is_told_in_a_notice() -> None:
    notices = {name for name in MAILS if "network:" in part(name, "message.txt")}
    assert {"account/email/password_changed", "account/email/email_changed", "mfa/email/totp_deactivated"} <= notices
