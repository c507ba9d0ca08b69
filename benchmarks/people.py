"""Makes the people who will use the product: each with a token for programs and a session for pages.

Runs as a program of its own in the product's environment: `python -m benchmarks.people 400` writes JSON lines.
"""

import json
import sys

import django

FIELDS = ("token", "session")


def make(number: int) -> dict[str, str]:
    """One more person; what they sign in with."""
    from django.conf import settings
    from django.test import Client

    from accounts import tokens
    from accounts.models import User

    person = User.objects.create_user(f"person-{number}@example.org")
    browser = Client()
    browser.force_login(person)
    _, key = tokens.create(person, "load")
    return {"token": key, "session": browser.cookies[settings.SESSION_COOKIE_NAME].value}


def main() -> None:
    """Write one line for each of the people asked for."""
    django.setup()
    for number in range(int(sys.argv[1])):
        print(json.dumps(make(number)))


if __name__ == "__main__":
    main()
