"""The pages of the history: find, select, add up, take along."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from recognition import history as histories
from recognition import saved_filters, selections
from recognition.answer_files import Kind
from recognition.history_forms import HistoryForm, SaveForm
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
        return to_history(back)
    try:
        saved = saved_filters.save(request.user, form.cleaned_data["name"], wanted.query())
    except UploadRejected as refusal:
        return refused(request, refusal, back)
    messages.success(request, _("Saved as “%s”.") % saved.name)
    return to_history(QueryDict(saved.query))


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
    return added_up(request, rows, request.GET)


@never_cache
@login_required
@require_GET
def export(request: HttpRequest) -> HttpResponseBase:
    """The answers of all that fits as a file of one of the kinds; CSV if none is named.

    PDF files, and files of more than 10,000 pictures, are made in the background: a page asks for that.
    """
    form = HistoryForm(request.GET)
    if not form.is_valid():
        return _impossible(request, form)
    given = request.GET.get("kind", "")
    kind = Kind(given) if given in Kind.values else Kind.CSV
    rows = histories.sorted_rows(request.user, form.wanted())
    if kind is Kind.PDF or histories.count_up_to(rows) > histories.MOST_COUNTED:
        return render(request, "recognition/export_ask.html", {"kind": kind, "query": without_place(request.GET)})
    return file_response(rows, kind)


LONGEST_QUERY = 1000


def to_history(query: QueryDict) -> HttpResponse:
    """Back to where somebody came from; its words are made anew, so that they lead nowhere else."""
    said = query.urlencode()
    return redirect(reverse("recognition:list") + (f"?{said}" if said else ""))


def _impossible(request: HttpRequest, form: HistoryForm) -> HttpResponse:
    return _shown(request, form, None, status=400)


def added_up(request: HttpRequest, rows: QuerySet[Recognition], back: QueryDict) -> HttpResponse:
    """The page of totals."""
    try:
        found = selections.totals(rows)
    except UploadRejected as refusal:
        return refused(request, refusal, back)
    return render(request, "recognition/totals.html", {"totals": found, "back": without_place(back)})


def file_response(rows: QuerySet[Recognition], kind: Kind) -> FileResponse:
    """The answers of rows as a download. Raises UploadRejected for too many."""
    name = f"numbers-{timezone.localtime():%Y-%m-%d}.{kind}"
    response = FileResponse(selections.as_file(rows, kind), as_attachment=True, filename=name)
    response["Content-Type"] = kind.content_type
    response["Cache-Control"] = "private, no-store"
    return response


def refused(request: HttpRequest, refusal: UploadRejected, back: QueryDict) -> HttpResponse:
    """Back to the search, with the sentence."""
    messages.error(request, f"{refusal.sentence} ({refusal.code})")
    return to_history(QueryDict(without_place(back)))


def without_place(query: QueryDict) -> str:
    """The search alone, without its page and the kind of file."""
    kept = query.copy()
    for name in ("cursor", "kind"):
        kept.pop(name, None)
    return kept.urlencode()
