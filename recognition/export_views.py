"""The pages of files of answers that are made in the background."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hdr_site.foundation import stored_files
from recognition import exports
from recognition.answer_files import Kind
from recognition.history_forms import HistoryForm
from recognition.history_views import LONGEST_QUERY, without_place
from recognition.models import Export
from recognition.uploads import UploadRejected


def _mine(request: HttpRequest, public_id: uuid.UUID) -> Export:
    found = exports.one(request.user, public_id)
    if found is None:
        raise Http404("No such file of this owner.")
    return found


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def files(request: HttpRequest) -> HttpResponse:
    """The owner's files; POST has one made of all that fits a search."""
    if request.method == "GET":
        return render(
            request, "recognition/exports.html", {"exports": exports.of(request.user), "most": exports.MOST_KEPT}
        )
    query = QueryDict(request.POST.get("query", "")[:LONGEST_QUERY])
    form, kind = HistoryForm(query), request.POST.get("kind", "")
    if not form.is_valid() or kind not in Kind.values:
        messages.error(request, _("This file cannot be made; begin again from your history."))
        return redirect("recognition:list")
    try:
        export = exports.ask(request.user, Kind(kind), form.wanted(), query=without_place(query))
    except UploadRejected as refusal:
        return refused(request, refusal)
    return redirect("recognition:export-page", export.public_id)


def refused(request: HttpRequest, refusal: UploadRejected) -> HttpResponse:
    """Back to the list of files, where one can be deleted, with the sentence."""
    messages.error(request, f"{refusal.sentence} ({refusal.code})")
    return redirect("recognition:exports")


@never_cache
@login_required
@require_GET
def page(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """How far it is, then where it can be fetched."""
    return render(request, "recognition/export.html", _facts(_mine(request, public_id)))


@never_cache
@login_required
@require_GET
def progress(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """What the page asks for while it waits."""
    return render(request, "recognition/_export_state.html", _facts(_mine(request, public_id)))


@never_cache
@login_required
@require_GET
def file(request: HttpRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """The file; its page as long as there is none."""
    export = _mine(request, public_id)
    return sent(export) if export.is_ready else redirect("recognition:export-page", public_id)


@never_cache
@login_required
@require_POST
def delete(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Remove it; no picture goes with it."""
    exports.remove(exports.of(request.user).filter(pk=_mine(request, public_id).pk))
    messages.success(request, _("The file was deleted. Your pictures stay."))
    return redirect("recognition:exports")


def sent(export: Export) -> StreamingHttpResponse:
    """A file that is ready, piece by piece. Raises Http404 if it is removed at this moment."""
    kind = Kind(export.kind)
    try:
        response = StreamingHttpResponse(stored_files.pieces(str(export.file)), content_type=kind.content_type)
    except FileNotFoundError:
        raise Http404("The file was just removed.") from None
    response["Content-Length"] = str(export.stored_bytes)
    name = f"numbers-{timezone.localtime(export.created_at):%Y-%m-%d}.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _facts(export: Export) -> dict[str, Any]:
    until = export.finished_at + exports.LIVES if export.finished_at else None
    return {"export": export, "kind": Kind(export.kind), "until": until}
