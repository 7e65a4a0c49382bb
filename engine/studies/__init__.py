"""Questions asked of many runs: basins, escapes, sweeps, knob maps, horizons, hypergradients, races."""
