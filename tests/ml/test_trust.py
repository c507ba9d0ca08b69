"""Confidence of numbers and pages."""

from dataclasses import replace

import numpy as np
import pytest

from ml import trust
from ml.assembly import Found, assemble
from ml.scoring.metrics import gap
from ml.trust import Surroundings, Trust


def readings(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Two features, log odds of a product that is too sure and stray ink, and whether the number was right."""
    rng = np.random.default_rng(seed)
    product, stray = rng.normal(2, 1, count), rng.uniform(0, 1, count)
    right = rng.random(count) < 1 / (1 + np.exp(-(product - 4 * stray)))
    return np.column_stack([product, stray]), right


def test_fitted_confidences_are_honest_where_the_product_was_not() -> None:
    weights = trust.fit(*readings(3_000, seed=1))
    features, right = readings(3_000, seed=2)
    plain = np.array([trust.confidence((0.0, 1.0, 0.0), row) for row in features.tolist()])
    fitted = np.array([trust.confidence(weights, row) for row in features.tolist()])
    assert gap(plain, right) > 0.15
    assert gap(fitted, right) < 0.05
    assert weights[2] < -2  # stray ink tells against a number


def test_few_examples_that_are_all_right_do_not_make_certain() -> None:
    weights = trust.fit(np.array([[3.0, 0.0], [4.0, 0.0]]), np.array([True, True]))
    assert np.isfinite(weights).all()
    assert 0.9 < trust.confidence(weights, (3.0, 0.0)) < 0.9999


def glyphs(sure: float) -> list[Found]:
    chances = tuple([(1 - sure) / 10] * 5 + [sure] + [(1 - sure) / 10] * 5)
    return [Found((30 * at, 0, 20, 30), chances, is_digit=True) for at in range(3)]


def test_stray_ink_makes_number_and_page_less_sure() -> None:
    weights = Trust(number=(0.0, 1.0, 0.0, 0.0, 0.0, -5.0, 0.0, 0.0))
    clean = assemble(200, 100, glyphs(0.98), Surroundings(stray=0.0), weights)
    dirty = assemble(200, 100, glyphs(0.98), Surroundings(stray=0.5), weights)
    assert clean.numbers[0].confidence > dirty.numbers[0].confidence + 0.2
    assert clean.confidence is not None
    assert dirty.confidence is not None
    assert clean.confidence > dirty.confidence + 0.2


def test_a_number_is_never_surer_than_its_least_sure_digit_nor_a_page_than_its_numbers() -> None:
    boast = Trust(number=(9.0, *[0.0] * len(trust.NUMBER)), page=(9.0, *[0.0] * len(trust.PAGE)))
    page = assemble(200, 100, glyphs(0.9), Surroundings(), boast)
    assert page.numbers[0].confidence == page.confidence == pytest.approx(0.9)


def test_without_weights_in_the_card_the_product_counts() -> None:
    assert Trust.of_card({}) == Trust()
    assert assemble(200, 100, glyphs(0.9)).confidence == pytest.approx(0.9**3)


def moved(found: list[Found], by: int) -> list[Found]:
    """The same glyphs further right."""
    return [replace(one, box=(one.box[0] + by, *one.box[1:])) for one in found]


def test_a_digit_that_is_almost_certainly_wrong_is_left_out_beside_a_sure_number_and_a_long_number_is_not() -> None:
    steep = Trust(number=(0.0, 4.0, *[0.0] * (len(trust.NUMBER) - 1)))
    sure, doubtful = glyphs(0.99), moved(glyphs(0.3), 300)
    assert assemble(600, 100, [*sure, *doubtful[:1]], Surroundings(), steep).text == "555"
    assert assemble(600, 100, [*sure, *doubtful], Surroundings(), steep).text == "555 555"


def test_a_page_on_which_nothing_is_likely_to_be_a_number_has_none() -> None:
    weights = Trust(number=(0.0, 1.0, 0.0, 0.0, 0.0, -10.0, 0.0, 0.0))
    dirty = Surroundings(stray=0.9)
    assert assemble(200, 100, glyphs(0.9), Surroundings(), weights).text == "555"
    assert assemble(200, 100, glyphs(0.9), dirty, weights).text == ""
    assert assemble(200, 100, glyphs(0.97), dirty, weights).text == "555"  # in boxes all ink around is stray
