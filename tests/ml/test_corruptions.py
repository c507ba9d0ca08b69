"""What makes digits harder, and pages without any: they are what they are called, and the same every time."""

import cv2
import numpy as np
import pytest

from ml.preprocessing import Grey
from ml.scoring import blank_pages
from ml.scoring.corruptions import MARGIN, NAMES, SEVERITIES, corrupt


@pytest.fixture
def stroke() -> Grey:
    """A slanted stroke on empty ground, (28, 28)."""
    glyph = np.zeros((28, 28), np.uint8)
    cv2.line(glyph, (9, 22), (17, 6), 255, 3, cv2.LINE_AA)
    return glyph


def change(glyph: Grey, name: str, severity: int) -> float:
    """How much of the picture differs, on average over ten chances; sizes that differ are laid corner on corner."""
    plain = np.pad(glyph, MARGIN).astype(float)
    differences = []
    for seed in range(10):
        spoilt = corrupt(glyph, name, severity, np.random.default_rng(seed)).astype(float)
        height, width = (max(a, b) for a, b in zip(plain.shape, spoilt.shape, strict=True))
        sheets = [np.pad(one, ((0, height - one.shape[0]), (0, width - one.shape[1]))) for one in (plain, spoilt)]
        differences.append(np.abs(sheets[0] - sheets[1]).mean())
    return float(np.mean(differences))


def test_there_are_at_least_fifteen() -> None:
    assert len(NAMES) >= 15


@pytest.mark.parametrize("name", NAMES)
def test_each_severity_changes_more_than_the_one_before(stroke: Grey, name: str) -> None:
    if name == "smaller and coarser":  # moved to another place by its size: compare what is left of the ink
        ink = [corrupt(stroke, name, severity, np.random.default_rng(1)).sum() for severity in SEVERITIES]
        assert stroke.sum() > ink[0] > ink[1] > ink[2]
    else:
        changes = [change(stroke, name, severity) for severity in SEVERITIES]
        assert 0 < changes[0] < changes[1] < changes[2]


@pytest.mark.parametrize("name", NAMES)
def test_the_same_chance_gives_the_same_picture(stroke: Grey, name: str) -> None:
    one, other = (corrupt(stroke, name, 2, np.random.default_rng(3)) for _ in range(2))
    assert one.dtype == np.uint8
    assert np.array_equal(one, other)


@pytest.mark.parametrize("kind", ["empty", "scribbled"])
def test_pages_without_digits_are_the_same_every_time_and_differ_among_each_other(kind: str) -> None:
    first, second = (list(blank_pages.pages(kind, np.random.default_rng(4), 4)) for _ in range(2))
    assert all(np.array_equal(one, other) for one, other in zip(first, second, strict=True))
    assert len({page.tobytes() for page in first}) == 4
    assert all(100_000 <= page.size < 800_000 for page in first)


def test_a_scribble_is_more_than_one_stroke_of_a_pen() -> None:
    rng = np.random.default_rng(5)
    scribbles = [blank_pages.scribble(rng) for _ in range(20)]
    crossings = [int((np.diff((scribble > 128).astype(int), axis=1) == 1).sum(axis=1).max()) for scribble in scribbles]
    assert np.mean(crossings) > 3
