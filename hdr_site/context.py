"""What every page may know about the installation."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from hdr_site.offline import account


def installation(request: HttpRequest) -> dict[str, Any]:
    """`mail_folder`: where mails lie as files, when this installation has no mail server; `site_url`: its address;
    `sign_up_is_open`: whether it takes new accounts; `site_languages`: code and own name of each of its languages;
    `account_mark`: whose pictures may wait in the browser; `service_worker`: whether there is one."""
    return {
        "mail_folder": settings.EMAIL_FILE_PATH,
        "site_url": settings.SITE_URL,
        "site_languages": settings.LANGUAGES,
        "sign_up_is_open": settings.SIGN_UP == "open",
        "account_mark": SimpleLazyObject(lambda: account.mark_of(getattr(request, "user", None))),
        "service_worker": settings.SERVICE_WORKER,
    }
