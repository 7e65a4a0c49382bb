"""Strict JAX for every test: float64, which `landscapes` sees to, and no silent broadcasting between ranks.

A counter of compilations stands beside it.
"""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import jax
import pytest

import landscapes  # noqa: F401  (sets JAX up before its first use)
from live.work.programs import keep_programs

jax.config.update("jax_numpy_rank_promotion", "raise")
# Both workers and their servers run the same programs: what one has compiled, the others need not.
keep_programs()

COMPILATION = "/jax/core/compile/backend_compile_duration"

# Files with tests of half a minute and more: begun last, one would run alone while the other worker has none left.
LONGEST = {
    f"test_{name}.py" for name in ("learn", "learn_by_thumb", "lecture_words", "networks", "fit", "axe", "visitor")
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest; the rest stays in its order."""
    items.sort(key=lambda item: item.path.name not in LONGEST)


def pytest_collection_finish() -> None:
    """Leave what has been imported and collected out of the search for garbage.

    It is two thirds of a million objects and stays to the end. Every full collection, of which programs ask one for
    sixteen of them, would look through it anew for a third of a second.
    """
    gc.collect()
    gc.freeze()


@pytest.fixture
def thawed() -> Iterator[None]:
    """For a test of what is frozen: nothing is when it begins, and the same as before when it has ended."""
    gc.unfreeze()
    yield
    gc.unfreeze()
    gc.collect()
    gc.freeze()


class Compilations:
    """How many programs XLA has compiled in this process."""

    def __init__(self) -> None:
        self.count = 0
        jax.monitoring.register_event_duration_secs_listener(self._hear)

    def _hear(self, event: str, duration_secs: float, **_: object) -> None:
        self.count += event == COMPILATION

    @contextmanager
    def none(self) -> Iterator[None]:
        """Assert that nothing is compiled inside."""
        before = self.count
        yield
        assert self.count == before


@pytest.fixture(scope="session")
def compilations() -> Compilations:
    return Compilations()


@pytest.fixture(autouse=True)
def _usual_precision() -> Iterator[None]:
    """Exported programs set torch to float64 for their process; the next test finds it as a new process does."""
    yield
    if torch := sys.modules.get("torch"):
        torch.set_default_dtype(torch.float32)
