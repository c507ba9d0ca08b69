"""The finder's network and what it is trained towards.  Of this package only `network` and `train` know Keras."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

OUTPUTS = 15  # heat, offset x and y, log width and height, ten values
_BIAS = -2.2  # the heat begins cold: a tenth, so that the many empty cells do not drown the first steps
_PLACE, _VALUE = 0.6, 1.0


def build() -> Any:
    """Four strides down, two up (after Zhou et al. 2019 and Lin et al. 2017), about 0.4 M parameters.

    Input (pages, height, width, 1) float32 of `tone.toned`, sides divisible by 16; output (pages, height / 4,
    width / 4, 15): heat, offset x and y in cells, log width and height, ten values, heat and values as logits.
    """
    inputs = keras.Input((None, None, 1))
    fine = _double(_conv(_conv(inputs, 16, 2), 32, 2), 32, 1)
    middle = _double(_conv(fine, 64, 2), 64, 2)
    coarse = _double(_conv(middle, 96, 2), 96, 2)
    middle = _conv(_joined(middle, coarse, 64), 64)
    fine = _conv(_joined(fine, middle, 32), 32)
    return keras.Model(inputs, _heads(_conv(fine, 64)))


def _conv(x: Any, filters: int, stride: int = 1, size: int = 3, active: bool = True) -> Any:
    x = keras.layers.Conv2D(filters, size, strides=stride, padding="same", use_bias=False)(x)
    x = keras.layers.BatchNormalization(momentum=0.98)(x)
    return keras.layers.ReLU()(x) if active else x


def _double(x: Any, filters: int, depth: int) -> Any:
    """`depth` convolutions beside a direct way (He et al. 2016)."""
    y = x
    for at in range(depth):
        y = _conv(y, filters, active=at + 1 < depth)
    return keras.layers.ReLU()(keras.layers.Add()([x, y]))


def _joined(fine: Any, coarse: Any, filters: int) -> Any:
    return keras.layers.Add()([fine, keras.layers.UpSampling2D(2)(_conv(coarse, filters, size=1))])


def _heads(x: Any) -> Any:
    heat = keras.layers.Conv2D(1, 1, bias_initializer=keras.initializers.Constant(_BIAS), dtype="float32")(x)
    rest = keras.layers.Conv2D(OUTPUTS - 1, 1, dtype="float32")(x)
    return keras.layers.Concatenate(dtype="float32")([heat, rest])


def loss(truth: Any, answer: Any) -> Any:
    """Focal loss of the heat (Zhou et al. 2019), L1 of place and size, cross entropy of the value, per digit.

    `truth` is `targets.encode`'s.
    """
    heat, counted = truth[..., 0], truth[..., 1]
    chance = tf.clip_by_value(tf.sigmoid(answer[..., 0]), 1e-4, 1 - 1e-4)
    centre = tf.cast(heat > 0.999, tf.float32)
    warm = centre * tf.square(1 - chance) * -tf.math.log(chance)
    cold = (1 - centre) * tf.pow(1 - heat, 4.0) * tf.square(chance) * -tf.math.log(1 - chance)
    digits = tf.maximum(tf.reduce_sum(centre), 1.0)
    weight = truth[..., 3]
    near = tf.maximum(tf.reduce_sum(weight), 1.0)
    place = tf.reduce_sum(tf.abs(truth[..., 4:8] - answer[..., 1:5]), axis=-1)
    wanted = tf.one_hot(tf.cast(truth[..., 2], tf.int32), 10) * 0.97 + 0.003
    value = tf.nn.softmax_cross_entropy_with_logits(wanted, answer[..., 5:])
    about = tf.reduce_sum(weight * (_PLACE * place + _VALUE * value)) / near
    return tf.reduce_sum(counted * (warm + cold)) / digits + about


def prepare(model: Any, averaged: int) -> Any:
    """Compiled with AdamW, clipped steps and weights averaged over about the last `averaged` steps."""
    optimizer = keras.optimizers.AdamW(
        1e-3, weight_decay=1e-4, global_clipnorm=5.0, use_ema=True, ema_momentum=1 - 1 / max(3, averaged)
    )
    model.compile(optimizer=optimizer, loss=loss)
    optimizer.build(model.trainable_variables)
    return model
