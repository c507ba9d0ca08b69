"""Pictures whose time is over go by themselves: beat rings, the courier erases, and a kill half-way leaves no half."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg2

from hdr_site.launcher.processes import wait_for
from hdr_site.launcher.trial import TrialProduct
from tests.e2e import house, pictures
from tests.e2e.house import Person

KEEPING = "/recognitions/keeping/"
DAYS = {"keep": "days", "days": "30", "texts": "stay"}


def read(product: TrialProduct, owner: Person) -> str:
    """The public id of a picture that was read just now."""
    public_id = owner.api.submit(pictures.small())
    house.read_within(product, public_id, 60)
    return public_id


def move_back(product: TrialProduct, public_id: str, days: int) -> None:
    """As if it had been read so long ago."""
    sql = "UPDATE recognition_recognition SET finished_at = finished_at - %s * interval '1 day' WHERE public_id = %s"
    house.rows(product, sql, days, public_id)


def is_erased(owner: Person, public_id: str) -> bool:
    return owner.api.recognition(public_id)["image_erased_at"] is not None


def stored_bytes(product: TrialProduct, owner: Person) -> int:
    [(count,)] = house.rows(product, "SELECT stored_bytes FROM recognition_ownerusage WHERE owner_id = %s", owner.id)
    return int(count)


@contextmanager
def room_locked(product: TrialProduct, owner: Person) -> Iterator[None]:
    """Whoever gives room back to the owner waits inside the block."""
    connection = psycopg2.connect(product.postgres.url)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM recognition_ownerusage WHERE owner_id = %s FOR UPDATE", [owner.id])
        yield
    finally:
        connection.close()


def somebody_gives_room_back(product: TrialProduct) -> bool:
    """Whether a process has changed pictures, and stands before the lock with its transaction open."""
    sql = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE %s"
    return house.rows(product, sql, 'UPDATE "recognition_ownerusage"%') != [(0,)]


def test_a_picture_goes_by_itself_once_its_time_is_over_and_its_numbers_stay(
    impatient: TrialProduct, alice: Person, bob: Person
) -> None:
    before = house.stored_files(impatient)
    old, recent, his = read(impatient, alice), read(impatient, alice), read(impatient, bob)
    answer = alice.api.recognition(old)
    for public_id, days in ((old, 31), (recent, 29), (his, 4000)):
        move_back(impatient, public_id, days)
    browser = alice.browser()
    asked = browser.send_form(KEEPING, DAYS)
    assert "<strong>1</strong> of your pictures was read more than 30 days ago" in asked.text
    assert browser.send_form(KEEPING, DAYS | {"agreed": "1"}).status == 302
    assert wait_for(lambda: is_erased(alice, old), 120), impatient.logs()[-4000:]
    after = alice.api.recognition(old)
    assert after["digits"] == answer["digits"]
    assert after["image_url"] is None
    assert alice.api.get(f"/api/v1/recognitions/{old}/image/").error_code == "picture_erased"
    assert [is_erased(alice, recent), is_erased(bob, his)] == [False, False]
    assert wait_for(lambda: len(house.stored_files(impatient) - before) == 4, 30)  # two pictures with small copies


def test_a_courier_killed_while_it_erases_leaves_whole_pictures_and_another_goes_on(
    impatient: TrialProduct, alice: Person
) -> None:
    before = house.stored_files(impatient)
    sent = [read(impatient, alice) for _ in range(4)]
    for public_id in sent:
        move_back(impatient, public_id, 31)
    with room_locked(impatient, alice):
        assert alice.browser().send_form(KEEPING, DAYS | {"agreed": "4"}).status == 302
        assert wait_for(lambda: somebody_gives_room_back(impatient), 120), impatient.logs()[-4000:]
        house.send_signal(house.family(impatient.pid("courier")), signal.SIGKILL)
        assert not any(is_erased(alice, public_id) for public_id in sent)
        assert len(house.stored_files(impatient) - before) == 8
    house.becomes_ready(impatient)
    assert wait_for(lambda: all(is_erased(alice, public_id) for public_id in sent), 150), impatient.logs()[-4000:]
    assert stored_bytes(impatient, alice) == 0
    assert wait_for(lambda: house.stored_files(impatient) == before, 30)
