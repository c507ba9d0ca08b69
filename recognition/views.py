"""The pages: read the request, call one function, render."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from recognition import answer_page, batches, before_upload, intakes, neighbours, pictures, selectors, submissions
from recognition.forms import FormatForm, UploadForm
from recognition.models import Recognition, Source
from recognition.uploads import UploadRejected

MOST_TOLD = 10
"""Refused files of one form that are told one by one: messages travel in a cookie."""


def _mine(request: HttpRequest, public_id: uuid.UUID) -> Recognition:
    found = selectors.one(request.user, public_id)
    if found is None:
        raise Http404("No such recognition of this owner.")
    return found


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Send a picture."""
    if request.method == "GET":
        return _upload_page(request, UploadForm())
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        code = form.refusal.code if form.refusal else "no_picture" if "image" in form.errors else "unknown_format"
        return _upload_page(request, form, code=code, status=400)
    files, wanted = form.cleaned_data["image"], form.cleaned_data["number_format"]
    try:
        if form.cleaned_data["address"] or len(files) > 1 or intakes.kind_of(files[0]):
            return _together(request, form)
        submission = submissions.submit(request.user, files[0], Source.PAGE, number_format=wanted)
    except UploadRejected as refusal:
        return _refused(request, form, refusal)
    return redirect("recognition:detail", submission.recognition.public_id)


def _together(request: HttpRequest, form: UploadForm) -> HttpResponse:
    """Several files of a form, and addresses: a batch, and a word about each that was not taken."""
    given = form.cleaned_data
    taken = batches.take_together(
        request.user,
        given["image"],
        Source.PAGE,
        addresses=given["address"],
        number_format=given["number_format"],
        name=given["name"],
    )
    for each in taken.refused[:MOST_TOLD]:
        messages.error(request, f"{each.name}: {each.reason.sentence}")
    if len(taken.refused) > MOST_TOLD:
        more = len(taken.refused) - MOST_TOLD
        messages.error(request, ngettext("%d more file was refused.", "%d more files were refused.", more) % more)
    return redirect("recognition:batch", taken.batch.public_id)


def _upload_page(request: HttpRequest, form: UploadForm, code: str = "", status: int = 200) -> HttpResponse:
    return render(request, "recognition/new.html", upload_context(form, code), status=status)


def upload_context(form: UploadForm | None = None, code: str = "") -> dict[str, Any]:
    """What the page needs, whoever asks for it."""
    return before_upload.context() | {"form": form or UploadForm(), "code": code}


def _refused(request: HttpRequest, form: UploadForm, refusal: UploadRejected) -> HttpResponse:
    form.add_error("image" if form.cleaned_data["image"] else "address", refusal.sentence)
    response = _upload_page(request, form, refusal.code, refusal.status)
    if refusal.retry_after is not None:
        response["Retry-After"] = str(refusal.retry_after)
    return response


@never_cache
@login_required
@require_GET
def detail(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One recognition: the picture with its boxes, the numbers, how sure we are."""
    recognition = _mine(request, public_id)
    facts = answer_page.context(recognition) | {
        "earlier": selectors.sent_before(recognition),
        "neighbours": neighbours.of(recognition),
    }
    return render(request, "recognition/detail.html", facts)


@never_cache
@login_required
@require_GET
def answer(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """What the detail page polls: 204 while the picture is being read, then the part of the page with the answer."""
    recognition = _mine(request, public_id)
    if recognition.is_waiting:
        return HttpResponse(status=204)
    return render(request, "recognition/_answer.html", answer_page.context(recognition))


@login_required
@require_POST
def retry(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Read it again, with another format if the form has one."""
    recognition = _mine(request, public_id)
    form = FormatForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect("recognition:detail", public_id)
    try:
        submissions.retry(recognition, form.cleaned_data["number_format"] if "format" in request.POST else None)
    except UploadRejected as refusal:
        messages.error(request, refusal.sentence)
    return redirect("recognition:detail", public_id)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def delete(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Ask first, then remove it with its picture."""
    recognition = _mine(request, public_id)
    if request.method == "GET":
        return render(request, "recognition/delete.html", {"recognition": recognition})
    submissions.delete(recognition, request.user)
    messages.success(request, gettext("“%(name)s” was deleted, with its picture.") % {"name": recognition.name})
    return redirect("recognition:list")


@login_required
@require_GET
def image(request: HttpRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """The stored picture, for its owner."""
    return pictures.picture(request, _mine(request, public_id))


@login_required
@require_GET
def thumbnail(request: HttpRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """Its small copy, for its owner."""
    return pictures.thumbnail(request, _mine(request, public_id))
