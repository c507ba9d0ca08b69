"""The finder at work: a LiteRT file with its card, a grey page in, candidates for digits out."""

from __future__ import annotations

import hashlib
import json
import warnings
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.classifier import WeightsMismatch, read_card
from ml.finding import tone
from ml.finding.peaks import Candidates, once, peaks, together
from ml.preprocessing import Grey

DEFAULT_WEIGHTS = Path(__file__).parents[1] / "weights" / "finder.tflite"
TILE, OVERLAP = 512, 96  # pixels; a digit of up to 90 lies whole in one of two neighbours
_STEP = 32  # sides are filled up to a multiple of this: 16 is what the network needs, fewer sizes are kept ready


class Finder:
    """Candidates for digits of 12 to 90 pixels on a grey page.  One for one thread."""

    def __init__(self, weights: bytes, card: dict[str, Any], threads: int = 1) -> None:
        self.card = card
        self.model_version = str(card["model_version"])
        self._interpreter = _interpreter(weights, threads)
        self._input = self._interpreter.get_input_details()[0]["index"]
        self._output = self._interpreter.get_output_details()[0]["index"]
        self._shape: tuple[int, int] = (0, 0)

    @classmethod
    def load(cls, path: Path = DEFAULT_WEIGHTS, *, threads: int = 1) -> Finder:
        """Weights with the card beside them (`finder.tflite`, `finder.json`).  Raises WeightsMismatch."""
        card = read_card(path)
        weights = path.read_bytes()
        digest = hashlib.sha256(weights).hexdigest()
        if digest != card.get("sha256"):
            raise WeightsMismatch(f"{path.name} has sha256 {digest}, its card says {card.get('sha256')}")
        if card.get("tone_version") != tone.VERSION:
            raise WeightsMismatch(
                f"{path.name} was trained with tones {card.get('tone_version')}, this is {tone.VERSION}; train anew"
            )
        return cls(weights, card, threads)

    def find(self, grey: Grey, least: float) -> Candidates:
        """Candidates warmer than `least` on (height, width) uint8, in its pixels, each digit once.

        Large pages are searched in tiles that overlap; of what a tile's inner edge cuts the neighbour sees the whole.
        """
        table, parts = tone.table(grey), []
        for top, bottom in _spans(grey.shape[0]):
            for left, right in _spans(grey.shape[1]):
                found = peaks(self.cells(table[grey[top:bottom, left:right]]), least)
                parts.append(
                    found.placed(left, top, 1.0).chosen(_inside(found, (top, bottom, left, right), grey.shape))
                )
        return once(together(parts))

    def cells(self, toned: NDArray[np.float32]) -> NDArray[np.float32]:
        """(height, width) float32 of `tone.toned` → (ceil(height / 4), ceil(width / 4), 15)."""
        height, width = toned.shape
        shape = -(-height // _STEP) * _STEP, -(-width // _STEP) * _STEP
        filled = cv2.copyMakeBorder(toned, 0, shape[0] - height, 0, shape[1] - width, cv2.BORDER_REPLICATE)
        if shape != self._shape:
            self._interpreter.resize_tensor_input(self._input, (1, *shape, 1))
            self._interpreter.allocate_tensors()
            self._shape = shape
        self._interpreter.set_tensor(self._input, filled[None, :, :, None])
        self._interpreter.invoke()
        answer = np.array(self._interpreter.get_tensor(self._output)[0])
        return answer[: -(-height // tone.STRIDE), : -(-width // tone.STRIDE)]


def write_card(path: Path, card: dict[str, Any]) -> None:
    """The card beside the weights at `path`."""
    replace(path.with_suffix(".json"), (json.dumps(card, indent=1, ensure_ascii=False) + "\n").encode())


def replace(path: Path, content: bytes) -> None:
    """Write beside and rename, so that nobody loads half a file."""
    beside = path.with_name(path.name + ".new")
    beside.write_bytes(content)
    beside.replace(path)


def _spans(length: int) -> list[tuple[int, int]]:
    """A side in spans of at most 512 pixels that overlap by 96 or more, all of one length."""
    if length <= TILE:
        return [(0, length)]
    count = -(-(length - OVERLAP) // (TILE - OVERLAP))
    starts = np.linspace(0, length - TILE, count).round().astype(int)
    return [(int(start), int(start) + TILE) for start in starts]


def _inside(found: Candidates, place: tuple[int, int, int, int], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Which candidates of a tile have their centre so far from its inner edges that no digit is cut there."""
    top, bottom, left, right = place
    x, y = found.boxes[:, 0] + found.boxes[:, 2] / 2, found.boxes[:, 1] + found.boxes[:, 3] / 2
    edge = OVERLAP / 2 - 1
    ok = (x >= (edge if left else -np.inf)) & (x <= (right - left - edge if right < shape[1] else np.inf))
    return ok & (y >= (edge if top else -np.inf)) & (y <= (bottom - top - edge if bottom < shape[0] else np.inf))


def _interpreter(weights: bytes, threads: int) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from ai_edge_litert.interpreter import Interpreter

        return Interpreter(model_content=weights, num_threads=threads)
