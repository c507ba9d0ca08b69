"""Where people land, and the report of any period."""

import re
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone, translation
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from recognition import charts, dashboard_views, figures, history
from recognition.figures import Counts, Step
from recognition.history import HistoryFilter
from recognition.models import OwnerUsage, Recognition, Source
from tests.recognition.histories import corrected, read

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

INDIA = ZoneInfo("Asia/Kolkata")
SUNDAY, MONDAY = date(2026, 3, 1), date(2026, 3, 2)


def failed(owner: User, **columns: object) -> Recognition:
    [row] = read(owner, "", **columns)
    Recognition.objects.filter(pk=row.pk).update(
        status="failed", reading=None, error_code="reading_failed", error_message="It could not be read."
    )
    return row


def one_of_each(owner: User, **columns: object) -> list[Recognition]:
    """Sure, unsure, without a digit, unsure and corrected, failed."""
    sure, unsure, said = (*read(owner, "1", **columns), *read(owner, "2", "3", confidence=0.5, **columns))
    [empty] = read(owner, "", confidence=None, **columns)
    return [sure, unsure, empty, corrected(said, "8"), failed(owner, **columns)]


def text(client: Client, address: str, **query: str) -> str:
    response = client.get(address, query)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_signing_in_leads_to_the_dashboard(alice: User, client: Client, password: str) -> None:
    response = client.post("/accounts/login/", {"login": alice.email, "password": password})
    assert response["Location"] == "/dashboard/"


def test_newcomers_are_led_to_sending_their_first_picture(alice_client: Client) -> None:
    page = alice_client.get("/dashboard/").content.decode()
    assert "Read your first number" in page
    assert 'href="/recognitions/new/"' in page
    assert "twelve weeks" not in page


def test_what_wants_a_look_is_unsure_without_a_digit_or_failed_and_not_corrected(alice: User, bob: User) -> None:
    _sure, unsure, empty, _said, broken = one_of_each(alice)
    one_of_each(bob)
    read(alice, "5", confidence=0.2, temporary_until=timezone.now() + timedelta(minutes=5))
    found = history.matching(alice, HistoryFilter(look=True)).values_list("pk", flat=True)
    assert set(found) == {unsure.pk, empty.pk, broken.pk}


def test_the_dashboard_shows_what_wants_a_look_and_the_last_pictures(alice: User, alice_client: Client) -> None:
    one_of_each(alice, created_at=timezone.now())
    page = text(alice_client, "/dashboard/")
    assert "3 pictures want a look" in page
    assert "Your last pictures" in page
    assert "Could not be read" in page
    assert "/recognitions/?look=yes" in alice_client.get("/dashboard/").content.decode()
    listed = alice_client.get("/recognitions/", {"look": "yes"}).content.decode()
    assert listed.count('class="history-item"') == 3


def test_who_has_looked_at_everything_is_told_so(alice: User, alice_client: Client) -> None:
    read(alice, "1", created_at=timezone.now())
    assert "Nothing wants a look" in text(alice_client, "/dashboard/")


def test_nobody_sees_the_figures_of_others(alice: User, bob_client: Client) -> None:
    one_of_each(alice, created_at=timezone.now())
    assert "Read your first number" in text(bob_client, "/dashboard/")
    assert bob_client.get("/api/v1/report/").json()["sent"] == 0


def test_the_dashboard_costs_seven_queries(
    alice: User, alice_client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    one_of_each(alice, created_at=timezone.now())
    with django_assert_num_queries(7):  # session, user, last ones, storage, looks: how many and which, weeks
        alice_client.get("/dashboard/")


def test_the_report_costs_five_queries(
    alice: User, alice_client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    one_of_each(alice, created_at=timezone.now())
    with django_assert_num_queries(5):  # session, user, steps, ways in, storage
        alice_client.get("/report/")


def test_a_period_is_counted_step_by_step_and_in_whole(alice: User) -> None:
    one_of_each(alice, created_at=datetime(2026, 3, 1, 12, tzinfo=UTC))
    read(alice, "7", created_at=datetime(2026, 3, 2, 12, tzinfo=UTC), source=Source.ZIP)
    found = figures.of_period(alice, SUNDAY, MONDAY, UTC)
    each = Counts(sent=5, read=4, unsure=1, without_digits=1, corrected=1, failed=1, wanting_a_look=3)
    assert [step.counts for step in found.steps] == [each, Counts(sent=1, read=1)]
    assert found.whole == each + Counts(sent=1, read=1)
    assert found.whole.share_corrected == pytest.approx(1 / 5)
    assert found.sources == [("page", 5), ("zip", 1)]


def test_days_are_those_of_the_owners_time_zone(alice: User) -> None:
    read(alice, "7", created_at=datetime(2026, 3, 1, 19, tzinfo=UTC))  # half past midnight in India
    assert figures.of_period(alice, SUNDAY, SUNDAY, INDIA).whole.sent == 0
    assert figures.of_period(alice, MONDAY, MONDAY, INDIA).whole.sent == 1
    assert figures.of_period(alice, SUNDAY, SUNDAY, UTC).whole.sent == 1


def test_pictures_only_looked_at_are_in_no_figure(alice: User) -> None:
    read(alice, "7", temporary_until=timezone.now() + timedelta(minutes=5))
    found = figures.of_period(alice, SUNDAY, SUNDAY, UTC)
    assert (found.whole, found.sources) == (Counts(), [])


@pytest.mark.parametrize(
    ("first", "last", "spans"),
    [
        (date(2026, 3, 1), date(2026, 3, 31), 31),
        (date(2026, 3, 1), date(2026, 4, 1), 6),  # a Sunday, four weeks, Monday to Wednesday
        (date(2025, 1, 15), date(2026, 3, 1), 15),
        (date(2026, 3, 1), date(2026, 3, 1), 1),
    ],
)
def test_a_period_is_cut_into_days_weeks_or_months(first: date, last: date, spans: int) -> None:
    days = figures._cut(first, last)
    assert len(days) == spans
    assert (days[0][0], days[-1][1]) == (first, last)
    assert all(end + timedelta(days=1) == begin for (_, end), (begin, _) in pairwise(days))


def test_the_last_weeks_begin_on_mondays_and_end_with_this_one(alice: User) -> None:
    weeks = figures.last_weeks(alice, date(2026, 3, 4), UTC)
    assert len(weeks) == 12
    assert all(week.first.weekday() == 0 for week in weeks)
    assert weeks[-1].first <= date(2026, 3, 4) <= weeks[-1].last


def test_the_report_shows_a_period_and_leads_to_its_pictures(alice: User, alice_client: Client) -> None:
    one_of_each(alice, created_at=datetime(2026, 3, 1, 12, tzinfo=UTC))
    page = alice_client.get("/report/", {"from": "2026-02-28", "to": "2026-03-02"}).content.decode()
    assert "28 February 2026 – 2 March 2026" in page
    assert "?since=2026-02-28&amp;until=2026-03-02&amp;look=yes" in page
    assert ">25" in page  # of four read, one corrected
    assert "?since=2026-03-01&amp;until=2026-03-01" in page


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"from": "2026-03-02", "to": "2026-03-01"}, "The first day is after the last."),
        ({"from": "2006-03-02", "to": "2026-03-01"}, "A report covers ten years at most."),
        ({"from": "yesterday"}, "Enter a valid date."),
    ],
)
def test_an_impossible_period_is_refused_with_a_sentence(
    alice_client: Client, query: dict[str, str], sentence: str
) -> None:
    page, program = alice_client.get("/report/", query), alice_client.get("/api/v1/report/", query)
    assert (page.status_code, program.status_code) == (400, 400)
    assert sentence in page.content.decode()
    assert program.json()["error"]["code"] == "invalid_period"
    assert sentence in program.json()["error"]["message"]


def test_a_program_gets_the_same_figures_in_the_owners_zone(alice: User, alice_client: Client) -> None:
    one_of_each(alice, created_at=datetime(2026, 3, 1, 19, tzinfo=UTC))
    OwnerUsage.objects.create(owner=alice, stored_bytes=1234)
    User.objects.filter(pk=alice.pk).update(time_zone="Asia/Kolkata")
    told = alice_client.get("/api/v1/report/", {"from": "2026-03-02", "to": "2026-03-02"}).json()
    assert (told["from"], told["to"], told["time_zone"]) == ("2026-03-02", "2026-03-02", "Asia/Kolkata")
    counts = {"sent": 5, "read": 4, "waiting": 0, "failed": 1, "unsure": 1, "without_digits": 1, "corrected": 1}
    assert counts.items() <= told.items()
    assert told["share_corrected"] == 0.25
    assert told["steps"] == [{"from": "2026-03-02", "to": "2026-03-02", "wanting_a_look": 3} | counts]
    assert told["sources"] == [{"source": "page", "sent": 5}]
    assert told["storage"]["used_bytes"] == 1234


def test_without_days_the_report_covers_twelve_weeks_up_to_today(alice_client: Client) -> None:
    told = alice_client.get("/api/v1/report/").json()
    first, last = date.fromisoformat(told["from"]), date.fromisoformat(told["to"])
    assert (last - first).days == 83
    assert (datetime.now(UTC).date() - last).days in {0, 1}  # midnight may have passed


def test_bars_stand_on_the_ground_and_the_highest_fills_the_room() -> None:
    chart = charts.bars([0, 5, 10], [0, 5, 1], ["a", "", "c"])
    none, half, full = chart.bars
    assert (none.height, none.y) == (0, chart.ground)
    assert full.y == charts.TOP
    assert half.height == pytest.approx(full.height / 2)
    assert half.part == half.height
    assert all(bar.y + bar.height == pytest.approx(chart.ground) for bar in chart.bars)
    assert none.x > 0
    assert full.x + full.width < chart.width


def test_a_chart_without_a_picture_has_no_heights() -> None:
    assert [bar.height for bar in charts.bars([0, 0], [0, 0], ["", ""]).bars] == [0, 0]


def test_a_chart_has_fewer_labels_where_months_have_long_names() -> None:
    weeks = [Step(date(2026, 9, 7) + timedelta(weeks=nth), date(2026, 9, 13), Counts()) for nth in range(12)]
    assert sum(bool(bar.label) for bar in dashboard_views.chart_of(weeks).bars) == 6
    with translation.override("ar"):
        assert sum(bool(bar.label) for bar in dashboard_views.chart_of(weeks).bars) == 3
