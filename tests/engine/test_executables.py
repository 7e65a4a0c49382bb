"""Executables in a folder: read back by the next start, the same to the last bit, and never in the way of an answer."""

import os

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from engine.basis import executables
from engine.basis.executables import make, pack, unpack


def waves(x):
    return jnp.sin(3 * x) / 7 + jnp.exp(x) * jnp.sum(x)


def other_waves(x):
    return jnp.sin(4 * x) / 7 + jnp.exp(x) * jnp.sum(x)


X = np.linspace(-1, 1, 37)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Where this test's executables are kept."""
    kept = tmp_path / "executables"
    monkeypatch.setattr(executables, "_folder", lambda: kept)
    return kept


@pytest.fixture
def compiles(monkeypatch):
    """What was compiled, and not read, from here on."""
    seen = []
    monkeypatch.setattr(executables, "pack", lambda executable: seen.append(1) or pack(executable))
    return seen


def test_the_next_start_reads_it_and_computes_the_same(folder, compiles):
    first, packed = make(waves, (X,), {})
    second, again = make(waves, (X,), {})
    assert len(compiles) == 1
    assert again.data == packed.data
    assert again.memory == packed.memory
    np.testing.assert_array_equal(first(X), second(X))
    np.testing.assert_array_equal(unpack(again)(X), first(X))
    assert folder.stat().st_mode & 0o777 == 0o700


def test_what_was_read_can_be_packed_for_the_next_time_too(folder, compiles):
    expected = np.asarray(make(waves, (X,), {})[0](X))
    for _ in range(2):
        _, packed = make(waves, (X,), {})
        np.testing.assert_array_equal(unpack(packed)(X), expected)
    assert len(compiles) == 1


def test_another_program_shape_option_or_machine_is_another_executable(folder, compiles, monkeypatch):
    asked = [
        (waves, (X,), {}),
        (other_waves, (X,), {}),
        (waves, (X[:9],), {}),
        (waves, (X,), {"xla_cpu_prefer_vector_width": 512}),
        (lambda x, y: waves(x), (X, X), {}),
        (lambda x, y: waves(y), (X, X), {}),
    ]
    told = [make(*one)[0] for one in asked]
    assert len(compiles) == len(asked)
    y = X + 1
    np.testing.assert_array_equal(make(*asked[4])[0](X, y), told[0](X))
    np.testing.assert_array_equal(make(*asked[5])[0](X, y), told[0](y))
    assert len(compiles) == len(asked)
    executables._machine.cache_clear()
    monkeypatch.setenv("XLA_FLAGS", os.environ["XLA_FLAGS"] + " ")
    try:
        make(*asked[0])
    finally:
        executables._machine.cache_clear()
    assert len(compiles) == len(asked) + 1


@pytest.mark.parametrize("left", [0, 5, 8, 40, -1])
def test_a_damaged_file_is_compiled_and_written_anew(folder, compiles, caplog, left):
    expected = np.asarray(make(waves, (X,), {})[0](X))
    (path,) = folder.iterdir()
    whole = path.read_bytes()
    path.write_bytes(whole[:left])
    np.testing.assert_array_equal(make(waves, (X,), {})[0](X), expected)
    assert len(compiles) == 2
    assert "cannot be read" in caplog.text
    make(waves, (X,), {})
    assert len(compiles) == 2


def test_a_folder_that_cannot_be_written_keeps_nothing_and_stops_nothing(tmp_path, compiles, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(executables, "_folder", lambda: tmp_path / "file")
    for expected in (1, 2):
        executable, _ = make(waves, (X,), {})
        assert np.isfinite(executable(X)).all()
        assert len(compiles) == expected


def test_without_a_folder_everything_is_compiled(compiles, monkeypatch):
    monkeypatch.setattr(executables, "_folder", lambda: None)
    make(waves, (X,), {})
    make(waves, (X,), {})
    assert len(compiles) == 2


def test_reading_counts_as_jax_counts_what_it_reads(folder, compilations):
    make(waves, (X,), {})
    before = compilations.count
    make(waves, (X,), {})
    assert compilations.count == before + 1


def test_jax_s_own_cache_has_no_part_in_it(folder, compiles, tmp_path):
    """Neither writes it what we compile, nor is anything read from it: that could not be packed."""
    own = jax.config.jax_compilation_cache_dir
    assert own, "the tests run with kept programs"
    before = set(os.listdir(own))
    executable, packed = make(lambda x: waves(x) * os.getpid(), (X,), {})
    assert not {name for name in set(os.listdir(own)) - before if "kept_by_us" in name}
    np.testing.assert_array_equal(unpack(packed)(X), executable(X))
