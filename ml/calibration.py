"""Making confidences honest: one temperature, fitted last and on pictures that training never saw (Guo et al. 2017)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Logits = NDArray[np.floating]


def fit_temperature(logits: Logits, labels: NDArray[np.uint8]) -> float:
    """The temperature, between 0.2 and 5, with the least mean negative log-likelihood over (n, 11) logits."""
    low, high = np.log(0.2), np.log(5.0)
    for _ in range(40):  # golden section would save calls that cost a millisecond each
        first, second = low + (high - low) / 3, high - (high - low) / 3
        if _loss(logits, labels, float(np.exp(first))) < _loss(logits, labels, float(np.exp(second))):
            high = second
        else:
            low = first
    return float(np.exp((low + high) / 2))


def _loss(logits: Logits, labels: NDArray[np.uint8], temperature: float) -> float:
    scaled = logits / temperature
    scaled = scaled - scaled.max(axis=1, keepdims=True)
    log_sum = np.log(np.exp(scaled).sum(axis=1))
    return float(np.mean(log_sum - scaled[np.arange(len(labels)), labels]))
