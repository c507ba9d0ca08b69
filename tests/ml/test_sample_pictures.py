"""The pictures of the home page and the guide are those that the command draws."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml import sample_pictures


@pytest.mark.parametrize("name", sorted(sample_pictures.PICTURES))
def test_the_picture_that_is_shipped_is_the_one_that_is_drawn(name: str) -> None:
    with Image.open(sample_pictures.FOLDER / f"{name}.webp") as file:
        shipped = np.asarray(file.convert("L"), np.float64)
    drawn = np.asarray(sample_pictures.PICTURES[name]().convert("L"), np.float64)
    assert shipped.shape == drawn.shape
    assert np.abs(shipped - drawn).mean() < 4


def test_the_command_writes_all_of_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blank = {name: lambda: Image.new("RGB", (4, 4)) for name in sample_pictures.PICTURES}
    monkeypatch.setattr(sample_pictures, "PICTURES", blank)
    assert sample_pictures.main(["--out", str(tmp_path)]) == 0
    written = {str(path.relative_to(tmp_path).with_suffix("")) for path in tmp_path.rglob("*.webp")}
    assert written == set(blank)
