"""What forms say when something is not right, in our words: what, and what to do."""

from django.utils.translation import gettext_lazy as _

ERRORS = {
    "account_inactive": _("This account is switched off. Ask whoever runs this site."),
    "email_password_mismatch": _(
        "This email address and password do not go together, or the address is not confirmed yet. If you have signed "
        "up lately, open the link in our mail; or log in with a code by email."
    ),
    "email_taken": _("There is an account with this address already. Use another address."),
    "enter_current_password": _("This is not your password. Type the one that you log in with now."),
    "incorrect_code": _("This is not the code in our newest mail. Look again, or have a new one sent."),
    "incorrect_password": _("This is not your password. Type the one that you log in with."),
    "same_as_current": _("This is the address that you gave before. Give another one."),
    "too_many_login_attempts": _("The code was mistyped five times, so it is no longer good. Ask for a new one."),
}
LABELS = {
    "remember": _("Remember me in this browser"),
    "oldpassword": _("Your password now"),
    "password1": _("New password"),
    "password2": _("New password (again)"),
}
"""What fields are called, by their name."""

WRONG_FACTOR_CODE = _(
    "This code is wrong, or was used already. Type the one that your app shows now; or use a recovery code, each of "
    "which works once."
)
WRONG_FIRST_CODE = _(
    "This is not the code that the app shows for this key. Type the newest one, and check that the time of your phone "
    "is right."
)
FACTOR_ERRORS = {"incorrect_code": _("This passkey was not accepted. Try again, or choose another way.")}
