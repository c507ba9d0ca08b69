"""The mail that says that a file of answers is ready, for those who had to wait."""

from datetime import UTC

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from hdr_site.preferences import language_of, zone_of
from recognition.exports import LIVES
from recognition.models import Export


def tell(export: Export, size: int) -> None:
    """Write it to the outbox, in the owner's language; `size` in bytes. There is a link, and nothing of the answers."""
    owner = export.owner
    with (
        translation.override(language_of(owner) or export.language),
        timezone.override(zone_of(owner) or UTC),
    ):
        context = {
            "user": owner,
            "pictures": export.rows,
            "size": size,
            "until": timezone.now() + LIVES,
            "link": settings.SITE_URL.rstrip("/") + reverse("recognition:export-page", args=[export.public_id]),
            "site_host": settings.SITE_HOST,
        }
        subject = " ".join(_rendered("subject.txt", context).split())
        message = EmailMultiAlternatives(subject, _rendered("message.txt", context), to=[owner.email])
        message.attach_alternative(_rendered("message.html", context), "text/html")
    message.send()


def _rendered(part: str, context: dict[str, object]) -> str:
    return render_to_string(f"recognition/mail/export_ready_{part}", context).strip()
