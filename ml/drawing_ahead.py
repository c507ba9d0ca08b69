"""The second process of training: draws an epoch while the network learns from the one before."""

from __future__ import annotations

import multiprocessing
import os
import threading

import numpy as np
from numpy.typing import NDArray

from ml.corpus import Lessons

_LATER = 5  # nicer than the network, which must not wait for a core
_kept: list[Lessons] = []


def prepare(lessons: Lessons) -> None:
    """Keep what is drawn from; called once in the new process."""
    os.nice(_LATER)
    threading.Thread(target=_leave_with_the_parent, daemon=True).start()
    _kept[:] = [lessons]


def _leave_with_the_parent() -> None:
    """End with the process that learns, also where that was killed and could not say so."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(0)


def draw(seed: int, number: int, strength: float) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Epoch `number`, always the same for one seed: frames (n, 28, 28) and labels 0-10."""
    return _kept[0].epoch(np.random.default_rng((seed, number)), strength)
