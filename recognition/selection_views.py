"""What the history's page does with ticked pictures, or with all that fits. Asks before it changes anything."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from hdr_site.numbering import shown
from recognition import exports, selections
from recognition import history as histories
from recognition.answer_files import Kind
from recognition.forms import FormatForm
from recognition.history import HistoryFilter
from recognition.history_forms import HistoryForm, SelectionForm
from recognition.history_views import LONGEST_QUERY, added_up, file_response, refused, to_history, without_place
from recognition.models import Recognition
from recognition.selections import Outcome
from recognition.uploads import UploadRejected

SHOWN = 20
"""So many pictures are named before somebody says yes to more."""


@dataclass(frozen=True, slots=True)
class Picked:
    """What was picked, on which search. `wanted` is None for ticked ones."""

    form: dict[str, Any]
    back: QueryDict
    wanted: HistoryFilter | None

    def rows(self, owner: Any) -> QuerySet[Recognition]:
        """As the page lists them; of all that fits, what was there when somebody was shown how many."""
        if self.wanted is None:
            return histories.chosen(owner, self.form["chosen"])
        rows = histories.sorted_rows(owner, self.wanted)
        return rows.filter(created_at__lte=self.form["seen"]) if self.form["seen"] else rows

    @property
    def is_certain(self) -> bool:
        """Whether somebody has said yes to what they were shown."""
        return self.form["certain"] and (self.wanted is None or self.form["seen"] is not None)


@never_cache
@login_required
@require_POST
def selected(request: HttpRequest) -> HttpResponseBase:
    """Do something with the pictures that were ticked, or with all that fits."""
    back = QueryDict(request.POST.get("back", "")[:LONGEST_QUERY])
    form, search = SelectionForm(request.POST), HistoryForm(back)
    if not form.is_valid() or (form.cleaned_data["all"] and not search.is_valid()):
        messages.error(request, shown(_("Tick at least one picture first, and at most %d.") % selections.MOST_CHOSEN))
        return to_history(back)
    picked = Picked(form.cleaned_data, back, search.wanted() if form.cleaned_data["all"] else None)
    try:
        return _done(request, picked)
    except UploadRejected as refusal:
        return refused(request, refusal, back)


def _done(request: HttpRequest, picked: Picked) -> HttpResponseBase:
    """Raises UploadRejected."""
    wish, rows = picked.form["wish"], picked.rows(request.user)
    if wish == "delete":
        return _delete(request, picked)
    if wish == "read-again":
        return _read_again(request, picked)
    if wish == "totals":
        return added_up(request, rows, picked.back)
    if wish != Kind.PDF:
        return file_response(rows, Kind(wish))
    query = without_place(picked.back)
    chosen = [] if picked.wanted else picked.form["chosen"]
    export = exports.ask(request.user, Kind.PDF, picked.wanted, chosen, query)
    return redirect("recognition:export-page", export.public_id)


def _delete(request: HttpRequest, picked: Picked) -> HttpResponse:
    if not picked.is_certain:
        return _asked(request, picked, "recognition/delete_selected.html")
    if picked.wanted is None:
        count = selections.delete(request.user, picked.form["chosen"])
    else:
        count = selections.delete_all(request.user, picked.rows(request.user))
    told = ngettext("%d picture was deleted.", "%d pictures were deleted.", count)
    messages.success(request, shown(told % count))
    return to_history(QueryDict(without_place(picked.back)))


def _read_again(request: HttpRequest, picked: Picked) -> HttpResponse:
    form = FormatForm(request.POST if picked.is_certain else None)
    if not picked.is_certain or not form.is_valid():
        return _asked(request, picked, "recognition/read_again_selected.html", form=form)
    wanted = form.cleaned_data["number_format"] if request.POST.get("other") else None
    if picked.wanted is None:
        outcome = selections.read_again(request.user, picked.form["chosen"], wanted)
    else:
        outcome = selections.read_all_again(request.user, picked.rows(request.user), wanted)
    _tell(request, outcome)
    return to_history(picked.back)


def _asked(request: HttpRequest, picked: Picked, template: str, **context: Any) -> HttpResponse:
    """The page that asks first: what it would be, and how many."""
    rows, seen = picked.rows(request.user), picked.form["seen"] or timezone.now()
    count = len(selections.few(rows))
    facts = {"pictures": rows[:SHOWN] if picked.wanted else rows, "count": count, "more": count - SHOWN}
    kept = {"back": picked.back.urlencode(), "all": picked.wanted is not None, "seen": seen.isoformat()}
    return render(request, template, facts | kept | context)


def _tell(request: HttpRequest, outcome: Outcome) -> None:
    if outcome.done:
        told = ngettext("%d picture is being read again.", "%d pictures are being read again.", outcome.done)
        messages.success(request, shown(told % outcome.done))
    if outcome.left:
        told = ngettext("%d picture was left as it is.", "%d pictures were left as they are.", outcome.left)
        why = outcome.refusal.sentence if outcome.refusal else _("They wait already, or their picture was erased.")
        messages.warning(request, f"{shown(told % outcome.left)} {why}")
