"""Sending a stored picture to a browser or program that may see it."""

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase, HttpResponseGone
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag

from recognition import keeping
from recognition.models import Explanation, Recognition
from recognition.storage import THUMBNAIL


def picture(request: HttpRequest, recognition: Recognition) -> HttpResponseBase:
    """The stored picture; 410 with a sentence if it was erased."""
    if recognition.pictures_erased_at:
        return _gone(recognition)
    return _sent(request, str(recognition.image.name), recognition.content_type)


def thumbnail(request: HttpRequest, recognition: Recognition) -> HttpResponseBase:
    """Its small copy; 410 likewise."""
    if recognition.pictures_erased_at:
        return _gone(recognition)
    return _sent(request, str(recognition.image.name) + THUMBNAIL, "image/jpeg")


def explanation(request: HttpRequest, explanation: Explanation, what: str) -> HttpResponseBase:
    """A picture of an explanation: `glyph`, `heat` or `maps`."""
    if explanation.pictures is None:
        raise Http404("It was not made yet.")
    return _sent(request, f"{explanation.pictures}.{what}", "image/png")


def _gone(recognition: Recognition) -> HttpResponseBase:
    return HttpResponseGone(keeping.erased(recognition).sentence, content_type="text/plain; charset=utf-8")


def _sent(request: HttpRequest, name: str, content_type: str) -> HttpResponseBase:
    """Browsers keep it but ask each time (ETag), so that nobody finds it in the browser of somebody who signed out."""
    etag = quote_etag(name.rpartition("/")[2])  # a random name, given once
    response = get_conditional_response(request, etag=etag) or _file(name, content_type)
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _file(name: str, content_type: str) -> HttpResponseBase:
    try:
        return FileResponse(default_storage.open(name), content_type=content_type)
    except FileNotFoundError:
        raise Http404("The stored picture is gone.") from None
