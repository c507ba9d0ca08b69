"""The second process of training: draws an epoch while the network learns from the one before."""

from __future__ import annotations

import os

import numpy as np
from numpy.typing import NDArray

from ml.corpus import Lessons

_LATER = 5  # nicer than the network, which must not wait for a core
_kept: list[Lessons] = []


def prepare(lessons: Lessons) -> None:
    """Keep what is drawn from; called once in the new process."""
    os.nice(_LATER)
    _kept[:] = [lessons]


def draw(seed: int, number: int, strength: float) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Epoch `number`, always the same for one seed: frames (n, 28, 28) and labels 0-10."""
    return _kept[0].epoch(np.random.default_rng((seed, number)), strength)
