"""The page to draw on: read in the page while one writes; what is kept goes the way of every picture."""

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from recognition import submissions
from recognition.models import Source
from recognition.uploads import UploadRejected

PENS = ((4, gettext_lazy("Thin"), False), (7, gettext_lazy("Medium"), True), (12, gettext_lazy("Thick"), False))
"""Widths in pixels of the screen, what they are called, and which one is chosen at first."""


class DrawingForm(forms.Form):
    """A drawing as a PNG file, and a name for this sending: sent twice under the same, it is kept once."""

    image = forms.FileField(allow_empty_file=True, max_length=10_000)  # the decoder says what is wrong with it
    key = forms.UUIDField()


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def draw(request: HttpRequest) -> HttpResponse:
    """The page; a POST by its script keeps a drawing and answers with the address of its answer, as JSON."""
    if request.method == "GET":
        return render(request, "recognition/draw.html", {"pens": PENS})
    form = DrawingForm(request.POST, request.FILES)
    if not form.is_valid():
        return refused(no_drawing())
    try:
        return _kept(request.user, form.cleaned_data)
    except UploadRejected as refusal:
        return refused(refusal)


def _kept(owner: Any, data: dict[str, Any]) -> JsonResponse:
    submission = submissions.submit(owner, data["image"], Source.CANVAS, idempotency_key=f"canvas-{data['key']}")
    url = reverse("recognition:detail", args=[submission.recognition.public_id])
    return JsonResponse({"url": url}, status=201 if submission.created else 200)


def no_drawing() -> UploadRejected:
    """What came is no drawing of ours."""
    return UploadRejected("no_picture", gettext("No drawing came with this. Draw something, then send it again."))


def refused(refusal: UploadRejected) -> JsonResponse:
    """Why a drawing is not taken, for the script to show."""
    response = JsonResponse({"code": refusal.code, "message": refusal.sentence}, status=refusal.status)
    if refusal.retry_after is not None:
        response["Retry-After"] = str(refusal.retry_after)
    return response
