"""What the page says of the critical points that were found, and of those that were not."""

import pytest

from engine import critical_points
from engine.basis.numerals import settled
from landscapes import formula
from ui.stage.critical_points import _cells
from ui.stage.critical_points import _sentence as sentence


def test_what_was_not_found_is_not_called_absent():
    """A Gaussian pit of width 0.003 in a window of 8 has a minimum near (0.31, 0.72): it is missed."""
    pit = critical_points(formula("x + 2*y - exp(-((x - 0.31)**2 + (y - 0.72)**2)/0.00001)"))
    assert "was found in this window" in sentence(pit)
    assert "No point of this window" not in sentence(pit)


@pytest.mark.parametrize("text", ["x**2", "cos(x*y)", "x**2*y**2"])
def test_no_sentence_denies_the_points_of_a_curve(text):
    said = sentence(critical_points(formula(text)))
    assert said.startswith("No single point with a slope of zero was found in this window. The slope is zero along")


def test_the_counts_are_grammatical():
    found = critical_points(formula("x**3 - 3*x*y**2"))
    assert sentence(found) == "Found in this window: 1 degenerate point."
    doubled = found._replace(points=found.points * 4)
    assert sentence(doubled) == "Found in this window: 4 degenerate points."


def test_what_rounding_leaves_of_zero_is_written_as_zero():
    (minimum,) = critical_points(formula("x**2 + y**2")).points
    assert _cells(minimum._replace(position=(1e-17, -3e-16), loss=-4.44e-16))[:3] == ("0", "0", "0")
    assert [settled(value) for value in (-4.44e-16, 9e-15, 1e-13)] == ["0", "0", "10⁻¹³"]


def test_every_kind_is_counted():
    found = critical_points(formula("x**3 - 3*x*y**2"))
    kinds = ("global minimum", "saddle", "maximum", "degenerate")
    every = tuple(found.points[0]._replace(kind=kind) for kind in kinds)
    said = "Found in this window: 1 global minimum, 1 saddle, 1 maximum and 1 degenerate point."
    assert sentence(found._replace(points=every)) == said
