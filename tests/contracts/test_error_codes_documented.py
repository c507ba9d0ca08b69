"""Every error code that the product can answer with is in the user guide."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
GUIDE = (ROOT / "docs" / "user-guide.md").read_text()
RAISED = re.compile(
    r"(?:UploadRejected|ApiError|PictureRejected|AuthenticationFailed|PermissionDenied|FormatRejected|Illegal|SocialFailure)"
    r'\(\s*(?:f?"[^"]*",\s*|[\w()]+,\s*)?"([a-z_]+)"'
    r'|error_response\([^)]*?\d{3}, "([a-z_]+)"'
    r'|(?:jobs\.|\b_)(?:fail|postpone)\([^"]*"([a-z_]+)"'
    r'|error_code="([a-z_]+)"'
)
FRAMEWORK = {"not_authenticated", "method_not_allowed", "parse_error", "unsupported_media_type"}
OF_MAILS = {"mail_refused", "mail_server_down", "store_down", "erasing_later"}  # nobody is answered with these


def codes() -> set[str]:
    """The codes in the source."""
    sources = [
        path.read_text()
        for package in ("hdr_site", "accounts", "recognition", "ml")
        for path in (ROOT / package).rglob("*.py")
    ]
    return {code for source in sources for found in RAISED.findall(source) for code in found if code}


def test_the_pattern_finds_codes_of_every_kind() -> None:
    assert {
        "quota_exceeded",
        "no_picture",
        "not_a_picture",
        "database_unavailable",
        "picture_missing",
        "model_changed",
        "lost_too_often",
        "missing_scope",
        "token_expired",
        "social_unreachable",
    } <= codes()


def test_every_code_is_in_the_user_guide() -> None:
    told = set(re.findall(r"`([a-z_]+)`", GUIDE))
    assert (codes() | FRAMEWORK) - OF_MAILS - told == set()
