"""`python -m ml.in_page`: the glyph network as a file that plain JavaScript in a browser runs.

The same network, with the same 8-bit weights, as workers serve: taken out of the LiteRT file, so nothing is trained or
measured twice.  The file holds one array after the other, little-endian, each beginning at a multiple of four bytes;
the card beside it says which, where, and what the reader in the page needs beside: calibration, limits, trust.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml import preprocessing
from ml.classifier import DEFAULT_WEIGHTS, Classifier, WeightsMismatch, interpreter, read_card

FOLDER = Path(__file__).resolve().parent.parent / "static" / "reader"
VERSION = 1
MOST_BYTES = 600_000
_CONVOLUTION, _DENSE, _POOL = "CONV_2D", "FULLY_CONNECTED", "MAX_POOL_2D"
_FEW = 1024  # weights that stay 32-bit numbers if they came so

Array = NDArray[np.generic]


class TooLarge(RuntimeError):
    """The network is larger than a page may fetch."""


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m ml.in_page", description="Write the network for the page.")
    parser.add_argument("--weights", type=Path, default=DEFAULT_WEIGHTS)
    parser.add_argument("--out", type=Path, default=FOLDER)
    given = parser.parse_args(arguments)
    try:
        size = write(given.weights, given.out)
    except (TooLarge, WeightsMismatch) as problem:
        print(problem, file=sys.stderr)
        return 2
    print(f"wrote {given.out / given.weights.stem}.bin ({size:,} bytes)")
    return 0


def write(weights: Path, folder: Path) -> int:
    """Write the network of a LiteRT file and its card into `folder`; returns the network's size in bytes.

    Raises TooLarge over 600 KB, and WeightsMismatch where the weights are not those of their card.
    """
    classifier = Classifier.load(weights)
    content, layers = packed(weights.read_bytes())
    if len(content) > MOST_BYTES:
        raise TooLarge(f"The network takes {len(content):,} bytes; a page fetches at most {MOST_BYTES:,}.")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{weights.stem}.bin").write_bytes(content)
    card = _card(classifier.card, weights) | {"sha256": hashlib.sha256(content).hexdigest(), "layers": layers}
    (folder / f"{weights.stem}.json").write_text(json.dumps(card, indent=1) + "\n")
    return len(content)


def packed(weights: bytes) -> tuple[bytes, list[dict[str, Any]]]:
    """The bytes of the file, and of each layer what it is and where its arrays lie.

    A convolution's weights are (row, column, input, output), a dense layer's (input, output); each output has a scale
    by which its weights are multiplied, and a bias.
    """
    file = interpreter(weights, 1, keeps_tensors=True)
    file.allocate_tensors()
    about = {tensor["index"]: tensor for tensor in file.get_tensor_details()}
    content = bytearray()
    layers: list[dict[str, Any]] = []
    for operation in file._get_ops_details():  # noqa: SLF001 - which tensors belong together is said nowhere else
        if operation["op_name"] == _POOL:
            layers[-1]["pool"] = True
        elif operation["op_name"] in {_CONVOLUTION, _DENSE}:
            _input, kernel, bias = (int(index) for index in operation["inputs"])
            layer = _layer(file.get_tensor(kernel), _scales(about[kernel]))
            arrays = layer.pop("arrays") | {"bias": file.get_tensor(bias).astype("<f4")}
            layers.append(layer | {name: _appended(content, array) for name, array in arrays.items()})
    for layer in layers:
        layer["rectified"] = layer is not layers[-1]
    return bytes(content), layers


def _layer(kernel: Array, scales: NDArray[np.float32]) -> dict[str, Any]:
    """Of a kernel with its outputs first: what it is and its arrays, with outputs last."""
    if kernel.dtype != np.int8 and kernel.size > _FEW:
        kernel, scales = _eight_bit(np.asarray(kernel, np.float32))
    outputs = kernel.shape[0]
    scales = np.broadcast_to(scales if scales.size else np.float32(1), (outputs,))
    turned = np.ascontiguousarray(np.moveaxis(kernel, 0, -1))
    return {
        "kind": "convolution" if kernel.ndim == 4 else "dense",
        "inputs": int(turned.shape[-2]),
        "outputs": int(outputs),
        "pool": False,
        "arrays": {"weights": turned, "scales": scales.astype("<f4")},
    }


def _eight_bit(kernel: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Symmetric 8-bit weights with a scale for each output, as LiteRT makes them (Jacob et al. 2018)."""
    largest = np.abs(kernel).reshape(len(kernel), -1).max(axis=1)
    scales = np.maximum(largest, 1e-12).astype(np.float32) / np.float32(127)
    whole = np.round(kernel / scales.reshape(-1, *[1] * (kernel.ndim - 1)))
    return whole.astype(np.int8), scales


def _scales(tensor: dict[str, Any]) -> NDArray[np.float32]:
    return np.asarray(tensor["quantization_parameters"]["scales"], np.float32)


def _appended(content: bytearray, array: Array) -> dict[str, Any]:
    """Where the array lies once it stands at the end of `content`."""
    content.extend(bytes(-len(content) % 4))
    place = {"type": "int8" if array.dtype == np.int8 else "float32", "at": len(content), "count": int(array.size)}
    content.extend(array.tobytes() if array.dtype == np.int8 else array.astype("<f4").tobytes())
    return place


def _card(card: dict[str, Any], weights: Path) -> dict[str, Any]:
    """What the reader in the page needs beside the weights; trust in numbers is the whole reader's, as workers have."""
    finder = weights.with_name("finder.tflite")
    trusting = read_card(finder) if finder.exists() else card
    kept = ("model_version", "script", "temperature", "not_a_digit_shift", "not_a_digit_slope", "not_a_digit_prior")
    return {
        "version": VERSION,
        "preprocessing_version": preprocessing.VERSION,
        "made_of": card["sha256"],
        **{name: card[name] for name in kept},
        "reject_above": card["reject_above"]["page"],
        "trust": trusting["trust"],
    }


def logits(content: bytes, layers: list[dict[str, Any]], frames: NDArray[np.float32]) -> NDArray[np.float32]:
    """(glyphs, 28, 28, 1) float32 → (glyphs, 11): what the page computes, for checks.  32-bit arithmetic throughout."""
    values = np.asarray(frames, np.float32)
    for layer in layers:
        kernel = _array(content, layer["weights"]).astype(np.float32).reshape(-1, layer["outputs"])
        kernel = kernel * _array(content, layer["scales"])
        convolution = layer["kind"] == "convolution"
        values = _convolved(values, kernel) if convolution else values.reshape(len(values), -1) @ kernel
        values = values + _array(content, layer["bias"])
        if layer["rectified"]:
            values = np.maximum(values, 0)
        if layer["pool"]:
            values = _pooled(values)
    return values


def _array(content: bytes, place: dict[str, Any]) -> NDArray[Any]:
    kind = np.int8 if place["type"] == "int8" else np.dtype("<f4")
    return np.frombuffer(content, kind, place["count"], place["at"])


def _convolved(maps: NDArray[np.float32], kernel: NDArray[np.float32]) -> NDArray[np.float32]:
    """3×3, with a margin of nothing; the kernel is (9 × inputs, outputs)."""
    kernel = kernel.reshape(3, 3, maps.shape[3], -1)
    padded = np.pad(maps, ((0, 0), (1, 1), (1, 1), (0, 0)))
    height, width = maps.shape[1:3]
    parts = [padded[:, y : y + height, x : x + width] @ kernel[y, x] for y in range(3) for x in range(3)]
    return np.asarray(sum(parts), np.float32)


def _pooled(maps: NDArray[np.float32]) -> NDArray[np.float32]:
    """The largest of each 2×2; a row or column left over is left out."""
    count, height, width, depth = maps.shape
    even = maps[:, : height // 2 * 2, : width // 2 * 2]
    return np.asarray(even.reshape(count, height // 2, 2, width // 2, 2, depth).max(axis=(2, 4)), np.float32)


if __name__ == "__main__":
    raise SystemExit(main())
