"""From the trained network to the file that workers serve, and its card."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.export import to_lite
from ml.finding import cheques, pages, tone
from ml.finding.finder import Finder, replace, write_card
from ml.finding.lessons import HEIGHT, WIDTH
from ml.finding.scene import Scene

MODEL_VERSION = "finder-1"
TOLERANCE = 2e-3  # of a logit, between network and file: sums in another order, over twenty layers
_CHECKS, _SEED = 48, 31
_TOLERATED_LOSS = 0.002  # of the values read rightly, for weights a quarter as large
_CHEQUES = "strings of ORAND-CAR-A train, without those in ml/held_out.json"
_LICENCES = {
    "MNIST train, without its last twelfth": "none stated by the source",
    "USPS and ARDIS IV train, hwd1000: first eight tenths of each digit": "none stated; MIT for hwd1000",
    _CHEQUES: "MIT says the repository; a research set, terms of the underlying images not stated",
    "Omniglot letters (Balinese, Latin), as no digits": "MIT",
    "printed digits, words, signs, marks, paper and light drawn by ml/finding": "own",
}


class ExportDiffers(RuntimeError):
    """The exported file does not answer as the network does."""


def publish(network: Any, data: Path | None, out: Path, *, seed: int, steps: int) -> Path:
    """Writes `finder.tflite` and `finder.json` into `out`: 8-bit weights unless they read fewer validation digits."""
    scenes = _scenes(data)
    exact = to_lite(network, small=False)
    difference = check_parity(network, exact, scenes)
    print(f"exported; largest difference of a logit {difference:.1e}", flush=True)
    weights, precision = _smallest(exact, to_lite(network, small=True), scenes)
    card = {
        "model_version": MODEL_VERSION,
        "data": [{"name": name, "licence": licence} for name, licence in _LICENCES.items()],
        "sha256": hashlib.sha256(weights).hexdigest(),
        "bytes": len(weights),
        "precision": precision,
        "tone_version": tone.VERSION,
        "seed": seed,
        "steps": steps,
        "parameters": int(network.count_params()),
    }
    out.mkdir(parents=True, exist_ok=True)
    path = out / "finder.tflite"
    replace(path, weights)
    write_card(path, card)
    print(f"wrote {path} ({len(weights):,} bytes)", flush=True)
    return path


def check_parity(network: Any, weights: bytes, scenes: list[Scene]) -> float:
    """Largest difference of a logit between network and file.  Raises ExportDiffers from 2e-3 of the largest on."""
    finder, worst = _bare(weights), 0.0
    for scene in scenes[::6]:
        toned = tone.toned(scene.grey)
        ours, theirs = network(toned[None, :, :, None], training=False).numpy()[0], finder.cells(toned)
        difference = float(np.abs(ours - theirs).max() / max(1.0, np.abs(ours).max()))
        if not np.isfinite(theirs).all() or difference >= TOLERANCE:
            raise ExportDiffers(f"the file differs from the network by {difference:.2g}")
        worst = max(worst, difference)
    return worst


def _scenes(data: Path | None) -> list[Scene]:
    """Pictures of the validation parts: half of them cheque amounts where there are any."""
    rng, desk, strips = np.random.default_rng(_SEED), pages.desk(data, "validation"), cheques.strips(data, "validation")
    drawn = [pages.draw(desk, rng, HEIGHT, WIDTH, 0.7) for _ in range(_CHECKS)]
    return drawn + [cheques.mosaic(strips, rng, HEIGHT, WIDTH, 0.3) for _ in range(_CHECKS if strips else 0)]


def _smallest(exact: bytes, small: bytes, scenes: list[Scene]) -> tuple[bytes, str]:
    rights = [
        float(np.concatenate([_right(_bare(weights), one) for one in scenes]).mean()) for weights in (exact, small)
    ]
    print(f"digits found and read on validation: {rights[0]:.2%}, with 8-bit weights {rights[1]:.2%}", flush=True)
    return (small, "8-bit") if rights[1] >= rights[0] - _TOLERATED_LOSS else (exact, "32-bit")


def _right(finder: Finder, scene: Scene) -> NDArray[np.bool_]:
    """For each digit of a scene whether its centre is warm and its value right."""
    cells = finder.cells(tone.toned(scene.grey))
    middle = scene.digits[:, :2] + scene.digits[:, 2:4] / 2
    columns, rows = (middle / tone.STRIDE).astype(int).T
    there = cells[np.minimum(rows, cells.shape[0] - 1), np.minimum(columns, cells.shape[1] - 1)]
    return np.asarray((there[:, 0] > -1.5) & (there[:, 5:].argmax(axis=1) == scene.digits[:, 4]))


def _bare(weights: bytes) -> Finder:
    return Finder(weights, {"model_version": "unnamed"})
