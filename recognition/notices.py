"""Calls that tell a program of its owner that a batch is finished: what people ask for, and what is said.

They are made by a worker (noticing.py), with the guards of what is fetched (fetching/).
"""

import hashlib
import hmac
import json
import secrets

from django.conf import settings
from django.urls import reverse

from recognition import progress, quotas
from recognition.fetching import parent as fetching
from recognition.fetching.refusals import NotFetched
from recognition.models import Batch, Notice
from recognition.models.batches import NOT_YET
from recognition.sentences import CALLS
from recognition.uploads import UploadRejected

SECRET_BYTES = 32


def checked(address: str) -> str:
    """An address that may be called, as far as that shows without asking anybody.  Raises UploadRejected."""
    try:
        return str(fetching.checked_call(address))
    except NotFetched:
        raise UploadRejected("bad_notify", CALLS["bad_notify"]) from None


def ask(batch: Batch, address: str) -> Notice:
    """Have a checked address called when the batch is finished. Raises UploadRejected over the owner's limits."""
    quotas.admit(batch.owner)
    quotas.admit_notice(batch.owner)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    return Notice.objects.create(owner=batch.owner, batch=batch, address=address, secret=secret, due_at=NOT_YET)


def body(batch: Batch) -> str:
    """What is said: JSON, which never changes its meaning; further names may come."""
    found = progress.of(batch)
    return json.dumps(
        {
            "event": "batch.finished",
            "batch": str(batch.public_id),
            "name": batch.name,
            "state": "finished",
            "finished_at": batch.finished_at.isoformat() if batch.finished_at else None,
            "total": found.total,
            "read": found.read,
            "unsure": found.unsure,
            "without_digits": found.without_digits,
            "failed": found.failed,
            "url": settings.SITE_URL + reverse("api:batch", args=[batch.public_id]),
        }
    )


def headers(notice: Notice, body: str, moment: int) -> dict[str, str]:
    """The signature over the moment (seconds since 1970) and the body, and a name that stays the same at each try."""
    signed = hmac.new(notice.secret.encode(), f"{moment}.{body}".encode(), hashlib.sha256).hexdigest()
    return {
        "Content-Type": "application/json",
        "X-Digits-Signature": f"t={moment},v1={signed}",
        "Idempotency-Key": str(notice.batch.public_id),
    }
