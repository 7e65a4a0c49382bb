"""Compilation ahead of the first visitor."""

from dataclasses import replace

from engine.descent import descend
from engine.explain import explain
from engine.fastest import fastest_rate
from engine.run import Run
from engine.surface import probe, sharpness, surface
from landscapes.record import Landscape


def warm_up(landscape: Landscape) -> None:
    """Compile every program of a landscape that the wire can ask for; afterwards nothing recompiles.

    Descents of up to 100,000 steps, which only direct callers of the engine can ask for, compile on their first use.
    """
    run = Run(landscape, start=landscape.start, gradient_tolerance=1e300)  # stops at once: only compiling takes time
    descend(run)
    surface(landscape, landscape.window, 2, 2)
    sharpness(landscape, [landscape.start])
    probe(landscape, landscape.start)
    fastest_rate(run)
    explain(run, 0)
    descend(replace(run, steps=10_000))


def warm_up_curved(landscape: Landscape) -> None:
    """Compile what the optimizers that look at curvature need besides."""
    run = Run(landscape, "bfgs", start=landscape.start, gradient_tolerance=1e300)
    descend(run)
    fastest_rate(run)
    explain(run, 0)
    descend(replace(run, steps=10_000))
