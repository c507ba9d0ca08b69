"""What the audit log can say: every action of the product, with the words in which people read it.

The names are kept for ever, so none is changed; a new one is one line here.
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Action(TextChoices):
    """The name in the table, and a sentence without its subject ("You", or who did it)."""

    ACCOUNT_CREATED = "account.created", _("Account created")
    ACCOUNT_DELETED = "account.deleted", _("Account deleted by an administrator")
    ACCOUNT_ERASED = "account.erased", _("Account erased")
    ACCOUNT_CHANGED = "account.changed", _("Account changed by an administrator")

    SIGNED_IN = "session.started", _("Logged in")
    SIGN_IN_FAILED = "session.refused", _("Failed attempt to log in")
    SIGNED_OUT = "session.signed_out", _("Logged out")
    SESSION_ENDED = "session.ended", _("Logged out from another browser")

    PASSWORD_CHANGED = "password.changed", _("Password changed")
    PASSWORD_SET = "password.set", _("Password set for the first time")
    PASSWORD_RESET = "password.reset", _("Forgotten password replaced")

    EMAIL_CONFIRMED = "email.confirmed", _("Email address confirmed")
    EMAIL_CHANGED = "email.changed", _("Email address changed")
    EMAIL_REMOVED = "email.removed", _("Email address removed")

    FACTOR_ADDED = "factor.added", _("Second factor added")
    FACTOR_REMOVED = "factor.removed", _("Second factor removed")
    FACTOR_RENAMED = "factor.renamed", _("Passkey renamed")
    FACTORS_RESET = "factor.reset", _("Second factors taken away by an administrator")
    FACTOR_FAILED = "factor.refused", _("Wrong code of a second factor")
    RECOVERY_CODES_MADE = "factor.codes_made", _("New recovery codes made")
    RECOVERY_CODE_USED = "factor.code_used", _("Recovery code used")

    SOCIAL_CONNECTED = "social.connected", _("Connected to another account")
    SOCIAL_DISCONNECTED = "social.disconnected", _("Disconnected from another account")

    ROLE_GIVEN = "role.given", _("Role given")
    ROLE_TAKEN = "role.taken", _("Role taken away")

    TOKEN_CREATED = "token.created", _("Token for programs made")
    TOKEN_REVOKED = "token.revoked", _("Token for programs revoked")
    TOKEN_EXPIRED = "token.expired", _("Expired token for programs refused")
    TOKEN_USED = "token.used", _("Token for programs used (first time that day)")

    CHOICES_CHANGED = "choices.changed", _("Changed how long pictures are kept, or who may look")
    ARCHIVE_ASKED = "archive.asked", _("Asked for an archive of everything")
    ARCHIVE_READY = "archive.ready", _("Archive made")
    ARCHIVE_FETCHED = "archive.fetched", _("Archive downloaded")
    ARCHIVE_FAILED = "archive.failed", _("Archive could not be made")
    LEAVING_ASKED = "leaving.asked", _("Asked for the account to be deleted")
    LEAVING_CANCELLED = "leaving.cancelled", _("Deletion of the account cancelled")

    PICTURES_READ_AGAIN = "recognition.read_again", _("Pictures read again")
    PICTURES_DELETED = "recognition.many_deleted", _("Pictures deleted")
    PICTURE_DELETED = "recognition.deleted", _("Picture deleted")
    BATCH_DELETED = "batch.deleted", _("Batch of pictures deleted")
    PICTURES_ERASED = "recognition.erased", _("Pictures erased after the time the owner chose")
