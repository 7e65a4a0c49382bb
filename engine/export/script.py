"""What the programs of both libraries share: numbers, knobs and the words at the top."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import isfinite, isinf
from textwrap import wrap
from typing import Any

from engine.basis.checks import echo
from engine.basis.knob import Knob
from engine.descent.descend import descend
from engine.optimizers import OPTIMIZERS
from engine.runs.run import Run, points_of
from engine.runs.segments import Segment
from engine.runs.trajectory import CANNOT_START
from engine.schedules import SCHEDULES
from landscapes.language import identifier
from landscapes.on_data import Listing, LossOnData

INDENT = "    "
WIDTH = 110
"""Letters of a line of data."""
_CONDITION = re.compile(r"(?P<mark>[?!])(?P<knob>\w+): ")
_IDLE = re.compile(r",\s+(?:dampening|weight_decay|eta_min|cooldown|min_lr)=0(?:\.0)?(?=[,)])")


def number(value: float) -> str:
    """The shortest text that reads back as exactly this number."""
    return repr(int(value)) if value == int(value) and abs(value) < 1e6 else repr(float(value))


def knobs(values: Mapping[str, Any], kinds: Mapping[str, Knob]) -> dict[str, str]:
    """Knob values as they are written in code; a whole one without a point, several as a list."""

    def one(value: float, kind: Knob) -> str:
        return repr(int(value)) if kind.whole else repr(float(value))

    return {
        key: f"[{', '.join(one(each, kinds[key]) for each in value)}]" if kinds[key].many else one(value, kinds[key])
        for key, value in values.items()
    }


def warm_up_of(run: Run) -> int:
    """Steps of the warm-up in front of the schedule."""
    return int(run.schedule_knobs["warmup_steps"])


def counted(text: str, begin: int) -> str:
    """Code in which `step` counts from a step of a branch; remarks stay."""
    if not begin:
        return text
    lines = []
    for line in text.splitlines():
        code, hash_, remark = line.partition("  # ")
        lines.append(re.sub(r"\bstep\b", f"(step - {begin})", code) + hash_ + remark)
    return "\n".join(lines)


def is_steady(run: Run) -> bool:
    """Whether the rate is the same at every step."""
    return run.schedule == "constant" and not warm_up_of(run)


def warm_up_rate(run: Run, texts: Mapping[str, str], begin: int = 0) -> str:
    """The rate at a `step` of the warm-up, as an expression; its schedule counts from step `begin`."""
    clock = f"(step - {begin})" if begin else "step"
    initial = SCHEDULES[run.schedule].code.initial.format_map(texts)
    share, length = texts["warmup_start_factor"], texts["warmup_steps"]
    return f"{initial} * ({share} + (1 - {share}) * {clock} / {length})"


def words(run: Run, begin: int = 0) -> dict[str, str]:
    """What the placeholders of a run's optimizer and schedule stand for; the schedule counts from step `begin`."""
    waits = begin + warm_up_of(run)
    return {
        **knobs(run.knobs, OPTIMIZERS[run.optimizer].knobs),
        **knobs(run.schedule_knobs, SCHEDULES[run.schedule].knobs),
        "rate": repr(float(run.rate)),
        "clock": f"(step - {waits})" if waits else "step",
        "steps": repr(max(1, run.steps - begin)),
    }


def lines_of(text: str, texts: Mapping[str, str]) -> list[str]:
    """The lines of a template with its placeholders filled, without those that a knob of 0 leaves out."""
    kept = []
    for line in text.splitlines():
        condition = _CONDITION.match(line)
        if condition is None or (float(texts[condition["knob"]]) != 0) == (condition["mark"] == "?"):
            kept.append(line[condition.end() if condition else 0 :].format_map(texts))
    return kept


def brief(call: str) -> str:
    """A constructor without the arguments that stand at PyTorch's own zero."""
    return _IDLE.sub("", call)


def title(run: Run, library: str, own: str = "") -> str:
    """The program's first line; `own` is what its visitor calls the run."""
    method, schedule = OPTIMIZERS[run.optimizer].name, SCHEDULES[run.schedule].name
    warmed = ", warmed up" if warm_up_of(run) else ""
    with_schedule = "" if is_steady(run) else f", learning rate: {schedule.lower()}{warmed}"
    branch = ""
    if run.before:
        parents = [f"{OPTIMIZERS[phase.optimizer].name} to step {phase.until:,}" for phase in run.before]
        branch = f", a branch: {', '.join(parents)}, then {method}"
    return f'"""{method} on {run.landscape.name}{with_schedule}{branch}, in {library}{_called(own)}."""'


def _called(own: str) -> str:
    """The name behind a colon, without what would end the line or the text."""
    name = " ".join(own.replace("\\", "/").replace('"', "'").split()).rstrip(".")
    return f": {name}" if name else ""


def indented(text: str, levels: int = 1) -> list[str]:
    """The lines of a text, that many levels deep."""
    return [INDENT * levels + line if line else line for line in text.splitlines()]


def listing_of(run: Run) -> Listing | None:
    """The landscape's loss on data as code, if it is measured on data."""
    return run.landscape.loss.listing if isinstance(run.landscape.loss, LossOnData) else None


def formula_of(run: Run, text: str | None) -> str:
    """The landscape's line of code. Raises ValueError, with a sentence, for one that is no short program."""
    if text is None:
        raise ValueError(
            f"The surface {echo(run.landscape.name)} is not a formula in x and y, so there is no short program of it."
        )
    return text


def axes_of(run: Run) -> tuple[str, str]:
    """What a program calls the two variables."""
    x, y = run.landscape.axes
    return identifier(x), identifier(y)


def letters_of(run: Run, array: str) -> list[str]:
    """The lines that give the formula's letters their values, `array` around each number."""
    return [f"{identifier(name)} = {array.format(repr(value))}" for name, value in run.landscape.letters.items()]


def columns(listing: Listing, begin: str, end: str) -> list[str]:
    """The lines that hold the data, lists between `begin` and `end`."""
    lines = []
    for name, values in (("inputs", listing.inputs), ("targets", listing.targets)):
        listed = wrap(", ".join(map(repr, values)), WIDTH, initial_indent=INDENT, subsequent_indent=INDENT)
        lines += [f"{name} = {begin}[", *listed, f"]{end}"]
    return lines


def draws(run: Run) -> list[str]:
    """The lines that draw the noise and the mini-batches."""
    lines = []
    if run.noise:
        lines += [f"noise = {number(run.noise)} * np.random.default_rng({run.seed}).standard_normal((10_000, 2))"]
    if run.batch_size is not None:
        points, size = points_of(run.landscape), run.batch_size
        each = points // size
        lines += [
            f"rng = np.random.default_rng({run.seed})",
            f"epochs = [rng.permutation({points})[:{each * size}].reshape({each}, {size}) "
            f"for _ in range({-(-run.steps // each)})]",
            "batches = np.concatenate(epochs)  # each epoch a new order of all points",
        ]
    return lines


def report(run: Run, loss: str) -> list[str]:
    """The lines that print how it ended; `loss` is the expression of the last loss.

    From a start that is no place to begin at, the program says so instead of "0 steps, ... loss nan".
    """
    end = f'print(f"{{len(points) - 1}} steps, ends at {{points[-1]}} with loss {{{loss}:.6g}}")'
    why = _no_start(run)
    if why is None:
        return ["", end]
    refusal = f'print(f"No step is made: at the start {{points[0]}} {why}. Start somewhere else.")'
    return ["", "if len(points) == 1:", INDENT + refusal, "else:", INDENT + end]


def _no_start(run: Run) -> str | None:
    """What keeps a run from its first step, as the end of "at the start "; None where it begins."""
    begun = descend(replace(run, steps=1))
    if begun.outcome.fate != CANNOT_START:
        return None
    for what, values in (("loss", begun.losses[:1]), ("gradient", begun.gradients[0])):
        numbers = values.tolist()
        if not all(map(isfinite, numbers)):
            return f"the {what} {'is infinite' if any(map(isinf, numbers)) else 'has no value'}"
    return "the position is too far out"


def by_part(parts: Sequence[Segment], lines: Sequence[list[str]]) -> list[str]:
    """Lines of each part of a run, each behind the question whether the step is of it; once where all are alike."""
    if all(one == lines[0] for one in lines):
        return lines[0]
    made = []
    for part, own in zip(parts, lines, strict=True):
        test = f"{'if' if not made else 'elif'} step < {part.until}:" if part.until is not None else "else:"
        made += [test, *indented("\n".join(own or ["pass"]))]
    return made


def kept_words(part: Segment, before: Segment) -> str:
    """What a branch goes on with, as a remark."""
    old, new = OPTIMIZERS[before.run.optimizer], OPTIMIZERS[part.run.optimizer]
    memory = old.memory if old.memory.startswith("what") else f"its {old.memory}"
    keeps = f"with {memory}" if part.keeps else f"without {memory}" if old.memory else "nothing to hand on"
    return f"# a branch: {new.name} goes on from here, {keeps}"


def needs_numpy(run: Run) -> bool:
    """Whether chance has a part in it."""
    return bool(run.noise) or run.batch_size is not None
