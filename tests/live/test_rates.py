"""The allowance of a connection."""

import pytest

from live.wire.rates import Allowance


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_second_s_worth_is_free_and_the_next_waits_its_share(clock: Clock):
    allowance = Allowance(120, clock)
    for _ in range(121):
        assert allowance.delay() == 0
        allowance.spend(1)
    assert allowance.delay() == pytest.approx(1 / 120)
    clock.now += 1 / 120
    assert allowance.delay() == pytest.approx(0, abs=1e-12)


def test_one_question_dearer_than_a_second_is_let_through_and_paid_for_afterwards(clock: Clock):
    allowance = Allowance(2e6, clock)
    assert allowance.delay() == 0
    allowance.spend(5e6)
    assert allowance.delay() == pytest.approx(1.5)
    clock.now += 1.5
    assert allowance.delay() == pytest.approx(0, abs=1e-9)


def test_no_more_than_a_second_is_saved(clock: Clock):
    allowance = Allowance(10, clock)
    clock.now += 3600
    allowance.spend(20)
    assert allowance.delay() == pytest.approx(1.0)


def test_the_average_holds_over_ten_seconds(clock: Clock):
    allowance = Allowance(100, clock)
    let_through = 0
    end = clock.now + 10
    while clock.now < end:
        delay = allowance.delay()
        if delay > 0:
            # A little over, as a sleep is; without it a rounding could leave nothing to wait for and nothing to spend.
            clock.now += delay + 1e-9
            continue
        allowance.spend(7)
        let_through += 7
    # 10 s at 100, the second saved up, and one question of 7 into debt.
    assert 1000 <= let_through <= 1107
