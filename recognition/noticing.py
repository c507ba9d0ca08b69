"""What a worker does with calls that are due: make one, and see what the address says to it.

2xx ends it, and so does 410; everything else is tried again, after growing waits, for a day. Nobody is called where a
redirect leads.
"""

import logging
import time
from datetime import timedelta
from threading import BoundedSemaphore
from typing import Any

from django.utils import timezone

from hdr_site.foundation import bells, jobs, leases
from recognition import notices
from recognition.fetching import parent as fetching
from recognition.fetching.refusals import NotFetched
from recognition.models import Batch, Notice, Status
from recognition.sentences import CALLS

logger = logging.getLogger(__name__)

AT_ONCE = 2
"""In one process; addresses that do not answer keep a thread for a quarter of a minute."""
SHIFT_SECONDS = 5.0
FIRST_DELAY = timedelta(seconds=10)
LONGEST_DELAY = timedelta(hours=4)
GIVE_UP_AFTER = timedelta(days=1)
GONE = 410
FOR_GOOD = {"bad_address", "not_https", "address_credentials", "address_port", "address_forbidden"}
_places = BoundedSemaphore(AT_ONCE)


def work_off() -> None:
    """Make the calls that are due, for one shift; rings again if more wait then. A bell beyond `AT_ONCE` is ignored."""
    if not _places.acquire(blocking=False):
        return
    end = time.monotonic() + SHIFT_SECONDS
    try:
        bells.heard(Notice)
        while claimed := jobs.claim(Notice, at_most=1):
            _call(claimed[0])
            if time.monotonic() > end:
                bells.ring(Notice)
                return
    finally:
        _places.release()


def tidy() -> None:
    """See to calls that were given up by the sweep, because workers died over them: secret and address's query go."""
    for notice in Notice.objects.filter(status__in=[Status.DONE, Status.FAILED]).exclude(secret=""):
        Notice.objects.filter(pk=notice.pk).update(**_over(notice))


def _call(notice: Notice) -> None:
    try:
        with leases.held(notice):
            said = notices.body(notice.batch)
            status = fetching.call(notice.address, said, notices.headers(notice, said, int(time.time())))
    except Batch.DoesNotExist:  # deleted meanwhile, and the call with it
        return
    except NotFetched as refusal:
        _unanswered(notice, refusal.code)
    except Exception:
        logger.exception("Notice %s could not be given", notice.pk)
        _try_later(notice, "notice_unanswered", CALLS["notice_unanswered"])
    else:
        _answered(notice, status)


def _answered(notice: Notice, status: int) -> None:
    if 200 <= status < 300:
        jobs.settle(notice, last_status=status, **_over(notice))
    elif status == GONE:
        jobs.fail(notice, "notice_unwanted", CALLS["notice_unwanted"], last_status=status, **_over(notice))
    else:
        Notice.objects.filter(pk=notice.pk).update(last_status=status)
        _try_later(notice, "notice_refused", CALLS["notice_refused"] % {"status": status})


def _unanswered(notice: Notice, code: str) -> None:
    """An address that leads where no call may go is given up at once; a name may be known again later."""
    if code in FOR_GOOD:
        jobs.fail(notice, "bad_notify", CALLS["bad_notify"], **_over(notice))
    else:
        _try_later(notice, "notice_unanswered", CALLS["notice_unanswered"])


def _try_later(notice: Notice, code: str, sentence: str) -> None:
    since = notice.batch.finished_at or notice.created_at
    if since < timezone.now() - GIVE_UP_AFTER:
        jobs.fail(notice, code, sentence, **_over(notice))
    else:
        delay = min(LONGEST_DELAY, FIRST_DELAY * 4 ** min(notice.attempt - 1, 8))
        jobs.postpone(notice, delay, code, sentence)


def _over(notice: Notice) -> dict[str, Any]:
    """What stays of a call that is over."""
    return {"secret": "", "address": notice.shown_address}
