"""Losses and slopes on grids, critical points, and the surroundings of a point."""
