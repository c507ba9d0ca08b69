"""What the finder learns from, batch by batch: cheque amounts and drawn pages, easy at first and cluttered later."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.context import ForkProcess
from multiprocessing.queues import Queue
from pathlib import Path

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ml.finding import cheques, pages
from ml.finding.cheques import Strip
from ml.finding.pages import Desk
from ml.finding.scene import Scene
from ml.finding.targets import encode
from ml.finding.tone import toned

HEIGHT, WIDTH, BATCH = 192, 256, 24
_AHEAD = 12  # batches drawn before they are asked for

Batch = tuple[NDArray[np.float16], NDArray[np.float16]]
"""Inputs (n, 192, 256, 1) and targets (n, 48, 64, 8)."""


@dataclass(frozen=True, slots=True)
class Course:
    """What one training draws from, and over how many steps it goes from white paper to clutter."""

    desk: Desk
    strips: tuple[Strip, ...]
    steps: int
    seed: int

    def scene(self, rng: Generator, step: int) -> Scene:
        """A picture for this step; the share of real strings grows to a half, the last steps distort them less."""
        done = step / self.steps
        if self.strips and rng.random() < 0.35 + 0.15 * min(1.0, done / 0.5):
            strength = 0.4 if step < 50 else 1.0 if done < 0.75 else 0.7
            return cheques.mosaic(self.strips, rng, HEIGHT, WIDTH, strength * float(rng.uniform(0.3, 1.0)))
        level = min(1.0, 0.1 + done / 0.2) * float(rng.uniform(0.1, 1.0))
        return pages.draw(self.desk, rng, HEIGHT, WIDTH, level)

    def batch(self, step: int) -> Batch:
        """The lessons of one step: the same for the same seed, on whichever process."""
        rng = np.random.default_rng((self.seed, step))
        scenes = [self.scene(rng, step) for _ in range(BATCH)]
        jitters = [(float(rng.normal(0, 0.08)), float(np.exp(rng.normal(0, 0.2)))) for _ in scenes]
        inputs = [toned(scene.grey, jitter) for scene, jitter in zip(scenes, jitters, strict=True)]
        return np.stack(inputs).astype(np.float16)[..., None], np.stack([encode(one) for one in scenes]).astype(
            np.float16
        )


def course(folder: Path | None, steps: int, seed: int) -> Course:
    """The lessons of the train parts of the sets in a folder; without one, of MNIST as Keras fetches it."""
    return Course(pages.desk(folder, "train"), cheques.strips(folder, "train"), steps, seed)


class Artists:
    """Processes that draw batches ahead of the training.  To be started before TensorFlow has threads."""

    def __init__(self, course: Course, first: int, processes: int = 1) -> None:
        context = multiprocessing.get_context("fork")
        self._queues: list[Queue[Batch]] = [context.Queue(max(2, _AHEAD // processes)) for _ in range(processes)]
        self._processes: list[ForkProcess] = [
            context.Process(target=_draw, args=(course, range(first + at, course.steps, processes), queue), daemon=True)
            for at, queue in enumerate(self._queues)
        ]
        for process in self._processes:
            process.start()

    def batches(self, count: int) -> Iterator[Batch]:
        """The next `count` batches, in the order of the steps."""
        for at in range(count):
            yield self._queues[at % len(self._queues)].get()

    def stop(self) -> None:
        """End the processes, whatever they have drawn."""
        for process in self._processes:
            process.terminate()
            process.join()


def _draw(course: Course, steps: range, queue: Queue[Batch]) -> None:
    cv2.setNumThreads(1)
    for step in steps:
        queue.put(course.batch(step))
