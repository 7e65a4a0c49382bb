"""An optimizer and a schedule as lines of a student's program; `{beta1}` and the like stand for the knobs' values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class OptimizerCode:
    """How a rule is written by hand, and where PyTorch has it.

    torch: the constructor, for a parameter `w` and the rate `{rate}`; torch_class: source of the class that it names,
    where PyTorch has none; torch_setup: a line that must stand before it. jax_start: the state before the loop;
    jax_step: the lines that turn the gradient `g` at step `step` (from 0) and the learning rate `rate` into the new
    `w`. A line that begins with `?knob: ` is left out while that knob is 0, and one with `!knob: ` is there only then.
    """

    torch: str
    jax_step: str
    jax_start: str = ""
    torch_class: str = ""
    torch_setup: str = ""


@dataclass(frozen=True)
class ScheduleCode:
    """A schedule as PyTorch's scheduler of an `optimizer`, and as an expression of the step in plain Python.

    jax: the rate at step `{clock}` (`step`, or what has passed since a warm-up), from the learning rate `{rate}`.
    jax_start: what stands before the loop, jax_before: before that expression. One that reads the loss instead makes
    the rate of the next step from `loss` in jax_after, at the end of each. initial: what a warm-up rises to.
    torch_texts: from the schedule's knobs and the run's steps, what to write for placeholders of `torch` instead, where
    PyTorch cannot compute with the values themselves.
    """

    torch: str
    jax: str
    jax_start: str = ""
    jax_before: str = ""
    jax_after: str = ""
    initial: str = "{rate}"
    torch_texts: Callable[[Mapping[str, float], int], Mapping[str, str]] = lambda knobs, steps: {}
