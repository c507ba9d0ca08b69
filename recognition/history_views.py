"""The pages of the history: find, select, add up, take along."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from recognition import history as histories
from recognition import saved_filters, selections
from recognition.answer_files import Kind
from recognition.history_forms import HistoryForm, SaveForm, SelectionForm
from recognition.models import Recognition
from recognition.uploads import UploadRejected


@never_cache
@login_required
@require_GET
def history(request: HttpRequest) -> HttpResponse:
    """The owner's recognitions: those that fit what was asked for, in the order that was asked for."""
    form = HistoryForm(request.GET)
    if not form.is_valid():
        return _impossible(request, form)
    try:
        page = histories.page(request.user, form.wanted(), request.GET.get("cursor"))
    except histories.InvalidCursor:
        return redirect("recognition:list")
    return _shown(request, form, page)


def _shown(
    request: HttpRequest, form: HistoryForm, page: histories.HistoryPage | None, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "page": page,
        "kinds": Kind,
        "saved": saved_filters.of(request.user),
        "save_form": SaveForm(auto_id="save_%s"),
    }
    return render(request, "recognition/history.html", context, status=status)


@never_cache
@login_required
@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Keep the search that is shown under a name."""
    back = QueryDict(request.POST.get("back", "")[:LONGEST_QUERY])
    form, wanted = SaveForm(request.POST), HistoryForm(back)
    if not (form.is_valid() and wanted.is_valid() and wanted.query()):
        messages.error(request, _("Search for something, and give the search a name of up to 60 characters."))
        return _to_history(back)
    try:
        saved = saved_filters.save(request.user, form.cleaned_data["name"], wanted.query())
    except UploadRejected as refusal:
        return _refused(request, refusal, back)
    messages.success(request, _("Saved as “%s”.") % saved.name)
    return _to_history(QueryDict(saved.query))


@never_cache
@login_required
@require_POST
def forget(request: HttpRequest, filter_id: int) -> HttpResponse:
    """Forget a saved search; no picture goes with it."""
    if saved_filters.forget(request.user, filter_id):
        messages.success(request, _("The saved search was forgotten. Your pictures stay."))
    return redirect("recognition:list")


@never_cache
@login_required
@require_GET
def totals(request: HttpRequest) -> HttpResponse:
    """What the numbers of all that fits add up to."""
    form = HistoryForm(request.GET)
    if not form.is_valid():
        return _impossible(request, form)
    rows = histories.matching(request.user, form.wanted())
    return _totals(request, rows, request.GET)


@never_cache
@login_required
@require_GET
def export(request: HttpRequest) -> HttpResponseBase:
    """The answers of all that fits as a file of one of the kinds; CSV if none is named."""
    form = HistoryForm(request.GET)
    if not form.is_valid():
        return _impossible(request, form)
    rows = histories.sorted_rows(request.user, form.wanted())
    return _file(request, rows, request.GET.get("kind", ""), request.GET)


@never_cache
@login_required
@require_POST
def selected(request: HttpRequest) -> HttpResponseBase:
    """Do something with the pictures that were ticked."""
    back = QueryDict(request.POST.get("back", "")[:LONGEST_QUERY])
    form = SelectionForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Tick at least one picture first, and at most %d.") % selections.MOST_CHOSEN)
        return _to_history(back)
    wish, chosen = form.cleaned_data["wish"], form.cleaned_data["chosen"]
    if wish == "delete":
        return _delete(request, chosen, back)
    if wish == "read-again":
        return _read_again(request, chosen, back)
    rows = histories.chosen(request.user, chosen)
    return _totals(request, rows, back) if wish == "totals" else _file(request, rows, wish, back)


LONGEST_QUERY = 1000


def _to_history(query: QueryDict) -> HttpResponse:
    """Back to where somebody came from; its words are made anew, so that they lead nowhere else."""
    said = query.urlencode()
    return redirect(reverse("recognition:list") + (f"?{said}" if said else ""))


def _impossible(request: HttpRequest, form: HistoryForm) -> HttpResponse:
    return _shown(request, form, None, status=400)


def _totals(request: HttpRequest, rows: QuerySet[Recognition], back: QueryDict) -> HttpResponse:
    try:
        found = selections.totals(rows)
    except UploadRejected as refusal:
        return _refused(request, refusal, back)
    return render(request, "recognition/totals.html", {"totals": found, "back": _without_place(back)})


def _file(request: HttpRequest, rows: QuerySet[Recognition], kind: str, back: QueryDict) -> HttpResponseBase:
    wanted = Kind(kind) if kind in Kind.values else Kind.CSV
    try:
        return file_response(rows, wanted)
    except UploadRejected as refusal:
        return _refused(request, refusal, back)


def file_response(rows: QuerySet[Recognition], kind: Kind) -> FileResponse:
    """The answers of rows as a download. Raises UploadRejected for too many."""
    name = f"numbers-{timezone.localtime():%Y-%m-%d}.{kind}"
    response = FileResponse(selections.as_file(rows, kind), as_attachment=True, filename=name)
    response["Content-Type"] = kind.content_type
    response["Cache-Control"] = "private, no-store"
    return response


def _refused(request: HttpRequest, refusal: UploadRejected, back: QueryDict) -> HttpResponse:
    messages.error(request, f"{refusal.sentence} ({refusal.code})")
    return _to_history(QueryDict(_without_place(back)))


def _without_place(query: QueryDict) -> str:
    kept = query.copy()
    for name in ("cursor", "kind"):
        kept.pop(name, None)
    return kept.urlencode()


def _delete(request: HttpRequest, chosen: list[uuid.UUID], back: QueryDict) -> HttpResponse:
    """Ask first."""
    if request.POST.get("certain") != "yes":
        context: dict[str, Any] = {"pictures": histories.chosen(request.user, chosen), "back": back.urlencode()}
        return render(request, "recognition/delete_selected.html", context)
    count = selections.delete(request.user, chosen)
    told = ngettext("%d picture was deleted.", "%d pictures were deleted.", count) % count
    messages.success(request, told)
    return _to_history(QueryDict(_without_place(back)))


def _read_again(request: HttpRequest, chosen: list[uuid.UUID], back: QueryDict) -> HttpResponse:
    outcome = selections.read_again(request.user, chosen)
    if outcome.done:
        told = ngettext("%d picture is being read again.", "%d pictures are being read again.", outcome.done)
        messages.success(request, told % outcome.done)
    if outcome.left:
        told = ngettext("%d picture was left as it is.", "%d pictures were left as they are.", outcome.left)
        why = outcome.refusal.sentence if outcome.refusal else _("They are waiting to be read already.")
        messages.warning(request, f"{told % outcome.left} {why}")
    return _to_history(back)
