"""The pages of a batch."""

import uuid
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from hdr_site.numbering import shown
from recognition import batch_lists, batches, intakes, moments, selections
from recognition import progress as batch_progress
from recognition.answer_files import Kind
from recognition.models import Batch
from recognition.uploads import UploadRejected

LONGEST_NAME = 120


def _mine(request: HttpRequest, public_id: uuid.UUID) -> Batch:
    found = batch_progress.one(request.user, public_id)
    if found is None:
        raise Http404("No such batch of this owner.")
    return found


@never_cache
@login_required
@require_GET
def every(request: HttpRequest) -> HttpResponse:
    """The owner's batches, newest first; `name` finds some of them."""
    name = request.GET.get("name", "").strip()[:LONGEST_NAME]
    try:
        page = batch_lists.page(request.user, name, request.GET.get("cursor"))
    except batch_lists.InvalidCursor:
        return redirect("recognition:batches")
    return render(request, "recognition/batches.html", {"page": page, "name": name})


@never_cache
@login_required
@require_GET
def detail(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """How far it is, what came of it, and its pictures, so many a page."""
    batch = _mine(request, public_id)
    facts = _facts(batch)  # first: what ends after it was counted is asked for once more
    found, more = batch_progress.page(batch, _after(request))
    shown = {"pictures": found, "next": found[-1].public_id if more else None}
    return render(request, "recognition/batch.html", facts | shown)


@never_cache
@login_required
@require_GET
def progress(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """What the page asks for while something is to come: the bar and the summary, and pictures that ended lately."""
    batch, moment = _mine(request, public_id), _since(request)
    facts = _facts(batch)  # first, as above
    ended = batch_progress.ended_since(batch, moment) if moment else batch_progress.page(batch)[0]
    return render(request, "recognition/_batch_progress.html", facts | {"pictures": ended})


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def delete(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Ask first, then remove it with all its pictures."""
    batch = _mine(request, public_id)
    if request.method == "GET":
        return render(request, "recognition/batch_delete.html", _facts(batch))
    count = batches.delete(batch, request.user)
    told = ngettext("The batch was deleted, with its picture.", "The batch was deleted, with its %d pictures.", count)
    messages.success(request, shown(told % count) if "%d" in told else told)
    return redirect("recognition:list")


def _facts(batch: Batch) -> dict[str, Any]:
    opened = intakes.of(batch)
    reached = batch_progress.of(batch, opened)
    totals = _totals(batch) if reached.is_finished and reached.read else None
    return {"batch": batch, "progress": reached, "intakes": opened, "totals": totals, "kinds": Kind}


def _totals(batch: Batch) -> selections.Totals | None:
    """What its numbers add up to; None for more pictures than are added up."""
    try:
        return selections.totals(batch_progress.pictures(batch))
    except UploadRejected:
        return None


def _after(request: HttpRequest) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.GET["after"])
    except (KeyError, ValueError):
        return None


def _since(request: HttpRequest) -> datetime | None:
    """A moment that an earlier answer gave; None for none, or for one that is no moment of ours."""
    try:
        return moments.parse(request.GET.get("since", ""))
    except ValueError:
        return None
