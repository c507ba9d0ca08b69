"""Leaving: somebody asks for their account to be deleted, may change their mind for a week, and is erased then.

Nobody is signed in and no token works meanwhile; signing in cancels it. Erasing goes through the register of personal
data in pieces, each a transaction, so that a worker that is killed costs nothing but time. The account itself goes
last, in one transaction with the count that stays and the mail that says so.
"""

import logging
from datetime import timedelta
from threading import Lock

from django.contrib import messages
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import DatabaseError, transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import letters, signed_in
from accounts.models import ApiToken, Departures, Leaving, User
from accounts.roles import Role
from hdr_site.foundation import audit, bells, jobs, leases, register
from hdr_site.foundation.actions import Action
from hdr_site.foundation.jobs import Status

logger = logging.getLogger(__name__)

DAYS = 7
"""In which signing in cancels it."""
TRY_AGAIN = timedelta(minutes=1)
_at_work = Lock()


class LastAdministrator(Exception):
    """Nobody would be left who can administer the installation."""


@transaction.atomic
def ask(user: User) -> Leaving:
    """Have the account erased in a week; all sessions end, and tokens stop working. Raises LastAdministrator."""
    _refuse_last_administrator(user)
    due = Now() + timedelta(days=DAYS)
    leaving, created = Leaving.objects.get_or_create(owner=user, defaults={"due_at": due, "turn": due})
    if created:
        leaving.refresh_from_db()
        audit.record(user, Action.LEAVING_ASKED)
        letters.send(user, "leaving_asked", link=("account_login",), due=leaving.due_at, days=DAYS)
    signed_in.end_everywhere(user)
    return leaving


@transaction.atomic
def cancel(user: User) -> bool:
    """Somebody signed in: they stay. False if they had not asked, or their erasure has begun."""
    asked = Leaving.objects.filter(owner=user, status=Status.QUEUED, attempt=0)
    if not asked.delete()[0]:
        return False
    audit.record(user, Action.LEAVING_CANCELLED)
    letters.send(user, "leaving_cancelled", link=("accounts:data",))
    return True


def welcome_back(request: HttpRequest, user: User) -> None:
    """Somebody signed in: if they were about to leave, they stay, and are told so."""
    if cancel(user):
        messages.success(request, _("Welcome back. Your account stays, and your tokens work again."))


@transaction.atomic
def expel(user: User, actor: AbstractBaseUser | AnonymousUser) -> None:
    """An administrator deletes the account: as `ask`, but at once. Raises LastAdministrator."""
    _refuse_last_administrator(user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    signed_in.end_everywhere(user)
    Leaving.objects.update_or_create(owner=user, defaults={"due_at": Now(), "turn": Now()})
    audit.record(actor, Action.ACCOUNT_DELETED, str(user.pk), person=user)
    bells.ring_on_commit(Leaving)


def work_off() -> None:
    """Erase those whose week is over, one after the other, and one at a time in this process; see archiving.py."""
    if not _at_work.acquire(blocking=False):
        return
    try:
        bells.heard(Leaving)
        while claimed := jobs.claim(Leaving, at_most=1):
            _erase(claimed[0])
    finally:
        _at_work.release()


def persist() -> None:
    """An erasure over which workers died three times is not given up: what was promised is done."""
    jobs.ask_again(Leaving.objects.all(), timezone.now())


def _erase(leaving: Leaving) -> None:
    try:
        with leases.held(leaving):
            _close(leaving)
            register.erase(leaving.owner)
            _finish(leaving)
    except Exception as problem:
        # Such as a store that is down, or somebody's last request that was writing at the same moment.
        logger.warning("Erasing account %s goes on later: %s", leaving.owner_id, type(problem).__name__)
        if not isinstance(problem, (DatabaseError, OSError)):
            logger.exception("Erasing account %s", leaving.owner_id)
        jobs.postpone(leaving, TRY_AGAIN, "erasing_later", "Something was out of reach; it goes on in a minute.")


@transaction.atomic
def _close(leaving: Leaving) -> None:
    """From now on nobody can sign in; what there is, is counted before it goes."""
    if not jobs.lock_mine([leaving]):
        return
    User.objects.filter(pk=leaving.owner_id).update(is_active=False)
    ApiToken.objects.filter(owner=leaving.owner_id).delete()
    signed_in.end_everywhere(leaving.owner)
    uncounted = Leaving.objects.filter(pk=leaving.pk, pictures=None)
    uncounted.update(pictures=register.counts(leaving.owner).get("pictures", 0))


@transaction.atomic
def _finish(leaving: Leaving) -> None:
    """The account itself. Its row is locked first: a request that still writes for it waits, and is refused then."""
    user = User.objects.select_for_update().filter(pk=leaving.owner_id).first()
    if user is None or not jobs.lock_mine([leaving]):
        return
    register.erase(user)  # what came since
    leaving.refresh_from_db(fields=["pictures"])
    _count(leaving.pictures or 0)
    user.delete()
    audit.record(None, Action.ACCOUNT_ERASED)
    letters.send(user, "account_erased")


def _count(pictures: int) -> None:
    month = timezone.now().date().replace(day=1)
    Departures.objects.get_or_create(month=month)
    Departures.objects.filter(month=month).update(accounts=F("accounts") + 1, pictures=F("pictures") + pictures)


def _refuse_last_administrator(user: User) -> None:
    """Locks all administrators, so that the last two cannot leave at the same moment."""
    may_administer = Q(is_superuser=True) | Q(groups__name=Role.ADMINISTRATOR)
    active = User.objects.filter(may_administer, is_active=True).values("pk")
    locked = User.objects.filter(pk__in=active).select_for_update(no_key=True)
    staying = {row.pk for row in locked.order_by("pk")}
    staying -= set(Leaving.objects.filter(owner__in=staying).values_list("owner", flat=True))
    if staying == {user.pk}:
        raise LastAdministrator
