"""The compiled programs of each landscape: one cache, bounded in bytes, shared by all threads.

A program is kept twice: as the executable that runs, and packed, as the bytes that it is read back from. An executable
is some two hundred times as large as its packed bytes and the first to go; bringing it back takes a tenth of the time
that compiling it took, and computes the same to the last bit.
"""

from __future__ import annotations

import os
import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial, wraps
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from engine.basis.executables import Packed, make, unpack
from landscapes.on_data import LossOnData
from landscapes.parameters import LossWithParameters, program_key

MEGABYTE = 2**20
EXECUTABLES = 224 * MEGABYTE
"""Bytes of executables that are kept to run, by `Packed.memory`: all that draws runs on 20 surfaces, or all that can be
asked of two."""
PACKED = 32 * MEGABYTE
"""Bytes of packed programs: all that the wire can ask of 27 surfaces, and a class's formulas."""
MOST = 4_096
"""Programs that are known by name, whether or not anything is kept of them."""


def room_in(environment: Mapping[str, str] = os.environ) -> int:
    """Bytes for executables: DESCENT_LAB_PROGRAMS, in megabytes, or `EXECUTABLES`.

    Raises ValueError with a sentence where it is no whole number.
    """
    named = environment.get("DESCENT_LAB_PROGRAMS", "").strip()
    if not named:
        return EXECUTABLES
    if not (named.isascii() and named.isdecimal()):
        raise ValueError(
            f'DESCENT_LAB_PROGRAMS is the memory for compiled programs in megabytes; got "{named[:40]}". Write a whole '
            "number such as 1000, or leave it out."
        )
    return int(named) * MEGABYTE


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


class Kept(NamedTuple):
    """What a cache holds at present."""

    executables: int
    """Bytes in memory, estimated by `Packed.memory`."""
    packed: int
    """Bytes."""


class LetGo(NamedTuple):
    """How often a cache has let go of what belongs to one loss: who remembers that something is compiled asks again."""

    executables: int = 0
    programs: int = 0
    """Of which nothing is kept any more: the next call compiles."""


Key = tuple[Callable, Callable, Hashable]
"""What builds a program, its loss (or the first again, where there is none), and what size it is compiled for."""


class Form:
    """A program for arguments of certain shapes."""

    __slots__ = ("executable", "lock", "memory", "packed")

    def __init__(self) -> None:
        self.executable: Callable | None = None
        self.memory = 0
        """Bytes of the executable, by `Packed.memory`."""
        self.packed: Packed | None = None
        self.lock = threading.Lock()
        """Held while it is compiled or read back: of threads that ask together one works and the others wait."""


class Program:
    """A function of arrays, compiled on its first call for each shape of its arguments."""

    __slots__ = ("_cache", "_key", "_latest", "_options", "_traced", "forms")

    def __init__(self, cache: Programs, key: Key, traced: Callable[[], Callable], options: Mapping[str, Any]):
        self._cache, self._key, self._traced, self._options = cache, key, traced, dict(options)
        self._latest = Form()
        """Of the call before."""
        self.forms: dict[Any, Form] = {}
        """By what `_shapes` says of the arguments."""

    def __call__(self, *arguments: Any) -> Any:
        """What the function gives."""
        # Referred to from here, an executable that the cache lets go of meanwhile lives until it has run.
        if (executable := self._latest.executable) is not None:
            try:
                return executable(*arguments)
            except TypeError:  # other shapes; to tell them first would take a twentieth of a run's time
                pass
        shapes = _shapes(arguments)
        form = self._latest = self.forms.setdefault(shapes, Form())
        return (form.executable or self._bring(form, arguments))(*arguments)

    @property
    def is_kept(self) -> bool:
        """Whether a call, for some shapes, does not compile."""
        return any(form.executable or form.packed for form in list(self.forms.values()))

    def _bring(self, form: Form, arguments: tuple[Any, ...]) -> Callable:
        with form.lock:
            if form.executable is not None:
                return form.executable
            packed = form.packed
            if packed is None:
                executable, packed = make(self._traced(), arguments, self._options)
            else:
                executable = unpack(packed)
            self._cache.keep(self._key, self, form, executable, packed)
            return executable


class OnData:
    """A program that is handed the same data with each call."""

    __slots__ = ("_data", "_program")

    def __init__(self, program: Program, data: Any):
        self._program, self._data = program, data

    def __call__(self, *arguments: Any) -> Any:
        """What the function gives."""
        return self._program(self._data, *arguments)


def _shapes(arguments: tuple[Any, ...]) -> Any:
    """Equal for arguments that one executable can take: shapes, types, and how they are nested."""
    leaves, tree = jax.tree.flatten(arguments)
    return tree, *[(leaf.shape, leaf.dtype) if hasattr(leaf, "dtype") else type(leaf) for leaf in leaves]


class Programs:
    """Programs by key in the order of their use, and as much of them as two bounds in bytes leave room for.

    What was not used for longest goes first. The lock guards the table only; compiling happens in the caller's call, so
    that threads that ask for different programs do not wait for each other.
    """

    def __init__(self, executables: int, packed: int = PACKED):
        self._room = Kept(executables, packed)
        self._held = [0, 0]
        self._programs: OrderedDict[Key, Program] = OrderedDict()
        self._let_go: weakref.WeakKeyDictionary[Callable, LetGo] = weakref.WeakKeyDictionary()
        self._lock = threading.Lock()
        self._thread = threading.local()

    @property
    def kept(self) -> Kept:
        """How much is held."""
        with self._lock:
            return Kept(*self._held)

    def let_go(self, loss: Callable) -> LetGo:
        """What went of a loss so far."""
        return self._let_go.get(loss, LetGo())

    def get(self, key: Key, traced: Callable[[], Callable], options: Mapping[str, Any]) -> Program:
        """The program of a key, made of `traced()` where there is none; it counts as used now."""
        with self._lock:
            found = self._programs.get(key)
            if found is None:
                found = self._programs[key] = Program(self, key, traced, options)
                self._programs.move_to_end(key, last=not self._is_ahead)
                while len(self._programs) > MOST:
                    self._forget(*self._programs.popitem(last=False))
            elif not self._is_ahead:
                self._programs.move_to_end(key)
            return found

    def find(self, key: Key) -> Program | None:
        """The program of a key, if it is known; this is no use of it."""
        return self._programs.get(key)

    def keep(self, key: Key, program: Program, form: Form, executable: Callable, packed: Packed) -> None:
        """Keep a form's executable and packed bytes, and let go of the oldest that leave no room for them."""
        with self._lock:
            if self._programs.setdefault(key, program) is not program:
                return  # forgotten while it was held, and made again since
            self._held[0] += packed.memory
            self._held[1] += len(packed.data) - (len(form.packed.data) if form.packed else 0)
            form.executable, form.packed, form.memory = executable, packed, packed.memory
            for old, one in self._programs.items() if self._held[0] > self._room.executables else ():
                if self._held[0] <= self._room.executables:
                    break
                self._let_go_of(old, one, executables=True)
            for old, one in self._programs.items() if self._held[1] > self._room.packed else ():
                if self._held[1] <= self._room.packed:
                    break
                self._let_go_of(old, one, packed=True)

    def empty(self) -> None:
        """Forget every program, as a new process does."""
        with self._lock:
            while self._programs:
                self._forget(*self._programs.popitem())

    def _forget(self, key: Key, program: Program) -> None:
        self._let_go_of(key, program, executables=True, packed=True)

    def _let_go_of(self, key: Key, program: Program, *, executables: bool = False, packed: bool = False) -> None:
        before = gone, lost = self._let_go.get(key[1], LetGo())
        for form in list(program.forms.values()):
            kept = bool(form.executable or form.packed)
            if executables and form.executable is not None:
                form.executable, gone = None, gone + 1
                self._held[0] -= form.memory
            if packed and form.packed is not None:
                self._held[1] -= len(form.packed.data)
                form.packed = None
            lost += kept and not (form.executable or form.packed)
        if (gone, lost) != before:
            self._let_go[key[1]] = LetGo(gone, lost)

    @property
    def _is_ahead(self) -> bool:
        return getattr(self._thread, "ahead", False)

    @contextmanager
    def ahead(self) -> Iterator[None]:
        """What this thread compiles within counts as the least recently used: it must not displace what visitors use.

        Where there is no room it is packed at once.
        """
        before, self._thread.ahead = self._is_ahead, True
        try:
            yield
        finally:
            self._thread.ahead = before


PROGRAMS = Programs(room_in())
"""Those of this process."""


def program(build: Callable[[Callable], Callable], loss: Callable, rows: int = 0, **options: int) -> Program | OnData:
    """`build(loss)`, compiled on first use, with XLA's compiler `options` (one `build` always has the same ones)
    and the loss's own.

    `rows` tells apart the lengths of buffers that it is compiled for. Losses on data of one kind share a program, which
    is handed the data with each call, and so do those of a formula whose parameters have other values.
    """
    key = (build, program_key(loss), rows)
    if isinstance(loss, LossOnData):

        def traced() -> Callable:
            return lambda data, *inputs: build(_Given(loss, data))(*inputs)

        return OnData(PROGRAMS.get(key, traced, {**options, **loss.compiler_options}), loss.data)
    if isinstance(loss, LossWithParameters):

        def traced_at_values() -> Callable:
            return lambda values, *inputs: build(_Valued(loss, values))(*inputs)

        return OnData(PROGRAMS.get(key, traced_at_values, options), loss.data)
    return PROGRAMS.get(key, lambda: build(_real(loss)), options)


def compiled_for_each_bucket(options: Mapping[str, Any]) -> Callable[[Callable], Callable[..., Any]]:
    """Decorates a function of arrays and one keyword argument, `bucket`: a program of its own for each."""

    def decorated(function: Callable) -> Callable[..., Any]:
        @wraps(function)
        def call(*arguments: Any, bucket: Hashable) -> Any:
            return PROGRAMS.get((function, function, bucket), lambda: partial(function, bucket=bucket), options)(
                *arguments
            )

        return call

    return decorated


def known(build: Callable[[Callable], Callable], loss: Callable, rows: int = 0) -> bool:
    """Whether a call of that program does not compile."""
    found = PROGRAMS.find((build, program_key(loss), rows))
    return found is not None and found.is_kept


def let_go(loss: Callable) -> LetGo:
    """How often something that belongs to a loss was let go of."""
    return PROGRAMS.let_go(program_key(loss))
