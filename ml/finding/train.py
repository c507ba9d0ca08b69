"""`python -m ml.finding.train --data FOLDER --out ml/weights`: trains the finder, exports it and writes its card.

Every few minutes a checkpoint is written; the same command goes on from it.  More `--steps` than before are allowed:
the rate stays level and cools down over the last third (Hägele et al. 2024).
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ml.finding import lessons
from ml.finding.finder import DEFAULT_WEIGHTS
from ml.progress import Progress

SEED = 20_262
STEPS = 9_600
_PEAK, _WARM, _COOL = 2e-3, 0.04, 0.35
_EVERY = 100  # steps between checkpoints
_SETTLE = 40  # batches that the averaged weights see before they are exported


@dataclass(frozen=True, slots=True)
class Plan:
    """What one training run does."""

    data: Path | None
    out: Path
    checkpoints: Path
    steps: int
    seed: int
    processes: int
    precision: str


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m ml.finding.train", description="Train the finder of digits.")
    parser.add_argument("--data", type=Path, help="folder of data sets; without it Keras fetches MNIST")
    parser.add_argument("--out", type=Path, default=DEFAULT_WEIGHTS.parent)
    parser.add_argument("--checkpoints", type=Path, default=Path("var/training"))
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--processes", type=int, default=1, help="that draw pages beside the one that learns")
    parser.add_argument("--precision", choices=["float32", "mixed_bfloat16"], default="float32")
    given = parser.parse_args(arguments)
    if given.data is not None and not given.data.is_dir():
        print(f"The data folder {given.data} does not exist.", file=sys.stderr)
        return 2
    train(Plan(**vars(given)))
    return 0


def train(plan: Plan) -> Path:
    """Runs the whole plan and returns the path of the weights."""
    plan.checkpoints.mkdir(parents=True, exist_ok=True)
    state = _State(plan.checkpoints / "finder.npz", f"{plan.seed} {plan.data}")
    course = lessons.course(plan.data, plan.steps, plan.seed)
    artists = lessons.Artists(course, state.done, plan.processes)
    try:
        network = _learn(plan, course, artists, state)
    finally:
        artists.stop()
    from ml.finding import publish

    return publish.publish(network, plan.data, plan.out, seed=plan.seed, steps=plan.steps)


def _learn(plan: Plan, course: lessons.Course, artists: lessons.Artists, state: _State) -> Any:
    """The trained network with averaged weights; TensorFlow is loaded here, after the drawing processes were forked."""
    import keras

    from ml.finding import network

    keras.utils.set_random_seed(plan.seed)
    keras.config.set_dtype_policy(plan.precision)
    model = network.prepare(network.build(), plan.steps // 15)
    state.restore(model)
    progress = Progress(plan.steps, state.done)
    for step, (inputs, targets) in enumerate(artists.batches(plan.steps - state.done), state.done):
        model.optimizer.learning_rate.assign(rate(step, plan.steps))
        loss = float(model.train_on_batch(inputs, targets.astype(np.float32)))
        progress.step(f"step {step + 1}/{plan.steps}", loss)
        if (step + 1) % _EVERY == 0 or step + 1 == plan.steps:
            state.save(model, step + 1)
    progress.close()
    return averaged(model, course)


def averaged(model: Any, course: lessons.Course) -> Any:
    """A float32 network with the averaged weights, its batch normalisation settled on the course's last lessons."""
    import keras

    from ml.finding import network

    model.optimizer.finalize_variable_values(model.trainable_variables)
    keras.config.set_dtype_policy("float32")
    exact = network.build()
    exact.set_weights(model.get_weights())
    for at in range(_SETTLE):
        exact(course.batch(course.steps + at)[0].astype(np.float32), training=True)
    return exact


def rate(step: int, steps: int) -> float:
    """The learning rate of a step: a rise, a plateau, a straight line down."""
    warm, cool = max(1, int(_WARM * steps)), max(1, int(_COOL * steps))
    return _PEAK * min(1.0, (step + 1) / warm, max(0.005, (steps - step) / cool))


class _State:
    """The checkpoint: weights, the optimiser's memory and the steps done, in one file that is replaced whole."""

    def __init__(self, path: Path, plan: str) -> None:
        self._path, self._plan, self.done = path, plan, 0
        if not path.exists():
            return
        with np.load(path) as kept:
            if str(kept["plan"]) == plan:
                self.done = int(kept["done"])
            else:
                print("The finder's checkpoint belongs to another plan; starting anew.", flush=True)

    def restore(self, model: Any) -> None:
        """Put what was kept into a model that was prepared alike."""
        if not self.done:
            return
        with np.load(self._path) as kept:
            arrays = [kept[f"a{at}"] for at in range(len(kept.files) - 2)]
        count = len(model.weights)
        model.set_weights(arrays[:count])
        for variable, value in zip(model.optimizer.variables, arrays[count:], strict=True):
            variable.assign(value)
        print(f"Going on after step {self.done}.", flush=True)

    def save(self, model: Any, done: int) -> None:
        """Keep a model after so many steps."""
        arrays = [*model.get_weights(), *(np.asarray(variable) for variable in model.optimizer.variables)]
        beside = self._path.with_suffix(".new.npz")
        np.savez(beside, plan=self._plan, done=done, **{f"a{at}": array for at, array in enumerate(arrays)})
        beside.replace(self._path)
        self.done = done


if __name__ == "__main__":
    raise SystemExit(main())
