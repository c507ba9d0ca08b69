"""Beat's schedule, in memory only."""

from datetime import timedelta

from celery.beat import Scheduler


class PromptScheduler(Scheduler):
    """Celery's own scheduler, which begins with what is due every minute or more often instead of waiting for it.

    So the first sweep comes as soon as beat is there: after a crash, what was lost is found at once.
    """

    def setup_schedule(self) -> None:
        """Called once, when beat begins."""
        super().setup_schedule()
        for entry in self.schedule.values():
            every = getattr(entry.schedule, "run_every", None)
            if every is not None and every <= timedelta(minutes=1):
                entry.last_run_at -= every
