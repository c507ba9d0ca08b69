"""The best legal reading, and how sure it is."""

import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.formats import Shape, decode, parse
from ml.formats.decoding import BELIEF, DOUBT, density
from ml.formats.rules import Allowed, WeightedSum
from tests.ml.formats.rows import row, rows, shape_of

SHORT = Shape(
    "####",
    (
        Allowed((frozenset(range(1, 10)), *[frozenset(range(10))] * 3), "no 0 first"),
        WeightedSum(
            tuple(tuple(weight * digit for digit in range(10)) for weight in (4, 3, 2, 1)), 11, "sum", wanted=3
        ),
    ),
)
CHANCES = st.lists(st.lists(st.floats(0.001, 1), min_size=10, max_size=10), min_size=4, max_size=4)


@settings(deadline=None, max_examples=30)
@given(CHANCES)
def test_the_best_legal_reading_is_that_of_trying_all(chances: list[list[float]]) -> None:
    mixed = [[(1 - DOUBT) * c / sum(one) + DOUBT / 10 for c in one] for one in chances]
    weights = {
        symbols: math.prod(mixed[place][symbol] for place, symbol in enumerate(symbols))
        for symbols in itertools.product(range(10), repeat=4)
    }
    legal = {symbols: weight for symbols, weight in weights.items() if SHORT.holds(symbols)}
    rare = len(legal) / 10_000
    evidence = BELIEF * sum(legal.values()) / rare + 1 - BELIEF
    best = max(legal, key=legal.__getitem__)
    chance = legal[best] * (BELIEF / rare + 1 - BELIEF) / evidence
    found = decode(SHORT, chances)
    assert density(SHORT) == pytest.approx(rare)
    if found is None:
        assert chance < 0.5
        assert best != max(weights, key=weights.__getitem__)
    else:
        assert legal[found.symbols] == pytest.approx(legal[best])
        assert found.chance == pytest.approx(chance)
        each = [
            sum((BELIEF / rare * (s in legal) + 1 - BELIEF) * w for s, w in weights.items() if s[place] == symbol)
            / evidence
            for place, symbol in enumerate(found.symbols)
        ]
        assert found.each == pytest.approx(each)


def test_a_doubtful_digit_is_overruled_by_the_check_digit() -> None:
    chances = rows("4111111111111111")
    chances[5] = row(7, 0.6, other=1)
    found = decode(shape_of(parse("card"), "4" * 16), chances)
    assert found is not None
    assert found.symbols == (4, *[1] * 15)
    assert found.written == "4111 1111 1111 1111"
    [change] = found.overruled
    assert (change.place, change.read, change.answer, change.code) == (5, 7, 1, "check_digit")
    assert found.chance > 0.9


def test_sure_digits_that_do_not_fit_are_not_bent_into_a_legal_number() -> None:
    assert decode(shape_of(parse("card"), "4" * 16), rows("4111111111111112", 0.999)) is None


def test_a_digit_that_could_be_two_others_is_not_guessed() -> None:
    chances = rows("4111111111111111", 0.99)
    chances[5], chances[9] = row(7, 0.6, other=1), row(7, 0.6, other=1)
    one_doubt = decode(shape_of(parse("card"), "4" * 16), [*chances[:5], row(1), *chances[6:]])
    assert one_doubt is not None
    assert decode(shape_of(parse("card"), "4" * 16), [*chances[:9], row(7, 0.999), *chances[10:]]) is None


def test_what_fits_is_surer_than_its_digits_alone() -> None:
    found = decode(shape_of(parse("aadhaar"), "234123412346"), rows("234123412346", 0.95))
    assert found is not None
    assert found.chance > 0.95**12


def test_a_format_that_allows_everything_changes_nothing() -> None:
    found = decode(shape_of(parse("length:3"), "123"), rows("123", 0.9))
    assert found is not None
    assert found.chance == pytest.approx(0.9**3, abs=0.002)
    assert found.overruled == ()


def test_digits_that_may_have_been_missed_make_a_legal_reading_less_sure() -> None:
    shape = shape_of(parse("length:3"), "123")
    found = decode(shape, rows("123", 1.0), found_right=0.7)
    assert found is not None
    assert found.chance == pytest.approx(0.7, abs=0.002)


def test_a_fixed_digit_is_read_into_its_place_with_the_reason() -> None:
    found = decode(shape_of(parse("pattern:0DD"), "812"), [row(8, 0.55, other=0), *rows("12")])
    assert found is not None
    assert found.symbols == (0, 1, 2)
    assert [change.code for change in found.overruled] == ["pattern_digit"]


def test_the_first_digit_and_not_the_check_digit_is_the_reason_where_it_is() -> None:
    chances = [row(1, 0.6, other=2), *rows("34123412346")]
    found = decode(shape_of(parse("aadhaar"), "134123412346"), chances)
    assert found is not None
    assert [change.because for change in found.overruled] == ["an Aadhaar number does not begin with 0 or 1"]


def test_chances_of_exactly_0_are_no_obstacle() -> None:
    sure = [tuple(float(value == wanted) for value in range(10)) for wanted in (1, 2, 3)]
    assert decode(shape_of(parse("length:3"), "123"), sure) is not None


def test_another_number_of_digits_than_the_shapes_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="2 digits"):
        decode(shape_of(parse("length:3"), "123"), rows("12"))
