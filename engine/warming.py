"""Compilation ahead of the first visitor."""

from dataclasses import replace

from engine.basis.programs import PROGRAMS
from engine.descent.descend import descend
from engine.descent.explain import explain
from engine.runs.run import Run
from engine.studies.basins import basin_band
from engine.studies.fastest import fastest_rate
from engine.studies.knob_maps import rate_sweep
from engine.surfaces.critical import known_points
from engine.surfaces.grids import probe, sharpness, surface
from landscapes.record import Landscape

AHEAD = ("momentum", "gradient_descent")
"""Optimizers whose maps are compiled ahead, the one in focus on a bare address first. All sixteen would cost 8 s of a
core for every landscape, where the first to ask for another's waits a quarter of a second."""


@PROGRAMS.ahead()
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


@PROGRAMS.ahead()
def warm_up_curved(landscape: Landscape) -> None:
    """Compile what the optimizers that look at curvature need besides."""
    run = Run(landscape, "bfgs", start=landscape.start, gradient_tolerance=1e300)
    descend(run)
    fastest_rate(run)
    explain(run, 0)
    descend(replace(run, steps=10_000))


@PROGRAMS.ahead()
def warm_up_maps(landscape: Landscape) -> None:
    """Find the critical points of the landscape's window, and compile the maps and sweeps of the methods `AHEAD`."""
    known_points(landscape)
    for key in AHEAD:
        run = Run(landscape, key, start=landscape.start, gradient_tolerance=1e300)
        basin_band(run, 2, 2)
        rate_sweep(run, [0.1])
