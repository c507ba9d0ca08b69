"""`python -m ml.train --data FOLDER --out ml/weights`: learns, calibrates, exports and writes the card.

One seed makes every random choice.  After each epoch a checkpoint is written; the same command goes on from it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from ml import augment, calibration, classifier, corpus, export, model, negatives, preprocessing, sheets, tuning
from ml.classifier import Classifier
from ml.reader import Reader

MODEL_VERSION = "latin-2"
SEED = 20_261
EPOCHS = 9
BATCH = 128
POLISH = ((3, 0.35, 5e-4), (2, 0.15, 3e-4))  # epochs, strength of distortion and rate: nearer to what is read
POLISH_EPOCHS = sum(epochs for epochs, _, _ in POLISH)
_TOLERATED_LOSS = 0.0003


@dataclass(frozen=True, slots=True)
class Plan:
    """What one training run does."""

    data: Path | None
    out: Path
    checkpoints: Path
    epochs: int
    seed: int


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m ml.train", description="Train the reader's network.")
    parser.add_argument("--data", type=Path, help="folder of data sets; without it Keras fetches MNIST")
    parser.add_argument("--out", type=Path, default=classifier.DEFAULT_WEIGHTS.parent)
    parser.add_argument("--checkpoints", type=Path, default=Path("var/training"))
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--seed", type=int, default=SEED)
    given = parser.parse_args(arguments)
    if given.data is not None and not given.data.is_dir():
        print(f"The data folder {given.data} does not exist.", file=sys.stderr)
        return 2
    train(Plan(given.data, given.out, given.checkpoints, given.epochs, given.seed))
    return 0


def train(plan: Plan) -> Path:
    """Runs the whole plan and returns the path of the weights."""
    keras.utils.set_random_seed(plan.seed)
    print(f"Reading the data sets of {plan.data or 'MNIST as Keras fetches it'} …", flush=True)
    lessons = corpus.training(plan.data)
    network = _learn(plan, lessons)
    return _publish(plan, network, corpus.validation(plan.data), lessons.sources)


def _learn(plan: Plan, lessons: corpus.Lessons) -> Any:
    plan.checkpoints.mkdir(parents=True, exist_ok=True)
    network, done = _resume(plan)
    if network is None:
        steps = plan.epochs * -(-lessons.size // BATCH)
        network = model.prepare(model.build(), steps)
    total = plan.epochs + POLISH_EPOCHS
    for epoch in range(done, total):
        strength, starts = _stage(plan.epochs, epoch)
        if starts is not None:
            _average(network, lessons, plan.seed)
            model.prepare(network, starts[0] * -(-lessons.size // BATCH), starts[1])
        started = time.monotonic()
        inputs, targets = _epoch(lessons, np.random.default_rng((plan.seed, epoch)), strength)
        history = network.fit(inputs, targets, batch_size=BATCH, shuffle=False, verbose=0)
        told = f"loss {history.history['loss'][0]:.4f}, {time.monotonic() - started:.0f} s"
        print(f"epoch {epoch + 1}/{total}: {told}", flush=True)
        _save(plan, network, epoch + 1)
    _average(network, lessons, plan.seed)
    return network


def _stage(first: int, epoch: int) -> tuple[float, tuple[int, float] | None]:
    """Strength of distortion in an epoch, and where it begins a stage of polishing, that stage's epochs and rate."""
    begin = first
    for epochs, strength, rate in POLISH:
        if begin <= epoch < begin + epochs:
            return strength, (epochs, rate) if epoch == begin else None
        begin += epochs
    return 1.0, None


def _average(network: Any, lessons: corpus.Lessons, seed: int) -> None:
    sample, _ = _epoch(lessons, np.random.default_rng((seed, 1_000)), POLISH[-1][1])
    model.use_averaged_weights(network, sample)


def _epoch(
    lessons: corpus.Lessons, rng: np.random.Generator, strength: float
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """One epoch's inputs (n, 28, 28, 1) and one-hot targets (n, 11), freshly distorted and shuffled."""
    made = negatives.negatives(lessons.negatives, lessons.digits, lessons.letters, rng)
    frames = np.concatenate([lessons.frames, made])
    labels = np.concatenate([lessons.labels, np.full(len(made), 10, np.uint8)])
    order = rng.permutation(len(frames))
    frames = augment.augment_all(frames[order], rng, strength)
    return preprocessing.batch(list(frames)), np.eye(model.CLASSES, dtype=np.float32)[labels[order]]


def _resume(plan: Plan) -> tuple[Any | None, int]:
    state_path = plan.checkpoints / "state.json"
    if not state_path.exists():
        return None, 0
    state = json.loads(state_path.read_text())
    if state["plan"] != [plan.epochs, plan.seed, str(plan.data)]:
        print("The checkpoint belongs to another plan; starting anew.", flush=True)
        return None, 0
    print(f"Going on after epoch {state['done']}.", flush=True)
    return keras.saving.load_model(plan.checkpoints / state["file"]), int(state["done"])


def _save(plan: Plan, network: Any, done: int) -> None:
    """Two files in turn, so that a death while writing leaves the older one whole."""
    name = f"network-{done % 2}.keras"
    network.save(plan.checkpoints / name)
    state = {"plan": [plan.epochs, plan.seed, str(plan.data)], "done": done, "file": name}
    _replace(plan.checkpoints / "state.json", json.dumps(state).encode())


def _publish(plan: Plan, network: Any, checks: corpus.Checks, sources: tuple[dict[str, Any], ...]) -> Path:
    inputs = preprocessing.batch(list(checks.frames))
    exact = export.to_lite(network, small=False)
    difference = export.check_parity(network, exact, inputs[:2000])
    print(f"exported; largest difference of a probability {difference:.1e}", flush=True)
    weights, precision = _smallest(exact, export.to_lite(network, small=True), inputs, checks.labels)
    fitted = calibration.fit(classifier.run(weights, inputs), checks.labels)
    plan.out.mkdir(parents=True, exist_ok=True)
    path = plan.out / "latin.tflite"
    card = {
        "model_version": MODEL_VERSION,
        "script": "latin",
        "data": list(sources),
        "sha256": hashlib.sha256(weights).hexdigest(),
        "bytes": len(weights),
        "precision": precision,
        "preprocessing_version": preprocessing.VERSION,
        "temperature": round(fitted.temperature, 4),
        "not_a_digit_shift": round(fitted.shift, 4),
        "seed": plan.seed,
        "epochs": plan.epochs + POLISH_EPOCHS,
        "parameters": int(network.count_params()),
    }
    card |= _tuned(Classifier(weights, card), plan.data, inputs, checks.labels)
    _replace(path, weights)
    _replace(path.with_suffix(".json"), (json.dumps(card, indent=1, ensure_ascii=False) + "\n").encode())
    print(f"wrote {path} ({len(weights):,} bytes), {fitted}", flush=True)
    return path


def _tuned(
    network: Classifier, data: Path | None, inputs: NDArray[np.float32], labels: NDArray[np.uint8]
) -> dict[str, Any]:
    """What the card says of rejecting and of numbers' confidences."""
    limit = tuning.choose_limit(network.probabilities(inputs), labels)
    network.card["reject_above"] = {"glyph": limit, "page": tuning.PAGE_LIMIT}
    weights = tuning.fit_trust(Reader(network), sheets.validation(data))
    print(f"rejected above {limit}, {weights}", flush=True)
    return network.card | {"trust": {"number": list(weights.number), "page": list(weights.page)}}


def _smallest(exact: bytes, small: bytes, inputs: NDArray[np.float32], labels: NDArray[np.uint8]) -> tuple[bytes, str]:
    """The weights as 8-bit numbers, unless that costs accuracy on the validation glyphs; and which they are."""
    rights = [float((classifier.run(weights, inputs).argmax(axis=1) == labels).mean()) for weights in (exact, small)]
    print(f"right on validation: {rights[0]:.3%}, with 8-bit weights {rights[1]:.3%}", flush=True)
    return (small, "8-bit") if rights[1] >= rights[0] - _TOLERATED_LOSS else (exact, "32-bit")


def _replace(path: Path, content: bytes) -> None:
    """Write beside and rename, so that nobody loads half a file."""
    beside = path.with_name(path.name + ".new")
    beside.write_bytes(content)
    beside.replace(path)


if __name__ == "__main__":
    raise SystemExit(main())
