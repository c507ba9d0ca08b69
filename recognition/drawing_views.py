"""The page to draw on: read in the page while one writes; what is kept goes the way of every picture."""

import uuid
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from recognition import selectors, submissions
from recognition.forms import FormatForm
from recognition.models import Digit, Source
from recognition.uploads import UploadRejected

PENS = ((4, gettext_lazy("Thin"), False), (7, gettext_lazy("Medium"), True), (12, gettext_lazy("Thick"), False))
"""Widths in pixels of the screen, what they are called, and which one is chosen at first."""


class DrawingForm(FormatForm):
    """A drawing as a PNG file, what its numbers are, and a name for this sending: sent twice under the same, it is kept
    once.
    """

    image = forms.FileField(allow_empty_file=True, max_length=10_000)  # the decoder says what is wrong with it
    key = forms.UUIDField()


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def draw(request: HttpRequest) -> HttpResponse:
    """The page; a POST by its script keeps a drawing and answers with the address of its answer, as JSON."""
    if request.method == "GET":
        return render(request, "recognition/draw.html", context())
    form = DrawingForm(request.POST, request.FILES)
    if not form.is_valid():
        return refused(form.refusal or _unknown_format(form) or no_drawing())
    try:
        return _kept(request.user, form.cleaned_data)
    except UploadRejected as refusal:
        return refused(refusal)


def context() -> dict[str, Any]:
    """What the page needs, whoever asks for it."""
    return {"pens": PENS, "form": FormatForm()}


@never_cache
@login_required
@require_POST
def look(request: HttpRequest) -> HttpResponse:
    """For a browser that cannot read by itself: the drawing is read once and kept for some minutes, in no list."""
    form = DrawingForm(request.POST, request.FILES)
    if not form.is_valid():
        return refused(no_drawing())
    try:
        submission = submissions.submit(request.user, form.cleaned_data["image"], Source.CANVAS, is_temporary=True)
    except UploadRejected as refusal:
        return refused(refusal)
    answer = reverse("recognition:draw-seen", args=[submission.recognition.public_id])
    return JsonResponse({"answer": answer}, status=201)


@never_cache
@login_required
@require_GET
def seen(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """What the script asks for: 204 while a drawing is being read, then its numbers as the reader in the page has them.

    404 for what is kept, what was erased, and what is somebody else's.
    """
    recognition = selectors.looked_at(request.user, public_id)
    if recognition is None:
        raise Http404("No such drawing of this owner.")
    if recognition.is_waiting:
        return HttpResponse(status=204)
    if recognition.reading is None:
        return refused(UploadRejected(recognition.error_code, recognition.error_message, 422))
    digits = selectors.digits_of(recognition)
    return JsonResponse({"numbers": [_number(number, digits) for number in recognition.reading.numbers]})


def _number(number: dict[str, Any], digits: list[Digit]) -> dict[str, Any]:
    own = [digits[at] for at in number["digits"]]
    shown = [{"value": digit.value, "confidence": digit.confidence} for digit in own]
    return {name: number[name] for name in ("text", "confidence", "line")} | {"digits": shown}


def _kept(owner: Any, data: dict[str, Any]) -> JsonResponse:
    key, wanted = f"canvas-{data['key']}", data["number_format"]
    submission = submissions.submit(owner, data["image"], Source.CANVAS, key, wanted)
    url = reverse("recognition:detail", args=[submission.recognition.public_id])
    return JsonResponse({"url": url}, status=201 if submission.created else 200)


def _unknown_format(form: DrawingForm) -> UploadRejected | None:
    said = [*form.errors.get("format", []), *form.errors.get("format_parameter", [])]
    return UploadRejected("unknown_format", " ".join(map(str, said))) if said else None


def no_drawing() -> UploadRejected:
    """What came is no drawing of ours."""
    return UploadRejected("no_picture", gettext("No drawing came with this. Draw something, then send it again."))


def refused(refusal: UploadRejected) -> JsonResponse:
    """Why a drawing is not taken, for the script to show."""
    response = JsonResponse({"code": refusal.code, "message": refusal.sentence}, status=refusal.status)
    if refusal.retry_after is not None:
        response["Retry-After"] = str(refusal.retry_after)
    return response
