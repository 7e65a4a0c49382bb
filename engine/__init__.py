"""The engine: descents as pure functions, records in and arrays out.

from engine import Run, descend
trajectory = descend(Run("two_valleys", optimizer="momentum", rate=0.05))
print(trajectory.outcome.sentence)
"""

import landscapes  # noqa: F401, I001  (first: it sets JAX to float64 and its one flag for speed)

from engine.basins import BasinMap, basin_map, basin_rows
from engine.descent import descend, descend_many
from engine.explain import Explained, explain
from engine.fastest import fastest_rate
from engine.fields import check_field
from engine.optimizers import OPTIMIZERS
from engine.run import Run
from engine.schedules import SCHEDULES
from engine.summary import summary
from engine.surface import Probe, field, probe, sharpness, surface
from engine.trajectory import OUTCOME_KINDS, Outcome, Trajectory
from engine.warming import warm_up

__all__ = [
    "OPTIMIZERS",
    "OUTCOME_KINDS",
    "SCHEDULES",
    "BasinMap",
    "Explained",
    "Outcome",
    "Probe",
    "Run",
    "Trajectory",
    "basin_map",
    "basin_rows",
    "check_field",
    "descend",
    "descend_many",
    "explain",
    "fastest_rate",
    "field",
    "probe",
    "sharpness",
    "summary",
    "surface",
    "warm_up",
]
