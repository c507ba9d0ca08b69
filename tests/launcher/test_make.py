"""The words of the Makefile, as far as they can be looked at without doing what they say."""

import os
import subprocess

from hdr_site.launcher.folders import CHECKOUT


def would_run(*words: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    """What `make` would run."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS", "HDR_"))}
    command = ["make", "--dry-run", *words]
    return subprocess.run(command, env=clean | variables, cwd=CHECKOUT, capture_output=True, text=True)


def test_training_without_a_folder_names_none() -> None:
    lines = would_run("train").stdout.splitlines()
    assert [line for line in lines if "-m ml.train" in line and "--data" not in line]


def test_training_takes_its_folder_also_with_a_space() -> None:
    assert '-m ml.train --data "/my data"' in would_run("train", HDR_DATA="/my data").stdout


def test_evaluating_without_a_folder_says_what_is_missing() -> None:
    refused = would_run("evaluate")
    assert refused.returncode != 0
    assert "make evaluate HDR_DATA=folder" in refused.stderr


def test_evaluating_takes_its_folder() -> None:
    assert '-m ml.scoring.report --data "/my data"' in would_run("evaluate", HDR_DATA="/my data").stdout


def test_comparing_takes_its_folder_and_says_when_it_is_missing() -> None:
    assert '-m ml.scoring.compare --data "/my data"' in would_run("compare", HDR_DATA="/my data").stdout
    assert "make compare HDR_DATA=folder" in would_run("compare").stderr


def test_an_administrator_needs_an_address() -> None:
    refused = would_run("admin")
    assert refused.returncode != 0
    assert "make admin EMAIL=you@example.org" in refused.stderr
