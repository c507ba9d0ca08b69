"""Training's loop: stages of distortion, epochs drawn ahead by a second process, and checkpoints to go on from."""

from __future__ import annotations

import itertools
import json
import multiprocessing
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from ml import corpus, drawing_ahead, model, preprocessing
from ml.model import Stage
from ml.progress import Progress

BATCH = 128
ROUNDS = 4  # parts of an epoch; after each the checkpoint is renewed, so that at most a minute's work is ever lost
POLISH = (  # nearer and nearer to what is read, with two more, lower waves of learning at the end
    Stage(2, 0.5, 1e-3, 0.2, 0.01),
    Stage(3, 0.2, 4e-4, 0.02, 0.01),
    Stage(2, 0.25, 6e-4, 0.01, 0.01),
    Stage(4, 0.25, 6e-4, 0.01, 0.01),
)

Arrays = tuple[NDArray[np.uint8], NDArray[np.uint8]]


@dataclass(frozen=True, slots=True)
class Place:
    """Where training is: what comes next is this round of this epoch of this stage."""

    stage: int = 0
    epoch: int = 0
    round: int = 0


def stages(epochs: int) -> tuple[Stage, ...]:
    """The whole course: `epochs` of strong distortion at a constant rate, then polishing."""
    return (Stage(epochs, 1.0, 2e-3, 1.0, 0.03), *POLISH)


def epochs_in_all(epochs: int) -> int:
    """How often everything is seen."""
    return sum(stage.epochs for stage in stages(epochs))


def learn(lessons: corpus.Lessons, epochs: int, seed: int, checkpoints: Path, data: str) -> Any:
    """The trained network; goes on from a checkpoint of the same seed and data where there is one."""
    course = stages(epochs)
    checkpoint = Checkpoint(checkpoints, {"seed": seed, "data": data, "epochs": epochs})
    network, place = checkpoint.load()
    network, place = network or model.build(), _settled(place, course)
    if place.stage == len(course):
        print("All epochs are done.", flush=True)
    progress = Progress(*_steps(lessons, course, place))
    with _ahead(lessons, seed, course) as drawn:
        for at in range(place.stage, len(course)):
            begin = place if at == place.stage else Place(at)
            if begin == Place(at):
                model.prepare(network, course[at].epochs * _batches(lessons.size), course[at])
            _run_stage(network, course, begin, drawn, checkpoint, progress)
            _average(network, lessons, seed, checkpoint, Place(at + 1))
    progress.close()
    return network


class Checkpoint:
    """Two files in turn and a note which is whole, so that a death while writing leaves the older one."""

    def __init__(self, folder: Path, plan: dict[str, Any]) -> None:
        self._folder, self._plan = folder, plan
        self._note = folder / "state.json"
        folder.mkdir(parents=True, exist_ok=True)

    def load(self) -> tuple[Any | None, Place]:
        """The network and where it is; (None, the beginning) where there is none of this plan."""
        state = json.loads(self._note.read_text()) if self._note.exists() else None
        if state is None:
            return None, Place()
        place = Place(**state["place"])
        if not self._fits(state["plan"], place):
            print("The checkpoint belongs to another plan; starting anew.", flush=True)
            return None, Place()
        print(f"Going on in stage {place.stage + 1}, epoch {place.epoch + 1}, round {place.round + 1}.", flush=True)
        return keras.saving.load_model(self._folder / state["file"]), place

    def save(self, network: Any, place: Place) -> None:
        """Keep the network, with what its optimiser remembers."""
        name = f"network-{(place.stage + place.epoch + place.round) % 2}.keras"
        if self._note.exists() and json.loads(self._note.read_text())["file"] == name:
            name = "network-1.keras" if name == "network-0.keras" else "network-0.keras"
        network.save(self._folder / name)
        beside = self._note.with_name("state.json.new")
        beside.write_text(json.dumps({"plan": self._plan, "place": asdict(place), "file": name}))
        beside.replace(self._note)

    def _fits(self, plan: dict[str, Any], place: Place) -> bool:
        """The first stage learns at a constant rate: its checkpoints serve a plan of any length."""
        return plan == self._plan or (place.stage == 0 and plan | {"epochs": self._plan["epochs"]} == self._plan)


def _settled(place: Place, course: tuple[Stage, ...]) -> Place:
    """A place behind the last epoch of its stage is the beginning of the next."""
    if place.stage < len(course) and place.epoch >= course[place.stage].epochs:
        return Place(place.stage, course[place.stage].epochs)
    return place


def _run_stage(
    network: Any, course: tuple[Stage, ...], begin: Place, drawn: _Ahead, checkpoint: Checkpoint, progress: Progress
) -> None:
    for epoch in range(begin.epoch, course[begin.stage].epochs):
        number = sum(stage.epochs for stage in course[: begin.stage]) + epoch
        frames, labels = drawn.epoch(number)
        first = begin.round if epoch == begin.epoch else 0
        told = _Told(progress, f"epoch {number + 1}/{sum(stage.epochs for stage in course)}", _batches(len(frames)))
        for at, part in list(enumerate(_rounds(len(frames))))[first:]:
            inputs, targets = preprocessing.batch(list(frames[part])), np.eye(model.CLASSES, dtype=np.float32)
            told.before = part.start // BATCH
            network.fit(inputs, targets[labels[part]], batch_size=BATCH, shuffle=False, verbose=0, callbacks=[told])
            last = at + 1 == ROUNDS
            checkpoint.save(network, Place(begin.stage, epoch + last, 0 if last else at + 1))


def _average(network: Any, lessons: corpus.Lessons, seed: int, checkpoint: Checkpoint, after: Place) -> None:
    """End a stage with its averaged weights."""
    frames, _ = lessons.epoch(np.random.default_rng((seed, 1_000)), POLISH[-1].strength)
    model.use_averaged_weights(network, preprocessing.batch(list(frames[: 100 * 256])))
    checkpoint.save(network, after)


class _Told(keras.callbacks.Callback):  # type: ignore[misc]  # keras brings no types
    """Passes each batch on to the progress line."""

    def __init__(self, progress: Progress, epoch: str, batches: int) -> None:
        super().__init__()
        self._progress, self._epoch, self._batches, self.before = progress, epoch, batches, 0

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        what = f"{self._epoch}, batch {self.before + batch + 1}/{self._batches}"
        self._progress.step(what, (logs or {}).get("loss", float("nan")))


class _Ahead:
    """Epochs by number; while one is learnt from, the next is drawn in another process."""

    def __init__(self, pool: ProcessPoolExecutor, seed: int, course: tuple[Stage, ...]) -> None:
        self._pool, self._seed = pool, seed
        self._strengths = [stage.strength for stage in course for _ in range(stage.epochs)]
        self._waiting: dict[int, Future[Arrays]] = {}

    def epoch(self, number: int) -> Arrays:
        """Frames (n, 28, 28) uint8 and labels of epoch `number`."""
        self._order(number)
        arrays = self._waiting.pop(number).result()
        self._order(number + 1)
        return arrays

    def _order(self, number: int) -> None:
        if number < len(self._strengths) and number not in self._waiting:
            self._waiting[number] = self._pool.submit(drawing_ahead.draw, self._seed, number, self._strengths[number])


@contextmanager
def _ahead(lessons: corpus.Lessons, seed: int, course: tuple[Stage, ...]) -> Iterator[_Ahead]:
    spawned = multiprocessing.get_context("spawn")  # a fork would copy TensorFlow's threads in the middle of their work
    pool = ProcessPoolExecutor(1, spawned, initializer=drawing_ahead.prepare, initargs=(lessons,))
    try:
        yield _Ahead(pool, seed, course)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _rounds(count: int) -> list[slice]:
    """Equal parts of an epoch in whole batches."""
    batches = _batches(count)
    edges = [round(batches * at / ROUNDS) * BATCH for at in range(ROUNDS + 1)]
    return [slice(low, min(high, count)) for low, high in itertools.pairwise(edges)]


def _batches(count: int) -> int:
    return -(-count // BATCH)


def _steps(lessons: corpus.Lessons, course: tuple[Stage, ...], place: Place) -> tuple[int, int]:
    """Batches in all, and those done before `place`."""
    each = _batches(lessons.size)
    done = sum(stage.epochs for stage in course[: place.stage]) + place.epoch
    return each * sum(stage.epochs for stage in course), each * done + each * place.round // ROUNDS
