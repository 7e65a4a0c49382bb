"""Many runs of one optimizer side by side, as JAX traces them: what maps, sweeps and ensembles are made of.

A lane makes the steps of `engine.descent.loop` in its order. What a map cannot afford is left out: rows, evaluations
unless they are asked for, and the switch between optimizers; a lane that has stopped stays where it is, and all stop
when nobody goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from engine.basis.optimizer import At, Optimizer
from engine.descent.loop import BY_GRADIENT, OUT_OF_BOUNDS, RUNNING, effective_gradient, judge
from engine.optimizers import OPTIMIZERS
from engine.runs.packing import Settings, unpack
from engine.schedules.plateau import react, watch

CHUNK = 512
"""Lanes of one loop: their state fits the first cache, and they stop together when the slowest has."""
CHUNKS = 8
SLICE = CHUNK * CHUNKS
"""Lanes of one call, chunk after chunk: a window of any resolution is a number of these, so one program serves all. The
smallest live map, 64 x 64, is one: fewer would cost more in calls, more would not fit what else a call brings along."""
LOOK = 16
"""Steps between two looks at whether anybody still goes on."""
BLOCK = 16 * LOOK
"""Steps of one call where every lane is fed rates or noise of its own."""
WIDTH = {"xla_cpu_prefer_vector_width": 512}
"""Eight lanes an instruction where the processor can: a fifth off the time of a map."""
END = ("x", "y", "loss", "slope", "verdict", "steps")
"""And `first` where the lanes are aimed at something, and `evaluations` where they are counted."""
AIMS = 16
"""Points that lanes may be aimed at come by so many: few surfaces have more lowest minima, so nothing recompiles."""


class Coordinates:
    """A position as two scalars. Formulas ask for no more, and XLA then keeps the lanes in registers: stacked into a
    vector and taken apart again, a map takes half as long again. It offers no arithmetic, so that a loss that needs a
    vector raises instead of computing something else.
    """

    __slots__ = ("_pair",)

    def __init__(self, x: Any, y: Any):
        self._pair = (x, y)

    def __getitem__(self, index: int) -> Any:
        if not isinstance(index, int):
            raise TypeError("Coordinates are taken one by one.")
        return self._pair[index]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._pair)

    @property
    def dtype(self) -> Any:
        """Of the coordinates."""
        return self._pair[0].dtype


class Walker(NamedTuple):
    """What one step of a lane hands to the next: scalars but for the optimizer's memory."""

    x: Any
    y: Any
    memory: Any
    steps: Any
    """Updates made, float64. A lane that still goes on has made as many as there were steps, a stopped one fewer: one
    number a lane to read and write in each step, not two. (Masks of bytes beside float64 would not vectorize.)"""
    last_loss: Any
    """As `watch`, () in a program that does not need it."""
    watch: Any
    first: Any
    """Updates made when it was first near an aim, infinity before; () where there is none."""
    evaluations: Any = ()
    """Gradients that its updates have cost; () where they are not counted."""


def by_coordinates(loss_fn: Callable) -> Callable:
    """`(x, y) -> loss`, of `Coordinates` where the loss can do without a vector."""

    def apart(x, y):
        return loss_fn(Coordinates(x, y))

    zero = jax.ShapeDtypeStruct((), np.dtype(float))
    try:
        jax.eval_shape(apart, zero, zero)
    except (TypeError, AttributeError, ValueError, IndexError):
        return lambda x, y: loss_fn(jnp.stack([x, y]))
    return apart


def _measure(loss_fn: Callable) -> Callable:
    """`(x, y) -> (loss, (gx, gy))`."""
    return jax.value_and_grad(by_coordinates(loss_fn), argnums=(0, 1))


def lane(
    loss_fn: Callable, optimizer: Optimizer, plain: bool, aim: Any = None, counted: bool = False
) -> tuple[Callable, Callable]:
    """A lane's `first(settings, x, y, rate) -> Walker` and `step(packed, t, walker, rate, z) -> Walker`.

    `plain` leaves out what most runs do not use: noise, clipping, the loss rule and the plateau schedule. `aim` is
    points (k, 2), NaN for none, and how near to one of them is there. `counted` adds up the gradients that steps cost.
    """

    def noticed(x, y, steps, first):
        if aim is None:
            return ()
        points, radius = aim
        return jnp.where(
            jnp.any(jnp.hypot(x - points[:, 0], y - points[:, 1]) <= radius), jnp.minimum(first, steps), first
        )

    measure = _measure(loss_fn)

    def first(settings, x, y, rate) -> Walker:
        memory = optimizer.init(jnp.stack([x, y]))
        zero = jnp.zeros_like(x)
        rules = ((), ()) if plain else (zero + jnp.inf, watch(zero + rate))
        return Walker(x, y, memory, zero, *rules, noticed(x, y, zero, zero + jnp.inf), zero if counted else ())

    def step(packed, t, walker: Walker, rate, z) -> Walker:
        settings = unpack(packed)
        loss, slopes = measure(walker.x, walker.y)
        position, gradient = jnp.stack([walker.x, walker.y]), jnp.stack(slopes)
        last_loss, memory_of_rates = (), ()
        if plain:
            goes = _goes_on(settings, t, walker, loss, *slopes)
        else:
            goes = judge(settings, t, position, loss, gradient, walker.last_loss) == RUNNING
            rate = jnp.where(t > settings.reacts_from, walker.watch.rate, rate)
            gradient = effective_gradient(loss_fn, settings, position, gradient, z)
            watching = react(walker.watch._replace(rate=rate), loss, settings.plateau)
            memory_of_rates = jax.tree.map(
                lambda new, old: jnp.where(t >= settings.reacts_from, new, old), watching, walker.watch
            )
        before = t.astype(loss.dtype)
        steps = jnp.where(goes & (walker.steps == before), before + 1, walker.steps)
        going = steps > before
        if not plain:  # the rule that stopped the lane is asked for again at its end
            last_loss = jnp.where(going, loss, walker.last_loss)
        knobs = {name: settings.knobs[index] for index, name in enumerate(optimizer.knobs)}
        update, memory, cost = optimizer.step(At(t, position, loss, gradient, loss_fn), walker.memory, rate, knobs)
        x = jnp.where(going, walker.x + update[0], walker.x)
        y = jnp.where(going, walker.y + update[1], walker.y)
        return Walker(
            x,
            y,
            memory,  # a stopped lane's goes on, unread
            steps,
            last_loss,
            memory_of_rates,
            noticed(x, y, steps, walker.first),
            jnp.where(going, walker.evaluations + cost, walker.evaluations) if counted else (),
        )

    return first, step


def _goes_on(settings: Settings, t, walker: Walker, loss, gx, gy):
    """`judge` without the loss rule, from scalars: squares need no root, and `isfinite` does not vectorize."""
    # The smallest number, not 0, where the square underflows: a slope of exactly 0 is below any tolerance but 0.
    tiny = jnp.where(settings.gradient_tolerance > 0, 5e-324, 0.0)
    least = jnp.maximum(settings.gradient_tolerance**2, tiny)
    # Nothing is at least NaN, which is what 0 times a number that is not finite makes of the bound: one comparison
    # for four, and a fifth off a map.
    sound = 0.0 * loss + 0.0 * gx + 0.0 * gy
    inside = (jnp.abs(walker.x) <= OUT_OF_BOUNDS) & (jnp.abs(walker.y) <= OUT_OF_BOUNDS)
    return (gx * gx + gy * gy >= least + sound) & inside & (t < settings.steps)


def _row(rows, index):
    """`rows[index]`, or the last row beyond the end."""
    return jax.lax.dynamic_index_in_dim(rows, index, keepdims=False)


@lru_cache(maxsize=256)
def side_by_side(optimizer: str, plain: bool, aimed: bool = False, counted: bool = False) -> Callable:
    """The program of one optimizer: `(shared, owned) -> ends`, or `-> (state, ends)` in blocks.

    `shared` and `owned` name the same things, those of the second have a leading axis of CHUNKS and a last one of CHUNK
    lanes: starts (2,), settings (s,), rates (r,), z (r, 2), and state (as returned). Rates and z that end early give
    their last row. With a `begin` in `shared` a call makes as many steps from there as rates and z have rows, a
    multiple of LOOK; otherwise it goes to the end. Ends are (CHUNKS, len(END), CHUNK), one row more where it is `aimed`
    at the `aims` within the `radius` of `shared`, and one at the end where evaluations are `counted`.
    """
    rule = OPTIMIZERS[optimizer]

    def build(loss_fn: Callable) -> Callable:
        measure = _measure(loss_fn)

        def end(packed, t, walker: Walker):
            settings = unpack(packed)
            loss, slopes = measure(walker.x, walker.y)
            position, gradient = jnp.stack([walker.x, walker.y]), jnp.stack(slopes)
            last_loss = jnp.inf if plain else walker.last_loss
            verdict = judge(settings, walker.steps, position, loss, gradient, last_loss)
            # Rounded once more, a slope just below the tolerance may come out just above it.
            stopped = jnp.where((verdict == RUNNING) & (walker.steps < t), BY_GRADIENT, verdict)
            slope = jnp.sqrt(jnp.sum(gradient**2))
            told = [walker.x, walker.y, loss, slope, stopped.astype(loss.dtype), walker.steps]
            more = [walker.first] * aimed + [walker.evaluations] * counted
            return jnp.stack([*told, *more])

        def chunk(shared, owned):
            both = {**shared, **owned}
            first, step = lane(loss_fn, rule, plain, (both["aims"], both["radius"]) if aimed else None, counted)
            x, y = both["starts"]
            settings, rates, z, begin = both["settings"], both["rates"], both["z"], both.get("begin", 0)
            of_settings = 1 if "settings" in owned else None
            of_rates = 0 if "rates" in owned else None
            of_z = 1 if "z" in owned else None
            start = jnp.stack([x[0], y[0]])
            axes = Walker(
                0,
                0,
                # The lanes last: every number of the memory is then one stretch.
                jax.tree.map(lambda leaf: leaf.ndim, jax.eval_shape(rule.init, start)),
                0,
                () if plain else 0,
                () if plain else 0,
                0 if aimed else (),
                0 if counted else (),
            )
            begun = jax.vmap(first, in_axes=(of_settings, 0, 0, of_rates), out_axes=axes)(settings, x, y, rates[0])
            if "state" in both:
                begun = jax.tree.map(lambda new, old: jnp.where(begin == 0, new, old), begun, both["state"])
            lanes = jax.vmap(step, in_axes=(of_settings, None, axes, of_rates, of_z), out_axes=axes)

            def go_on(carry):
                t, walkers = carry
                return jnp.any(walkers.steps == t) & ((t < begin + len(rates)) if "begin" in both else True)

            def look(_, carry):
                t, walkers = carry
                return t + 1, lanes(settings, t, walkers, _row(rates, t - begin), _row(z, t - begin))

            t, walkers = jax.lax.while_loop(
                go_on, lambda carry: jax.lax.fori_loop(0, LOOK, look, carry), (jnp.asarray(begin), begun)
            )
            ends = jax.vmap(end, in_axes=(of_settings, None, axes), out_axes=1)(settings, t, walkers)
            return (walkers, ends) if "begin" in both else ends

        def compute(shared, owned):
            return jax.lax.map(partial(chunk, shared), owned)

        return compute

    return build
