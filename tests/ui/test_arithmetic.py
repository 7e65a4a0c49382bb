"""What is typed into the sidebar's boxes is read as in the stage's: one table for both."""

import math

import pytest

from tests.browser.test_rate import READ_AS
from ui.shared.arithmetic import evaluate
from ui.shared.number_box import read, written


@pytest.mark.parametrize(("text", "value"), READ_AS.items())
def test_a_number_is_read_as_in_a_formula(text: str, value: float | None):
    read = evaluate(text)
    assert math.isnan(read) if value is None else read == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize("text", ["", "nan", "inf", "1/0", "2**2000", "1)+(2", "__import__('os')", "9" * 300])
def test_what_is_no_number_is_refused(text: str):
    with pytest.raises(ValueError, match=r"^Noise is a number from 0 up; got .*\. It stays as it was\.$"):
        read("Noise", text, least=0)


@pytest.mark.parametrize("value", [0, 321, 4294967295, 0.0001, 1e-12, 1 / 3, 1e300, -4.0, 5e-324])
def test_what_is_written_reads_as_the_same(value: float):
    assert read("Any", written(value)) == value


def test_whole_numbers_stay_whole():
    assert isinstance(read("Steps", "3*50", 1, 10_000, whole=True), int)
    with pytest.raises(ValueError, match=r"Steps is a whole number between 1 and 10000; got 2\.5"):
        read("Steps", "2.5", 1, 10_000, whole=True)


def test_an_empty_box_may_mean_something():
    assert read("Clip", " ", may_be_empty=True) is None
