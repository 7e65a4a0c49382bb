"""The compiled programs of each landscape: one bounded cache, shared by all threads."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp

from landscapes.on_data import LossOnData
from landscapes.parameters import LossWithParameters, program_key

MOST_LANDSCAPES = 64
"""Landscapes whose programs are kept: all built-ins and a class's worth of typed formulas."""


def _real(loss: Callable) -> Callable:
    """A loss that is float64 whatever it is made of: the formula `3` is an integer, and has no gradient as one."""
    return lambda point: jnp.asarray(loss(point), point.dtype)


class _Valued:
    """A loss whose parameters' values a program is given, under trace."""

    def __init__(self, loss: LossWithParameters, values: Any):
        self._loss, self._values = loss, values

    def __call__(self, position):
        # Float64 whatever it is made of, as `_real` has it.
        return jnp.asarray(self._loss.mean(position, self._values), position.dtype)


class _Given:
    """A loss on data that a program is given, under trace; `on_rows` is the loss of a mini-batch."""

    def __init__(self, loss: LossOnData, data: Any):
        self._loss, self._data = loss, data

    def __call__(self, position):
        return self._loss.mean(position, self._data)

    def on_rows(self, position, weights):
        assert self._loss.on_rows is not None
        return self._loss.on_rows(position, self._data, weights)


class Program:
    """A jitted function, and for which sizes of its buffers it has been called: only then does a call not compile."""

    __slots__ = ("_compiled", "sizes")

    def __init__(self, compiled: Callable, sizes: set[int]):
        self._compiled = compiled
        self.sizes = sizes

    def __call__(self, *arguments: Any) -> Any:
        """What the function gives; the first time for each shape it compiles."""
        return self._compiled(*arguments)

    def on(self, data: Any) -> Program:
        """The same program, handed these data with each call."""
        return Program(partial(self._compiled, data), self.sizes)


_programs: OrderedDict[tuple[Callable, Callable], Program] = OrderedDict()
_PROGRAMS_EACH = 24
"""On average: a visitor of the maps has one or two more for each optimizer that he tries."""
_lock = threading.Lock()


def program(build: Callable[[Callable], Callable], loss: Callable, **options: int) -> Program:
    """`build(loss)`, jitted on first use, with XLA's compiler `options` (one `build` always has the same ones)
    and the loss's own.

    The lock guards the table only: compiling happens in the caller's call, where JAX lets threads that ask for the same
    program wait for one of them, and threads that ask for another go on. Losses on data of one kind share a program,
    which is handed the data with each call, and so do those of a formula whose parameters have other values.
    """
    if isinstance(loss, LossOnData):

        def traced() -> Callable:
            return lambda data, *inputs: build(_Given(loss, data))(*inputs)

        return _kept(_key(build, loss), traced, {**options, **loss.compiler_options}).on(loss.data)
    if isinstance(loss, LossWithParameters):

        def traced_at_values() -> Callable:
            return lambda values, *inputs: build(_Valued(loss, values))(*inputs)

        return _kept(_key(build, loss), traced_at_values, options).on(loss.data)
    return _kept(_key(build, loss), lambda: build(_real(loss)), options)


def _key(build: Callable, loss: Callable) -> tuple[Callable, Callable]:
    return build, program_key(loss)


def _kept(key: tuple[Callable, Callable], traced: Callable[[], Callable], options: dict[str, Any]) -> Program:
    with _lock:
        if key in _programs:
            _programs.move_to_end(key)
            return _programs[key]
        made = _programs[key] = Program(jax.jit(traced(), compiler_options=options or None), set())
        while len(_programs) > MOST_LANDSCAPES * _PROGRAMS_EACH:
            _programs.popitem(last=False)
        return made


def known(build: Callable[[Callable], Callable], loss: Callable, size: int) -> bool:
    """Whether that program was made and has been called for buffers of this size."""
    key = _key(build, loss)
    with _lock:
        return key in _programs and size in _programs[key].sizes
