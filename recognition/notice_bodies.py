"""How a call to an owner's address looks to a program."""

from typing import Any

from rest_framework import serializers

from recognition.models import Batch, Notice, Status
from recognition.number_bodies import ErrorDetail
from recognition.wording import worded


class NoticeBody(serializers.Serializer[Any]):
    """A signed call when the batch is finished."""

    address = serializers.CharField(help_text="Without what stands behind “?”.")
    status = serializers.ChoiceField(Status.values, help_text="`done`: the address took it; `failed`: given up.")
    last_status = serializers.IntegerField(allow_null=True, help_text="HTTP status of the last answer.")
    error = ErrorDetail(allow_null=True, help_text="Why the last call was not taken.")
    next_try_at = serializers.DateTimeField(allow_null=True)


class NoticeTakenBody(NoticeBody):
    """The same as the answer to the request that named the address."""

    secret = serializers.CharField(allow_null=True, help_text="Told here only; it signs the call.")


def body(batch: Batch, *, with_secret: bool = False) -> dict[str, Any] | None:
    """The call of a batch; None where none was asked for."""
    notice: Notice | None = getattr(batch, "notice", None)
    if notice is None:
        return None
    error = {"code": notice.error_code, "message": worded(notice.error_message)} if notice.error_code else None
    facts = {
        "address": notice.shown_address,
        "status": notice.status,
        "last_status": notice.last_status,
        "error": error,
        "next_try_at": notice.next_try_at,
    }
    return facts | ({"secret": notice.secret or None} if with_secret else {})
