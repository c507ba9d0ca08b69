"""The figures and the sheets of what was misread, drawn from the published scores and from small readings."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml.classifier import Classifier
from ml.reader import Reader
from ml.scoring import contact_sheet, faces, glyphs, pictures, report
from ml.scoring.evaluation import Evaluation
from ml.sheets import Sheet
from tests.ml.drawing import page

pytest.importorskip("matplotlib", reason="figures are drawn where networks are trained (requirements.txt)")
pytestmark = pytest.mark.training


def test_figures_drawn_again_are_the_committed_ones(tmp_path: Path) -> None:
    from ml.scoring import figures

    committed = report.ROOT / "docs" / "figures"
    drawn = figures.draw_all(report.read_scores(), tmp_path)
    assert {path.name for path in drawn} == {path.name for path in committed.glob("*.svg")}
    assert all(path.read_bytes() == (committed / path.name).read_bytes() for path in drawn)


def test_what_was_misread_is_shown_and_what_was_read_is_not(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    labels = np.array([3, 5, 7])
    read = glyphs.answer(Classifier.load(), [faces.printed(str(label), rng) for label in labels], labels)
    wrong = glyphs.Answered(read.images, np.array([3, 5, 1]), read.chances, read.answers, 0.9, 0.0)
    reader, grey = Reader.load(), page(["20"])
    readings = [pictures.read(reader, text, Sheet.of_text(grey, text)) for text in ("20", "21")]
    whole = Evaluation(answered={"digits": wrong, "right": read}, readings={"pages": readings, "good": readings[:1]})
    paths = contact_sheet.write_all(whole, tmp_path)
    assert [path.name for path in paths] == ["digits-1.png", "pages-1.png"]
    assert all(Image.open(path).size[0] == 1260 for path in paths)


def test_printed_signs_differ_by_face_and_show_ink() -> None:
    rng = np.random.default_rng(2)
    signs = [faces.printed("4", rng) for _ in range(12)]
    assert len({sign.tobytes() for sign in signs}) == 12
    assert all(sign.max() > 120 for sign in signs)
