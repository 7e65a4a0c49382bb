"""Which work may go on beside which."""

from live.work.executors import Executors
from live.work.turns import Turns


def test_each_kind_of_work_has_one_thread():
    """A second worker would share the first one's cores, and slow the answers to whoever drags."""
    pools = [turns.thread for turns in vars(Executors()).values() if isinstance(turns, Turns)]
    assert [pool._max_workers for pool in pools] == [1] * 6
