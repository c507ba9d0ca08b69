"""Sending a stored picture to a browser or program that may see it."""

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponseBase

from recognition.models import Recognition
from recognition.storage import THUMBNAIL


def picture(recognition: Recognition) -> HttpResponseBase:
    """The stored picture."""
    return _sent(str(recognition.image.name), recognition.content_type)


def thumbnail(recognition: Recognition) -> HttpResponseBase:
    """Its small copy."""
    return _sent(str(recognition.image.name) + THUMBNAIL, "image/jpeg")


def _sent(name: str, content_type: str) -> HttpResponseBase:
    try:
        response = FileResponse(default_storage.open(name), content_type=content_type)
    except FileNotFoundError:
        raise Http404("The stored picture is gone.") from None
    response["Cache-Control"] = "private, max-age=86400, immutable"  # a picture never changes under its address
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Content-Disposition"] = "inline"
    return response
