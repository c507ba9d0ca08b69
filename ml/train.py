"""`python -m ml.train --data FOLDER --out ml/weights`: learns, calibrates, exports and writes the card.

One seed makes every random choice.  After each epoch a checkpoint is written; the same command goes on from it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml import calibration, classifier, corpus, preprocessing, sheets, tuning
from ml.classifier import Classifier
from ml.reader import Reader

MODEL_VERSION = "latin-3"
SEED = 20_263
EPOCHS = 9
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
    import keras  # here, because the process that draws ahead loads this module again and needs no TensorFlow

    from ml import learning

    keras.utils.set_random_seed(plan.seed)
    print(f"Reading the data sets of {plan.data or 'MNIST as Keras fetches it'} …", flush=True)
    lessons = corpus.training(plan.data)
    network = learning.learn(lessons, plan.epochs, plan.seed, plan.checkpoints, str(plan.data))
    seen = learning.epochs_in_all(plan.epochs)
    return _publish(plan, network, corpus.validation(plan.data), lessons.sources, seen)


def _publish(plan: Plan, network: Any, checks: corpus.Checks, sources: tuple[dict[str, Any], ...], epochs: int) -> Path:
    from ml import export  # loads TensorFlow

    inputs = preprocessing.batch(list(checks.frames))
    exact = export.to_lite(network, small=False)
    difference = export.check_parity(network, exact, inputs[:2000])
    print(f"exported; largest difference of a probability {difference:.1e}", flush=True)
    weights, precision = _smallest(exact, export.to_lite(network, small=True), inputs, checks.labels)
    fitted = calibration.fit(classifier.run(weights, inputs), checks.labels, calibration.PRIOR, checks.alone)
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
        "not_a_digit_prior": calibration.PRIOR,
        "not_a_digit_slope": round(fitted.slope, 4),
        "seed": plan.seed,
        "epochs": epochs,
        "parameters": int(network.count_params()),
    }
    card |= _tuned(Classifier(weights, card), plan.data, inputs[checks.alone], checks.labels[checks.alone])
    _replace(path, weights)
    _replace(path.with_suffix(".json"), (json.dumps(card, indent=1, ensure_ascii=False) + "\n").encode())
    print(f"wrote {path} ({len(weights):,} bytes), {fitted}", flush=True)
    return path


def _tuned(
    network: Classifier, data: Path | None, inputs: NDArray[np.float32], labels: NDArray[np.uint8]
) -> dict[str, Any]:
    """What the card says of rejecting, by glyphs that were written apart, and of numbers' confidences."""
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
