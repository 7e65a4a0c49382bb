"""A run as a JAX program: the update rule written out, so that every line of it can be read."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from engine.descent.loop import OUT_OF_BOUNDS
from engine.export.script import (
    INDENT,
    axes_of,
    by_part,
    columns,
    counted,
    draws,
    formula_of,
    indented,
    is_steady,
    kept_words,
    letters_of,
    lines_of,
    listing_of,
    needs_numpy,
    number,
    report,
    title,
    warm_up_of,
    warm_up_rate,
    words,
)
from engine.optimizers import OPTIMIZERS
from engine.runs.run import Run
from engine.runs.segments import Segment, segments
from engine.schedules import SCHEDULES


def jax_code(run: Run, own: str = "") -> str:
    """Source that leaves `points`, a list of (x, y) tuples from the start on: those of `descend(run)`.

    Before chaos they agree to 1e-9. The first line says what the run is called, if it has a name of its `own`.
    Raises ValueError, with a sentence, for a surface that is no formula.
    """
    parts = segments(run)
    x, y = (number(part) for part in run.start)
    lines = [title(run, "JAX", own), "", "import jax", "import jax.numpy as jnp"]
    lines += ["import numpy as np"] if needs_numpy(run) else []
    lines += ["", 'jax.config.update("jax_enable_x64", True)', "", ""]
    lines += [*_loss(run), "", "", "loss_and_gradient = jax.jit(jax.value_and_grad(loss_fn))"]
    lines += ["batch_gradient = jax.jit(jax.grad(loss_fn))"] if run.batch_size is not None else []
    lines += [f"w = jnp.array([{number(run.start[0])}, {number(run.start[1])}], dtype=float)  # 1. start somewhere"]
    lines += _begin(parts[0], None)
    lines += draws(run)
    lines += [f"points = [({x}, {y})]", ""]
    if run.loss_tolerance:
        lines += ['last_loss = float("inf")']
    lines += [f"for step in range({run.steps}):  # 4. again, until it arrives"]
    lines += indented("\n".join(_step(run, parts)))
    lines += report(run, "float(loss_fn(w))")
    return "\n".join(lines) + "\n"


def _loss(run: Run) -> list[str]:
    """The lines that define `loss_fn`, with the data before it where it is measured on data."""
    listing = listing_of(run)
    if listing is None:
        x, y = axes_of(run)
        lines = [f"{x}, {y} = w", *letters_of(run, "jnp.array({})"), f"return {formula_of(run, run.landscape.jax)}"]
        return ["def loss_fn(w):", *indented("\n".join(lines))]
    return [
        *columns(listing, "jnp.array(", ", dtype=float)"),
        "",
        "",
        "def loss_fn(w, rows=slice(None)):",
        f"{INDENT}x, y = w",
        f"{INDENT}u, t = inputs[rows], targets[rows]",
        f"{INDENT}return ({listing.jax}).mean()",
    ]


def _begin(part: Segment, before: Segment | None) -> list[str]:
    """The lines before the first step of a part: what its rule and its schedule begin with."""
    run = part.run
    rule, schedule = OPTIMIZERS[run.optimizer].code, SCHEDULES[run.schedule].code
    texts = words(run, part.counted)
    lines = [] if part.keeps else lines_of(rule.jax_start, texts)
    if before is not None and part.goes_on and schedule.jax_after:
        changed = run.rate / before.run.rate
        return [*lines, *([f"rate = rate * {changed!r}"] if changed != 1 else [])]
    lines += lines_of(schedule.jax_start, texts)
    return [*lines, *([f"rate = {number(run.rate)}"] if is_steady(run) else [])]


def _rate(part: Segment, texts: dict[str, str]) -> list[str]:
    """The lines that make the rate of a step."""
    run = part.run
    schedule, length = SCHEDULES[run.schedule].code, warm_up_of(run)
    if is_steady(run):
        return []
    lines = lines_of(schedule.jax_before, texts)
    lines += [] if schedule.jax_after else [f"rate = {schedule.jax.format_map(texts)}"]
    if not length:
        return lines
    length += part.counted
    warm = [f"if step < {length}:  # the warm-up", f"{INDENT}rate = {warm_up_rate(run, texts, part.counted)}"]
    if schedule.jax_after:
        return [*warm, f"elif step == {length}:", f"{INDENT}rate = {texts['rate']}"]
    return [*warm, "else:", *indented("\n".join(lines))]


def _move(part: Segment) -> list[str]:
    """The lines that turn a gradient into the next position."""
    run = part.run
    rule, schedule = OPTIMIZERS[run.optimizer].code, SCHEDULES[run.schedule].code
    texts = words(run, part.counted)
    lines = [*_rate(part, texts), *lines_of(counted(rule.jax_step, part.since), texts)]
    after, watched_from = lines_of(schedule.jax_after, texts), part.counted + warm_up_of(run)
    if after and warm_up_of(run):
        after = [f"if step >= {watched_from}:", *indented("\n".join(after))]
    return lines + after


def _step(run: Run, parts: Sequence[Segment]) -> list[str]:
    lines = []
    for before, part in pairwise(parts):
        begin = [kept_words(part, before), *_begin(part, before)]
        lines += [f"if step == {part.begin}:  {begin[0]}", *indented("\n".join(begin[1:] or ["pass"]))]
    lines += ["loss, g = loss_and_gradient(w)  # 2. the gradient"]
    lines += [
        f"if not (jnp.isfinite(loss) and jnp.isfinite(g).all() and jnp.abs(w).max() <= {OUT_OF_BOUNDS:g}):",
        f"{INDENT}break  # diverged",
    ]
    if run.gradient_tolerance:
        lines += [
            f"if jnp.linalg.norm(g) < {run.gradient_tolerance!r}:",
            f"{INDENT}break  # converged: the slope is gone",
        ]
    if run.loss_tolerance:
        lines += [
            f"if abs(loss - last_loss) < {run.loss_tolerance!r}:",
            f"{INDENT}break  # converged: the loss rests",
            "last_loss = loss",
        ]
    if run.batch_size is not None:
        lines += ["g = batch_gradient(w, batches[step])  # what this mini-batch feels"]
    if run.noise:
        lines += ["g = g + noise[step]  # as if only a batch had been seen"]
    if run.clip_value is not None:
        lines += [f"g = jnp.clip(g, -{number(run.clip_value)}, {number(run.clip_value)})"]
    if run.clip_norm is not None:
        lines += [f"g = g * jnp.minimum({number(run.clip_norm)} / (jnp.linalg.norm(g) + 1e-6), 1)"]
    return [
        *lines,
        *by_part(parts, [_move(part) for part in parts]),
        "if not jnp.isfinite(w).all():",
        f"{INDENT}break  # beyond all numbers",
        "points.append(tuple(w.tolist()))",
    ]
