"""Moments that come from outside, in page addresses and forms: only those that Postgres and arithmetic can bear."""

from datetime import UTC, datetime

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LATEST = datetime(2999, 12, 31, tzinfo=UTC)


def parse(said: str) -> datetime:
    """A moment as `isoformat` wrote it, in UTC. Raises ValueError for what is none of ours."""
    return ours(datetime.fromisoformat(said))


def ours(moment: datetime) -> datetime:
    """The same moment in UTC: Postgres refuses offsets of 16 hours and more. Raises ValueError for one without a zone,
    or out of our time.
    """
    if moment.tzinfo is None:
        raise ValueError("This moment has no time zone.")
    try:
        in_utc = moment.astimezone(UTC)
    except OverflowError as problem:
        raise ValueError("This moment is at the edge of time.") from problem
    if not EARLIEST <= in_utc <= LATEST:
        raise ValueError("This moment is out of our time.")
    return in_utc
