"""What has to be seen to from time to time."""

from accounts import addresses, archives, archiving, leaving, sessions


def tidy() -> None:
    """Sessions that are over, sign-ups that nobody confirmed, archives that nobody may fetch or that were given up,
    and erasures, which must not be given up."""
    sessions.purge()
    addresses.forget_claims()
    archives.tidy()
    archiving.tell_of_losses()
    leaving.persist()
