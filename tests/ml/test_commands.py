"""`python -m ml.read` and `python -m ml.evaluate`, as people and later measurements call them."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

from tests.ml.drawing import page

ROOT = Path(__file__).parents[2]


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def answers(*files: Path) -> tuple[int, list[dict[str, Any]]]:
    done = run("ml.read", "--json", *files)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "numbers.png"
    Image.fromarray(page(["20 35"])).save(path)
    return path


@pytest.fixture
def glyphs(tmp_path: Path) -> Path:
    """Threes and fives of two sizes, a blank and a cross."""
    images = np.zeros((6, 40, 50), np.uint8)
    for at, (sign, scale) in enumerate([("3", 1.0), ("3", 0.7), ("5", 1.0), ("5", 0.7)]):
        cv2.putText(images[at], sign, (12, 34), cv2.FONT_HERSHEY_SIMPLEX, scale, 255, 2, cv2.LINE_AA)
    cv2.line(images[5], (10, 5), (40, 35), 255, 2)
    cv2.line(images[5], (40, 5), (10, 35), 255, 2)
    path = tmp_path / "glyphs.npz"
    np.savez(path, images=images, labels=np.array([3, 3, 5, 5, 10, 10], np.uint8))
    return path


def test_read_prints_one_object_for_each_file_in_order(picture: Path, tmp_path: Path) -> None:
    blank = tmp_path / "blank.jpg"
    Image.new("L", (200, 100), 255).save(blank)
    code, (first, second) = answers(picture, blank)
    assert code == 0
    assert {"file", "text", "lines", "numbers", "digits", "ms", "error"} <= first.keys()
    assert (first["file"], first["text"], first["lines"], first["error"]) == (str(picture), "20 35", ["20 35"], None)
    assert (second["text"], second["digits"], second["numbers"], second["error"]) == ("", [], [], None)


def test_read_describes_digits_and_numbers_as_the_api_does(picture: Path) -> None:
    _, [answer] = answers(picture)
    digit, number = answer["digits"][0], answer["numbers"][1]
    assert set(digit) == {"value", "confidence", "box", "line", "number", "probabilities", "not_a_digit"}
    assert set(number) == {"text", "marked_text", "value", "confidence", "box", "line", "digits", "format"}
    assert sum(digit["probabilities"]) + digit["not_a_digit"] == pytest.approx(1)
    assert (number["text"], number["digits"], number["marked_text"]) == ("35", [2, 3], None)
    assert answer["ms"] > 0


def test_read_goes_on_after_a_file_that_fails_and_says_so(picture: Path, tmp_path: Path) -> None:
    words = tmp_path / "words.png"
    words.write_text("no picture")
    code, found = answers(words, tmp_path / "missing.png", tmp_path, picture)
    assert code == 1
    assert [answer["error"] and answer["error"]["code"] for answer in found] == [
        "not_a_picture",
        "unreadable_file",
        "unreadable_file",
        None,
    ]
    assert found[3]["text"] == "20 35"


def test_read_speaks_to_people_without_json(picture: Path) -> None:
    done = run("ml.read", picture)
    assert done.returncode == 0
    assert "20 35" in done.stdout
    assert "sure" in done.stdout


def test_read_takes_a_format_and_says_what_it_changed(picture: Path) -> None:
    done = run("ml.read", "--json", "--format", "pattern:DD-DD", picture)
    [number] = json.loads(done.stdout)["numbers"]
    assert (number["text"], number["format"]["text"]) == ("2035", "20-35")
    assert {"code", "legal", "text", "overruled", "error"} == set(number["format"])
    spoken = run("ml.read", "--format", "length:3", picture)
    assert "Expected 3 digits, found 2." in spoken.stdout


def test_read_refuses_a_format_that_there_is_not(picture: Path) -> None:
    done = run("ml.read", "--format", "phone", picture)
    assert (done.returncode, done.stdout) == (2, "")
    assert "unknown_format" in done.stderr
    assert "postal" in done.stderr


def test_evaluate_ends_with_one_object(glyphs: Path) -> None:
    done = run("ml.evaluate", glyphs, "--script", "latin", "--json")
    result = json.loads(done.stdout.splitlines()[-1])
    assert done.returncode == 0
    assert set(result) >= {
        *("n", "accuracy", "rejected", "ece", "confusion", "ms_per_image", "false_accepts", "auroc"),
        *("per_digit", "sensitivity", "specificity", "accuracy_interval", "confused_pairs"),
    }
    assert (result["n"], result["accuracy"], result["rejected"], result["false_accepts"]) == (6, 1.0, 0.0, 0.0)
    assert [len(row) for row in result["confusion"]] == [11] * 11
    assert (result["confusion"][3][3], result["confusion"][10][10]) == (2, 2)
    assert result["auroc"] == 1.0
    assert result["ms_per_image"] > 0


@pytest.fixture
def folder(picture: Path) -> Path:
    """Two numbers with the boxes of their digits, the same with a wrong text, and a page in another script."""
    boxes = [[*digit["box"], digit["value"]] for digit in answers(picture)[1][0]["digits"]]
    truth = [
        {"file": picture.name, "text": "20 35", "boxes": boxes, "kind": "page", "script": "latin"},
        {"file": picture.name, "text": "20 36"},
        {"file": "not there.png", "text": "77", "script": "kannada"},
    ]
    (picture.parent / "truth.json").write_text(json.dumps(truth))
    return picture.parent


def test_evaluate_scores_a_folder_of_pictures(folder: Path) -> None:
    done = run("ml.evaluate", folder, "--json")
    result = json.loads(done.stdout.splitlines()[-1])
    assert (done.returncode, result["n"], result["exact"]) == (0, 2, 0.5)
    assert result["cer"] == 1 / 8
    assert (result["digit_f1"], result["digits_by_centre"]["f1"], result["digits"]["there"]) == (1.0, 1.0, 4)
    assert (result["by_kind"]["page"]["n"], result["by_kind"]["page"]["exact_digits"]) == (1, 1.0)
    assert result["ms_per_image"] > 0


def test_evaluate_speaks_about_a_folder_to_people(folder: Path) -> None:
    assert "read exactly" in run("ml.evaluate", folder).stdout


@pytest.mark.parametrize("truth", ["", "{}", "[]", '[{"file": "a.png"}]', '[{"file": "a.png", "text": "1"}]'])
def test_evaluate_refuses_a_folder_that_it_cannot_score(tmp_path: Path, truth: str) -> None:
    (tmp_path / "truth.json").write_text(truth)
    done = run("ml.evaluate", tmp_path, "--json")
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr
    assert str(tmp_path) in done.stderr


def test_evaluate_leaves_open_what_the_labels_do_not_tell(glyphs: Path, tmp_path: Path) -> None:
    with np.load(glyphs) as archive:
        np.savez(tmp_path / "digits.npz", images=archive["images"][:4], labels=archive["labels"][:4].astype(np.int64))
    result = json.loads(run("ml.evaluate", tmp_path / "digits.npz", "--json").stdout.splitlines()[-1])
    assert (result["false_accepts"], result["auroc"]) == (None, None)


def test_evaluate_speaks_to_people_without_json(glyphs: Path) -> None:
    assert "accuracy" in run("ml.evaluate", glyphs).stdout


@pytest.mark.parametrize("script", ["kannada", "klingon", ""])
def test_evaluate_refuses_a_script_it_does_not_know(glyphs: Path, script: str) -> None:
    done = run("ml.evaluate", glyphs, "--script", script, "--json")
    assert done.returncode == 2
    assert done.stdout == ""
    assert "latin" in done.stderr


@pytest.mark.parametrize(
    "arrays",
    [
        {"pictures": np.zeros((2, 8, 8), np.uint8)},
        {"images": np.zeros((2, 8, 8), np.float32), "labels": np.zeros(2, np.uint8)},
        {"images": np.zeros((2, 8, 8), np.uint8), "labels": np.zeros(3, np.uint8)},
        {"images": np.zeros((2, 8, 8), np.uint8), "labels": np.array([0, 11])},
        {"images": np.zeros((0, 8, 8), np.uint8), "labels": np.zeros(0, np.uint8)},
    ],
)
def test_evaluate_refuses_arrays_that_are_not_as_described(tmp_path: Path, arrays: dict[str, Any]) -> None:
    np.savez(tmp_path / "odd.npz", **arrays)
    done = run("ml.evaluate", tmp_path / "odd.npz", "--json")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_evaluate_refuses_a_file_that_is_no_archive(tmp_path: Path) -> None:
    (tmp_path / "words.npz").write_text("words")
    for name in ("words.npz", "missing.npz"):
        done = run("ml.evaluate", tmp_path / name)
        assert done.returncode == 2
        assert name in done.stderr


@pytest.mark.parametrize("module", ["ml.read", "ml.evaluate", "ml.images", "ml.page", "ml.reader"])
def test_serving_never_imports_tensorflow(module: str) -> None:
    loaded = f"import sys, {module}; from ml.reader import Reader; Reader.load(); print(*sys.modules)"
    names = subprocess.run([sys.executable, "-c", loaded], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    top = {name.split(".")[0] for name in names.split()}
    assert not top & {"tensorflow", "keras", "django", "celery", "scipy"}


def test_the_decoder_loads_no_model_and_no_heic_library() -> None:
    loaded = "import sys, ml.images; print(*sys.modules)"
    names = subprocess.run([sys.executable, "-c", loaded], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert not {name.split(".")[0] for name in names.split()} & {"ai_edge_litert", "pillow_heif", "tensorflow"}


def test_read_explains_every_digit_on_request(picture: Path) -> None:
    done = run("ml.read", "--json", "--explain", picture)
    [answer] = [json.loads(line) for line in done.stdout.splitlines()]
    for digit in answer["digits"]:
        why = digit["explanation"]
        assert (why["value"], len(why["heat"]), len(why["heat"][27])) == (digit["value"], 28, 28)
        assert {"slant_degrees", "stroke_width", "aspect_ratio", "loops", "ink_share"} == why["style"].keys()
    assert [digit["explanation"]["style"]["loops"] for digit in answer["digits"]] == [0, 1, 0, 0]
    assert {digit["explanation"]["hand"]["digits"] for digit in answer["digits"]} == {4}


def test_read_explains_to_people_in_a_table_and_saves_pictures(picture: Path, tmp_path: Path) -> None:
    done = run("ml.read", "--explain-pictures", tmp_path / "why", picture)
    assert [line.split()[0] for line in done.stdout.splitlines()[-4:]] == ["2", "0", "3", "5"]
    assert "slant" in done.stdout
    saved = sorted(path.name for path in (tmp_path / "why").iterdir())
    assert saved[:2] == ["numbers-000-heat.png", "numbers-000-maps.png"]
    assert len(saved) == 8
    assert Image.open(tmp_path / "why" / saved[0]).size == (224, 224)


def test_a_file_that_fails_or_has_no_digits_is_not_explained(tmp_path: Path) -> None:
    blank = tmp_path / "blank.png"
    Image.new("L", (200, 100), 255).save(blank)
    done = run("ml.read", "--json", "--explain", blank, tmp_path / "missing.png")
    assert [json.loads(line)["digits"] for line in done.stdout.splitlines()] == [[], []]
    assert done.returncode == 1
    assert "no digit found" in run("ml.read", "--explain", blank).stdout
