"""Every page there is, out of the addresses that tests/contracts/test_urls_and_roles.py takes from the resolver.

A page that shows itself to whoever opens its address is looked at without being named here. What needs a state or a row
first, and what is no page, stands below; a contract test fails when an address is in none of the lists.
"""

from collections.abc import Mapping

from django.urls import reverse

NO_PAGES = frozenset(
    {
        # for machines
        "healthz", "readyz", "openapi", "service-worker", "manifest", "offline-token",
        # pictures and files
        "recognition:image", "recognition:thumbnail", "recognition:why-picture", "recognition:export",
        "accounts:archive-file", "recognition:export-file", "mfa_download_recovery_codes",
        # parts that a page fetches
        "sample-answer", "recognition:answer", "recognition:why-answer", "recognition:batch-progress",
        "recognition:draw-seen", "recognition:export-progress",
        # answered with a redirect, whoever asks
        "language", "offline-shared", "recognition:export-delete",
        "sample", "recognition:correct", "recognition:retry", "recognition:selected", "recognition:save-search",
        "recognition:forget-search", "recognition:keeping-staff", "recognition:draw-look", "accounts:token-revoke",
        "mfa_login_webauthn", "mfa_reauthenticate_webauthn", "account_confirm_login_code",
        # lead to a provider and back; tests/browser/test_social.py goes there
        "openid_connect_login", "openid_connect_callback", "facebook_login", "facebook_callback",
        "facebook_login_by_token", "socialaccount_signup", "accounts:social-link",
    }
)  # fmt: skip

OF_A_PICTURE = ("recognition:detail", "recognition:delete", "recognition:why")
OF_A_BATCH = ("recognition:batch", "recognition:batch-delete")
OF_A_FILE = ("recognition:export-page",)
WITH_A_FRESH_PROOF = (
    "mfa_index", "mfa_activate_totp", "mfa_list_webauthn", "mfa_add_webauthn", "socialaccount_connections",
)  # fmt: skip
WITH_AN_APP = (
    "mfa_index", "mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_reauthenticate",
)  # fmt: skip

IN_TESTS_OF_THEIR_OWN = frozenset(
    {
        "account_confirm_email", "account_reset_password_from_key", "accounts:archive",  # with a key that is none
        "socialaccount_login_error",  # is an error, 401
        "account_email_verification_sent",  # with a code that is wrong
        "mfa_authenticate",
        "api-docs",  # a library's, of which less is asked
        "second_factor_needed",
        "account_set_password", "reauthenticate_by_mail",  # of who has no password: tests/browser/test_social.py
        "mfa_edit_webauthn", "mfa_remove_webauthn",  # tests/browser/test_second_factors.py
    }
)  # fmt: skip

ADMIN_NO_PAGES = frozenset(
    {"login", "logout", "jsi18n", "autocomplete", "view_on_site", "password_change", "password_change_done",
     "recognition_recognition_picture", "recognition_picture", "recognition_thumbnail"}
)  # fmt: skip
ADMIN_KINDS = ("changelist", "add", "change", "history", "delete")
"""What Django's admin has for each table, as far as staff may; all of it is looked at."""


def by_themselves(expected: Mapping[str, object], arguments: Mapping[str, object], who: str) -> list[str]:
    """The addresses of pages that show themselves to `who` (a field of the contract's Answers)."""
    shown = (name for name, answers in expected.items() if getattr(answers, who) == 200 and not arguments[name])
    return sorted(reverse(name) for name in shown if is_page(name) and name not in IN_TESTS_OF_THEIR_OWN)


def is_page(name: str) -> bool:
    """Whether people look at it; the API's addresses are for programs."""
    return not name.startswith("api:") and name not in NO_PAGES
