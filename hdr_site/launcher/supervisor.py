"""Several processes minded together: restarted when they die, with a back-off; given up on with a sentence."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from hdr_site.launcher.errors import LauncherError
from hdr_site.launcher.processes import Process

DEATHS_TOO_MANY = 6
WITHIN_SECONDS = 60.0
LONGEST_PAUSE_SECONDS = 5.0


@dataclass
class Ward:
    """One minded process: how it is started, and when it died lately."""

    process: Process
    start: Callable[[], None]
    deaths: deque[float] = field(default_factory=deque)
    start_again_at: float | None = None

    @property
    def name(self) -> str:
        """As the console calls it."""
        return self.process.program.name


class Supervisor:
    """Minds processes in the order in which they were given."""

    def __init__(self, say: Callable[[str], None], clock: Callable[[], float] = time.monotonic) -> None:
        self.wards: list[Ward] = []
        self._say = say
        self._clock = clock

    def mind(self, process: Process, start: Callable[[], None] | None = None) -> None:
        """Start the process and mind it from now on."""
        ward = Ward(process, start or process.start)
        self.wards.append(ward)
        ward.start()

    def look(self) -> bool:
        """Start again what died, once its pause is over; True when anything was started.

        Raises LauncherError when one died too often in a minute.
        """
        started = [ward for ward in self.wards if self._look_at(ward)]
        return bool(started)

    def _look_at(self, ward: Ward) -> bool:
        if ward.process.running:
            return False
        if ward.start_again_at is None:
            self._died(ward)
        if ward.start_again_at is not None and self._clock() >= ward.start_again_at:
            ward.start_again_at = None
            ward.start()
            return True
        return False

    def _died(self, ward: Ward) -> None:
        now = self._clock()
        ward.process.kill()  # what it had started itself
        ward.deaths.append(now)
        while ward.deaths[0] < now - WITHIN_SECONDS:
            ward.deaths.popleft()
        if len(ward.deaths) >= DEATHS_TOO_MANY:
            log = ward.process.program.log
            words = ward.process.last_words()
            raise LauncherError(
                f"{ward.name} died {len(ward.deaths)} times within a minute, so everything stops. "
                f"Its log {log} ends with:\n{words}"
            )
        pause = min(0.25 * 2 ** (len(ward.deaths) - 1), LONGEST_PAUSE_SECONDS)
        self._say(f"{ward.name} has ended; starting it again in {pause:g} s (log: {ward.process.program.log}).")
        ward.start_again_at = now + pause

    def restart(self, name: str) -> None:
        """Stop one process and start it again."""
        for ward in self.wards:
            if ward.name == name:
                ward.process.stop()
                ward.start_again_at = None  # of a death before: the next one is counted anew
                ward.start()

    def stop(self, *groups: set[str]) -> None:
        """Stop the groups one after the other, the members of each at the same time; then whatever is left."""
        for group in (*groups, {ward.name for ward in self.wards}):
            members = [ward.process for ward in self.wards if ward.name in group]
            for process in members:
                process.ask_to_stop()
            for process in members:
                process.stop()
        self.wards.clear()
