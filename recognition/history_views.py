"""The pages of the history: find, select, take along."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from recognition import history as histories
from recognition.history_forms import HistoryForm


@never_cache
@login_required
@require_GET
def history(request: HttpRequest) -> HttpResponse:
    """The owner's recognitions: those that fit what was asked for, in the order that was asked for."""
    form = HistoryForm(request.GET)
    if not form.is_valid():
        return render(request, "recognition/history.html", {"form": form, "page": None}, status=400)
    try:
        page = histories.page(request.user, form.wanted(), request.GET.get("cursor"))
    except histories.InvalidCursor:
        return redirect("recognition:list")
    return render(request, "recognition/history.html", {"form": form, "page": page})
