"""On the build machine nothing is left out unnoticed."""

from pathlib import Path

import pytest

from tests.conftest import ALLOWED_SKIPS, unexpected_skips

pytest_plugins = ["pytester"]


def test_a_skip_that_is_on_the_list_is_allowed() -> None:
    assert unexpected_skips({"tests/a.py::test_a"}, "# a remark\ntests/a.py::test_a  # its reason\n") == []


def test_a_skip_that_is_not_on_the_list_is_named() -> None:
    assert unexpected_skips({"tests/a.py::test_a", "tests/b.py"}, "tests/b.py\n") == ["tests/a.py::test_a"]


def test_every_name_on_the_list_has_a_reason_and_a_file() -> None:
    lines = [line for line in ALLOWED_SKIPS.read_text().splitlines() if not line.startswith("#")]
    assert all("  # " in line for line in lines)
    root = Path(__file__).parents[2]
    assert [line for line in lines if not (root / line.split("::")[0].split()[0]).exists()] == []


@pytest.mark.parametrize(("ci", "failed"), [("true", True), ("", False)])
def test_only_on_the_build_machine_is_an_unlisted_skip_a_failure(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, ci: str, failed: bool
) -> None:
    monkeypatch.setenv("CI", ci)
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    monkeypatch.setattr("tests.conftest._skipped", set())  # the surrounding run keeps its own account
    pytester.makeconftest("from tests.conftest import pytest_runtest_logreport, pytest_sessionfinish")
    pytester.makepyfile("import pytest\n@pytest.mark.skip\ndef test_left_out(): pass\n")
    ended = pytester.runpytest_inprocess("-p", "no:django", "-p", "no:xdist", "-p", "no:randomly")
    assert (ended.ret == pytest.ExitCode.TESTS_FAILED) is failed
