"""On a long history, no page reads the whole table."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from accounts.models import User
from recognition import figures, history, seeding
from recognition.history import HistoryFilter, Order
from recognition.models import Recognition, Source, Status
from recognition.numerals import Match

pytestmark = [pytest.mark.integration]

SEARCHES = {
    "list": HistoryFilter(),
    "oldest": HistoryFilter(order=Order.OLDEST),
    "least sure": HistoryFilter(order=Order.UNSURE),
    "surest": HistoryFilter(order=Order.SUREST, at_most=0.7),
    "state": HistoryFilter(status=Status.FAILED),
    "days": HistoryFilter(since=date(2020, 1, 1), until=date(2020, 2, 1)),
    "source": HistoryFilter(source=Source.ZIP),
    "source that none has": HistoryFilter(source=Source.TIFF),
    "corrected": HistoryFilter(corrected=True),
    "wants a look": HistoryFilter(look=True),
    "confidence": HistoryFilter(at_least=0.5, at_most=0.50001),
    "exact": HistoryFilter(number="1234567", match=Match.EXACT),
    "exact, one that many have": HistoryFilter(number="1", match=Match.EXACT),
    "prefix": HistoryFilter(number="12", match=Match.PREFIX),
    "contains": HistoryFilter(number="999999"),
    "wildcard": HistoryFilter(number="12*45"),
}


def plan(alice: User, wanted: HistoryFilter, cursor: str | None = None) -> str:
    """How Postgres gets the keys of a page."""
    place = history._parse(cursor, wanted.order) if cursor else None
    rows = history._beyond(history.sorted_rows(alice, wanted), wanted.order, place)
    return history.keys_of(rows)[:21].explain()


def plans_of_figures(alice: User) -> list[str]:
    """How Postgres counts for the dashboard and the report."""
    since, until = timezone.now() - timedelta(days=7), timezone.now()
    asked: dict[str, list[Any]] = {
        figures.BY_STEP: [[since], [until], 0.9, 0.9, alice.pk],
        figures.BY_SOURCE: [alice.pk, since, until],
    }
    found = []
    with connection.cursor() as cursor:
        for sql, given in asked.items():
            cursor.execute(f"EXPLAIN {sql}", given)
            found.append("\n".join(line for (line,) in cursor.fetchall()))
    return found


@pytest.mark.django_db(transaction=True)
def test_no_plan_on_a_long_history_reads_the_whole_table(alice: User) -> None:
    call_command("seed_history", alice.email, count=10_000, total=100_000)
    assert Recognition.objects.count() == 100_000
    assert Recognition.objects.filter(owner=alice).count() == 10_000
    for name, wanted in SEARCHES.items():
        plans = [plan(alice, wanted)]
        if older := history.page(alice, wanted).older:
            plans.append(plan(alice, wanted, older))
        for found in plans:
            assert "Seq Scan" not in found, f"{name}: {found}"
            assert "Index Only Scan" in found, f"{name}: {found}"
    assert "Sort" not in plan(alice, SEARCHES["list"])
    for found in plans_of_figures(alice):
        assert "Seq Scan" not in found, found
        assert "Index Only Scan using recognition_history" in found, found


def indexes() -> set[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE tablename LIKE 'recognition_%'")
        return set(cursor.fetchall())


@pytest.mark.django_db
def test_what_was_seeded_without_indexes_has_them_all_again(alice: User, bob: User) -> None:
    before = indexes()
    seeding.seed(alice.pk, 10, [bob.pk], 100)
    assert indexes() == before
    assert Recognition.objects.filter(owner=bob).count() == 90


@pytest.mark.django_db
def test_a_history_is_seeded_for_somebody_who_is_here(alice: User) -> None:
    with pytest.raises(CommandError, match="Nobody here"):
        call_command("seed_history", "nobody@example.org")
    with pytest.raises(CommandError, match="one row in so many"):
        call_command("seed_history", alice.email, count=3, total=10)
