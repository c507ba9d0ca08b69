"""Correcting an answer on its page."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from recognition import answer_page, answers, correcting, selectors
from recognition.correction_forms import FORMS, WHOLE
from recognition.models import Recognition
from recognition.uploads import UploadRejected

BY_SCRIPT = "X-Correcting"
"""A header of our script, which puts the answer into the page itself."""


@never_cache
@login_required
@require_POST
def correct(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Note one change; then the answer as it is now, with what was wrong with the change if anything was."""
    recognition = selectors.one(request.user, public_id)
    if recognition is None:
        raise Http404("No such recognition of this owner.")
    problem = _problem(request, recognition)
    if BY_SCRIPT in request.headers:
        return _fragment(request, public_id, problem)
    if problem:
        messages.error(request, problem.sentence)
    return redirect("recognition:detail", public_id)


def _problem(request: HttpRequest, recognition: Recognition) -> UploadRejected | None:
    try:
        _note(request, recognition)
    except UploadRejected as refusal:
        return refusal
    return None


def _note(request: HttpRequest, recognition: Recognition) -> None:
    wanted = request.POST.get("action", "")
    if wanted in WHOLE:
        WHOLE[wanted](recognition, request.user, request.POST.get("version", ""))
        return
    form = FORMS.get(wanted, FORMS["remove"])(request.POST)
    answer = answers.of(recognition)
    if not form.is_valid():
        sentence = " ".join(str(error) for errors in form.errors.values() for error in errors)
        raise UploadRejected("invalid_correction", sentence)
    digits = form.edited(answer, recognition) if answer else []
    correcting.correct(recognition, request.user, digits, form.cleaned_data["version"])


def _fragment(request: HttpRequest, public_id: uuid.UUID, problem: UploadRejected | None) -> HttpResponse:
    recognition = selectors.one(request.user, public_id)
    if recognition is None:
        raise Http404("Deleted meanwhile.")
    context: dict[str, Any] = answer_page.context(recognition) | {"problem": problem}
    return render(request, "recognition/_answer.html", context, status=problem.status if problem else 200)
