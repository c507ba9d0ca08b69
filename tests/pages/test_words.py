"""How sure we are, in words: nothing is ever shown as surer than it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recognition.templatetags.answers import is_sure, percent


@pytest.mark.parametrize(
    ("chance", "words"),
    [
        (0.0, "under 0.1 %"),
        (0.0009, "under 0.1 %"),
        (0.0019, "0.1 %"),
        (0.29, "29 %"),
        (0.8999, "89 %"),
        (0.9, "90 %"),
        (0.9899, "98 %"),
        (0.9959, "99.5 %"),
        (0.99999, "99.9 %"),
        (1.0, "99.9 %"),
    ],
)
def test_a_chance_is_told_in_percent(chance: float, words: str) -> None:
    assert percent(chance).replace("\u00a0", " ") == words


@given(st.floats(min_value=0.001, max_value=1.0))
def test_no_chance_is_rounded_up(chance: float) -> None:
    assert float(percent(chance).split("\u00a0")[0]) <= chance * 100 + 1e-6


@given(st.floats(min_value=0.01, max_value=1.0))
def test_the_word_and_the_percent_never_contradict_each_other(chance: float) -> None:
    assert is_sure(chance) == (float(percent(chance).split("\u00a0")[0]) >= 90 - 1e-6) or abs(chance - 0.9) < 1e-9


def test_without_a_chance_nothing_is_sure() -> None:
    assert not is_sure(None)
