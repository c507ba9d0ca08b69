"""Where people land after signing in, and the report of any period."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from recognition import charts, figures, history
from recognition.figures import Counts, Step
from recognition.history import HistoryFilter
from recognition.report_forms import PeriodForm

LAST_SHOWN, LOOKS_SHOWN = 6, 3
MOST_LOOKS_COUNTED = 999
MOST_LABELS = 6
SHORT_LABEL = 7  # characters; some languages do not shorten the names of months


@never_cache
@login_required
@require_GET
def dashboard(request: HttpRequest) -> HttpResponse:
    """Send a picture; the last ones; those that want a look; what the last weeks were like."""
    owner, today = request.user, timezone.localdate()
    last = history.page(owner, HistoryFilter(), size=LAST_SHOWN).items
    context: dict[str, Any] = {"last": last, "storage": figures.storage(owner)}
    if last:
        context |= _looks(owner) | _weeks(figures.last_weeks(owner, today, timezone.get_current_timezone()))
    return render(request, "recognition/dashboard.html", context)


@never_cache
@login_required
@require_GET
def report(request: HttpRequest) -> HttpResponse:
    """The figures of any period, for the screen and for paper."""
    form = PeriodForm(request.GET, timezone.localdate())
    if not form.is_valid():
        return render(request, "recognition/report.html", {"form": form}, status=400)
    found = figures.of_period(request.user, *form.days, timezone.get_current_timezone())
    context = {
        "form": PeriodForm({"from": found.first, "to": found.last}, found.last),  # also what was not said
        "figures": found,
        "chart": chart_of(found.steps),
        "storage": figures.storage(request.user),
        "zone": timezone.get_current_timezone_name(),
        "made_at": timezone.now(),
    }
    return render(request, "recognition/report.html", context)


def _looks(owner: Any) -> dict[str, Any]:
    wanted = HistoryFilter(look=True)
    count = history.count_up_to(history.matching(owner, wanted), MOST_LOOKS_COUNTED)
    shown = history.page(owner, wanted, size=LOOKS_SHOWN).items if count else []
    return {"looks": shown, "look_count": min(count, MOST_LOOKS_COUNTED), "more_looks": count > MOST_LOOKS_COUNTED}


def _weeks(steps: list[Step]) -> dict[str, Any]:
    return {"steps": steps, "chart": chart_of(steps), "whole": sum((step.counts for step in steps), Counts())}


def chart_of(steps: list[Step]) -> charts.Chart:
    """A bar for each step, with the day on which it begins under some of them; what was corrected is marked."""
    days = [date_format(step.first, "j M") for step in steps]
    fitting = MOST_LABELS if max(map(len, days), default=0) <= SHORT_LABEL else MOST_LABELS // 2
    every = -(-len(steps) // fitting)
    labels = [day if nth % every == 0 else "" for nth, day in enumerate(days)]
    return charts.bars([step.counts.sent for step in steps], [step.counts.corrected for step in steps], labels)
