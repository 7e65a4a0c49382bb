"""The cache of programs: its bounds in bytes, what it lets go of first, and that what comes back computes the same."""

import ctypes
import gc
import sys
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from engine import (
    OPTIMIZERS,
    Run,
    basin_map,
    cloud,
    critical_points,
    descend,
    explain,
    fastest_rate,
    field,
    hypergradients,
    rate_sweep,
    sharpness,
    stability_map,
    surface,
)
from engine.basis import programs
from engine.basis.executables import IN_MEMORY
from engine.basis.programs import EXECUTABLES, MEGABYTE, Kept, LetGo, Programs, known, let_go, room_in
from engine.networks import model_of
from engine.surfaces.grids import _losses, probe
from landscapes import formula

SQUARE = ((-1.0, 1.0), (-1.0, 1.0))
LEAST, MOST = 0.5, 1.1
"""What is measured of memory, in units of what the cache estimates: never much more, and not less than half."""


@pytest.fixture
def cache(monkeypatch) -> Callable[..., Programs]:
    """Puts an empty cache of some room in the place of the process's own."""

    def replaced(executables: int, packed: int = programs.PACKED) -> Programs:
        made = Programs(executables, packed)
        monkeypatch.setattr(programs, "PROGRAMS", made)
        return made

    return replaced


def really_held(cache: Programs) -> Kept:
    """What is there to be counted, whatever the cache believes."""
    forms = [form for program in cache._programs.values() for form in program.forms.values()]
    return Kept(
        sum(form.memory for form in forms if form.executable is not None),
        sum(len(form.packed.data) for form in forms if form.packed is not None),
    )


def test_executables_and_packed_bytes_stay_within_their_bounds(cache):
    mine = cache(3 * MEGABYTE, 60_000)
    most = Kept(0, 0)
    for k in range(8):
        landscape = formula(f"x**2 + {k}.125*y**2")
        for work in (partial(surface, landscape, SQUARE, 2, 2), partial(sharpness, landscape, [(1, 2)])):
            work()
            assert mine.kept == really_held(mine)
            assert mine.kept.executables <= 3 * MEGABYTE
            assert mine.kept.packed <= 60_000
            most = Kept(*map(max, most, mine.kept))
    # The bounds were reached, or they would have held without a cache that keeps them.
    assert most.executables > 2 * MEGABYTE
    assert most.packed > 45_000


def test_the_cache_is_told_apart_by_bytes_not_by_number(cache):
    mine = cache(EXECUTABLES)
    landscape = formula("x**2 + 3.375*y**2")
    surface(landscape, SQUARE, 2, 2)
    small = mine.kept.executables
    descend(Run(landscape))
    assert mine.kept.executables - small > 10 * small


@pytest.mark.skipif(sys.platform != "linux", reason="malloc counts what it has given out with glibc only")
def test_an_executable_takes_the_memory_that_is_estimated(cache):
    mine = cache(EXECUTABLES)
    landscape = formula("x**2 + 5.375*y**2 + sin(x*y)")
    works = [lambda: descend(Run(landscape)), lambda: fastest_rate(Run(landscape)), lambda: explain(Run(landscape), 3)]
    for work in works:
        work()
    forms = [form for program in mine._programs.values() for form in program.forms.values()]
    for form in forms:
        form.executable = None
    gc.collect()
    before = given_out()
    for work in works:
        work()
    gc.collect()
    measured = given_out() - before
    estimated = sum(form.memory for form in forms)
    assert estimated > 20 * MEGABYTE
    assert LEAST < measured / estimated < MOST


def given_out() -> int:
    """Bytes that malloc has given out and that have not been freed."""

    class Counts(ctypes.Structure):
        _fields_ = [(name, ctypes.c_size_t) for name in ("a", "b", "c", "d", "mapped", "e", "f", "used", "g", "h")]

    libc = ctypes.CDLL(None)
    if not hasattr(libc, "mallinfo2"):
        pytest.skip("malloc does not tell what it has given out")
    libc.mallinfo2.restype = Counts
    counts = libc.mallinfo2()
    return counts.used + counts.mapped


def answers(landscape, model) -> list[np.ndarray]:
    """Numbers of every kind of program, of landscapes and of a loss on data."""
    told = []
    for key in OPTIMIZERS:
        path = descend(Run(landscape, key, start=(1.5, 0.5), rate=0.03, steps=60, noise=0.1, clip_norm=2))
        told += [path.points, path.losses, path.gradients, path.rates]
    run = Run(landscape, "momentum", start=(1.5, 0.5), rate=0.03, steps=60)
    step = explain(run, 3)
    told.append(np.array([*step.old, *step.new, *step.update, step.loss]))
    told += [surface(landscape, SQUARE, 9, 8), field(landscape, SQUARE, 4, 3), sharpness(landscape, [(1, 2), (0, 3)])]
    told.append(np.array([fastest_rate(replace(run, steps=300)) or 0.0]))
    basins = basin_map(run, 16)
    told += [basins.labels, basins.steps, basins.minima]
    told += [rate_sweep(run, [0.01, 0.1, 1]).final_losses, stability_map(run, [0.01, 0.1], [0, 0.9]).steps]
    told += [points for _, points in cloud(Run(landscape, noise=0.3, steps=64), 8, 16)]
    told.append(np.array([slope.value or 0.0 for slope in hypergradients(run).slopes.values()]))
    told.append(np.array([place.position for place in critical_points(landscape).points]))
    on_data = Run(model, "adam", rate=0.05, steps=40, batch_size=8)
    told += [
        descend(on_data).points,
        surface(model, model.window, 5, 5),
        np.array(explain(on_data, 7).effective_gradient),
    ]
    return told


def test_what_was_let_go_of_answers_the_same_to_the_last_bit_and_compiles_nothing(cache, compilations):
    landscape, model = formula("x**2 + 2.375*y**2 + cos(x*y)"), model_of("linear_regression").landscape
    cache(EXECUTABLES)
    compiled = answers(landscape, model)
    mine = cache(0)  # every call reads its program back
    first = answers(landscape, model)
    assert mine.kept.executables == 0
    assert let_go(landscape.loss).executables > 30
    with compilations.none():
        again = answers(landscape, model)
    for one, two, three in zip(compiled, first, again, strict=True):
        np.testing.assert_array_equal(one, two)
        np.testing.assert_array_equal(one, three)


def test_a_program_without_its_packed_bytes_is_compiled_again(cache, compilations):
    mine = cache(0, 0)
    landscape = formula("x**2 + 4.375*y**2")
    first = surface(landscape, SQUARE, 4, 4)
    assert mine.kept == Kept(0, 0)
    assert not known(_losses, landscape.loss)
    assert let_go(landscape.loss) == LetGo(1, 1)
    before = compilations.count
    np.testing.assert_array_equal(surface(landscape, SQUARE, 4, 4), first)
    assert compilations.count > before


def test_what_is_used_stays_and_what_was_not_for_longest_goes(cache):
    mine = cache(3 * MEGABYTE)
    used, *others = (formula(f"x**2 + {k}.625*y**2") for k in range(30))
    surface(used, SQUARE, 2, 2)
    for other in others:
        surface(other, SQUARE, 2, 2)
        surface(used, SQUARE, 2, 2)
    assert let_go(used.loss) == LetGo()
    assert let_go(others[0].loss) == LetGo(1, 0)
    assert let_go(others[-1].loss) == LetGo()
    assert known(_losses, others[0].loss)
    assert mine.kept.executables > 2 * MEGABYTE


def test_what_is_compiled_ahead_displaces_nothing_that_is_used(cache):
    mine = cache(3 * MEGABYTE)
    used = [formula(f"x**2 + {k}.875*y**2") for k in range(6)]
    for one in used:
        surface(one, SQUARE, 2, 2)
    with mine.ahead():
        ahead = [formula(f"x**2 + {k}.9375*y**2") for k in range(30)]
        for one in ahead:
            surface(one, SQUARE, 2, 2)
    assert {let_go(one.loss) for one in used} == {LetGo()}
    assert let_go(ahead[-1].loss).executables == 1
    assert all(known(_losses, one.loss) for one in ahead)
    assert let_go(ahead[0].loss) == LetGo()  # there was room for the first


def test_an_executable_that_runs_while_it_is_let_go_of_runs_to_its_end(cache):
    """Threads that drag different surfaces through a cache with room for none of them, each against the same alone."""
    cache(0)
    runs = [
        Run(formula(f"x**2 + {k}.5625*y**2"), optimizer=key, start=(2, 1), rate=0.02)
        for k in (1, 2, 3)
        for key in ("adam", "bfgs")
    ]
    alone = [descend(run).points for run in runs]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda number: descend(runs[number % 6]).points, range(120)))
    for number, points in enumerate(together):
        np.testing.assert_array_equal(points, alone[number % 6])


def test_nothing_else_holds_an_executable_that_was_let_go_of(cache):
    mine = cache(EXECUTABLES)
    landscape = formula("x**2 + 7.375*y**2")
    probe(landscape, (1, 2))
    (program,) = mine._programs.values()
    (form,) = program.forms.values()
    held = weakref.ref(form.executable)
    assert held() is not None
    form.executable = None
    gc.collect()
    assert held() is None


def test_the_table_is_bounded_too(cache, monkeypatch):
    monkeypatch.setattr(programs, "MOST", 3)
    mine = cache(EXECUTABLES)
    for k in range(6):
        surface(formula(f"x**2 + {k}.1875*y**2"), SQUARE, 2, 2)
    assert len(mine._programs) == 3
    assert mine.kept == really_held(mine)


@pytest.mark.parametrize(("named", "room"), [("", EXECUTABLES), ("1000", 1000 * MEGABYTE), (" 64 ", 64 * MEGABYTE)])
def test_a_host_names_the_room(named, room):
    assert room_in({"DESCENT_LAB_PROGRAMS": named}) == room
    assert room_in({}) == EXECUTABLES


@pytest.mark.parametrize("named", ["many", "-1", "1.5", "1 GB", "١٢"])
def test_a_room_that_is_no_number_is_refused_with_a_sentence(named):
    with pytest.raises(ValueError, match=r"DESCENT_LAB_PROGRAMS .* Write a whole number"):
        room_in({"DESCENT_LAB_PROGRAMS": named})


def test_the_estimate_is_of_the_serialized_executable(cache):
    mine = cache(EXECUTABLES)
    surface(formula("x**2 + 8.375*y**2"), SQUARE, 2, 2)
    (form,) = next(iter(mine._programs.values())).forms.values()
    assert form.memory % IN_MEMORY == 0
    assert form.memory > 10 * len(form.packed.data)
