"""A run as a JAX program: the update rule written out, so that every line of it can be read."""

from __future__ import annotations

from engine.descent.loop import OUT_OF_BOUNDS
from engine.export.script import (
    INDENT,
    axes_of,
    columns,
    draws,
    formula_of,
    indented,
    is_steady,
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
from engine.schedules import SCHEDULES


def jax_code(run: Run) -> str:
    """Source that leaves `points`, a list of (x, y) tuples from the start on: those of `descend(run)`.

    Before chaos they agree to 1e-9. Raises ValueError, with a sentence, for a surface that is no formula.
    """
    rule, schedule = OPTIMIZERS[run.optimizer].code, SCHEDULES[run.schedule].code
    texts = words(run)
    x, y = (number(part) for part in run.start)
    lines = [title(run, "JAX"), "", "import jax", "import jax.numpy as jnp"]
    lines += ["import numpy as np"] if needs_numpy(run) else []
    lines += ["", 'jax.config.update("jax_enable_x64", True)', "", ""]
    lines += [*_loss(run), "", "", "loss_and_gradient = jax.jit(jax.value_and_grad(loss_fn))"]
    lines += ["batch_gradient = jax.jit(jax.grad(loss_fn))"] if run.batch_size is not None else []
    lines += [f"w = jnp.array([{number(run.start[0])}, {number(run.start[1])}], dtype=float)  # 1. start somewhere"]
    lines += lines_of(rule.jax_start, texts)
    lines += lines_of(schedule.jax_start, texts)
    if is_steady(run):
        lines += [f"rate = {number(run.rate)}"]
    lines += draws(run)
    lines += [f"points = [({x}, {y})]", ""]
    if run.loss_tolerance:
        lines += ['last_loss = float("inf")']
    lines += [f"for step in range({run.steps}):  # 4. again, until it arrives"]
    lines += indented("\n".join(_step(run, texts)))
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


def _rate(run: Run, texts: dict[str, str]) -> list[str]:
    """The lines that make the rate of a step."""
    schedule, length = SCHEDULES[run.schedule].code, warm_up_of(run)
    if is_steady(run):
        return []
    lines = lines_of(schedule.jax_before, texts)
    lines += [] if schedule.jax_after else [f"rate = {schedule.jax.format_map(texts)}"]
    if not length:
        return lines
    warm = [f"if step < {length}:  # the warm-up", f"{INDENT}rate = {warm_up_rate(run, texts)}"]
    if schedule.jax_after:
        return [*warm, f"elif step == {length}:", f"{INDENT}rate = {texts['rate']}"]
    return [*warm, "else:", *indented("\n".join(lines))]


def _step(run: Run, texts: dict[str, str]) -> list[str]:
    rule, schedule = OPTIMIZERS[run.optimizer].code, SCHEDULES[run.schedule].code
    lines = ["loss, g = loss_and_gradient(w)  # 2. the gradient"]
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
    lines += _rate(run, texts)
    lines += lines_of(rule.jax_step, texts)
    after = lines_of(schedule.jax_after, texts)
    lines += [f"if step >= {warm_up_of(run)}:", *indented("\n".join(after))] if after and warm_up_of(run) else after
    return [
        *lines,
        "if not jnp.isfinite(w).all():",
        f"{INDENT}break  # beyond all numbers",
        "points.append(tuple(w.tolist()))",
    ]
