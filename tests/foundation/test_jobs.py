"""The queue: claim, lease, fence, sweep. Mails serve as the plainest kind of job, recognitions where owners matter."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import User
from hdr_site.foundation import jobs
from hdr_site.foundation.jobs import LEGAL_MOVES, MAX_LOSSES, Priority, Status
from hdr_site.foundation.models import Mail
from recognition.models import Recognition, Source

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def mail(**columns: object) -> Mail:
    return Mail.objects.create(to="ann@example.org", subject="Hello", **columns)


def waiting_picture(owner: User, **columns: object) -> Recognition:
    given = {
        "turn": jobs.next_turn(Recognition, owner.pk),
        "image": f"pictures/{Recognition.objects.count()}",
    } | columns
    return Recognition.objects.create(
        owner=owner, source=Source.API, name="x", width=1, height=1, stored_bytes=1, upload_digest="0" * 64, **given
    )


def expire(job: Mail) -> None:
    Mail.objects.filter(pk=job.pk).update(lease_until=Now() - timedelta(seconds=1))


def lose(job: Mail, times: int) -> None:
    """Let workers claim the row and die, so many times."""
    for _ in range(times):
        jobs.claim(Mail)
        expire(job)
        jobs.sweep(Mail)


def test_a_claim_lends_the_row_and_raises_its_attempt() -> None:
    written = mail()
    [claimed] = jobs.claim(Mail)
    assert claimed.pk == written.pk
    assert (claimed.status, claimed.attempt) == (Status.RUNNING, 1)
    assert claimed.lease_until is not None


def test_rows_are_claimed_in_order_of_their_turn() -> None:
    late = mail(turn=Now() + timedelta(minutes=1))
    early = mail(turn=Now() - timedelta(minutes=1))
    assert [job.pk for job in jobs.claim(Mail)] == [early.pk, late.pk]


def test_a_row_that_is_not_due_is_left() -> None:
    mail(due_at=Now() + timedelta(minutes=1))
    assert jobs.claim(Mail) == []


def test_at_most_eight_rows_are_claimed_together() -> None:
    for _ in range(10):
        mail()
    assert len(jobs.claim(Mail)) == 8


def test_a_row_that_lost_its_worker_is_claimed_alone() -> None:
    suspicious = mail(losses=1, turn=Now() - timedelta(minutes=1))
    mail()
    assert [job.pk for job in jobs.claim(Mail)] == [suspicious.pk]


def test_clean_rows_before_a_suspicious_one_are_claimed_without_it() -> None:
    clean = mail(turn=Now() - timedelta(minutes=1))
    mail(losses=1)
    assert [job.pk for job in jobs.claim(Mail)] == [clean.pk]


@pytest.mark.django_db(transaction=True)
def test_two_workers_that_hear_the_same_bell_never_get_the_same_row() -> None:
    for _ in range(40):
        mail()
    taken: list[list[int]] = [[], []]
    start = Barrier(2)

    def work(mine: list[int]) -> None:
        start.wait()
        while claimed := jobs.claim(Mail, at_most=3):
            mine += [job.pk for job in claimed]
        connection.close()

    workers = [Thread(target=work, args=(mine,)) for mine in taken]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(taken[0] + taken[1]) == len(set(taken[0] + taken[1])) == 40


def test_extending_renews_the_loan() -> None:
    mail()
    [claimed] = jobs.claim(Mail)
    expire(claimed)
    jobs.extend([claimed])
    jobs.sweep(Mail)
    assert Mail.objects.get().status == Status.RUNNING


def test_a_worker_that_comes_back_from_the_dead_writes_nothing() -> None:
    mail()
    [dead] = jobs.claim(Mail)
    expire(dead)
    jobs.sweep(Mail)
    [alive] = jobs.claim(Mail)
    assert jobs.settle(dead) is False
    assert jobs.fail(dead, "late", "Too late.") is False
    assert Mail.objects.get().status == Status.RUNNING
    assert jobs.settle(alive) is True


def test_of_two_claims_only_the_newest_may_lock_the_row_for_writing() -> None:
    mail()
    [dead] = jobs.claim(Mail)
    expire(dead)
    jobs.sweep(Mail)
    [alive] = jobs.claim(Mail)
    with transaction.atomic():
        assert jobs.lock_mine([dead]) == []
        assert jobs.lock_mine([alive]) == [alive]


def test_the_sweep_returns_what_was_lent_to_a_dead_worker_and_counts_the_loss() -> None:
    written = mail()
    lose(written, 1)
    written.refresh_from_db()
    assert (written.status, written.losses, written.attempt) == (Status.QUEUED, 1, 1)


def test_the_sweep_leaves_rows_whose_loan_runs() -> None:
    mail()
    jobs.claim(Mail)
    jobs.sweep(Mail)
    assert Mail.objects.get().status == Status.RUNNING


def test_after_three_losses_a_row_fails_with_a_reason() -> None:
    written = mail()
    lose(written, MAX_LOSSES)
    written.refresh_from_db()
    assert (written.status, written.error_code) == (Status.FAILED, "lost_too_often")
    assert str(MAX_LOSSES) in written.error_message


def test_a_second_sweep_changes_nothing() -> None:
    written = mail()
    jobs.claim(Mail)
    expire(written)
    jobs.sweep(Mail)
    before = Mail.objects.values().get()
    jobs.sweep(Mail)
    assert Mail.objects.values().get() == before


def test_released_rows_keep_their_turn_and_count_no_loss() -> None:
    written = mail()
    jobs.release(jobs.claim(Mail))
    after = Mail.objects.get()
    written.refresh_from_db()
    assert (after.status, after.losses, after.turn) == (Status.QUEUED, 0, written.turn)


def test_a_postponed_row_waits_and_counts_no_loss() -> None:
    mail()
    [claimed] = jobs.claim(Mail)
    jobs.postpone(claimed, timedelta(minutes=1), "down", "It is down.")
    assert jobs.claim(Mail) == []
    assert Mail.objects.get().losses == 0


def test_asking_again_clears_losses_but_never_the_fencing_token() -> None:
    written = mail()
    lose(written, MAX_LOSSES)
    assert jobs.ask_again(Mail.objects.all(), timezone.now()) == 1
    written.refresh_from_db()
    assert (written.status, written.losses, written.attempt) == (Status.QUEUED, 0, MAX_LOSSES)


def move(to: Status) -> Callable[[Mail], object]:
    return {
        Status.RUNNING: lambda job: jobs.claim(Mail),
        Status.DONE: lambda job: jobs.settle(job),
        Status.FAILED: lambda job: jobs.fail(job, "because", "Because."),
        Status.QUEUED: queue_anew,
    }[to]


def queue_anew(job: Mail) -> None:
    jobs.release([job])
    jobs.ask_again(Mail.objects.filter(pk=job.pk), timezone.now())


def brought_to(status: Status) -> Mail:
    mail()
    if status == Status.QUEUED:
        return Mail.objects.get()
    [job] = jobs.claim(Mail)
    if status != Status.RUNNING:
        move(status)(job)
    return job


@pytest.mark.parametrize("to", list(Status))
@pytest.mark.parametrize("start", list(Status))
def test_only_legal_moves_change_a_row(start: Status, to: Status) -> None:
    if start == to:
        return
    job = brought_to(start)
    move(to)(job)
    ended_as = to if (start, to) in LEGAL_MOVES else start
    assert Mail.objects.get().status == ended_as


@pytest.mark.parametrize(
    "columns",
    [
        {"status": "running"},
        {"status": "queued", "lease_until": Now()},
        {"status": "done"},
        {"status": "failed", "finished_at": Now()},
        {"status": "lost"},
    ],
    ids=["running without a lease", "leased but waiting", "done without a time", "failed without a reason", "unknown"],
)
def test_postgres_refuses_a_row_that_contradicts_itself(columns: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        mail(**columns)


def test_a_single_picture_goes_before_the_second_of_somebody_elses_many(alice: User, bob: User) -> None:
    many = [waiting_picture(alice) for _ in range(20)]
    single = waiting_picture(bob)
    order = [job.pk for job in jobs.claim(Recognition, at_most=30)]
    assert order[:2] == [many[0].pk, single.pk]


def test_two_owners_with_many_pictures_take_turns(alice: User, bob: User) -> None:
    for _ in range(5):
        waiting_picture(alice)
    for _ in range(5):
        waiting_picture(bob)
    owners = [job.owner_id for job in jobs.claim(Recognition, at_most=10)]
    assert {*owners[:2]} == {*owners[2:4]} == {*owners[4:6]} == {alice.pk, bob.pk}


def test_what_a_person_waits_for_goes_before_bulk_of_the_same_owner(alice: User) -> None:
    bulk = [
        waiting_picture(alice, priority=Priority.BULK, turn=jobs.next_turn(Recognition, alice.pk, Priority.BULK))
        for _ in range(3)
    ]
    awaited = waiting_picture(alice)
    order = [job.pk for job in jobs.claim(Recognition)]
    assert order == [awaited.pk, *(job.pk for job in bulk)]


def test_bulk_that_has_waited_long_still_stands_behind_what_a_person_waits_for(alice: User, bob: User) -> None:
    long_ago = Now() - timedelta(hours=1)
    waiting_picture(alice, priority=Priority.BULK, turn=long_ago)
    awaited = waiting_picture(bob)
    assert jobs.claim(Recognition, at_most=1) == [awaited]


def test_owners_take_turns_in_what_is_asked_for_in_bulk(alice: User, bob: User) -> None:
    pictures = [waiting_picture(owner) for owner in (alice, alice, alice, bob, bob, bob)]
    for picture in jobs.claim(Recognition):
        jobs.fail(picture, "because", "Because.")
    assert jobs.ask_again_in_bulk(Recognition, [picture.pk for picture in pictures]) == 6
    owners = [job.owner_id for job in jobs.claim(Recognition)]
    assert {*owners[:2]} == {*owners[2:4]} == {*owners[4:]} == {alice.pk, bob.pk}


def test_when_what_all_need_is_down_everything_that_is_due_is_put_off() -> None:
    mail()
    mail()
    jobs.put_off(Mail, timedelta(minutes=1))
    assert jobs.claim(Mail) == []


@pytest.mark.slow
def test_a_claim_among_100000_waiting_rows_of_500_owners_is_one_index_scan() -> None:
    User.objects.bulk_create(User(email=f"owner{n}@example.org") for n in range(500))
    with connection.cursor() as cursor:
        cursor.execute("""
            INSERT INTO recognition_recognition (public_id, owner_id, priority, turn, image,
                source, name, content_type, width, height, stored_bytes, upload_digest)
            SELECT gen_random_uuid(), owner.id, n % 2, now() + n * interval '1 second', owner.id || '/' || n,
                'api', 'x', 'image/png', 1, 1, 1, ''
            FROM accounts_user AS owner, generate_series(1, 200) AS n""")
        cursor.execute("ANALYZE recognition_recognition")
        cursor.execute(f"EXPLAIN {jobs.claim_statement(Recognition)}", [8, "30 seconds"])
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Index Scan using recognition_queued" in plan
    assert "Seq Scan" not in plan
