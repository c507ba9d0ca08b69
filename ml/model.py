"""The network and how it is compiled.  The only modules that know Keras are this one, `export` and `train`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import keras

from ml.preprocessing import SIDE

CLASSES = 11  # the ten digits, and "not a digit" last


BLOCKS = (32, 64, 128)  # filters of the two 3×3 convolutions of each block
DENSE = 128


def build() -> Any:
    """Three blocks of two 3×3 convolutions with batch normalisation, 28 → 14 → 7 → 3 pixels, and a dense layer.

    After Simonyan and Zisserman 2015.  Input (glyphs, 28, 28, 1) float32 with ink 1 on ground 0, output (glyphs, 11)
    logits.
    """
    inputs = x = keras.Input((SIDE, SIDE, 1))
    for filters in BLOCKS:
        for _ in range(2):
            x = keras.layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
            x = keras.layers.BatchNormalization()(x)
            x = keras.layers.ReLU()(x)
        x = keras.layers.MaxPooling2D()(x)
    x = keras.layers.Flatten()(x)
    x = keras.layers.Dropout(0.2)(x)
    x = keras.layers.Dense(DENSE, activation="relu")(x)
    x = keras.layers.Dropout(0.3)(x)
    return keras.Model(inputs, keras.layers.Dense(CLASSES)(x))


@dataclass(frozen=True, slots=True)
class Stage:
    """A part of training: so many epochs with one strength of distortion.

    `rate`: where learning begins, after a short warm-up; `end`: what share of it is left in the last step;
    `smoothing` of the labels, which would keep the answers from being as sure as they may be.
    """

    epochs: int
    strength: float
    rate: float
    end: float
    smoothing: float


def prepare(model: Any, steps: int, stage: Stage) -> Any:
    """Compile for `steps` steps: AdamW, cosine with a short warm-up, label smoothing and averaged weights."""
    warm = max(1, steps // 20)
    schedule = keras.optimizers.schedules.CosineDecay(
        stage.rate / 20, max(1, steps - warm), alpha=stage.end, warmup_target=stage.rate, warmup_steps=warm
    )
    momentum = min(0.999, 1 - 2.5 / steps)  # a short run must outlive its random beginning
    optimizer = keras.optimizers.AdamW(schedule, weight_decay=1e-4, use_ema=True, ema_momentum=momentum)
    loss = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=stage.smoothing)
    model.compile(optimizer=optimizer, loss=loss)
    return model


def use_averaged_weights(model: Any, sample: Any, rounds: int = 100) -> None:
    """Put the averaged weights in place and let the batch normalisation learn their statistics from `sample`.

    `sample` is (glyphs, 28, 28, 1) float32, drawn like the training batches.
    """
    model.optimizer.finalize_variable_values(model.trainable_variables)
    for at in range(0, min(len(sample), rounds * 256), 256):
        model(sample[at : at + 256], training=True)
