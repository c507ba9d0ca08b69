"""The page on which owners choose how long their pictures are kept, and whether staff may look at them."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from hdr_site.error_pages import error_response
from recognition import keeping
from recognition.forms import KeepingForm, keeping_form
from recognition.models import LONGEST_KEEPING, OwnerChoices


def _at_times(view: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """A page that says when, for those who change their choice too often."""

    @wraps(view)
    def answering(request: HttpRequest) -> HttpResponse:
        try:
            return view(request)
        except keeping.TooManyChanges as too_many:
            headers = {"Retry-After": str(too_many.refusal.wait)}
            return error_response(
                request.path, 429, "too_many_changes", str(too_many), request=request, headers=headers
            )

    return answering


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
@_at_times
def choose(request: HttpRequest) -> HttpResponse:
    """How long pictures are kept. Where pictures would go at once, ask first, and say how many."""
    chosen = keeping.of(request.user)
    if request.method == "GET":
        return _page(request, keeping_form(chosen), chosen)
    form = KeepingForm(request.POST)
    if not form.is_valid():
        return _page(request, form, chosen, status=400)
    wanted = form.wanted()
    days, texts_too = wanted["erase_pictures_after_days"], wanted["erase_texts_too"]
    lost = keeping.loss(request.user, days, texts_too=texts_too)
    is_new = (days, texts_too) != (chosen.erase_pictures_after_days, chosen.erase_texts_too)
    if is_new and lost.total > form.cleaned_data["agreed"]:
        return render(request, "recognition/keeping_confirm.html", {"form": form, "lost": lost, "days": days})
    keeping.choose(request.user, **wanted)
    messages.success(request, gettext("Saved."))
    return redirect("recognition:keeping")


@login_required
@require_POST
@_at_times
def let_staff_look(request: HttpRequest) -> HttpResponse:
    """The owner's consent, given or taken back."""
    allowed = "staff_may_look" in request.POST
    keeping.choose(request.user, staff_may_look=allowed)
    said = (
        gettext("Saved: staff may look at pictures that the reader was unsure of.")
        if allowed
        else gettext("Saved: staff may not look at your pictures.")
    )
    messages.success(request, said)
    return redirect("recognition:keeping")


def _page(request: HttpRequest, form: KeepingForm, chosen: OwnerChoices, status: int = 200) -> HttpResponse:
    context = {"form": form, "chosen": chosen, "longest": LONGEST_KEEPING}
    return render(request, "recognition/keeping.html", context, status=status)
