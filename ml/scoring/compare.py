"""`python -m ml.scoring.compare --data FOLDER`: ten ways of learning digits, on the same 10,000 and the same test."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ml import datasets
from ml.scoring.evaluation import rounded
from ml.scoring.report import ROOT, as_json
from ml.scoring.speed import processor
from ml.scoring.tables import percent, table

SEED = 20_264
COUNT = 10_000


def main(arguments: list[str] | None = None) -> int:
    """0, or 2 and a sentence where the data cannot be used."""
    parser = argparse.ArgumentParser(
        prog="python -m ml.scoring.compare", description="Compare ways of learning digits."
    )
    parser.add_argument("--data", type=Path, required=True, help="folder of data sets")
    parser.add_argument("--documents", type=Path, default=ROOT / "docs", help="where the table is written")
    given = parser.parse_args(arguments)
    os.environ |= {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1"}  # before it is loaded
    if not (given.data / "latin_mnist_train.npz").exists():
        print(f"{given.data} holds no latin_mnist_train.npz.", file=sys.stderr)
        return 2
    found = compare(given.data)
    (given.documents / "method-comparison.json").write_text(as_json(found))
    (given.documents / "method-comparison.md").write_text(render(found))
    return 0


def compare(folder: Path, count: int = COUNT) -> dict[str, Any]:
    """Every method on the same `count` images of MNIST's training set, tested on as many of its test set."""
    import keras
    from threadpoolctl import threadpool_limits

    from ml.scoring.methods import CLASSIC, measure
    from ml.scoring.networks import NETWORKS

    keras.utils.set_random_seed(SEED)
    learnt, test = datasets.mnist(folder, "train"), datasets.mnist(folder, "held_out")
    chosen = np.random.default_rng(SEED).permutation(len(learnt.labels))[:count]
    train = np.stack([learnt.images[at] for at in chosen]), learnt.labels[chosen]
    asked = np.stack(test.images[:count]), test.labels[:count]
    rows = []
    with threadpool_limits(1):  # numpy's linear algebra; TensorFlow has its own
        for method in (*CLASSIC, *NETWORKS):
            rows.append(measure(method, train, asked, SEED))
            print(json.dumps(rows[-1]), flush=True)
    best_last = sorted(rows, key=lambda row: float(row["accuracy"]))
    found: dict[str, Any] = rounded({"seed": SEED, "n": len(chosen), "machine": processor(), "methods": best_last})
    return found


def render(found: dict[str, Any]) -> str:
    """The document, in Markdown."""
    rows = [_row(method) for method in found["methods"]]
    heads = ("method", "settings", "accuracy (95 % interval)", "training, CPU s", "answer, CPU µs an image")
    return "\n".join(
        [
            "# Ways of learning digits, compared",
            "",
            "Written by `make compare`; change nothing here by hand.",
            "",
            f"All learn from the same {found['n']:,} images of MNIST's training set (seed {found['seed']}) and answer",
            "MNIST's test set, each with usual settings, none tuned. Ours is the recipe of `ml/train.py` on these",
            "images alone, without glyphs that are none; the shipped network, learnt from more, has its scores in the",
            "[model card](model-card.md). The others take the pixels as they are. Times are CPU time of one thread,",
            f"from Python ({found['machine']}); served, our network takes a fraction of it (see the model card).",
            "",
            *table(heads, rows),
            "",
        ]
    )


def _row(method: dict[str, Any]) -> Sequence[str]:
    low, high = method["interval"]
    return (
        method["method"],
        method["settings"],
        f"{percent(method['accuracy'])} ({low * 100:.2f}–{high * 100:.2f})",
        f"{method['training_seconds']:,.1f}",
        f"{method['microseconds_per_image']:,.0f}",
    )


if __name__ == "__main__":
    raise SystemExit(main())
