"""What has to be seen to from time to time."""

from accounts import archives, archiving, leaving, sessions


def tidy() -> None:
    """Sessions that are over, files that nobody may fetch any more, archives given up, erasures that must not be."""
    sessions.purge()
    archives.tidy()
    archiving.tell_of_losses()
    leaving.persist()
