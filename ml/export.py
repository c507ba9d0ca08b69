"""From Keras to the file that workers serve, and the proof that both say the same."""

from __future__ import annotations

import tempfile
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from ml.classifier import run

TOLERANCE = 1e-5


class ExportDiffers(RuntimeError):
    """The exported file does not answer as the network does."""


def to_lite(model: Any, *, small: bool) -> bytes:
    """The network as a LiteRT file; `small` keeps the weights as 8-bit numbers (dynamic range quantisation).

    Goes through a SavedModel: a conversion of the concrete function wrote files whose answers were all NaN.
    """
    with tempfile.TemporaryDirectory() as folder:
        model.export(folder, verbose=False)
        converter = tf.lite.TFLiteConverter.from_saved_model(folder)
        if small:
            converter.optimizations = [tf.lite.Optimize.DEFAULT]
        return bytes(converter.convert())


def check_parity(model: Any, weights: bytes, inputs: NDArray[np.float32]) -> float:
    """Largest difference of a probability between network and file over `inputs` (n, 28, 28, 1).

    Raises ExportDiffers where any answer changes or a probability differs by 1e-5 or more.
    """
    ours, theirs = _softmax(model(inputs, training=False).numpy()), _softmax(run(weights, inputs))
    difference = float(np.abs(ours - theirs).max())
    changed = int((ours.argmax(1) != theirs.argmax(1)).sum())
    if not np.isfinite(theirs).all() or changed or difference >= TOLERANCE:
        raise ExportDiffers(f"{changed} of {len(inputs)} answers change, largest difference {difference:.2g}")
    return difference


def _softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True), np.float32)
