"""What reading costs in CPU time of one process, on the machine that asks."""

from __future__ import annotations

import platform
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from ml import datasets, sheets
from ml.classifier import Classifier
from ml.preprocessing import Grey, batch
from ml.reader import Reader
from ml.scoring import blank_pages

MEGAPIXEL = 1_000_000
_ROUNDS = 12


def measure(folder: Path, weights: Path) -> dict[str, Any]:
    """Milliseconds of CPU time, medians: a batch of 64 glyphs through the classifier, and whole pictures end to end."""
    classifier, reader = Classifier.load(weights), Reader.load(weights)
    frames, labels = datasets.mnist(folder, "validation").frames()
    glyphs = batch(list(frames[:64]))
    rng = np.random.default_rng(31)
    single = [sheet.grey for sheet in sheets.drawn(frames, labels, rng, _ROUNDS, longest=1)]
    numbers = [_enlarged(sheet.grey) for sheet in sheets.drawn(frames, labels, rng, _ROUNDS)]
    words = [_enlarged(page) for page in blank_pages.pages("printed", rng, _ROUNDS)]
    return {
        "machine": processor(),
        "batch_of_64": _median([lambda: classifier.probabilities(glyphs)] * 50),
        "lone_digit": _median([_reading(reader, page) for page in single * 4]),
        "megapixel_of_numbers": _median([_reading(reader, page) for page in numbers]),
        "megapixel_of_words": _median([_reading(reader, page) for page in words]),
        "weights_bytes": sum(file.stat().st_size for file in weights.parent.glob("*.tflite")),
    }


def _reading(reader: Reader, page: Grey) -> Callable[[], object]:
    return lambda: reader.read(page)


def _enlarged(page: Grey) -> Grey:
    """The page at one megapixel."""
    scale = (MEGAPIXEL / page.size) ** 0.5
    return np.asarray(cv2.resize(page, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC), np.uint8)


def _median(calls: list[Callable[[], object]]) -> float:
    calls[0]()  # the first one pays for what is loaded late
    return statistics.median(_milliseconds(call) for call in calls)


def _milliseconds(call: Callable[[], object]) -> float:
    started = time.process_time()
    call()
    return (time.process_time() - started) * 1000


def processor() -> str:
    """The name of the processor, as the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
