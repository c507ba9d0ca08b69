"""Mails that our own code writes to somebody, in a request or in a worker; allauth writes those about signing in."""

from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from accounts import languages
from accounts.models import User


def send(user: User, name: str, **context: Any) -> None:
    """Write `templates/accounts/mail/<name>_{subject.txt,message.txt,message.html}` to the outbox, in their language.

    `link`, where there is one, is the name of an address and its arguments: `("accounts:data",)`.
    """
    with languages.of_recipient(user.email, user):
        filled = context | {
            "user": user,
            "link": _absolute(*context["link"]) if "link" in context else "",
            "site_host": settings.SITE_HOST,
        }
        subject = " ".join(_rendered(f"{name}_subject.txt", filled).split())
        message = EmailMultiAlternatives(subject, _rendered(f"{name}_message.txt", filled), to=[user.email])
        message.attach_alternative(_rendered(f"{name}_message.html", filled), "text/html")
    message.send()


def _rendered(name: str, context: dict[str, Any]) -> str:
    return render_to_string(f"accounts/mail/{name}", context).strip()


def _absolute(name: str, *arguments: Any) -> str:
    return settings.SITE_URL.rstrip("/") + reverse(name, args=arguments)
