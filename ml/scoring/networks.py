"""The networks of the comparison that Keras learns, ours among them."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray
from sklearn.neural_network import BernoulliRBM

from ml import augment, learning, model, preprocessing
from ml.scoring.methods import Answer, Images, Labels, Method, flat

BATCH = 128
OUR_EPOCHS = 9  # of strong distortion, before polishing

Pixels = NDArray[np.float32]


def _belief_network(images: Images, labels: Labels, seed: int) -> Answer:
    """Two restricted Boltzmann machines, one on the other, then the whole trained on (Hinton et al. 2006)."""
    inputs, layers = flat(images), []
    for units in (512, 256):
        machine = BernoulliRBM(units, learning_rate=0.05, batch_size=100, n_iter=10, random_state=seed)
        inputs = machine.fit_transform(inputs).astype(np.float32)
        layers.append((machine.components_.T, machine.intercept_hidden_))
    network = keras.Sequential(
        [
            keras.Input((784,)),
            *[keras.layers.Dense(len(bias), activation="sigmoid") for _, bias in layers],
            keras.layers.Dense(10),
        ]
    )
    for layer, weights in zip(network.layers, layers, strict=False):
        layer.set_weights(weights)
    return _learnt(network, flat(images), labels, epochs=20, shape=flat)


def _lenet(images: Images, labels: Labels, _: int) -> Answer:
    """LeNet-5 (LeCun et al. 1998) with a softmax at its end."""
    layers = keras.layers
    network = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(6, 5, padding="same", activation="tanh"),
            layers.AveragePooling2D(2),
            layers.Conv2D(16, 5, activation="tanh"),
            layers.AveragePooling2D(2),
            layers.Flatten(),
            layers.Dense(120, activation="tanh"),
            layers.Dense(84, activation="tanh"),
            layers.Dense(10),
        ]
    )
    return _learnt(network, _pixels(images), labels, epochs=20, shape=_pixels)


def _two_layers(images: Images, labels: Labels, _: int) -> Answer:
    layers = keras.layers
    network = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(64, 3, activation="relu"),
            layers.Conv2D(32, 3, activation="relu"),
            layers.Flatten(),
            layers.Dense(10),
        ]
    )
    return _learnt(network, _pixels(images), labels, epochs=6, shape=_pixels)


def _ours(images: Images, labels: Labels, seed: int) -> Answer:
    """Our network, normalisation, distortions and stages, on these digits alone: nothing that is no digit."""
    frames, rng = _frames(images), np.random.default_rng(seed)
    targets, network = np.eye(model.CLASSES, dtype=np.float32), model.build()
    for stage in learning.stages(OUR_EPOCHS):
        model.prepare(network, stage.epochs * -(-len(frames) // BATCH), stage)
        for _ in range(stage.epochs):
            order = rng.permutation(len(frames))
            inputs = preprocessing.batch(list(augment.augment_all(frames[order], rng, stage.strength)))
            network.fit(inputs, targets[labels[order]], batch_size=BATCH, shuffle=False, verbose=0)
        sample = augment.augment_all(frames, rng, learning.POLISH[-1].strength)
        model.use_averaged_weights(network, preprocessing.batch(list(sample)))
    return lambda others: _answers(network, preprocessing.batch(list(_frames(others))))


def _learnt(network: Any, inputs: Pixels, labels: Labels, epochs: int, shape: Any) -> Answer:
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    network.compile(optimizer=keras.optimizers.Adam(1e-3), loss=loss)
    network.fit(inputs, labels, batch_size=BATCH, epochs=epochs, verbose=0)
    return lambda others: _answers(network, shape(others))


def _answers(network: Any, inputs: Pixels) -> NDArray[np.integer]:
    return np.asarray(network.predict(inputs, batch_size=256, verbose=0)[:, :10].argmax(axis=1))


def _pixels(images: Images) -> Pixels:
    """(n, 28, 28, 1) float32 from 0 to 1."""
    return images[..., None].astype(np.float32) / np.float32(255)


def _frames(images: Images) -> Images:
    """As our reader sees them; one without ink stays as it is."""
    return np.stack([image if (frame := preprocessing.normalise(image)) is None else frame for image in images])


NETWORKS = (
    Method("RBM-pretrained (DBN)", "512 and 256 units, 10 rounds each, then 20 epochs of Adam", _belief_network),
    Method("LeNet-5", "20 epochs of Adam", _lenet),
    Method("CNN Conv64-Conv32-Dense10", "3×3, rectified, 6 epochs of Adam", _two_layers),
    Method("ours", f"{learning.epochs_in_all(OUR_EPOCHS)} epochs, distorted anew in each", _ours),
)
