"""Which work may go on beside which."""

from concurrent.futures import ThreadPoolExecutor

from live.work.executors import Executors


def test_each_kind_of_work_has_one_thread():
    """A second worker would share the first one's cores, and slow the answers to whoever drags."""
    pools = [pool for pool in vars(Executors()).values() if isinstance(pool, ThreadPoolExecutor)]
    assert [pool._max_workers for pool in pools] == [1] * 6
