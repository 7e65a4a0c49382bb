"""A run as a PyTorch program: the document's own loop for plain descent, `torch.optim` and its schedulers otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from engine.descent.loop import OUT_OF_BOUNDS
from engine.export.script import (
    INDENT,
    axes_of,
    brief,
    by_part,
    columns,
    draws,
    formula_of,
    indented,
    is_steady,
    kept_words,
    letters_of,
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


def pytorch_code(run: Run, own: str = "") -> str:
    """Source that leaves `points`, a list of (x, y) tuples from the start on: those of `descend(run)`.

    Before chaos they agree to 1e-9. The first line says what the run is called, if it has a name of its `own`.
    Raises ValueError, with a sentence, for a surface that is no formula.
    """
    parts = segments(run)
    first = parts[0].run
    by_hand = run.optimizer == "gradient_descent" and is_steady(run) and not run.before
    codes = list({part.run.optimizer: OPTIMIZERS[part.run.optimizer].code for part in parts}.values())
    texts = words(first)
    x, y = (number(part) for part in run.start)
    lines = [title(run, "PyTorch", own), "", *(["import numpy as np"] if needs_numpy(run) else []), "import torch", ""]
    for code in codes:
        if code.torch_class and not by_hand:
            lines += ["", *code.torch_class.strip().splitlines(), ""]
    lines += ["", *_loss(run), "", ""]
    lines += [f"w = torch.tensor([{x}, {y}], dtype=torch.float64, requires_grad=True)  # 1. start somewhere"]
    lines += [code.torch_setup for code in codes if code.torch_setup]
    if by_hand:
        lines += [f"learning_rate = {number(run.rate)}"]
    else:
        lines += [f"optimizer = {brief(OPTIMIZERS[first.optimizer].code.torch.format_map(texts))}"]
        lines += _scheduler(first, texts)
    lines += draws(run)
    lines += [f"points = [({x}, {y})]", ""]
    if run.loss_tolerance:
        lines += ['last_loss = float("inf")']
    lines += [f"for step in range({run.steps}):  # 4. again, until it arrives"]
    lines += indented("\n".join(_step(run, parts, by_hand)))
    lines += report(run, "loss_fn(*w).item()")
    return "\n".join(lines) + "\n"


def optimizer_code(run: Run) -> str:
    """The line that makes the `optimizer` of a parameter `w`."""
    return f"optimizer = {brief(OPTIMIZERS[run.optimizer].code.torch.format_map(words(run)))}"


def scheduler_code(run: Run) -> str:
    """The lines that make the `scheduler` of that optimizer, as torch.optim.lr_scheduler has it; empty for none.

    A scheduler that reads the loss takes no place in a SequentialLR: behind a warm-up it has one of its own.
    """
    texts = words(run)
    lines = _scheduler(run, texts)
    if SCHEDULES[run.schedule].reacts:
        each = "  # scheduler.step(loss) after each step"
        if length := warm_up_of(run):
            lines = [f"warm_up = {_warm_up(texts)}  # warm_up.step() {length:,} times, then", *lines]
        lines[-1] += each
    return "\n".join(lines)


def _loss(run: Run) -> list[str]:
    """The lines that define `loss_fn`, with the data before it where it is measured on data."""
    listing = listing_of(run)
    if listing is None:
        lines = [*letters_of(run, "torch.tensor({}, dtype=torch.float64)")]
        lines += [f"return {formula_of(run, run.landscape.torch)}"]
        return [f"def loss_fn({', '.join(axes_of(run))}):", *indented("\n".join(lines))]
    return [
        *columns(listing, "torch.tensor(", ", dtype=torch.float64)"),
        "",
        "",
        "def loss_fn(x, y, rows=slice(None)):",
        f"{INDENT}u, t = inputs[rows], targets[rows]",
        f"{INDENT}return ({listing.torch}).mean()",
    ]


def _scheduler(run: Run, texts: dict[str, str], counted: int = 0) -> list[str]:
    """The lines that make the `scheduler`; a warm-up before the plateau is written into the loop instead."""
    if is_steady(run):
        return []
    code = SCHEDULES[run.schedule].code
    main = brief(code.torch.format_map({**texts, **code.torch_texts(run.schedule_knobs, max(1, run.steps - counted))}))
    length = warm_up_of(run)
    if not length or SCHEDULES[run.schedule].reacts:
        return [f"scheduler = {main}"]
    warm_up = _warm_up(texts)
    if run.schedule == "constant":
        return [f"scheduler = {warm_up}"]
    return [
        f"after = {main}",
        f"warm_up = {warm_up}",
        f"scheduler = torch.optim.lr_scheduler.SequentialLR(optimizer, [warm_up, after], milestones=[{length}])",
    ]


def _warm_up(texts: dict[str, str]) -> str:
    begin, length = texts["warmup_start_factor"], texts["warmup_steps"]
    return f"torch.optim.lr_scheduler.LinearLR(optimizer, start_factor={begin}, total_iters={length})"


def _branch(part: Segment, before: Segment) -> list[str]:
    """The lines at the step where a part takes over."""
    run, old = part.run, before.run
    texts, code = words(run, part.counted), OPTIMIZERS[run.optimizer].code
    made = code.torch.format_map(texts)
    same = part.keeps or not OPTIMIZERS[run.optimizer].memory
    lines = ['rate = optimizer.param_groups[0]["lr"]'] if _goes_on_watching(part) else []
    if run.optimizer == old.optimizer and same:
        lines += [f"optimizer.param_groups[0].update({made.partition('[w], ')[2]}"]
    elif part.keeps:
        lines += ["kept = optimizer.state[w]", f"optimizer = {brief(made)}", "optimizer.state[w] = kept"]
    else:
        lines += [f"optimizer = {brief(made)}"]
    if _goes_on_watching(part):
        watched = ", ".join(f"scheduler.{name}" for name in ("best", "num_bad_epochs", "cooldown_counter"))
        return [
            *lines,
            f"watched = {watched}",
            f'optimizer.param_groups[0]["lr"] = rate * {run.rate / old.rate!r}',
            *_scheduler(run, texts),
            f"{watched} = watched  # it has waited as long as before",
        ]
    lines += _scheduler(run, texts, part.counted)
    if not is_steady(run) and part.counted < part.begin:
        lines += [f"for _ in range({part.begin - part.counted}):", f"{INDENT}scheduler.step()  # it goes on counting"]
    return lines


def _goes_on_watching(part: Segment) -> bool:
    return part.goes_on and SCHEDULES[part.run.schedule].reacts


def _move(part: Segment) -> list[str]:
    """The lines of an update by an optimizer of torch's."""
    run = part.run
    texts, lines = words(run, part.counted), []
    watched_from = part.counted + warm_up_of(run) if SCHEDULES[run.schedule].reacts and warm_up_of(run) else 0
    if watched_from:
        lines += [
            f"if step < {watched_from}:  # the warm-up",
            f'{INDENT}optimizer.param_groups[0]["lr"] = {warm_up_rate(run, texts, part.counted)}',
            f"elif step == {watched_from}:",
            f'{INDENT}optimizer.param_groups[0]["lr"] = {texts["rate"]}',
        ]
    needs_loss = "closure" in OPTIMIZERS[run.optimizer].code.torch_class
    lines += [f"optimizer.step({'lambda: loss_fn(*w)' if needs_loss else ''})  # 3. the update"]
    if SCHEDULES[run.schedule].reacts:
        wait = f"if step >= {watched_from}:\n{INDENT}" if watched_from else ""
        lines += [*f"{wait}scheduler.step(loss.item())".splitlines()]
    elif not is_steady(run):
        lines += ["scheduler.step()"]
    return lines


def _step(run: Run, parts: Sequence[Segment], by_hand: bool) -> list[str]:
    lines = []
    for before, part in pairwise(parts):
        lines += [f"if step == {part.begin}:  {kept_words(part, before)}"]
        lines += indented("\n".join(_branch(part, before)))
    lines += ["loss = loss_fn(*w)", "w.grad = None" if by_hand else "optimizer.zero_grad()"]
    lines += ["loss.backward()  # 2. the gradient, into w.grad"]
    lines += [
        f"if not (loss.isfinite() and w.grad.isfinite().all() and w.abs().max() <= {OUT_OF_BOUNDS:g}):",
        f"{INDENT}break  # diverged",
    ]
    if run.gradient_tolerance:
        lines += [f"if w.grad.norm() < {run.gradient_tolerance!r}:", f"{INDENT}break  # converged: the slope is gone"]
    if run.loss_tolerance:
        lines += [
            f"if abs(loss.item() - last_loss) < {run.loss_tolerance!r}:",
            f"{INDENT}break  # converged: the loss rests",
            "last_loss = loss.item()",
        ]
    if run.batch_size is not None:
        lines += ["w.grad = torch.autograd.grad(loss_fn(*w, batches[step]), w)[0]  # what this mini-batch feels"]
    if run.noise:
        lines += ["w.grad += torch.from_numpy(noise[step])  # as if only a batch had been seen"]
    if run.clip_value is not None:
        lines += [f"torch.nn.utils.clip_grad_value_([w], {number(run.clip_value)})"]
    if run.clip_norm is not None:
        lines += [f"torch.nn.utils.clip_grad_norm_([w], {number(run.clip_norm)})"]
    if by_hand:
        lines += ["with torch.no_grad():", f"{INDENT}w -= learning_rate * w.grad  # 3. new = old - rate * gradient"]
    else:
        lines += by_part(parts, [_move(part) for part in parts])
    return [
        *lines,
        "if not w.isfinite().all():",
        f"{INDENT}break  # beyond all numbers",
        "points.append(tuple(w.tolist()))",
    ]
