"""Who sees what, and pages through a history."""

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import Permission

from accounts.models import User
from hdr_site.foundation.jobs import Status
from recognition import history, selectors
from recognition.history import HistoryFilter, InvalidCursor
from recognition.models import Recognition, Source

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

EVERYTHING = HistoryFilter()


def written(owner: User, count: int, **columns: object) -> list[Recognition]:
    """Rows, the newest first; pairs of them at the very same moment."""
    now = datetime(2026, 3, 1, 12, tzinfo=UTC)
    rows = [
        Recognition(
            owner=owner,
            source=Source.API,
            name=str(i),
            image=f"pictures/{uuid.uuid4()}",
            width=1,
            height=1,
            stored_bytes=1,
            upload_digest="0" * 64,
            **({"created_at": now - timedelta(minutes=i // 2)} | columns),
        )
        for i in range(count)
    ]
    return Recognition.objects.bulk_create(rows)


def test_an_owner_sees_only_their_own(alice: User, bob: User) -> None:
    hers, _ = written(alice, 1), written(bob, 1)
    assert list(selectors.visible_to(alice)) == hers


def test_an_administrator_sees_nobody_elses_outside_the_admin_site(alice: User) -> None:
    written(alice, 1)
    administrator = User.objects.create_superuser("admin@example.org", "long enough for now")
    assert not selectors.visible_to(administrator).exists()
    assert selectors.visible_to(administrator, at_the_desk=True).exists()


def test_staff_without_the_permission_see_nothing_at_the_desk(alice: User, rita: User) -> None:
    written(alice, 1)
    rita.user_permissions.clear()
    assert not selectors.visible_to(User.objects.get(pk=rita.pk), at_the_desk=True).exists()
    rita.user_permissions.add(Permission.objects.get(codename="view_recognition"))
    assert selectors.visible_to(User.objects.get(pk=rita.pk), at_the_desk=True).exists()


def test_a_history_is_paged_without_a_gap_or_a_repetition(alice: User) -> None:
    written(alice, 11)
    seen: list[str] = []
    cursor: str | None = None
    while True:
        page = history.page(alice, EVERYTHING, cursor, size=3)
        seen += [row.name for row in page.items]
        cursor = page.older
        if cursor is None:
            break
    assert sorted(seen, key=int) == [str(i) for i in range(11)]
    assert [int(name) // 2 for name in seen] == sorted(int(name) // 2 for name in seen)


def test_one_can_page_back_to_where_one_came_from(alice: User) -> None:
    written(alice, 9)
    first = history.page(alice, EVERYTHING, size=3)
    second = history.page(alice, EVERYTHING, first.older, size=3)
    back = history.page(alice, EVERYTHING, second.newer, size=3)
    assert back.items == first.items
    assert (back.newer, first.newer) == (None, None)


def test_a_page_stays_where_it_is_when_a_picture_is_added(alice: User) -> None:
    written(alice, 6)
    cursor = history.page(alice, EVERYTHING, size=3).older
    before = history.page(alice, EVERYTHING, cursor, size=3).items
    written(alice, 1, created_at=datetime(2026, 4, 1, tzinfo=UTC))
    assert history.page(alice, EVERYTHING, cursor, size=3).items == before


def test_a_history_is_filtered_by_state(alice: User) -> None:
    written(alice, 2)
    [failed] = written(alice, 1, status="failed", error_code="x", finished_at=datetime(2026, 3, 1, tzinfo=UTC))
    assert history.page(alice, HistoryFilter(status=Status.FAILED)).items == [failed]


def test_a_history_is_filtered_by_whole_days(alice: User) -> None:
    [late] = written(alice, 1, created_at=datetime(2026, 5, 2, 23, 59, 59, tzinfo=UTC))
    written(alice, 1, created_at=datetime(2026, 5, 3, tzinfo=UTC))
    written(alice, 1, created_at=datetime(2026, 5, 1, 23, 59, 59, tzinfo=UTC))
    day = date(2026, 5, 2)
    assert history.page(alice, HistoryFilter(since=day, until=day)).items == [late]


@pytest.mark.parametrize("cursor", ["x", "🙂", "b2 xx", "b2xk", "a" * 5000, ""])
def test_a_cursor_that_we_did_not_make_is_refused(alice: User, cursor: str) -> None:
    with pytest.raises(InvalidCursor):
        history.page(alice, EVERYTHING, cursor)
