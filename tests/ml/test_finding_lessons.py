"""What the finder learns from: drawn pages and bent strings with the truth about every digit."""

from pathlib import Path

import numpy as np
import pytest

from ml.finding import cheques, lessons, pages
from ml.finding.cheques import Strip
from ml.finding.pages import Desk
from ml.finding.scene import Scene, truth
from tests.ml.drawing import page
from tests.ml.generated import folder


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return pages.desk(folder(tmp_path_factory.mktemp("data")), "train")


def contrasts(scene: Scene) -> list[float]:
    """How much grey levels vary in each digit's box, over how much they do in an empty page's grain."""
    return [
        float(np.ptp(scene.grey[int(y) : int(y + h) + 1, int(x) : int(x + w) + 1].astype(float)))
        for x, y, w, h, _ in scene.digits.tolist()
    ]


def test_the_boxes_of_a_clean_page_lie_on_ink(desk: Desk) -> None:
    scenes = [pages.draw(desk, np.random.default_rng(seed), 192, 256, 0.0) for seed in range(20)]
    found = [contrast for scene in scenes for contrast in contrasts(scene)]
    assert len(found) > 50
    assert np.mean(np.array(found) > 40) > 0.97


def test_about_one_page_in_five_has_no_digit(desk: Desk) -> None:
    scenes = [pages.draw(desk, np.random.default_rng(seed), 160, 200, 0.6, size=30) for seed in range(120)]
    assert 0.1 < np.mean([len(scene.digits) == 0 for scene in scenes]) < 0.35


def test_pages_are_of_the_asked_size_with_boxes_inside(desk: Desk) -> None:
    for seed in range(20):
        scene = pages.draw(desk, np.random.default_rng(seed), 150, 230, 1.0)
        assert scene.grey.shape == (150, 230)
        left, top, wide, high = scene.digits[:, :4].T
        assert (left >= 0).all() and (top >= 0).all()  # noqa: PT018
        assert (left + wide <= 230.01).all() and (top + high <= 150.01).all()  # noqa: PT018


def test_a_mosaic_keeps_each_digit_of_its_strings_in_its_box() -> None:
    grey = page(["35"], scale=1.5)
    strip = Strip(grey, truth([(40, 40, 40, 55, 3), (85, 40, 40, 55, 5)]), "35")
    scenes = [cheques.mosaic((strip,), np.random.default_rng(seed), 192, 256, 0.2) for seed in range(8)]
    assert {int(value) for scene in scenes for value in scene.digits[:, 4]} == {3, 5}
    assert np.mean(np.array([c for scene in scenes for c in contrasts(scene)]) > 40) > 0.95


def test_the_same_step_is_the_same_lesson(tmp_path: Path) -> None:
    course = lessons.course(folder(tmp_path), steps=20, seed=5)
    first, again, other = course.batch(3), course.batch(3), course.batch(4)
    assert (first[0] == again[0]).all() and (first[1] == again[1]).all()  # noqa: PT018
    assert (first[0] != other[0]).any()


def test_drawing_ahead_keeps_the_order_of_the_steps(tmp_path: Path) -> None:
    course = lessons.course(folder(tmp_path), steps=6, seed=5)
    artists = lessons.Artists(course, first=2, processes=2)
    try:
        drawn = list(artists.batches(3))
    finally:
        artists.stop()
    for at, (inputs, _) in enumerate(drawn):
        assert (inputs == course.batch(2 + at)[0]).all()
