"""The network at work: a LiteRT file with its card, glyph frames in, calibrated probabilities out."""

from __future__ import annotations

import hashlib
import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml import preprocessing
from ml.calibration import Calibration

DEFAULT_WEIGHTS = Path(__file__).with_name("weights") / "latin.tflite"
CLASSES = 11
_CHUNK = 64  # glyphs a call; larger batches only cost memory


class WeightsMismatch(RuntimeError):
    """The weights are not the ones that their card describes, or were made for another preprocessing."""


class Classifier:
    """Probabilities of the ten digits and of "not a digit" for frames of `preprocessing.normalise`."""

    def __init__(self, weights: bytes, card: dict[str, Any], threads: int = 1) -> None:
        self.card = card
        self.model_version = str(card["model_version"])
        self.script = str(card["script"])
        self._calibration = _calibration(card)
        self._weights = weights
        self._interpreter = interpreter(weights, threads)
        self._input = self._interpreter.get_input_details()[0]["index"]
        self._output = self._interpreter.get_output_details()[0]["index"]
        self._glyphs = 0

    @classmethod
    def load(cls, path: Path = DEFAULT_WEIGHTS, *, threads: int = 1) -> Classifier:
        """Weights with the card beside them (`latin.tflite`, `latin.json`).  Raises WeightsMismatch."""
        card = read_card(path)
        weights = path.read_bytes()
        digest = hashlib.sha256(weights).hexdigest()
        if digest != card.get("sha256"):
            raise WeightsMismatch(f"{path.name} has sha256 {digest}, its card says {card.get('sha256')}")
        if card.get("preprocessing_version") != preprocessing.VERSION:
            made_for = card.get("preprocessing_version")
            raise WeightsMismatch(
                f"{path.name} was trained with preprocessing {made_for}, this is {preprocessing.VERSION}; train anew"
            )
        return cls(weights, card, threads)

    def probabilities(self, frames: NDArray[np.float32]) -> NDArray[np.float64]:
        """(glyphs, 28, 28, 1) float32 → (glyphs, 11), each row adding up to 1."""
        return self._calibration.probabilities(self.logits(frames))

    def logits(self, frames: NDArray[np.float32]) -> NDArray[np.float64]:
        """(glyphs, 28, 28, 1) float32 → (glyphs, 11), before calibration."""
        parts = [self._run(frames[at : at + _CHUNK]) for at in range(0, len(frames), _CHUNK)]
        return np.concatenate(parts).astype(np.float64) if parts else np.zeros((0, CLASSES))

    def first_layer(self, frames: NDArray[np.float32]) -> NDArray[np.float32]:
        """(glyphs, 28, 28, 1) float32 → (glyphs, 28, 28, filters): what the first convolution sees, 0 where nothing.

        Taken out of the served file itself by a second interpreter that keeps every tensor, made for this call alone:
        reading pays nothing for it.  Off the hot path.
        """
        every = interpreter(self._weights, 1, keeps_tensors=True)
        every.resize_tensor_input(self._input, frames.shape)
        every.allocate_tensors()
        every.set_tensor(self._input, frames)
        every.invoke()
        return np.array(every.get_tensor(_first_maps(every.get_tensor_details(), frames.shape)))

    def _run(self, frames: NDArray[np.float32]) -> NDArray[np.float32]:
        if len(frames) != self._glyphs:
            self._interpreter.resize_tensor_input(self._input, (len(frames), *frames.shape[1:]))
            self._interpreter.allocate_tensors()
            self._glyphs = len(frames)
        self._interpreter.set_tensor(self._input, frames)
        self._interpreter.invoke()
        return np.array(self._interpreter.get_tensor(self._output))


def read_card(path: Path) -> dict[str, Any]:
    """The card beside the weights at `path`.  Raises WeightsMismatch where there is none."""
    card_path = path.with_suffix(".json")
    if not path.exists() or not card_path.exists():
        raise WeightsMismatch(f"{path.name} and its card {card_path.name} must lie side by side in {path.parent}")
    card: dict[str, Any] = json.loads(card_path.read_text())
    return card


def _calibration(card: dict[str, Any]) -> Calibration:
    shift, slope = float(card.get("not_a_digit_shift", 0.0)), float(card.get("not_a_digit_slope", 1.0))
    return Calibration(float(card["temperature"]), shift, slope)


def run(weights: bytes, frames: NDArray[np.float32]) -> NDArray[np.float32]:
    """Logits of an exported file for (n, 28, 28, 1) frames, without a card: for checks while exporting."""
    plain = {"model_version": "unnamed", "script": "latin", "temperature": 1.0}
    return Classifier(weights, plain).logits(frames).astype(np.float32)


def _first_maps(tensors: list[dict[str, Any]], shape: tuple[int, ...]) -> int:
    """The index of the first tensor that holds maps of the size of the input; tensors stand in the graph's order."""
    return next(
        int(tensor["index"])
        for tensor in tensors
        if len(tensor["shape"]) == 4 and tuple(tensor["shape"][:3]) == shape[:3] and tensor["shape"][3] > 1
    )


def interpreter(weights: bytes, threads: int, *, keeps_tensors: bool = False) -> Any:
    """LiteRT's interpreter of a file; `keeps_tensors` for looking into it, slower."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from ai_edge_litert.interpreter import Interpreter, OpResolverType

        resolver = OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES if keeps_tensors else OpResolverType.AUTO
        return Interpreter(
            model_content=weights,
            num_threads=threads,
            experimental_preserve_all_tensors=keeps_tensors,
            experimental_op_resolver_type=resolver,
        )
