"""The figures of the model card, as SVG on white, so that they can be read on light and dark pages alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ml.scoring.corruptions import SEVERITIES
from ml.scoring.metrics import wilson
from ml.scoring.names import OTHERS, PICTURES, SETS

_STYLE = {
    "svg.fonttype": "none",  # text stays text: small, searchable, read aloud
    "svg.hashsalt": "model card",  # the same figures give the same file
    "font.family": "sans-serif",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#e3e3e3",
    "legend.frameon": False,
    "figure.facecolor": "white",
    "figure.constrained_layout.use": True,
}
_COLOURS = mpl.colormaps["tab10"].colors


def draw_all(result: dict[str, Any], folder: Path) -> list[Path]:
    """Write every figure of an evaluation's result into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    with mpl.rc_context({**mpl.rcParamsDefault, **_STYLE, "backend": "svg"}):
        return [_written(figure, folder / f"{name}.svg") for name, figure in _figures(result)]


def _figures(result: dict[str, Any]) -> Iterator[tuple[str, Figure]]:
    draw: dict[str, Callable[[dict[str, Any]], Figure]] = {
        "digit-curves": _digit_curves,
        "rejection": _rejection,
        "confidence": _confidence,
        "risk-coverage": _risk_coverage,
        "confusion": _confusion,
        "corruptions": _corruptions,
        "lengths": _lengths,
    }
    return ((name, make(result)) for name, make in draw.items())


def _written(figure: Figure, path: Path) -> Path:
    figure.savefig(path, metadata={"Date": None, "Creator": None})
    path.write_text("\n".join(line.rstrip() for line in path.read_text().splitlines()) + "\n")
    return path


def _panels(count: int, width: float = 3.6, height: float = 3.2) -> tuple[Figure, list[Axes]]:
    figure = Figure(figsize=(width * count, height))
    return figure, list(np.ravel(figure.subplots(1, count)))


def _digit_curves(result: dict[str, Any]) -> Figure:
    """Each digit against the rest, MNIST test: false positives on a logarithmic axis, as all is in the corner."""
    figure, (left, right) = _panels(2)
    curves = result["digits"]["mnist_test"]["curves"]
    for digit in range(10):
        roc, precision = curves["roc"][digit], curves["precision_recall"][digit]
        floor = np.maximum(roc["false_positive"], 1e-4)
        left.plot(floor, roc["true_positive"], color=_COLOURS[digit], lw=1.2, label=str(digit))
        right.plot(precision["recall"], precision["precision"], color=_COLOURS[digit], lw=1.2)
    left.set(xscale="log", xlim=(1e-4, 1), ylim=(0.97, 1.001), title="ROC, each digit against the rest")
    left.set(xlabel="false positive rate", ylabel="true positive rate")
    right.set(xlim=(0.97, 1.001), ylim=(0.97, 1.001), title="Precision and recall")
    right.set(xlabel="recall", ylabel="precision")
    left.legend(ncols=2, title="digit")
    return figure


def _rejection(result: dict[str, Any]) -> Figure:
    figure, (axes,) = _panels(1, 5.4, 3.6)
    for colour, (key, scores) in zip(_COLOURS, result["others"].items(), strict=False):
        roc = scores["roc"]
        dash = "--" if key.startswith("lookalike") else "-"
        axes.plot(roc["false_positive"], roc["true_positive"], dash, color=colour, lw=1.2, label=OTHERS[key])
    axes.set(title="Digits against what is none", xlabel="others taken for digits", ylabel="digits kept")
    axes.legend(loc="lower right", fontsize=8)
    return figure


def _confidence(result: dict[str, Any]) -> Figure:
    """Reliability diagrams: what was said against what was right."""
    pictures = result["pictures"]
    cheque, drawn = pictures["orand_car_held_out"], pictures["drawn_pages"]
    parts = [
        ("MNIST test digits", result["digits"]["mnist_test"]["curves"]["reliability"]),
        ("Digits on cheques", (cheque["digit_confidence"] or {}).get("reliability", [])),
        ("Numbers on cheques", (cheque["numbers"] or {}).get("reliability", [])),
        ("Numbers on drawn pages", (drawn["numbers"] or {}).get("reliability", [])),
    ]
    figure, panels = _panels(len(parts), 2.6, 2.9)
    for axes, (title, cells) in zip(panels, parts, strict=True):
        axes.plot([0, 1], [0, 1], color="#888888", lw=0.8)
        _reliability(axes, cells)
        axes.set(title=title, xlim=(0, 1.02), ylim=(0, 1.02), xlabel="confidence")
    panels[0].set_ylabel("share that was right")
    return figure


def _reliability(axes: Axes, cells: list[dict[str, Any]]) -> None:
    if not cells:
        return
    said, right = [cell["confidence"] for cell in cells], [cell["right"] for cell in cells]
    spans = np.array([wilson(cell["right"], cell["n"]) for cell in cells])
    reach = np.abs(spans.T - right)
    axes.errorbar(said, right, reach, fmt="none", ecolor="#9ecae1", lw=1)
    total = sum(cell["n"] for cell in cells)
    axes.scatter(said, right, s=[12 + 120 * cell["n"] / total for cell in cells], color=_COLOURS[0], zorder=3)


def _risk_coverage(result: dict[str, Any]) -> Figure:
    figure, (left, right) = _panels(2)
    for key in ("mnist_test", "usps_held_out", "ardis_held_out"):
        if key in result["digits"]:
            curve = result["digits"][key]["curves"]["risk_coverage"]
            left.plot(curve["coverage"], np.multiply(100, curve["risk"]), lw=1.2, label=SETS[key])
    for key in ("orand_car_held_out", "drawn_pages", "photos_strings"):
        curve = result["pictures"][key]["risk_coverage"]
        right.plot(curve["coverage"], np.multiply(100, curve["risk"]), lw=1.2, label=PICTURES[key])
    left.set(title="Lone digits", xlim=(0.8, 1), xlabel="share answered, surest first", ylabel="% wrong of these")
    right.set(title="Whole pictures", xlim=(0, 1), xlabel="share answered, surest first")
    for axes in (left, right):
        axes.locator_params(axis="x", nbins=5)
        axes.legend(fontsize=7.5, loc="upper left")
    return figure


def _confusion(result: dict[str, Any]) -> Figure:
    """Only what is wrong, over all sets of digits together."""
    tables = [scores["confusion"] for key, scores in result["digits"].items() if "without" not in key]
    wrong = np.sum(tables, axis=0)[:10]
    np.fill_diagonal(wrong, 0)
    figure, (axes,) = _panels(1, 5.0, 4.2)
    axes.imshow(wrong, cmap="Reds", vmax=max(5, wrong.max() * 1.3))
    for (row, column), count in np.ndenumerate(wrong):
        if count:
            axes.text(column, row, str(count), ha="center", va="center", fontsize=8)
    axes.grid(visible=False)
    axes.set_xticks(range(11), [*map(str, range(10)), "none"])
    axes.set_yticks(range(10))
    axes.set(title="Misread digits, all sets together", xlabel="read as", ylabel="is")
    return figure


def _corruptions(result: dict[str, Any]) -> Figure:
    table = result["corruptions"]["by_severity"]
    names = sorted(table, key=lambda name: -float(np.mean(table[name])))
    figure, (axes,) = _panels(1, 6.4, 5.0)
    for severity, colour in zip(SEVERITIES, ("#9ecae1", "#4292c6", "#08306b"), strict=True):
        shares = [100 * table[name][severity - 1] for name in names]
        axes.scatter(shares, range(len(names)), color=colour, s=22, label=f"severity {severity}", zorder=3)
    axes.axvline(100 * result["corruptions"]["clean"], color="#888888", lw=0.8)
    axes.set_yticks(range(len(names)), names)
    axes.set(xlim=(-2, 102), xlabel="% right", title="MNIST test digits made harder, read as lone glyphs")
    axes.legend(loc="lower left")
    return figure


def _lengths(result: dict[str, Any]) -> Figure:
    figure, (axes,) = _panels(1, 5.4, 3.2)
    for at, key in enumerate(("orand_car_held_out", "drawn_pages")):
        rows = result["pictures"][key]["by_length"]
        share = np.array([row["exact"] for row in rows])
        reach = np.abs(np.array([row["interval"] for row in rows]).T - share)
        x = np.array([row["length"] for row in rows]) + 0.12 * at - 0.06
        axes.errorbar(x, 100 * share, 100 * reach, fmt="o", color=_COLOURS[at], ms=5, lw=1, label=PICTURES[key])
    axes.set(ylim=(0, 102), xlabel="digits of the number", ylabel="% read exactly", title="Numbers by length")
    axes.legend(loc="lower left", fontsize=8)
    return figure
