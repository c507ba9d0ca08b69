"""Somebody at a browser without JavaScript, who signs up, waits for a mail, and logs in."""

from typing import Any

from django.test import Client

PASSWORD = "seven blue lamps"
ANN = "ann@example.org"
SIGN_UP, LOG_IN, WAITING = "/accounts/signup/", "/accounts/login/", "/accounts/confirm-email/"
ASK_FOR_CODE, TYPE_CODE, RESET = "/accounts/login/code/", "/accounts/login/code/confirm/", "/accounts/password/reset/"


def sign_up(browser: Client, email: str = ANN, password: str = PASSWORD, **more: str) -> Any:
    """Fill in the form."""
    form = {"email": email, "password1": password, "password2": password}
    return _post(browser, SIGN_UP, form | more)


def log_in(browser: Client, email: str = ANN, password: str = PASSWORD) -> Any:
    """With the password."""
    return _post(browser, LOG_IN, {"login": email, "password": password})


def waits(browser: Client, action: str = "verify", **form: str) -> Any:
    """Press a button of the page that waits for the mail."""
    return _post(browser, WAITING, {"action": action} | form)


def is_in(browser: Client) -> bool:
    """Whether this browser is signed in, as the pages see it."""
    return browser.get("/recognitions/").status_code == 200


def _post(browser: Client, address: str, form: dict[str, str]) -> Any:
    return browser.post(address, form)
